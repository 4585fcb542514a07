"""Loads what ingest workers wrote: one transaction in which changed tickets replace themselves and deleted ones go.

A ticket that came whole replaces its messages. One that came apart from them keeps those stored; messages that came
without their ticket join it by its id, and are set aside where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.config import Settings
from pipeline.sources.discovery import Portion
from pipeline.steps.ingesting.partition import TABLES, Result
from pipeline.warehouse import Connection, scalar, transaction

# Everything that is derived from a ticket and keyed by it; a test compares this with the schema. A need keeps its topic
# when its ticket changes; the next decision drops it if it is no need any more.
DERIVED = ("messages", "ticket_events", "scores", "facts", "topic_members")
_REPLACED = {
    "tickets": "fate IN ('stored', 'deleted')",
    "messages": "fate = 'deleted' OR fate = 'stored' AND is_whole",
    "ticket_events": "fate = 'deleted' OR fate = 'stored' AND is_whole",
    "scores": "fate IN ('stored', 'deleted')",
    "facts": "fate IN ('stored', 'deleted')",
    "topic_members": "fate = 'deleted'",
}


def load_tickets(
    con: Connection,
    settings: Settings,
    out: Path,
    portions: Sequence[Portion],
    results: Sequence[Result],
    also: Callable[[Connection], None] = lambda con: None,
) -> tuple[int, int]:
    """Returns how many tickets changed and how many were deleted. `also` runs in the same transaction."""
    _register_parts(con, portions, results)
    con.register(
        "teams",
        pa.table(
            {
                "team": pa.array(list(settings.teams), pa.string()),
                "team_name": pa.array(list(settings.teams.values()), pa.string()),
            }
        ),
    )
    files = {name: _parquet(out, name, portions) for name in TABLES}
    con.execute(_VERSIONS.format(tickets=files["tickets"]))
    for name in ("messages", "events"):
        con.execute(_LOOSE[name].format(files=files[name]))
    with transaction(con):
        deleted = int(scalar(con, "SELECT count(*) FROM versions WHERE fate = 'deleted'"))
        for table in ("tickets", *DERIVED):
            con.execute(
                f"DELETE FROM {table} WHERE (source, ticket_id) IN "
                f"(SELECT source, ticket_id FROM versions WHERE {_REPLACED[table]})"
            )
        con.execute(_FORGET_FILES)
        con.execute(_INSERT_TICKETS.format(tickets=files["tickets"]))
        con.execute(_BURY)
        con.execute(_TOUCHED)
        changed = int(scalar(con, "SELECT count(*) FROM touched"))
        has_parts = bool(scalar(con, "SELECT count(*) FROM touched WHERE NOT is_whole"))
        if has_parts:
            con.execute(_MAKE_WAY.format(**files))
        con.execute(_INSERT_OWN.format(**files))
        for statement in _JOIN_PARTS if has_parts else ():
            con.execute(statement)
        con.execute(_COUNT_EVENTS)
        con.execute(_INSERT_REJECTS.format(rejects=files["rejects"]))
        con.execute(_INSERT_INPUTS)
        also(con)
    con.unregister("parts")
    con.unregister("teams")
    con.unregister("noted")
    return changed, deleted


def _parquet(out: Path, name: str, portions: Sequence[Portion]) -> str:
    """Files by name, never by a glob: the home's path may hold brackets, stars and apostrophes."""
    names = ", ".join(
        "'" + str(out / f"{name}-{portion.index:06d}.parquet").replace("'", "''") + "'" for portion in portions
    )
    return f"(SELECT *, {_PART} AS idx FROM read_parquet([{names}], filename = true))"


_PART = "CAST(regexp_extract(filename, '-(\\d+)\\.parquet$', 1) AS BIGINT)"


def _register_parts(con: Connection, portions: Sequence[Portion], results: Sequence[Result]) -> None:
    """`parts`: a row a portion and file, with the number of lines before it in the file; `noted`: remarks by file."""
    before: dict[str, int] = {}
    rows, remarks = [], []
    for portion, result in zip(portions, results, strict=True):
        for number, one in enumerate(portion.inputs):
            rows.append(
                {
                    "idx": portion.index,
                    "input": number,
                    "path": one.place.name,
                    "digest": one.digest,
                    "source": one.source,
                    "kind": one.kind,
                    "line_base": before.get(one.digest, 0),
                    "record_count": result.counts.get(number, 0),
                }
            )
            if portion.end:
                before[one.digest] = before.get(one.digest, 0) + result.line_count
        for (number, remark), count in result.remarks.items():
            remarks.append({"digest": portion.inputs[number].digest, "remark": remark, "record_count": count})
    con.register("parts", pa.Table.from_pylist(rows))
    con.register("noted", pa.Table.from_pylist(remarks, schema=_NOTED))


_NOTED = pa.schema([("digest", pa.string()), ("remark", pa.string()), ("record_count", pa.int64())])

