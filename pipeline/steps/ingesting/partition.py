"""A worker of the ingest: reads a byte range of an export, cleans and redacts it, writes canonical Parquet.

Raw text exists here in memory only. The worker opens the vault read-only (who is staff, which display names to
redact) and never the warehouse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.privacy import vault
from pipeline.sources import SOURCES
from pipeline.sources.discovery import Range
from pipeline.sources.source import Batch
from pipeline.text.clean import clean, needs_care

# Changes whenever cleaning or redaction changes what is stored: files read before are then read again.
TEXT_VERSION = "1"
_EXTRACT = 120
_MARKS = pa.list_(pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())]))


@dataclass(frozen=True)
class Task:
    """One partition: the range, where people are, which versions are known already, where to write."""

    range: Range
    vault: Path
    known: Path | None
    out: Path


@dataclass(frozen=True)
class Result:
    """What came of a partition; blank lines are no records. `people` are those embedded in tickets, for the vault;
    they are not written."""

    index: int
    line_count: int
    record_count: int
    unchanged_count: int
    redacted: dict[str, int]
    people: pa.Table


def read_lines(range: Range) -> tuple[pa.Table, pa.Table, int]:
    """Lines of the range (`line` from 1 within it, `text`), those that are not UTF-8, and how many there were."""
    with open(range.path, "rb") as stream:
        stream.seek(range.start)
        raw = stream.read(range.end - range.start)
    lines = raw.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    numbers, texts, bad = [], [], []
    for number, line in enumerate(map(bytes.strip, lines), start=1):
        if not line:
            continue
        try:
            texts.append(line.decode("utf-8-sig" if number == 1 and range.start == 0 else "utf-8"))
            numbers.append(number)
        except UnicodeDecodeError:
            bad.append({"line": number, "reason": "bad_encoding", "raw": line[:_EXTRACT].decode("utf-8", "replace")})
    table = pa.table({"line": pa.array(numbers, pa.int64()), "text": pa.array(texts, pa.string())})
    rejects = pa.Table.from_pylist(bad, schema=Batch().rejects.schema)
    return table, rejects, len(lines)


def ingest_partition(task: Task) -> Result:
    """Writes `tickets-`, `messages-` and `rejects-<index>.parquet` of the range into `task.out`."""
    lines, undecodable, line_count = read_lines(task.range)
    con = duckdb.connect(config={"threads": "1", "autoinstall_known_extensions": "false"})
    try:
        con.execute("SET TimeZone = 'UTC'")
        record_count = lines.num_rows + undecodable.num_rows
        lines, unchanged = _skip_known(con, lines, task.known)
        batch = SOURCES[task.range.source].read("tickets", lines)
        con.execute(f"ATTACH '{str(task.vault).replace(chr(39), chr(39) * 2)}' AS vault (READ_ONLY)")
        for name in ("tickets", "messages", "participants", "people"):
            con.register(f"raw_{name}", getattr(batch, name))
        con.register("lines", lines)
        row = con.execute("SELECT value FROM vault.salt").fetchone()
        pseudonym = vault.pseudonym_sql(row[0] if row else "", "$source", "user_id")
        con.execute(_PEOPLE.format(pseudonym=pseudonym, staff=str(vault.STAFF_ROLES)), {"source": task.range.source})
        messages = con.execute(_MESSAGES).to_arrow_table()
        names = con.execute(_NAMES).to_arrow_table()
        messages, redacted = _clean_messages(con, messages, names)
        tickets = con.execute(_TICKETS, {"source": task.range.source, "version": TEXT_VERSION}).to_arrow_table()
        tickets = _clean_subjects(tickets, names)
        rejects = _redact_extracts(con, pa.concat_tables([undecodable, batch.rejects]))
    finally:
        con.close()
    for name, table in (("tickets", tickets), ("messages", messages), ("rejects", rejects)):
        pq.write_table(table, task.out / f"{name}-{task.range.index:06d}.parquet", compression="zstd")
    return Result(task.range.index, line_count, record_count, unchanged, redacted, batch.people)


def _skip_known(con: duckdb.DuckDBPyConnection, lines: pa.Table, known: Path | None) -> tuple[pa.Table, int]:
    """Lines whose very bytes are stored already need no second reading."""
    if known is None:
        return lines, 0
    con.register("all_lines", lines)
    fresh = con.execute(
        f"SELECT line, text FROM all_lines ANTI JOIN read_parquet($known) k ON k.ticket_hash = {_HASH} ORDER BY line",
        {"known": str(known), "version": TEXT_VERSION},
    ).to_arrow_table()
    return fresh, lines.num_rows - fresh.num_rows


def _clean_messages(
    con: duckdb.DuckDBPyConnection, messages: pa.Table, names: pa.Table
) -> tuple[pa.Table, dict[str, int]]:
    """`body` becomes `text` and `marks`. Plain texts with nothing to redact pass as they are, without Python."""
    con.register("named_messages", messages)
    con.register("names", names)
    has_name = con.execute(_HAS_NAME).to_arrow_table()["has_name"].to_pylist()
    careful = needs_care(messages["body"].combine_chunks()).to_pylist()
    is_html = messages["is_html"].to_pylist()
    texts = messages["body"].to_pylist()
    lines = messages["line"].to_pylist()
    names_of = dict(zip(names["line"].to_pylist(), names["names"].to_pylist(), strict=True))
    marks: list[list[dict[str, Any]]] = [[] for _ in texts]
    counts: dict[str, int] = {}
    for i, text in enumerate(texts):
        if not (careful[i] or has_name[i] or is_html[i]):
            continue
        cleaned = clean(text, is_html=is_html[i], names=names_of.get(lines[i], ()))
        texts[i] = cleaned.text
        marks[i] = [{"kind": m.kind, "start_offset": m.start, "end_offset": m.end} for m in cleaned.marks]
        for kind, count in cleaned.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    out = messages.drop_columns(["body", "is_html"])
    out = out.append_column("text", pa.array(texts, pa.string()))
    return out.append_column("marks", pa.array(marks, _MARKS)), counts


def _clean_subjects(tickets: pa.Table, names: pa.Table) -> pa.Table:
    names_of = dict(zip(names["line"].to_pylist(), names["names"].to_pylist(), strict=True))
    subjects = [
        clean(subject, is_html=False, names=names_of.get(line, ())).text if subject else subject
        for line, subject in zip(tickets["line"].to_pylist(), tickets["subject"].to_pylist(), strict=True)
    ]
    place = tickets.column_names.index("subject")
    return tickets.set_column(place, "subject", pa.array(subjects, pa.string()))


def _redact_extracts(con: duckdb.DuckDBPyConnection, rejects: pa.Table) -> pa.Table:
    """A record that cannot be read names no participants: whoever the vault knows by a word of it is redacted."""
    starts = [(raw or "")[: _EXTRACT * 4] for raw in rejects["raw"].to_pylist()]
    words = sorted({word.lower() for start in starts for word in _WORD.findall(start)})
    names = [row[0] for row in con.execute(_NAMES_WITH, [words]).fetchall()] if words else []
    extracts = [
        clean(start, is_html=False, names=[n for n in names if n.lower() in start.lower()]).text[:_EXTRACT]
        for start in starts
    ]
    return rejects.drop_columns(["raw"]).append_column("extract", pa.array(extracts, pa.string()))


_WORD = re.compile(r"\w+")
_NAMES_WITH = r"""
    SELECT DISTINCT name FROM vault.people
    WHERE regexp_extract(lower(name), '(\w+)\W*$', 1) IN (SELECT unnest(?::VARCHAR[])) ORDER BY name
