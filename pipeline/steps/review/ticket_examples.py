"""Tickets as examples: what customer and agent said in public, in their own words, as the models read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pyarrow as pa

from pipeline.learning.examples import Example, redacted
from pipeline.scoring.said import Said
from pipeline.warehouse import Connection, has_table

Ticket = tuple[str, str]


def conversations(
    con: Connection, tickets: Iterable[Ticket], until: dt.date | None = None
) -> dict[Ticket, list[tuple[Said, dt.date]]]:
    """(source, ticket_id) -> public turns of customer and agent with their day, up to the end of the day `until`."""
    _register(con, tickets)
    rows = con.execute(
        "SELECT source, ticket_id, m.role, m.text, m.marks, m.said_at::DATE FROM messages m "
        "JOIN wanted USING (source, ticket_id) "
        "WHERE m.is_public AND m.role IN ('customer', 'agent') AND ($until IS NULL OR m.said_at::DATE <= $until) "
        "ORDER BY source, ticket_id, m.position",
        {"until": until},
    ).fetchall()
    con.unregister("wanted")
    if not rows:
        return {}
    from pipeline.text.marks import Mark, own_words  # patterns: a tenth of a second of nights without answers

    found: dict[Ticket, list[tuple[Said, dt.date]]] = {}
    for source, ticket_id, role, text, marks, day in rows:
        own = own_words(text, [Mark(m["kind"], m["start_offset"], m["end_offset"]) for m in marks or ()])
        if own.strip():
            found.setdefault((source, ticket_id), []).append((Said(role, own), day))
    return found


def example_of(ticket: Ticket, said: Sequence[tuple[Said, dt.date]], account: str | None) -> Example:
    """The example that a ticket is. Redacted once more: a word that stood beside a quotation now stands beside another,
    and a file that is read back must find the same words."""
    return Example(redacted([one for one, _ in said]), *ticket, account, max(day for _, day in said))


def accounts_of(con: Connection, tickets: Iterable[Ticket]) -> dict[Ticket, str]:
    """(source, ticket_id) -> account, as the last night found it."""
    if not has_table(con, "ticket_states"):
        return {}
    _register(con, tickets)
    rows = con.execute(
        "SELECT source, ticket_id, account_id FROM ticket_states JOIN wanted USING (source, ticket_id) "
        "WHERE account_id IS NOT NULL"
    ).fetchall()
    con.unregister("wanted")
    return {(source, ticket_id): account for source, ticket_id, account in rows}


def _register(con: Connection, tickets: Iterable[Ticket]) -> None:
    wanted = sorted(set(tickets))
    names = ("source", "ticket_id")
    con.register("wanted", pa.table({n: pa.array([t[i] for t in wanted], pa.string()) for i, n in enumerate(names)}))


def keep_examples(con: Connection, examples: Iterable[Example]) -> int:
    """Stores examples that are not there yet; returns how many."""
    known = {row[0] for row in con.execute("SELECT example_id FROM examples").fetchall()}
    new = {example.id: example for example in examples}
    rows = [
        {
            "example_id": key,
            "turns": example.as_json(),
            "source": example.source,
            "ticket_id": example.ticket_id,
            "account_id": example.group,
            "said_on": example.said_on,
        }
        for key, example in sorted(new.items())
        if key not in known
    ]
    if rows:
        con.register("given", pa.Table.from_pylist(rows, _EXAMPLES))
        con.execute("INSERT INTO examples BY NAME FROM given")
        con.unregister("given")
    return len(rows)


_EXAMPLES = pa.schema(
    [(name, pa.string()) for name in ("example_id", "turns", "source", "ticket_id", "account_id")]
    + [("said_on", pa.date32())]
)
