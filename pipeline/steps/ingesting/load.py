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
from pipeline.steps.ingesting.join_parts import gather_parts, join_parts, make_way
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
    gather_parts(con, files)
    con.execute(_KEEP)
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
        changed = make_way(con, files)
        con.execute(_INSERT_OWN.format(**files))
        join_parts(con, files)
        con.execute(_INSERT_REJECTS.format(rejects=files["rejects"]))
        con.execute(_INSERT_INPUTS)
        also(con)
    con.unregister("parts")
    con.unregister("teams")
    con.unregister("noted")
    con.unregister("left_out")
    return changed, deleted


def _parquet(out: Path, name: str, portions: Sequence[Portion]) -> str:
    """Files by name, never by a glob: the home's path may hold brackets, stars and apostrophes."""
    names = ", ".join(
        "'" + str(out / f"{name}-{portion.index:06d}.parquet").replace("'", "''") + "'" for portion in portions
    )
    return f"(SELECT *, {_PART} AS idx FROM read_parquet([{names}], filename = true))"


_PART = "CAST(regexp_extract(filename, '-(\\d+)\\.parquet$', 1) AS BIGINT)"


def _register_parts(con: Connection, portions: Sequence[Portion], results: Sequence[Result]) -> None:
    """`parts`: a row a portion and file, with the number of lines before it in the file; `noted`: remarks by file;
    `left_out`: tickets of people who were forgotten."""
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
    left_out = {
        (portion.source, ticket) for portion, one in zip(portions, results, strict=True) for ticket in one.forgotten
    }
    con.register(
        "left_out",
        pa.table(
            {
                "source": pa.array([source for source, _ in sorted(left_out)], pa.string()),
                "ticket_id": pa.array([ticket for _, ticket in sorted(left_out)], pa.string()),
            }
        ),
    )


_NOTED = pa.schema([("digest", pa.string()), ("remark", pa.string()), ("record_count", pa.int64())])

# Of all versions of a ticket, the stored one among them, the latest by (updated_at, hash) wins, whatever the order
# in which they came. A deletion wins over what is not newer. `is_base`: the latest whole version where a newer one in
# parts is stored: its messages are those that the parts join.
_VERSIONS = """
    CREATE OR REPLACE TEMP TABLE versions AS
    WITH incoming AS (
        SELECT source, ticket_id, updated_at, ticket_hash, coalesce(status = 'deleted', false) AS is_deletion, is_whole,
            status IS NULL AS is_stateless, record, idx,
            input, place
        FROM {tickets}
    ), candidates AS (
        SELECT *, false AS is_old FROM incoming
        UNION ALL SELECT source, ticket_id, updated_at, ticket_hash, false, true, false, NULL, NULL, NULL, NULL, true
            FROM tickets WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
        UNION ALL SELECT source, ticket_id, updated_at, '', true, true, false, NULL, NULL, NULL, NULL, true
            FROM tombstones WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
    ), several AS (
        SELECT source, ticket_id FROM candidates GROUP BY ALL HAVING count(*) > 1
    ), placed AS (
        SELECT *, 1 AS rank, is_deletion AS is_gone, is_whole AS is_settled, 1 AS whole_rank
        FROM candidates ANTI JOIN several USING (source, ticket_id)
        UNION ALL
        SELECT *, row_number() OVER latest AS rank, first_value(is_deletion) OVER latest AS is_gone,
            first_value(is_whole OR is_old) OVER latest AS is_settled,
            row_number() OVER (PARTITION BY source, ticket_id, is_whole AND NOT is_old AND NOT is_deletion
                ORDER BY updated_at DESC, ticket_hash DESC, idx, record) AS whole_rank
        FROM candidates SEMI JOIN several USING (source, ticket_id)
        WINDOW latest AS (
            PARTITION BY source, ticket_id
            ORDER BY updated_at DESC, is_deletion DESC, ticket_hash DESC, is_old DESC, idx, record
        )
    )
    SELECT source, ticket_id, updated_at, idx, record, input, place, is_whole, is_stateless,
        CASE WHEN is_deletion AND is_gone THEN 'deleted' WHEN rank = 1 THEN 'stored' ELSE 'superseded' END AS fate,
        fate = 'superseded' AND NOT is_settled AND is_whole AND NOT is_deletion AND whole_rank = 1 AS is_base
    FROM placed WHERE NOT is_old
"""
# A file that is read again says anew what is set aside of it.
_FORGET_FILES = """
    DELETE FROM inputs WHERE digest IN (SELECT digest FROM parts);
    DELETE FROM rejects WHERE digest IN (SELECT digest FROM parts);
    DELETE FROM input_remarks WHERE digest IN (SELECT digest FROM parts)
"""
# What a version that came in parts does not say is as it was; one without the beginning does not tell who began.
_KEEP = """
    CREATE OR REPLACE TEMP MACRO kept(is_later, said, stored) AS
        CASE WHEN is_later THEN coalesce(stored, said) ELSE coalesce(said, stored) END;
    CREATE OR REPLACE TEMP TABLE kept AS
    SELECT source, ticket_id, url, subject, channel, requester_id, organization_id, created_at
    FROM tickets SEMI JOIN (FROM versions WHERE fate = 'stored' AND NOT is_whole) USING (source, ticket_id)
"""
_INSERT_TICKETS = """
    INSERT INTO tickets BY NAME
    SELECT t.* EXCLUDE (filename, idx, record, input, place, is_whole, team)
        REPLACE (
            coalesce(t.status, 'open') AS status,
            coalesce(t.url, k.url) AS url,
            coalesce(t.channel, k.channel) AS channel,
            kept(k.created_at < t.created_at, t.subject, k.subject) AS subject,
            kept(k.created_at < t.created_at, t.requester_id, k.requester_id) AS requester_id,
            kept(k.created_at < t.created_at, t.organization_id, k.organization_id) AS organization_id,
            least(t.created_at, k.created_at) AS created_at
        ), coalesce(n.team_name, t.team) AS team
    FROM {tickets} t
    JOIN versions v ON v.fate = 'stored' AND v.idx = t.idx AND v.record = t.record
    LEFT JOIN kept k ON k.source = t.source AND k.ticket_id = t.ticket_id
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
_INSERT_REJECTS = """
    INSERT INTO rejects BY NAME
    SELECT p.digest, p.path, p.line_base + r.place AS line, r.reason, r.extract
    FROM {rejects} r JOIN parts p USING (idx, input)
    UNION
    SELECT p.digest, p.path, p.line_base + v.place, v.fate, NULL
    FROM versions v JOIN parts p USING (idx, input) WHERE v.fate <> 'stored'
    UNION
    SELECT p.digest, p.path, p.line_base + l.place,
        CASE WHEN (l.source, l.ticket_id) IN (SELECT (source, ticket_id) FROM left_out) THEN 'forgotten'
            WHEN b.ticket_id IS NULL THEN 'no_ticket' ELSE 'deleted' END, NULL
    FROM (
        SELECT source, ticket_id, part, input, place FROM loose_messages
        UNION SELECT source, ticket_id, part, input, place FROM loose_events
    ) l JOIN parts p ON p.idx = l.part AND p.input = l.input
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
