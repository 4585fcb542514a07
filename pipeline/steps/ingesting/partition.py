"""A worker of the ingest: reads a portion of an export, cleans and redacts it, writes canonical Parquet.

Raw text exists here in memory only. The worker opens the vault read-only (who is staff, which display names to
redact) and never the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.confined import scratch
from pipeline.privacy.attaching import attach
from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.discovery import Portion
from pipeline.sources.reading import Reading, read_portion
from pipeline.sources.source import PEOPLE, RAW_EVENTS, RAW_ORGANIZATIONS, Batch
from pipeline.steps.ingesting.chats import split_chats
from pipeline.steps.ingesting.cleaning import clean_texts, redact_extracts
from pipeline.steps.ingesting.forgotten import emptied_remarks, leave_out_forgotten, with_forgotten_names
from pipeline.steps.ingesting.taking_part import NAMES, join_people, said, with_staff

# Changes whenever cleaning or redaction changes what is stored: files read before are then read again.
TEXT_VERSION = "3"
TABLES = ("tickets", "messages", "events", "rejects")


@dataclass(frozen=True)
class Task:
    """One portion: where people are, which versions are known already, who takes part in stored tickets (needed where
    messages come without their tickets), where to write; `given` is what is read instead of files, `batch` its rows."""

    portion: Portion
    vault: Path
    known: Path | None
    stored: Path | None
    out: Path
    staff_domains: tuple[str, ...] = ()
    given: Reading | None = None
    batch: Batch | None = None


@dataclass
class Result:
    """What came of a portion; `counts` are records by input. People and organizations found among tickets are for the
    vault and the driver; they are not written. `forgotten` are tickets left out."""

    index: int
    line_count: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    remarks: dict[tuple[int, str], int] = field(default_factory=dict)
    redacted: dict[str, int] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    people: pa.Table = field(default_factory=PEOPLE.empty_table)
    organizations: pa.Table = field(default_factory=RAW_ORGANIZATIONS.empty_table)


def ingest_partition(task: Task) -> Result:
    """Writes `tickets-`, `messages-`, `events-` and `rejects-<index>.parquet` of the portion into `task.out`."""
    result = Result(task.portion.index)
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for reading in [task.given] if task.given else read_portion(task.portion):
            for name, table in _read(task, reading, result).items():
                if name not in writers:
                    path = task.out / f"{name}-{task.portion.index:06d}.parquet"
                    writers[name] = pq.ParquetWriter(path, table.schema, compression="lz4")
                writers[name].write_table(table.cast(writers[name].schema))
    finally:
        for writer in writers.values():
            writer.close()
    return result


def _read(task: Task, reading: Reading, result: Result) -> dict[str, pa.Table]:
    """Canonical tables of some records, clean and redacted."""
    source = task.portion.source
    con = scratch(*{file.parent for file in (task.vault, task.known, task.stored) if file})
    try:
        records = _skip_known(con, reading.records, task)
        batch = task.batch or read_checked(SOURCES[source], records)
        batch = replace(batch, people=with_staff(batch.people, task.staff_domains))
        attach(con, task.vault, read_only=True)
        con.register("records", records)
        con.register("places", reading.places)
        join_people(con, source, _salt(con), task.stored, batch)
        messages, names = split_chats(con, said(con, batch.messages), con.execute(NAMES).to_arrow_table())
        con.register("said", messages)
        names = with_forgotten_names(con, names, _salt(con))
        tickets = con.execute(_TICKETS, {"source": source, "version": TEXT_VERSION}).to_arrow_table()
        messages, tickets, redacted = clean_texts(messages, tickets, names)
        events = con.execute(_EVENTS).to_arrow_table() if batch.events.num_rows else _NO_EVENTS.empty_table()
        rejects = _NO_REJECTS.empty_table()
        if batch.rejects.num_rows or reading.aside.num_rows:
            con.register("aside", reading.aside)
            rejects = redact_extracts(con, con.execute(_REJECTS).to_arrow_table())
        remarks = con.execute(_REMARKS).fetchall() if batch.remarks.num_rows else []
        tables = {"tickets": tickets, "messages": messages, "events": events, "rejects": rejects}
        tables, forgotten = leave_out_forgotten(con, tables, source, _salt(con))
        if tables["messages"] is not messages:
            remarks += emptied_remarks(con, messages)
    finally:
        con.close()
    result.line_count += reading.line_count
    _add(result.counts, reading.counts)
    _add(result.remarks, {(number, remark): count for number, remark, count in remarks})
    _add(result.redacted, redacted)
    result.people = pa.concat_tables([result.people, batch.people])
    result.organizations = pa.concat_tables([result.organizations, batch.organizations])
    result.forgotten += forgotten
    return tables


def _add(counts: dict[Any, int], more: dict[Any, int]) -> None:
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count


def _skip_known(con: duckdb.DuckDBPyConnection, records: pa.Table, task: Task) -> pa.Table:
    """Records whose very bytes are stored already need no second reading; parts are needed for their conversation's
    sake (a ticket made of rows is none of them alone)."""
    if task.known is None:
        return records
    con.register("all_records", records)
    whole = [kind.name for kind in SOURCES[task.portion.source].kinds if kind.holds == "whole"]
    return con.execute(UNKNOWN, {"known": str(task.known), "version": TEXT_VERSION, "whole": whole}).to_arrow_table()


def _salt(con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute("SELECT value FROM vault.salt").fetchone()
    return row[0] if row else ""


# SQL: what tells a version of a ticket from another.
HASH = "md5($version || ':' || {})"

# Looked up in a hash table, not compared with each: a join whose condition is more than an equation compares them all.
UNKNOWN = f"""
    SELECT record, kind, text FROM all_records
    WHERE NOT coalesce(list_contains($whole::VARCHAR[], kind) AND {HASH.format("text")} IN (
        SELECT ltrim(ticket_hash, '-') FROM read_parquet($known)), false)
    ORDER BY record
