"""Leaves out of what was read whoever was forgotten: their tickets whole, their words in tickets of others.

A ticket is theirs where they asked, or where it was forgotten by its id. Its records are set aside and counted. Where
they only took part, that something was said stays, without words and author, and others' messages of that ticket end
where they quote. Nobody can tell whose a record is that cannot be read, so a home that has forgotten somebody keeps no
extracts of such records.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipeline.privacy.forgotten import (
    address_mark_sql,
    has_forgotten,
    mark_sql,
    remember,
    ticket_mark_sql,
    words_sql,
)
from pipeline.privacy.vault import salt_of

Tables = dict[str, pa.Table]


def leave_out_forgotten(
    con: duckdb.DuckDBPyConnection, tables: Tables, source: str, salt: str
) -> tuple[Tables, list[str]]:
    """The worker's `tables` without what is theirs, and the ids of their tickets among them. `con` has the vault, the
    batch (`raw_people`, `pseudonyms`) and `places`. Where nobody was ever forgotten, one look and no more."""
    if not has_forgotten(con, "vault.forgotten"):
        return tables, []
    for name, table in tables.items():
        con.register(f"read_{name}", table)
    con.execute(
        _FORGOTTEN.format(
            person=mark_sql(salt, "person", "contact_id"),
            address=address_mark_sql(salt, "email"),
            ticket=ticket_mark_sql(salt, f"'{source}'", "ticket_id"),
        )
    )
    left = {name: con.execute(_LEFT[name]).to_arrow_table().cast(table.schema) for name, table in tables.items()}
    found = [ticket for (ticket,) in con.execute("SELECT ticket_id FROM forgotten_tickets ORDER BY ALL").fetchall()]
    for name in tables:
        con.unregister(f"read_{name}")
    return left, found


def with_forgotten_names(con: duckdb.DuckDBPyConnection, names: pa.Table, salt: str) -> pa.Table:
    """`names` (record, names) with those of the forgotten who take part, where others call them by it: the vault knows
    them no more, but the words of a text tell whether their mark is there. In memory only."""
    if not has_forgotten(con, "vault.forgotten"):
        return names
    con.register("known_names", names)
    person, name = mark_sql(salt, "person", "contact_id"), mark_sql(salt, "name", "name")
    query = _CALLED.format(person=person, name=name, words=words_sql("text"), longest=_LONGEST_NAME)
    found = con.execute(query).to_arrow_table().cast(names.schema)
    con.unregister("known_names")
    return found


def emptied_remarks(con: duckdb.DuckDBPyConnection, messages: pa.Table) -> list[tuple[int, str, int]]:
    """(input, remark, records) of others' tickets in which the words of somebody were left out."""
    con.register("whole", messages)
    try:
        return con.execute(_EMPTIED).fetchall()
    finally:
        con.unregister("whole")


def note_forgotten(vault: duckdb.DuckDBPyConnection, source: str, tickets: Iterable[str]) -> None:
    """New tickets of theirs are known by their id from now on: what comes of them later may not say who asked."""
    ids = pa.table({"ticket_id": pa.array(sorted(set(tickets)), pa.string())})
    if not ids.num_rows:
        return
    vault.register("new_tickets", ids)
    mark = ticket_mark_sql(salt_of(vault), "$source", "ticket_id")
    query = f"SELECT 'ticket' AS kind, {mark} AS mark FROM new_tickets"
    remember(vault, vault.execute(query, {"source": source}).to_arrow_table())
    vault.unregister("new_tickets")