"""
_HASH = "md5($version || ':' || text)"

# Everybody who takes part, with role as the vault knows it; embedded people count before the vault has them.
_PEOPLE = """
    CREATE TEMP TABLE parts AS
    WITH known AS (
        SELECT user_id, name, is_staff FROM vault.people WHERE source = $source
            AND user_id IN (SELECT user_id FROM raw_participants)
        UNION ALL
        SELECT user_id, name, coalesce(role IN {staff}, false) FROM raw_people
    ), merged AS (
        SELECT user_id, list_sort(list_distinct(list(name) FILTER (name IS NOT NULL))) AS names,
            bool_or(is_staff) AS is_staff
        FROM known GROUP BY user_id
    )
    SELECT p.line, p.user_id, {pseudonym} AS contact_id, m.names AS names, m.user_id IS NOT NULL AS is_known,
        coalesce(m.is_staff, false) AS is_staff,
        bool_or(p.part = 'requester') AS is_requester, bool_or(p.part = 'staff') AS is_assignee
    FROM raw_participants p LEFT JOIN merged m USING (user_id)
    WHERE p.user_id IS NOT NULL
    GROUP BY ALL
"""

# Who wrote it, as of the message: an internal note is staff's; a stranger to the ticket is not taken for the customer.
_MESSAGES = """
    SELECT m.line, m.ticket_id, m.message_id,
        (row_number() OVER (PARTITION BY m.line ORDER BY m.said_at, m.place, m.message_id) - 1)::INTEGER AS position,
        CASE WHEN m.role_hint IS NOT NULL THEN m.role_hint
             WHEN NOT m.is_public THEN 'agent'
             WHEN p.is_staff OR (p.is_assignee AND NOT p.is_requester) THEN 'agent'
             WHEN p.is_requester OR p.is_known THEN 'customer'
             ELSE 'unknown' END AS role,
        p.contact_id AS author_id, m.is_public, m.said_at, m.body, m.is_html
    FROM raw_messages m LEFT JOIN parts p ON p.line = m.line AND p.user_id = m.author_id
    ORDER BY m.line, position
"""
_NAMES = """
    SELECT line, list_sort(list_distinct(flatten(list(names)))) AS names FROM parts
    WHERE names IS NOT NULL GROUP BY line ORDER BY line
"""
_HAS_NAME = """
    WITH wanted AS (SELECT line, lower(unnest(names)) AS name FROM names)
    SELECT bool_or(w.name IS NOT NULL) AS has_name
    FROM named_messages m LEFT JOIN wanted w
        ON w.line = m.line AND contains(lower(m.body), regexp_extract(w.name, '\\S+$'))
    GROUP BY m.line, m.position ORDER BY m.line, m.position
"""
_TICKETS = f"""
    SELECT t.line, $source AS source, t.ticket_id, t.url, t.subject, t.status, t.priority, t.channel, t.team,
        p.contact_id AS requester_id, t.organization_id, t.created_at, t.updated_at, t.status_updated_at,
        t.rating, t.reopen_count, t.group_station_count, {_HASH} AS ticket_hash
    FROM raw_tickets t JOIN lines l USING (line)
    LEFT JOIN parts p ON p.line = t.line AND p.user_id = t.requester_id
    ORDER BY t.line
"""