"""

# Where we wrote first, whoever answered is the one who asks. The hash of what came without its parts sorts before that
# of the whole, which wins where both are of the same moment.
_TICKETS = f"""
    WITH ours AS (
        SELECT t.ticket_id FROM raw_tickets t JOIN pseudonyms n ON n.user_id = t.requester_id
        JOIN parts p ON p.contact_id = n.contact_id AND p.record = abs(t.record) WHERE p.is_staff
    )
    SELECT t.record, l.input, l.place, $source AS source, t.ticket_id, t.url, t.subject, t.status, t.priority,
        t.channel, t.team, CASE WHEN p.is_staff THEN s.author_id ELSE n.contact_id END AS requester_id,
        t.organization_id, t.created_at, t.updated_at,
        t.status_updated_at, t.rating, t.reopen_count, t.group_station_count, coalesce(t.is_whole, true) AS is_whole,
        CASE WHEN t.is_whole = false THEN '-' ELSE '' END
            || coalesce(r.hash, {HASH.format("to_json(t)")}) AS ticket_hash
    FROM raw_tickets t
    LEFT JOIN (SELECT record, {HASH.format("text")} AS hash FROM records) r USING (record)
    LEFT JOIN places l USING (record)
    LEFT JOIN pseudonyms n ON n.user_id = t.requester_id
    LEFT JOIN parts p ON p.contact_id = n.contact_id AND p.record = abs(t.record)
    LEFT JOIN (
        SELECT ticket_id, arg_min(author_id, (said_at, record, position)) AS author_id
        FROM said WHERE role = 'customer' AND ticket_id IN (FROM ours) GROUP BY ticket_id
    ) s ON s.ticket_id = t.ticket_id
    ORDER BY t.record
"""
_EVENTS = """
    SELECT e.record, l.input, l.place, e.ticket_id, e.event_id, e.kind, e.happened_at, n.contact_id AS actor_id,
        e.value, coalesce(e.is_loose, false) AS is_loose
    FROM raw_events e JOIN places l USING (record) LEFT JOIN pseudonyms n ON n.user_id = e.actor_id
    ORDER BY e.record, e.event_id
"""
# What these give of nothing, without a plan being made for it.
_NO_EVENTS = pa.schema([RAW_EVENTS.field(0), ("input", pa.int32()), ("place", pa.int64()), *list(RAW_EVENTS)[1:]])
_NO_REJECTS = pa.schema(
    [("input", pa.int32()), ("place", pa.int64()), ("reason", pa.string()), ("extract", pa.string())]
)
_REJECTS = """
    SELECT l.input, l.place, r.reason, r.raw FROM raw_rejects r JOIN places l USING (record)
    UNION ALL SELECT input, place, reason, raw FROM aside
    ORDER BY ALL
"""
_REMARKS = """
    SELECT l.input, r.remark, count(DISTINCT record)::BIGINT FROM raw_remarks r JOIN places l USING (record)
    GROUP BY ALL ORDER BY ALL
"""
