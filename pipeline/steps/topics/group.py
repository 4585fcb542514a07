"""Unmet needs and their topics: the night's grouping, and what people's edits make of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline import bundled, scoring, topics
from pipeline.steps.topics.edits import read_edits
from pipeline.topics.edits import Edit, apply_edits, typed_titles
from pipeline.topics.needs import Key, Need
from pipeline.warehouse import Connection, has_table, scalar

if TYPE_CHECKING:
    from pipeline.topics.vectors import Vectors

TOPIC_TABLES = ("placed_needs", "topic_titles")
_REMEMBERED = "topics"


def group_needs(con: Connection) -> None:
    """Gives every need of tonight a topic and every topic a title. Reads signals, topic_members and topic_edits;
    writes topic_members (as the night found it), placed_needs and topic_titles (after edits)."""
    needs, edits, found = _needs(con), read_edits(con), _found(con)
    known = apply_edits({need.key: found[need.key] for need in needs if need.key in found}, edits)
    vectors = None  # words are read only where a need is new, or a title may be another
    placed = {need.key: known.get(need.key, "") for need in needs}
    if len(known) < len(needs):
        from pipeline.topics.assign import place

        vectors = _vectors(needs)
        placed = place(needs, known, vectors)
    if any(need.key not in found for need in needs) or len(found) > len(needs):
        _insert_members(con, {need.key: found.get(need.key) or placed[need.key] for need in needs})
    made_from = _digest(needs, placed, edits)
    if made_from == scalar(con, "SELECT value FROM remembered WHERE name = ?", [_REMEMBERED]) and all(
        has_table(con, name) for name in TOPIC_TABLES
    ):
        return  # as the night before left them
    _make(con, needs, placed, titles_of(needs, placed, edits, vectors))
    con.execute("DELETE FROM remembered WHERE name = ?", [_REMEMBERED])
    con.execute("INSERT INTO remembered VALUES (?, ?)", [_REMEMBERED, made_from])


def _digest(needs: Sequence[Need], placed: Mapping[Key, str], edits: Sequence[Edit]) -> str:
    """Changes with all that the tables are made from: needs, their topics, edits, and the rules and words by which
    titles are found in this release."""
    said = [(need.source, need.ticket_id, need.quote, placed[need.key]) for need in needs]
    digest = hashlib.sha256(repr((said, edits)).encode())
    rules = [path for package in (topics, scoring) for folder in package.__path__ for path in Path(folder).glob("*.py")]
    for file in (*sorted(rules), bundled.word_table()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def show_topics(con: Connection) -> dict[Key, str]:
    """The same tables as temporary ones, as edits have it now; needs that no night has grouped are left out. Returns
    the topic of each need."""
    placed = placed_now(con)
    needs = [need for need in _needs(con) if need.key in placed]
    _make(con, needs, placed, titles_of(needs, placed, read_edits(con)), is_kept=False)
    return placed


def placed_now(con: Connection) -> dict[Key, str]:
    """The topic of each need that a night has grouped, as edits have it now."""
    return apply_edits(_found(con), read_edits(con))


def titles_of(
    needs: Sequence[Need], placed: Mapping[Key, str], edits: Sequence[Edit], vectors: Vectors | None = None
) -> dict[str, str]:
    """Title by topic; a person's wins."""
    from pipeline.topics.titles import titles

    quotes = [need.quote for need in needs]
    own = titles(quotes, _vectors(needs) if vectors is None else vectors, [placed[need.key] for need in needs])
    typed = typed_titles(edits)
    return {topic: typed.get(topic, title) for topic, title in own.items()}


def _vectors(needs: Sequence[Need]) -> Vectors:
    from pipeline.topics.vectors import need_vectors
    from pipeline.topics.words import shipped_words

    return need_vectors([need.quote for need in needs], shipped_words())


def _needs(con: Connection) -> list[Need]:
    """Needs in order of time; of several signals of a ticket the most probable."""
    rows = con.execute(
        "SELECT s.source, s.ticket_id, s.quote FROM signals s JOIN signal_specs sp USING (signal) "
        "WHERE sp.list = 'needs' "
        "QUALIFY row_number() OVER (PARTITION BY s.source, s.ticket_id ORDER BY s.probability DESC, s.signal) = 1 "
        "ORDER BY s.said_at, s.source, s.ticket_id"
    ).fetchall()
    return [Need(source, ticket_id, quote) for source, ticket_id, quote in rows]


def _found(con: Connection) -> dict[Key, str]:
    rows = con.execute("SELECT source, ticket_id, topic_id FROM topic_members").fetchall()
    return {(source, ticket_id): topic for source, ticket_id, topic in rows}


def _insert_members(con: Connection, found: Mapping[Key, str]) -> None:
    con.register("given", _members(found))
    con.execute("DELETE FROM topic_members")
    con.execute("INSERT INTO topic_members BY NAME FROM given")
    con.unregister("given")


def _members(placed: Mapping[Key, str]) -> pa.Table:
    return pa.table(
        {
            "topic_id": pa.array(list(placed.values()), pa.string()),
            "source": pa.array([source for source, _ in placed], pa.string()),
            "ticket_id": pa.array([ticket_id for _, ticket_id in placed], pa.string()),
        }
    )


def _make(
    con: Connection, needs: Sequence[Need], placed: Mapping[Key, str], named: Mapping[str, str], *, is_kept: bool = True
) -> None:
    tables = {
        "placed_needs": _members({need.key: placed[need.key] for need in needs}),
        "topic_titles": pa.table(
            {"topic_id": pa.array(list(named), pa.string()), "title": pa.array(list(named.values()), pa.string())}
        ),
    }
    for name in TOPIC_TABLES:
        con.register("given", tables[name])
        con.execute(f"CREATE OR REPLACE {'' if is_kept else 'TEMP '}TABLE {name} AS FROM given")
        con.unregister("given")
