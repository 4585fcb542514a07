"""A person's edits of topics, kept for ever in `topic_edits`: read, checked against what is there, added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from pipeline.errors import UsageError
from pipeline.topics.edits import Edit, in_force, merged_into, split_id
from pipeline.topics.needs import LONGEST, Key
from pipeline.warehouse import Connection


def read_edits(con: Connection) -> list[Edit]:
    """All edits in their order; none where the home is of an earlier release."""
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'topic_edits'").fetchone():
        return []
    rows = con.execute(
        "SELECT edit_number, kind, topic_id, coalesce(into_id, ''), source, ticket_id, coalesce(title, ''), "
        "coalesce(undone_number, 0) FROM topic_edits ORDER BY edit_number, place"
    ).fetchall()
    found = []
    for number, same in groupby(rows, key=lambda row: int(row[0])):
        parts = list(same)
        _, kind, topic_id, into_id, _, _, title, undone = parts[0]
        tickets = tuple((source, ticket_id) for _, _, _, _, source, ticket_id, _, _ in parts if ticket_id is not None)
        found.append(Edit(number, kind, topic_id, into_id, tickets, title, undone))
    return found


def add_edit(con: Connection, edit: Edit, made_on: date) -> None:
    """Adds one edit."""
    for place, (source, ticket_id) in enumerate(edit.tickets or ((None, None),)):
        con.execute(
            "INSERT INTO topic_edits VALUES (?, ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), nullif(?, 0), ?)",
            [
                edit.number,
                place,
                edit.kind,
                edit.topic_id,
                edit.into_id,
                source,
                ticket_id,
                edit.title,
                edit.undone,
                made_on,
            ],
        )


def renamed(edits: Sequence[Edit], placed: Mapping[Key, str], topic_id: str, words: str) -> Edit:
    """The edit that gives a topic a title. Raises UsageError."""
    refuse_unknown(edits, placed, topic_id)
    from pipeline.text.redaction import redact  # its patterns take a tenth of a second, which most nights save

    title = redact(" ".join(words.split())).text
    if not 0 < len(title) <= LONGEST:
        raise UsageError(f"a title has 1 to {LONGEST} characters, this one {len(title)}: choose other words.")
    return Edit(_next(edits), "rename", topic_id, title=title)


def merged(edits: Sequence[Edit], placed: Mapping[Key, str], topic_id: str, others: Sequence[str]) -> list[Edit]:
    """The edits that bring the needs of `others` into `topic_id`. Raises UsageError."""
    for name in (topic_id, *others):
        refuse_unknown(edits, placed, name)
    if topic_id in others or len(set(others)) < len(others):
        raise UsageError("a topic is named twice: name the one that stays, then each that goes into it.")
    return [Edit(_next(edits) + n, "merge", other, topic_id) for n, other in enumerate(others)]


def taken_out(edits: Sequence[Edit], placed: Mapping[Key, str], topic_id: str, tickets: Sequence[str]) -> Edit:
    """The edit that makes a topic of its own of some tickets. Raises UsageError."""
    refuse_unknown(edits, placed, topic_id)
    members = [key for key, topic in placed.items() if topic == topic_id]
    keys = []
    for ticket in dict.fromkeys(tickets):
        fitting = [key for key in members if ticket in (key[1], f"{key[0]}:{key[1]}")]
        if not fitting:
            raise UsageError(f"ticket {ticket!r} is not in {topic_id}: see ticketscout topics show {topic_id}.")
        if len(fitting) > 1:
            raise UsageError(f"ticket {ticket!r} is in two helpdesks: write it as {fitting[0][0]}:{ticket}.")
        keys.append(fitting[0])
    if len(keys) == len(members):
        raise UsageError(f"these are all tickets of {topic_id}: leave one there, or rename the topic.")
    number = _next(edits)
    return Edit(number, "split", topic_id, split_id(number, topic_id), tuple(keys))


def taken_back(edits: Sequence[Edit]) -> tuple[Edit, Edit]:
    """The undo of the last edit in force, and that edit. Raises UsageError."""
    living = in_force(edits)
    if not living:
        raise UsageError("there is no edit to take back: see ticketscout topics history.")
    return Edit(_next(edits), "undo", living[-1].topic_id, undone=living[-1].number), living[-1]


def refuse_unknown(edits: Sequence[Edit], placed: Mapping[Key, str], topic_id: str) -> None:
    """Raises UsageError where no need is in the topic, and says where they went."""
    if topic_id in placed.values():
        return
    now = merged_into(edits, topic_id)
    if now:
        raise UsageError(f"{topic_id} was merged: its needs are in {now}.")
    raise UsageError(f"{topic_id!r} is no topic here: ticketscout topics lists them.")


def _next(edits: Sequence[Edit]) -> int:
    return max((edit.number for edit in edits), default=0) + 1
