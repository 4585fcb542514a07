"""Who takes part in what was read, as the vault knows them, and who says each message.

Bodies never pass through SQL here: what a message's row needs of its people is looked up beside the rows, which keep
their order wherever they are in it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.privacy import vault
from pipeline.privacy.forgotten import pseudonym_sql
from pipeline.sources.source import Batch

_TABLES = ("tickets", "messages", "events", "participants", "people", "remarks", "rejects")
_ORDER = ["record", "said_at", "place", "message_id"]


def with_staff(people: pa.Table, domains: Sequence[str]) -> pa.Table:
    """People with the role agent where their address is of one of our own mail domains, or under one."""
    if not domains or not people.num_rows:
        return people
    ends = tuple(f"{mark}{domain.lower().lstrip('@.')}" for domain in domains for mark in ("@", "."))
    roles = [
        "agent" if email and email.lower().endswith(ends) else role
        for email, role in zip(people["email"].to_pylist(), people["role"].to_pylist(), strict=True)
    ]
    return people.set_column(people.column_names.index("role"), "role", pa.array(roles, pa.string()))


def join_people(con: duckdb.DuckDBPyConnection, source: str, salt: str, stored: Path | None, batch: Batch) -> None:
    """Makes `pseudonyms` (user_id, contact_id) and `parts`: everybody who takes part, by record. `con` has the vault;
    the batch's tables are `raw_…` there from now on. `stored`: who takes part in stored tickets."""
    for name in _TABLES:
        con.register(f"raw_{name}", getattr(batch, name))
    con.execute(_PSEUDONYMS.format(pseudonym=pseudonym_sql(salt, "$source", "user_id")), {"source": source})
    if pc.any(batch.messages["is_loose"]).as_py():
        of_stored = "read_parquet($stored)" if stored else _NOBODY_STORED
        con.execute(_OWN_AND_LOOSE.format(stored=of_stored), {"stored": str(stored)} if stored else {})
    else:
        con.execute(_OWN)
    con.execute(_PARTS.format(staff=str(vault.STAFF_ROLES)), {"source": source})


def said(con: duckdb.DuckDBPyConnection, messages: pa.Table) -> pa.Table:
    """A row a message of `messages` (RAW_MESSAGES) whose record has a place, with `position` in its record, `role` and
    `author_id` (a pseudonym), by record and position."""
    messages = _in_order(messages)
    numbers = pa.array(np.arange(messages.num_rows))
    con.register(
        "asked", messages.select(["record", "author_id", "role_hint", "is_public"]).add_column(0, "n", numbers)
    )
    told = con.execute(_SAID).to_arrow_table()
    con.unregister("asked")
    n = told["n"].to_numpy()
    if np.any(n[1:] < n[:-1]):
        told = told.take(pa.array(np.argsort(n)))
    if told.num_rows < messages.num_rows:
        messages = messages.take(told["n"])
    return pa.table(
        {
            "record": messages["record"],
            "input": told["input"],
            "place": told["place"],
            "ticket_id": messages["ticket_id"],
            "message_id": messages["message_id"],
            "position": _counted(messages["record"]),
            "role": told["role"],
            "author_id": told["author_id"],
            "is_public": messages["is_public"],
            "said_at": messages["said_at"],
            "body": messages["body"],
            "is_html": messages["is_html"],
            "is_loose": pc.fill_null(messages["is_loose"], False),
        }
    )


