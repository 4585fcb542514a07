"""Cleaning and redaction of a worker's tables: bodies become texts with marks and a language, subjects and extracts are
redacted."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text.clean import clean
from pipeline.text.columns import care_of, clean_one
from pipeline.text.language import languages
from pipeline.text.marks import own_words

_EXTRACT = 120
_MARKS = pa.list_(pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())]))


def clean_messages(messages: pa.Table, names: pa.Table) -> tuple[pa.Table, dict[str, int]]:
    """`body` becomes `text`, `marks`, `language`. Plain texts with nothing to redact pass without Python."""
    bodies = messages["body"].combine_chunks()
    care = care_of(bodies)
    named = _named(messages["record"], bodies, names)
    html = _places(messages["is_html"])
    texts = bodies.to_pylist()
    records = messages["record"].to_pylist()
    names_of = _names_of(names)
    own = list(texts)
    marks: list[list[dict[str, Any]]] = [[]] * len(texts)
    counts: dict[str, int] = {}
    for i in sorted(care.places | named | html):
        text, of_ticket = texts[i], names_of.get(records[i], ())
        found = clean(text, is_html=True, names=of_ticket) if i in html else clean_one(i, text, care, of_ticket)
        if found is None:
            continue
        texts[i], own[i] = found.text, own_words(found.text, found.marks)
        marks[i] = [{"kind": m.kind, "start_offset": m.start, "end_offset": m.end} for m in found.marks]
        for kind, count in found.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    out = messages.drop_columns(["body", "is_html"])
    out = out.append_column("text", pa.array(texts, pa.string()))
    out = out.append_column("marks", pa.array(marks, _MARKS))
    return out.append_column("language", languages(pa.array(own, pa.string()))), counts


def clean_subjects(tickets: pa.Table, names: pa.Table) -> pa.Table:
    """Redacted subjects."""
    names_of = _names_of(names)
    column = tickets["subject"].combine_chunks()
    care = care_of(column)
    subjects = column.to_pylist()
    for i, (record, subject) in enumerate(zip(tickets["record"].to_pylist(), subjects, strict=True)):
        cleaned = clean_one(i, subject, care, names_of.get(record, ())) if subject else None
        if cleaned is not None:
            subjects[i] = cleaned.text
    place = tickets.column_names.index("subject")
    return tickets.set_column(place, "subject", pa.array(subjects, pa.string()))


def _names_of(names: pa.Table) -> dict[int, list[str]]:
    return dict(zip(names["record"].to_pylist(), names["names"].to_pylist(), strict=True))


def _named(records: pa.ChunkedArray, bodies: pa.Array, names: pa.Table) -> set[int]:
    """Places of the messages in which the last word of somebody's name is, whichever way they are written."""
    lower = pc.utf8_lower(names["names"].combine_chunks().flatten())
    words = pc.replace_substring_regex(lower, _BUT_THE_LAST_WORD, "").to_pylist()
    last: dict[int, list[str]] = {}
    start = 0
    lengths = pc.list_value_length(names["names"]).to_pylist()
    for record, length in zip(names["record"].to_pylist(), lengths, strict=True):
        last[record] = words[start : start + length]
        start += length
    found = set()
    for place, (record, text) in enumerate(zip(records.to_pylist(), pc.utf8_lower(bodies).to_pylist(), strict=True)):
        for word in last.get(record, ()) if text is not None else ():
            if word in text:
                found.add(place)
                break
    return found


_BUT_THE_LAST_WORD = r"(?s)^.*[\t\n\f\r ]"


def _places(flags: pa.ChunkedArray) -> set[int]:
    return set(pc.indices_nonzero(pc.fill_null(flags, False)).to_pylist())


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