# Of all versions of a ticket, the stored one among them, the latest by (updated_at, hash) wins, whatever the order
# in which they came. A deletion wins over what is not newer.
_VERSIONS = """
    CREATE OR REPLACE TEMP TABLE versions AS
    WITH incoming AS (
        SELECT source, ticket_id, updated_at, ticket_hash, status = 'deleted' AS is_deletion, is_whole, record, idx,
            input, place
        FROM {tickets}
    ), candidates AS (
        SELECT *, false AS is_old FROM incoming
        UNION ALL SELECT source, ticket_id, updated_at, ticket_hash, false, true, NULL, NULL, NULL, NULL, true
            FROM tickets WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
        UNION ALL SELECT source, ticket_id, updated_at, '', true, true, NULL, NULL, NULL, NULL, true
            FROM tombstones WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
    ), placed AS (
        SELECT *, row_number() OVER latest AS rank, first_value(is_deletion) OVER latest AS is_gone FROM candidates
        WINDOW latest AS (
            PARTITION BY source, ticket_id
            ORDER BY updated_at DESC, is_deletion DESC, ticket_hash DESC, is_old DESC, idx, record
        )
    )
    SELECT source, ticket_id, updated_at, idx, record, input, place, is_whole,
        CASE WHEN is_deletion AND is_gone THEN 'deleted' WHEN rank = 1 THEN 'stored' ELSE 'superseded' END AS fate
    FROM placed WHERE NOT is_old
"""
# What came without its ticket, each message and event once.
_LOOSE = {
    "messages": """
        CREATE OR REPLACE TEMP TABLE loose_messages AS
        SELECT p.source, m.* EXCLUDE (filename, is_loose), m.idx AS part FROM {files} m JOIN parts p USING (idx, input)
        WHERE m.is_loose
    """,
    "events": """
        CREATE OR REPLACE TEMP TABLE loose_events AS
        SELECT p.source, e.* EXCLUDE (filename, is_loose), e.idx AS part FROM {files} e JOIN parts p USING (idx, input)
        WHERE e.is_loose
    """,
}
# A file that is read again says anew what is set aside of it.
_FORGET_FILES = """
    DELETE FROM inputs WHERE digest IN (SELECT digest FROM parts);
    DELETE FROM rejects WHERE digest IN (SELECT digest FROM parts);
    DELETE FROM input_remarks WHERE digest IN (SELECT digest FROM parts)
"""
_INSERT_TICKETS = """
    INSERT INTO tickets BY NAME
    SELECT t.* EXCLUDE (filename, idx, record, input, place, is_whole, team), coalesce(n.team_name, t.team) AS team
    FROM {tickets} t
    JOIN versions v ON v.fate = 'stored' AND v.idx = t.idx AND v.record = t.record
    LEFT JOIN teams n ON n.team = t.team
    ORDER BY t.source, t.ticket_id
"""
_BURY = """
    CREATE OR REPLACE TEMP TABLE buried AS
    SELECT source, ticket_id, max(updated_at) AS updated_at FROM (
        SELECT source, ticket_id, updated_at FROM versions WHERE fate = 'deleted'
        UNION ALL FROM tombstones
    ) GROUP BY ALL;
    DELETE FROM tombstones;
    INSERT INTO tombstones BY NAME FROM buried WHERE (source, ticket_id) NOT IN (SELECT source, ticket_id FROM tickets);
"""
_TOUCHED = """
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT source, ticket_id, bool_and(is_whole) AS is_whole FROM (
        SELECT source, ticket_id, is_whole FROM versions WHERE fate = 'stored'
        UNION ALL SELECT source, ticket_id, false FROM loose_messages SEMI JOIN tickets USING (source, ticket_id)
        UNION ALL SELECT source, ticket_id, false FROM loose_events SEMI JOIN tickets USING (source, ticket_id)
    ) GROUP BY ALL
"""
_INSERT_OWN = """
    INSERT INTO messages BY NAME
    SELECT m.* EXCLUDE (filename, idx, record, input, place, is_loose), v.source AS source
    FROM {messages} m JOIN versions v ON v.fate = 'stored' AND v.idx = m.idx AND v.record = m.record
    WHERE NOT m.is_loose
    ORDER BY v.source, m.ticket_id, m.position;
    INSERT INTO ticket_events BY NAME
    SELECT e.* EXCLUDE (filename, idx, record, input, place, is_loose), v.source AS source
    FROM {events} e JOIN versions v ON v.fate = 'stored' AND v.idx = e.idx AND v.record = e.record
    WHERE NOT e.is_loose
    ORDER BY v.source, e.ticket_id, e.event_id
"""
# A part that comes again takes the place of what is stored of it.
_MAKE_WAY = """
    DELETE FROM messages WHERE (source, message_id) IN (
        SELECT source, message_id FROM loose_messages
        UNION SELECT v.source, m.message_id FROM {messages} m
            JOIN versions v ON v.fate = 'stored' AND NOT v.is_whole AND v.idx = m.idx AND v.record = m.record
    );
    DELETE FROM ticket_events WHERE (source, event_id) IN (
        SELECT source, event_id FROM loose_events
        UNION SELECT v.source, e.event_id FROM {events} e
            JOIN versions v ON v.fate = 'stored' AND NOT v.is_whole AND v.idx = e.idx AND v.record = e.record
    )
"""
# Tickets that hold parts: an opening text gives way to the messages that it stood in for, places are counted anew, and
# what was read out of the ticket before is read again.
# Of the same message twice the later in time wins, then the one whose text sorts last: nothing depends on files.
_JOIN_PARTS = (
    """
    INSERT INTO messages BY NAME
    SELECT l.* EXCLUDE (idx, part, record, input, place) FROM loose_messages l
    SEMI JOIN tickets USING (source, ticket_id) ANTI JOIN messages USING (source, message_id)
    QUALIFY row_number() OVER (PARTITION BY source, message_id ORDER BY said_at DESC, text DESC, role, author_id) = 1
    ORDER BY source, ticket_id, said_at, message_id
    """,
    """
    INSERT INTO ticket_events BY NAME
    SELECT l.* EXCLUDE (idx, part, record, input, place) FROM loose_events l
    SEMI JOIN tickets USING (source, ticket_id) ANTI JOIN ticket_events USING (source, event_id)
    QUALIFY row_number() OVER (PARTITION BY source, event_id ORDER BY happened_at DESC, kind, value, actor_id) = 1
    ORDER BY source, ticket_id, event_id
    """,
    """
    DELETE FROM messages s WHERE s.message_id = s.ticket_id || ':description'
        AND (s.source, s.ticket_id) IN (SELECT source, ticket_id FROM touched WHERE NOT is_whole)
        AND EXISTS (FROM messages m WHERE m.source = s.source AND m.ticket_id = s.ticket_id
            AND m.message_id <> s.message_id)
    """,
    """
    UPDATE messages m SET position = counted.position FROM (
        SELECT source, message_id, (row_number() OVER (
            PARTITION BY source, ticket_id
            ORDER BY said_at, try_cast(substr(message_id, length(ticket_id) + 2) AS HUGEINT) NULLS FIRST, message_id
        ) - 1)::INTEGER AS position
        FROM messages SEMI JOIN (FROM touched WHERE NOT is_whole) USING (source, ticket_id)
    ) counted
    WHERE m.source = counted.source AND m.message_id = counted.message_id AND m.position <> counted.position
    """,
    "DELETE FROM scores WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM touched WHERE NOT is_whole)",
    "DELETE FROM facts WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM touched WHERE NOT is_whole)",
)
# What the helpdesk does not count itself is counted from its events.
_COUNT_EVENTS = """
    UPDATE tickets t SET
        reopen_count = coalesce(greatest(t.reopen_count, nullif(e.reopened, 0)), t.reopen_count),
        group_station_count = coalesce(greatest(t.group_station_count, nullif(e.stations, 1)), t.group_station_count),
        status_updated_at = coalesce(greatest(t.status_updated_at, e.status_at), t.status_updated_at),
        rating = coalesce(t.rating, e.rating)
    FROM (
        SELECT source, ticket_id, count(*) FILTER (kind = 'reopened') AS reopened,
            1 + count(*) FILTER (kind = 'transferred') AS stations,
            max(happened_at) FILTER (kind IN ('status', 'reopened')) AS status_at,
            arg_max(value, (happened_at, event_id)) FILTER (kind = 'rated') AS rating
        FROM ticket_events SEMI JOIN touched USING (source, ticket_id) GROUP BY ALL
    ) e
    WHERE t.source = e.source AND t.ticket_id = e.ticket_id
"""
_INSERT_REJECTS = """
    INSERT INTO rejects BY NAME
    SELECT p.digest, p.path, p.line_base + r.place AS line, r.reason, r.extract
    FROM {rejects} r JOIN parts p USING (idx, input)
    UNION
    SELECT p.digest, p.path, p.line_base + v.place, v.fate, NULL
    FROM versions v JOIN parts p USING (idx, input) WHERE v.fate <> 'stored'
    UNION
    SELECT p.digest, p.path, p.line_base + l.place,
        CASE WHEN b.ticket_id IS NULL THEN 'no_ticket' ELSE 'deleted' END, NULL
    FROM loose_messages l JOIN parts p ON p.idx = l.part AND p.input = l.input
    LEFT JOIN tombstones b ON b.source = l.source AND b.ticket_id = l.ticket_id
    WHERE (l.source, coalesce(l.ticket_id, '')) NOT IN (SELECT source, ticket_id FROM tickets)
"""
_INSERT_INPUTS = """
    INSERT INTO inputs BY NAME
    SELECT max(p.path) AS path, p.digest, p.source, p.kind, sum(p.record_count) AS line_count,
        sum(p.record_count) - (SELECT count(*) FROM rejects r WHERE r.digest = p.digest) AS stored_count
    FROM parts p GROUP BY p.digest, p.source, p.kind;
    INSERT INTO input_remarks BY NAME
    SELECT digest, remark, sum(record_count) AS record_count FROM noted GROUP BY ALL
"""