def names_of(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The names of everybody in `parts`, sorted: a row (record, names) a record in which somebody has one."""
    found = con.execute(_NAMES).to_arrow_table()
    record = found["record"].to_numpy()
    begins = np.flatnonzero(np.concatenate(([True], record[1:] != record[:-1]))[: len(record)])
    offsets = pa.array(np.append(begins, len(record)), pa.int32())
    names = pa.ListArray.from_arrays(offsets, found["name"].combine_chunks())
    return pa.table({"record": pa.array(record[begins]), "names": names})


def _in_order(messages: pa.Table) -> pa.Table:
    """By record, then as they were said. Most sources give them so, and to sort them copies every body."""
    record, said_at = (messages[name].to_numpy() for name in ("record", "said_at"))
    place = pc.fill_null(messages["place"], np.iinfo(np.int32).max).to_numpy()  # NULL comes last
    is_same, is_after = record[1:] == record[:-1], record[1:] > record[:-1]
    is_later, is_at_once = said_at[1:] > said_at[:-1], said_at[1:] == said_at[:-1]
    if np.all(is_after | is_same & (is_later | is_at_once & (place[1:] > place[:-1]))):
        return messages
    return messages.take(pc.sort_indices(messages.select(_ORDER), [(name, "ascending") for name in _ORDER]))


def _counted(records: pa.ChunkedArray) -> pa.Array:
    """For rows that lie together by record: the how many-th of its record each is, from 0."""
    record = records.to_numpy()
    numbers = np.arange(len(record))
    begins = np.concatenate(([True], record[1:] != record[:-1]))[: len(record)]
    return pa.array(numbers - np.maximum.accumulate(np.where(begins, numbers, 0)), pa.int32())


_PSEUDONYMS = """
    CREATE TEMP TABLE pseudonyms AS
    SELECT user_id, {pseudonym} AS contact_id FROM (
        SELECT DISTINCT user_id FROM (
            SELECT user_id FROM raw_participants UNION ALL SELECT author_id FROM raw_messages
            UNION ALL SELECT actor_id FROM raw_events UNION ALL SELECT requester_id FROM raw_tickets
            UNION ALL SELECT user_id FROM raw_people
        )
    ) WHERE user_id IS NOT NULL
"""
_NOBODY_STORED = "(SELECT NULL::VARCHAR AS ticket_id, NULL::VARCHAR AS contact_id, NULL::VARCHAR AS part WHERE false)"
_AS_WHAT = "bool_or(part = 'requester') AS is_requester, bool_or(part = 'staff') AS is_assignee"
# Put together by the ids of the helpdesk, which are shorter than pseudonyms.
_OWN = f"""
    CREATE TEMP TABLE taking_part AS
    SELECT record, contact_id, is_requester, is_assignee FROM (
        SELECT record, user_id, {_AS_WHAT} FROM (
            SELECT record, user_id, part FROM raw_participants
            UNION ALL SELECT record, author_id, 'other' FROM raw_messages
        ) GROUP BY record, user_id
    ) JOIN pseudonyms USING (user_id)
"""
# Who takes part in a message that came without its ticket: whoever does in the ticket, here and as it is stored.
_OWN_AND_LOOSE = f"""
    CREATE TEMP TABLE taking_part AS
    WITH own AS (
        SELECT p.record, n.contact_id, p.part FROM raw_participants p JOIN pseudonyms n USING (user_id)
        UNION SELECT m.record, n.contact_id, 'other' FROM raw_messages m JOIN pseudonyms n ON n.user_id = m.author_id
    ), loose AS (
        SELECT DISTINCT record, ticket_id FROM raw_messages WHERE is_loose
    ), latest AS (
        SELECT ticket_id, arg_max(record, (updated_at, record)) AS record FROM raw_tickets GROUP BY ticket_id
    ), together AS (
        SELECT l.ticket_id, o.contact_id, o.part FROM (FROM latest UNION ALL SELECT ticket_id, record FROM loose) l
        JOIN own o USING (record) WHERE l.ticket_id IN (SELECT ticket_id FROM loose)
        UNION SELECT ticket_id, contact_id, part FROM {{stored}} s WHERE s.ticket_id IN (SELECT ticket_id FROM loose)
    )
    SELECT record, contact_id, {_AS_WHAT} FROM (
        FROM own UNION SELECT l.record, t.contact_id, t.part FROM loose l JOIN together t USING (ticket_id)
    ) GROUP BY record, contact_id
"""

# Everybody who takes part, with role as the vault knows it; embedded people count before the vault has them.
_PARTS = """
    CREATE TEMP TABLE parts AS
    WITH known AS (
        SELECT contact_id, name, is_staff FROM vault.people WHERE source = $source
            AND contact_id IN (SELECT DISTINCT contact_id FROM taking_part)
        UNION ALL
        SELECT n.contact_id, p.name, coalesce(p.role IN {staff}, false)
        FROM raw_people p JOIN pseudonyms n USING (user_id)
    ), merged AS (
        SELECT contact_id, list_sort(list_distinct(list(name) FILTER (name IS NOT NULL))) AS names,
            bool_or(is_staff) AS is_staff
        FROM known GROUP BY contact_id
    )
    SELECT p.record, p.contact_id, m.names AS names, m.contact_id IS NOT NULL AS is_known,
        coalesce(m.is_staff, false) AS is_staff, p.is_requester, p.is_assignee
    FROM taking_part p LEFT JOIN merged m USING (contact_id)
"""

# Who wrote it, as of the message: an internal note is staff's; a stranger to the ticket is not taken for the customer.
_SAID = """
    SELECT m.n, l.input, l.place,
        CASE WHEN m.role_hint = 'unknown' AND p.is_staff THEN 'agent'
             WHEN m.role_hint IS NOT NULL THEN m.role_hint
             WHEN NOT m.is_public THEN 'agent'
             WHEN p.is_staff OR (p.is_assignee AND NOT p.is_requester) THEN 'agent'
             WHEN p.is_requester OR p.is_known THEN 'customer'
             ELSE 'unknown' END AS role,
        n.contact_id AS author_id
    FROM asked m
    JOIN places l USING (record)
    LEFT JOIN pseudonyms n ON n.user_id = m.author_id
    LEFT JOIN parts p ON p.record = m.record AND p.contact_id = n.contact_id
"""
_NAMES = "SELECT DISTINCT record, unnest(names) AS name FROM parts WHERE names IS NOT NULL ORDER BY record, name"
