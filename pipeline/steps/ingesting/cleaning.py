"""Cleaning and redaction of a worker's tables: bodies become texts with marks and a language, subjects and extracts are
redacted."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.text.clean import clean, needs_care
from pipeline.text.language import languages
from pipeline.text.marks import Mark, own_words

_EXTRACT = 120
_MARKS = pa.list_(pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())]))


def clean_messages(
    con: duckdb.DuckDBPyConnection, messages: pa.Table, names: pa.Table
) -> tuple[pa.Table, dict[str, int]]:
    """`body` becomes `text`, `marks`, `language`. Plain texts with nothing to redact pass without Python."""
    con.register("named_messages", messages)
    con.register("names", names)
    has_name = con.execute(_HAS_NAME).to_arrow_table()["has_name"].to_pylist()
    careful = needs_care(messages["body"].combine_chunks()).to_pylist()
    is_html = messages["is_html"].to_pylist()
    texts = messages["body"].to_pylist()
    records = messages["record"].to_pylist()
    names_of = dict(zip(names["record"].to_pylist(), names["names"].to_pylist(), strict=True))
    marks: list[list[dict[str, Any]]] = [[] for _ in texts]
    spans: list[tuple[Mark, ...]] = [() for _ in texts]
    counts: dict[str, int] = {}
    for i, text in enumerate(texts):
        if not (careful[i] or has_name[i] or is_html[i]):
            continue
        cleaned = clean(text, is_html=is_html[i], names=names_of.get(records[i], ()))
        texts[i], spans[i] = cleaned.text, cleaned.marks
        marks[i] = [{"kind": m.kind, "start_offset": m.start, "end_offset": m.end} for m in cleaned.marks]
        for kind, count in cleaned.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    own = [own_words(text, found) if found else text for text, found in zip(texts, spans, strict=True)]
    out = messages.drop_columns(["body", "is_html"])
    out = out.append_column("text", pa.array(texts, pa.string()))
    out = out.append_column("marks", pa.array(marks, _MARKS))
    return out.append_column("language", languages(pa.array(own, pa.string()))), counts


def clean_subjects(tickets: pa.Table, names: pa.Table) -> pa.Table:
    """Redacted subjects."""
    names_of = dict(zip(names["record"].to_pylist(), names["names"].to_pylist(), strict=True))
    subjects = [
        clean(subject, is_html=False, names=names_of.get(line, ())).text if subject else subject
        for line, subject in zip(tickets["record"].to_pylist(), tickets["subject"].to_pylist(), strict=True)
    ]
    place = tickets.column_names.index("subject")
    return tickets.set_column(place, "subject", pa.array(subjects, pa.string()))


def redact_extracts(con: duckdb.DuckDBPyConnection, rejects: pa.Table) -> pa.Table:
    """A record that cannot be read names no participants: whoever the vault or these records know by a word of it is
    redacted, and what a key calls a name."""
    starts = [_NAMED.sub(r"\1[NAME]", (raw or "")[: _EXTRACT * 4]) for raw in rejects["raw"].to_pylist()]
    words = sorted({word.lower() for start in starts for word in _WORD.findall(start)})
    names = [row[0] for row in con.execute(_NAMES_WITH, [words]).fetchall()] if words else []
    extracts = [
        clean(start, is_html=False, names=[n for n in names if n.lower() in start.lower()]).text[:_EXTRACT]
        for start in starts
    ]
    return rejects.drop_columns(["raw"]).append_column("extract", pa.array(extracts, pa.string()))


_WORD = re.compile(r"\w+")
_NAMED = re.compile(r'("(?:\w{0,30}name|first|last|display)"\s{0,3}:\s{0,3}")[^"]*', re.IGNORECASE)
_NAMES_WITH = r"""
    SELECT DISTINCT name FROM (SELECT name FROM vault.people UNION SELECT name FROM raw_people)
    WHERE regexp_extract(lower(name), '(\w+)\W*$', 1) IN (SELECT unnest(?::VARCHAR[])) ORDER BY name
"""
_HAS_NAME = """
    WITH wanted AS (SELECT record, lower(unnest(names)) AS name FROM names)
    SELECT bool_or(w.name IS NOT NULL) AS has_name
    FROM named_messages m LEFT JOIN wanted w
        ON w.record = m.record AND contains(lower(m.body), regexp_extract(w.name, '\\S+$'))
    GROUP BY m.record, m.position ORDER BY m.record, m.position
"""
