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
from pipeline.privacy.attaching import attach, detach
from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.discovery import Portion
from pipeline.sources.reading import Reading, read_portion
from pipeline.sources.source import PEOPLE, RAW_EVENTS, RAW_ORGANIZATIONS, Batch
from pipeline.steps.ingesting.asking import HASH, asked
from pipeline.steps.ingesting.chats import split_chats
from pipeline.steps.ingesting.forgotten import emptied_remarks, leave_out_forgotten, with_forgotten_names
from pipeline.steps.ingesting.taking_part import join_people, names_of, said, with_staff

# Changes whenever cleaning or redaction changes what is stored: files read before are then read again.
TEXT_VERSION = "3"
TABLES = ("tickets", "messages", "events", "rejects")
# Read once, seconds later: neither compressed nor searched for words that come again, but where they do.
_WRITTEN: dict[str, Any] = {
    "compression": "none",
    "use_dictionary": ["source", "role", "language", "status", "priority", "channel", "team", "kind", "reason"],
    "write_statistics": ["is_loose"],
}


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


def get_ready(nothing: None) -> None:
    """In a worker: what reading needs whatever it reads."""
    import pipeline.steps.ingesting.cleaning  # noqa: F401


def ingest_partition(task: Task) -> Result:
    """Writes `tickets-`, `messages-`, `events-` and `rejects-<index>.parquet` of the portion into `task.out`."""
    result = Result(task.portion.index)
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for reading in [task.given] if task.given else read_portion(task.portion):
            for name, table in _read(task, reading, result).items():
                if name not in writers:
                    path = task.out / f"{name}-{task.portion.index:06d}.parquet"
                    writers[name] = pq.ParquetWriter(path, table.schema, **_WRITTEN)
                writers[name].write_table(table.cast(writers[name].schema))
    finally:
        for writer in writers.values():
            writer.close()
    return result


def _read(task: Task, reading: Reading, result: Result) -> dict[str, pa.Table]:
    """Canonical tables of some records, clean and redacted."""
    # Patterns take a sixth of a second: who leads a night in which nothing is read does without.
    from pipeline.steps.ingesting.cleaning import clean_texts, redact_extracts

    source = task.portion.source
    con = scratch(*{file.parent for file in (task.vault, task.known, task.stored) if file})
    try:
        records = _skip_known(con, reading.records, task)
        batch = task.batch or read_checked(SOURCES[source], records)
        batch = replace(batch, people=with_staff(batch.people, task.staff_domains))
        attach(con, task.vault, read_only=True)
        salt = _salt(con)
        con.register("records", records)
        con.register("places", reading.places)
        join_people(con, source, salt, task.stored, batch)
        messages, names = split_chats(con, said(con, batch.messages), names_of(con))
        con.register("said", messages)
        names = with_forgotten_names(con, names, salt)
        tickets = asked(con, batch.tickets, source, TEXT_VERSION)
        messages, tickets, redacted = clean_texts(messages, tickets, names)
        events = con.execute(_EVENTS).to_arrow_table() if batch.events.num_rows else _NO_EVENTS.empty_table()
        rejects = _NO_REJECTS.empty_table()
        if batch.rejects.num_rows or reading.aside.num_rows:
            con.register("aside", reading.aside)
            rejects = redact_extracts(con, con.execute(_REJECTS).to_arrow_table())
        remarks = con.execute(_REMARKS).fetchall() if batch.remarks.num_rows else []
        tables = {"tickets": tickets, "messages": messages, "events": events, "rejects": rejects}
        tables, forgotten = leave_out_forgotten(con, tables, source, salt)
        if tables["messages"] is not messages:
            remarks += emptied_remarks(con, messages)
    finally:
        detach(con)
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


# Looked up in a hash table, not compared with each: a join whose condition is more than an equation compares them all.
UNKNOWN = f"""
    SELECT record, kind, text FROM all_records
    WHERE NOT coalesce(list_contains($whole::VARCHAR[], kind) AND {HASH.format("text")} IN (
        SELECT ltrim(ticket_hash, '-') FROM read_parquet($known)), false)
    ORDER BY record
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
