"""What came apart is put together by ticket: messages and events join what is stored, and are counted anew."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.warehouse import Connection, scalar


def gather_parts(con: Connection, files: Mapping[str, str]) -> None:
    """Makes `loose_messages` and `loose_events` of the workers' `files`."""
    for name, statement in _LOOSE.items():
        con.execute(statement.format(files=files[name]))


def make_way(con: Connection, files: Mapping[str, str]) -> int:
    """Makes `touched`, a row a ticket that is stored anew or gains a part, and takes out what comes again. Returns how
    many tickets that are."""
    con.execute(_TOUCHED)
    if _has_parts(con):
        con.execute(_MAKE_WAY.format(**files))
    return int(scalar(con, "SELECT count(*) FROM touched"))


def join_parts(con: Connection, files: Mapping[str, str]) -> None:
    """Stores loose messages and events, puts messages in order, and says of tickets what their parts tell."""
    if scalar(con, "SELECT count(*) FROM versions WHERE is_base"):
        con.execute(_BASE.format(**files))
    for statement in _JOIN_PARTS if _has_parts(con) else ():
        con.execute(statement)
    con.execute(_COUNT_EVENTS)
    con.execute(_SETTLE)


def _has_parts(con: Connection) -> bool:
    return bool(scalar(con, "SELECT count(*) FROM touched WHERE NOT is_whole"))


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
_TOUCHED = """
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT source, ticket_id, bool_and(is_whole) AS is_whole FROM (
        SELECT source, ticket_id, is_whole FROM versions WHERE fate = 'stored'
        UNION ALL SELECT source, ticket_id, false FROM loose_messages SEMI JOIN tickets USING (source, ticket_id)
        UNION ALL SELECT source, ticket_id, false FROM loose_events SEMI JOIN tickets USING (source, ticket_id)
    ) GROUP BY ALL
"""
# A part that comes again takes the place of what is stored of it. What was a note once stays one, and what the helpdesk
# emptied stays empty, whichever export of it comes later.
_MAKE_WAY = """
    CREATE OR REPLACE TEMP TABLE notes AS
    SELECT source, message_id FROM messages SEMI JOIN loose_messages USING (source, message_id) WHERE NOT is_public;
    DELETE FROM messages WHERE text <> '' AND (source, message_id) IN (SELECT source, message_id FROM loose_messages)
        OR (source, message_id) IN (
            SELECT v.source, m.message_id FROM {messages} m
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
# Of the same message twice an emptied one wins, then a note over the same in public, then the later in time, then the
# one whose text sorts last: nothing depends on files.
_BASE = """
    INSERT INTO messages BY NAME
    SELECT m.* EXCLUDE (filename, idx, record, input, place, is_loose), v.source AS source
    FROM {messages} m JOIN versions v ON v.is_base AND v.idx = m.idx AND v.record = m.record
    WHERE NOT m.is_loose AND (v.source, m.message_id) NOT IN (SELECT source, message_id FROM messages);
    INSERT INTO ticket_events BY NAME
    SELECT e.* EXCLUDE (filename, idx, record, input, place, is_loose), v.source AS source
    FROM {events} e JOIN versions v ON v.is_base AND v.idx = e.idx AND v.record = e.record
    WHERE NOT e.is_loose AND (v.source, e.event_id) NOT IN (SELECT source, event_id FROM ticket_events)
"""
_JOIN_PARTS = (
    """
    INSERT INTO messages BY NAME
    SELECT l.* EXCLUDE (idx, part, record, input, place) FROM loose_messages l
    SEMI JOIN tickets USING (source, ticket_id) ANTI JOIN messages USING (source, message_id)
    QUALIFY row_number() OVER (
        PARTITION BY source, message_id ORDER BY text = '' DESC, is_public, said_at DESC, text DESC, role, author_id
    ) = 1
    ORDER BY source, ticket_id, said_at, message_id
    """,
    "UPDATE messages SET is_public = false WHERE (source, message_id) IN (SELECT source, message_id FROM notes)",
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
# Where a helpdesk has no status, a conversation is open while the customer waits.
_SETTLE = """
    UPDATE tickets t SET status = CASE WHEN last.role = 'agent' THEN 'solved' ELSE 'open' END
    FROM (
        SELECT source, ticket_id, arg_max(role, (said_at, position)) AS role
        FROM messages SEMI JOIN (FROM versions WHERE fate = 'stored' AND is_stateless) USING (source, ticket_id)
        WHERE is_public AND role IN ('customer', 'agent', 'unknown') GROUP BY ALL
    ) last
    WHERE t.source = last.source AND t.ticket_id = last.ticket_id
"""
