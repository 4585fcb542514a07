"""Loads what ingest workers wrote: one transaction in which changed tickets replace themselves and deleted ones go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.config import Settings
from pipeline.sources.discovery import Range
from pipeline.steps.ingesting.partition import Result
from pipeline.warehouse import Connection, scalar, transaction

# Everything that is derived from a ticket and keyed by it; a test compares this with the schema.
DERIVED = ("messages", "scores", "facts", "topic_members")
_REPLACED = "'stored', 'deleted'"
# A need keeps its topic when its ticket changes; the next decision drops it if it is no need any more.
_GONE = {"topic_members": "'deleted'"}


def load_tickets(
    con: Connection, settings: Settings, out: Path, parts: Sequence[Range], results: Sequence[Result]
) -> tuple[int, int]:
    """Returns how many tickets changed and how many were deleted."""
    _register_parts(con, parts, results)
    con.register(
        "teams",
        pa.table(
            {
                "team": pa.array(list(settings.teams), pa.string()),
                "team_name": pa.array(list(settings.teams.values()), pa.string()),
            }
        ),
    )
    files = {name: _parquet(out, name, parts) for name in ("tickets", "messages", "rejects")}
    con.execute(_VERSIONS.format(tickets=files["tickets"]))
    with transaction(con):
        changed = int(scalar(con, "SELECT count(*) FROM versions WHERE fate = 'stored'"))
        deleted = int(scalar(con, "SELECT count(*) FROM versions WHERE fate = 'deleted'"))
        for table in ("tickets", *DERIVED):
            con.execute(
                f"DELETE FROM {table} WHERE (source, ticket_id) IN "
                f"(SELECT source, ticket_id FROM versions WHERE fate IN ({_GONE.get(table, _REPLACED)}))"
            )
        con.execute(_INSERT_TICKETS.format(tickets=files["tickets"]))
        con.execute(_INSERT_MESSAGES.format(messages=files["messages"]))
        con.execute(_BURY)
        con.execute(_INSERT_REJECTS.format(rejects=files["rejects"]))
        con.execute(_INSERT_INPUTS)
    con.unregister("parts")
    con.unregister("teams")
    return changed, deleted


def _parquet(out: Path, name: str, parts: Sequence[Range]) -> str:
    """Files by name, never by a glob: the home's path may hold brackets, stars and apostrophes."""
    names = ", ".join("'" + str(out / f"{name}-{part.index:06d}.parquet").replace("'", "''") + "'" for part in parts)
    return f"read_parquet([{names}], filename = true)"


def _register_parts(con: Connection, parts: Sequence[Range], results: Sequence[Result]) -> None:
    """`parts`: a row a partition, with the number of lines before it in its file."""
    before: dict[str, int] = {}
    rows = []
    for part, result in zip(parts, results, strict=True):
        rows.append(
            {
                "idx": part.index,
                "path": part.path.name,
                "digest": part.digest,
                "source": part.source,
                "kind": part.kind,
                "line_base": before.get(part.digest, 0),
                "line_count": result.line_count,
                "record_count": result.record_count,
            }
        )
        before[part.digest] = before.get(part.digest, 0) + result.line_count
    con.register("parts", pa.Table.from_pylist(rows))


_PART = "CAST(regexp_extract(filename, '-(\\d+)\\.parquet$', 1) AS BIGINT)"

# Of all versions of a ticket, the stored one among them, the latest by (updated_at, hash) wins, whatever the order
# in which they came. A deletion wins over what is not newer.
_VERSIONS = f"""
    CREATE OR REPLACE TEMP TABLE versions AS
    WITH incoming AS (
        SELECT source, ticket_id, updated_at, ticket_hash, status = 'deleted' AS is_deletion, line, {_PART} AS idx
        FROM {{tickets}}
    ), candidates AS (
        SELECT *, false AS is_old FROM incoming
        UNION ALL SELECT source, ticket_id, updated_at, ticket_hash, false, NULL, NULL, true
            FROM tickets WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
        UNION ALL SELECT source, ticket_id, updated_at, '', true, NULL, NULL, true
            FROM tombstones WHERE (source, ticket_id) IN (SELECT source, ticket_id FROM incoming)
    ), placed AS (
        SELECT *, row_number() OVER latest AS place, first_value(is_deletion) OVER latest AS is_gone FROM candidates
        WINDOW latest AS (
            PARTITION BY source, ticket_id
            ORDER BY updated_at DESC, is_deletion DESC, ticket_hash DESC, is_old DESC, idx, line
        )
    )
    SELECT source, ticket_id, updated_at, idx, line,
        CASE WHEN is_deletion AND is_gone THEN 'deleted' WHEN place = 1 THEN 'stored' ELSE 'superseded' END AS fate
    FROM placed WHERE NOT is_old
"""
_INSERT_TICKETS = f"""
    INSERT INTO tickets BY NAME
    SELECT t.* EXCLUDE (filename, line, team), coalesce(n.team_name, t.team) AS team
    FROM {{tickets}} t
    JOIN versions v ON v.fate = 'stored' AND v.idx = {_PART} AND v.line = t.line
    LEFT JOIN teams n ON n.team = t.team
    ORDER BY t.source, t.ticket_id
"""
_INSERT_MESSAGES = f"""
    INSERT INTO messages BY NAME
    SELECT m.* EXCLUDE (filename, line), v.source AS source
    FROM {{messages}} m JOIN versions v ON v.fate = 'stored' AND v.idx = {_PART} AND v.line = m.line
    ORDER BY v.source, m.ticket_id, m.position
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
_INSERT_REJECTS = f"""
    INSERT INTO rejects BY NAME
    SELECT p.digest, p.path, p.line_base + r.line AS line, r.reason, r.extract
    FROM (SELECT *, {_PART} AS idx FROM {{rejects}}) r JOIN parts p USING (idx)
    UNION ALL
    SELECT p.digest, p.path, p.line_base + v.line, v.fate, NULL
    FROM versions v JOIN parts p USING (idx) WHERE v.fate <> 'stored'
"""
_INSERT_INPUTS = """
    INSERT INTO inputs BY NAME
    SELECT p.path, p.digest, p.source, p.kind, sum(p.record_count) AS line_count,
        sum(p.record_count) - (SELECT count(*) FROM rejects r WHERE r.digest = p.digest) AS stored_count
    FROM parts p GROUP BY p.path, p.digest, p.source, p.kind
"""
