"""Cleaning and redaction of a worker's tables: bodies become texts with marks and a language, subjects and extracts are
redacted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text.clean import Clean, clean
from pipeline.text.columns import clean_column
from pipeline.text.language import languages
from pipeline.text.marks import own_words

_EXTRACT = 120
_MARK = pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())])


def clean_texts(messages: pa.Table, tickets: pa.Table, names: pa.Table) -> tuple[pa.Table, pa.Table, dict[str, int]]:
    """`body` of messages becomes `text`, `marks`, `language`, subjects of tickets are redacted; what was taken out of
    messages is counted by kind.

    Gates run over bodies and subjects at once, since to make them ready costs as much as some thousand texts. What is
    plain, with nothing to redact, passes without Python.
    """
    bodies, subjects = messages["body"].combine_chunks(), tickets["subject"].combine_chunks()
    is_html = pc.fill_null(messages["is_html"].combine_chunks(), False)
    plain = pc.if_else(is_html, pa.scalar(None, pa.string()), bodies)
    column = pa.concat_arrays([plain, subjects])
    records = messages["record"].to_pylist() + tickets["record"].to_pylist()
    names_of = dict(zip(names["record"].to_pylist(), names["names"].to_pylist(), strict=True))
    found: dict[int, Clean] = {}
    html = pc.indices_nonzero(is_html)
    for i, body in zip(html.to_pylist(), bodies.take(html).to_pylist(), strict=True):
        found[i] = clean(body, is_html=True, names=names_of.get(records[i], ()))
    words_of = _words_of(names)
    named = _named(records[: len(bodies)], plain, words_of)
    named += [len(bodies) + place for place in _named(records[len(bodies) :], subjects, words_of)]
    found |= clean_column(column, lambda i: names_of.get(records[i], ()), named)
    of_messages = {i: one for i, one in found.items() if i < len(bodies)}
    own = _with(bodies, {i: own_words(one.text, one.marks) for i, one in of_messages.items()})
    out = messages.drop_columns(["body", "is_html"])
    out = out.append_column("text", _with(bodies, {i: one.text for i, one in of_messages.items()}))
    out = out.append_column("marks", _marks(len(bodies), of_messages))
    out = out.append_column("language", languages(own))
    redacted = _with(subjects, {i - len(bodies): one.text for i, one in found.items() if i >= len(bodies)})
    tickets = tickets.set_column(tickets.column_names.index("subject"), "subject", redacted)
    counts: Counter[str] = Counter()
    for i in sorted(of_messages):
        for kind, count in of_messages[i].counts.items():
            counts[kind] += count
    return out, tickets, dict(counts)


def _with(column: pa.Array, texts: Mapping[int, str]) -> pa.Array:
    """The column with these texts at their places."""
    mask = np.zeros(len(column), bool)
    mask[list(texts)] = True
    return pc.replace_with_mask(column, mask, pa.array([texts[i] for i in sorted(texts)], pa.string()))


def _marks(count: int, cleaned: Mapping[int, Clean]) -> pa.Array:
    """A list of marks for each of so many texts."""
    lengths = np.zeros(count, np.int32)
    for i, one in cleaned.items():
        lengths[i] = len(one.marks)
    marks = [
        {"kind": m.kind, "start_offset": m.start, "end_offset": m.end}
        for i in sorted(cleaned)
        for m in cleaned[i].marks
    ]
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(marks, _MARK)).cast(pa.list_(_MARK))


def _named(records: Sequence[int], texts: pa.Array, words_of: Mapping[int, Collection[str]]) -> list[int]:
    """Places of the texts in which a word of somebody's name is. A record's texts, which lie together, are looked
    through at once; where a word is, it is told in which of them."""
    numbers = np.asarray(records, np.int64)
    begins = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1]))[: len(numbers)])
    bounds = np.append(begins, len(numbers))
    texts = pc.fill_null(texts, "")
    together = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), texts), "\n")
    found = []
    columns = (pairwise(bounds.tolist()), together.to_pylist(), pc.utf8_lower(together).to_pylist())
    for (begin, end), text, lower in zip(*columns, strict=True):
        for word in words_of.get(records[begin], ()):
            # Python knows more of small letters than Arrow, none of which become letters of ASCII.
            if word in (lower if word.isascii() else text.lower()):
                found += [place for place in range(begin, end) if word in texts[place].as_py().lower()]
    return found


def _words_of(names: pa.Table) -> dict[int, set[str]]:
    """By record, the words by which `replace_names` finds people: each by itself, a letter only within a whole name."""
    columns = (names["record"].to_pylist(), names["names"].to_pylist())
    return {record: {word for name in some for word in _parts(name)} for record, some in zip(*columns, strict=True)}


@lru_cache(maxsize=4096)
def _parts(name: str) -> list[str]:
    words = name.lower().split()
    return [word for word in words if len(word) > 1] or words


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