_FORGOTTEN = """
    CREATE OR REPLACE TEMP TABLE forgotten_people AS
    SELECT contact_id FROM pseudonyms
    WHERE {person} IN (SELECT mark FROM vault.forgotten) OR user_id IN (
        SELECT user_id FROM raw_people WHERE {address} IN (SELECT mark FROM vault.forgotten));
    CREATE OR REPLACE TEMP TABLE forgotten_tickets AS
    SELECT ticket_id FROM read_tickets WHERE requester_id IN (FROM forgotten_people)
    UNION SELECT ticket_id FROM (
        SELECT ticket_id FROM read_tickets UNION SELECT ticket_id FROM read_messages
        UNION SELECT ticket_id FROM read_events
    ) WHERE {ticket} IN (SELECT mark FROM vault.forgotten);
    CREATE OR REPLACE TEMP TABLE shared_tickets AS
    SELECT DISTINCT ticket_id FROM read_messages
    WHERE author_id IN (FROM forgotten_people) AND ticket_id NOT IN (FROM forgotten_tickets)
"""
_LONGEST_NAME = 4  # words
_CALLED = """
    WITH meant AS (
        SELECT DISTINCT record FROM parts WHERE {person} IN (SELECT mark FROM vault.forgotten)
    ), parted AS (
        SELECT record, {words} AS words FROM (
            SELECT record, body AS text FROM said UNION ALL SELECT abs(record), subject FROM raw_tickets
        ) SEMI JOIN meant USING (record)
    ), called AS (
        SELECT DISTINCT record, array_to_string(words[start:start + length - 1], ' ') AS name
        FROM (SELECT record, words, unnest(range(1, len(words) + 1)) AS start FROM parted),
            range(1, {longest} + 1) l(length)
    )
    SELECT record, list_sort(list_distinct(flatten(list(names)))) AS names FROM (
        FROM known_names
        UNION ALL
        SELECT record, list(name) FROM called WHERE {name} IN (SELECT mark FROM vault.forgotten) GROUP BY record
    ) GROUP BY record ORDER BY record
"""
_THEIRS = "author_id IN (FROM forgotten_people)"
_LEFT = {
    "tickets": "FROM read_tickets WHERE coalesce(ticket_id, '') NOT IN (FROM forgotten_tickets)",
    "messages": f"""
        SELECT * EXCLUDE (cut) REPLACE (
            CASE WHEN {_THEIRS} THEN '' WHEN cut IS NOT NULL THEN rtrim(left(text, cut)) ELSE text END AS text,
            CASE WHEN {_THEIRS} THEN [] WHEN cut IS NOT NULL THEN list_filter(marks, lambda m: m.end_offset <= cut)
                ELSE marks END AS marks,
            CASE WHEN {_THEIRS} THEN NULL ELSE language END AS language,
            CASE WHEN {_THEIRS} THEN NULL ELSE author_id END AS author_id)
        FROM (
            SELECT *, CASE WHEN ticket_id IN (FROM shared_tickets) THEN list_min(list_transform(
                list_filter(marks, lambda m: m.kind = 'quote'), lambda m: m.start_offset)) END AS cut
            FROM read_messages
        ) WHERE coalesce(ticket_id, '') NOT IN (FROM forgotten_tickets)
    """,
    "events": """
        SELECT * REPLACE (CASE WHEN actor_id IN (FROM forgotten_people) THEN NULL ELSE actor_id END AS actor_id)
        FROM read_events WHERE coalesce(ticket_id, '') NOT IN (FROM forgotten_tickets)
    """,
    "rejects": """
        SELECT * REPLACE (NULL AS extract) FROM read_rejects
        UNION SELECT input, place, 'forgotten', NULL FROM (
            SELECT input, place, ticket_id FROM read_tickets UNION SELECT input, place, ticket_id FROM read_messages
            UNION SELECT input, place, ticket_id FROM read_events
        ) WHERE place IS NOT NULL AND ticket_id IN (FROM forgotten_tickets)
        ORDER BY ALL
    """,
}
_EMPTIED = """
    SELECT input, 'forgotten', count(DISTINCT record)::BIGINT FROM whole
    WHERE author_id IN (FROM forgotten_people) AND ticket_id IN (FROM shared_tickets) AND input IS NOT NULL
    GROUP BY input ORDER BY input
"""
