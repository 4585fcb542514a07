"""The messages of a partition as the scorer reads them: who speaks, in their own words, ticket by ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.scoring.said import Said
from pipeline.text.marks import Mark, own_words


@dataclass(frozen=True)
class Messages:
    """n messages of m tickets: the stored columns, who speaks, what are their own words, and where tickets begin."""

    stored: pa.Table
    roles: pa.Array
    texts: list[str]
    starts: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """(m,) messages of each ticket."""
        return np.diff(self.starts)

    def conversations(self, at_once: int) -> Iterator[list[list[Said]]]:
        """What was said in each ticket, so many tickets at a time."""
        for first in range(0, len(self.starts) - 1, at_once):
            bounds = self.starts[first : first + at_once + 1].tolist()
            span = slice(bounds[0], bounds[-1])
            said = list(map(Said, self.roles[span].to_pylist(), self.texts[span]))
            yield [said[start - span.start : end - span.start] for start, end in pairwise(bounds)]


def read_messages(file: Path, languages: frozenset[str]) -> Messages:
    """The partition in `file`, whose rows are in the order of tickets and positions."""
    return messages_of(pq.read_table(file).combine_chunks(), languages)


def messages_of(stored: pa.Table, languages: frozenset[str]) -> Messages:
    """Messages from their stored columns."""
    texts = stored["text"].fill_null("").to_pylist()
    for i in pc.indices_nonzero(pc.fill_null(pc.list_value_length(stored["marks"]), 0)).to_pylist():
        marks = stored["marks"][i].as_py()
        texts[i] = own_words(texts[i], tuple(Mark(m["kind"], m["start_offset"], m["end_offset"]) for m in marks))
    return Messages(stored, _roles(stored, languages), texts, _starts(stored))


def _roles(stored: pa.Table, languages: frozenset[str]) -> pa.Array:
    """An internal note is nobody's turn: it is never scored, never context, never quoted. Nor is what is written in a
    language that no model reads: nothing is better than a guess."""
    role = pc.if_else(pc.fill_null(stored["is_public"], False), stored["role"], "note")
    language = pc.fill_null(stored["language"], "")
    is_read = pc.is_in(language, pa.array(["", *sorted(languages)], pa.string()))
    role = pc.fill_null(pc.if_else(is_read, role, "foreign"), "")
    role = pc.if_else(pc.equal(role, ""), "nobody", role)
    return role.combine_chunks() if isinstance(role, pa.ChunkedArray) else role


def _starts(stored: pa.Table) -> np.ndarray:
    """Where a ticket's messages begin, and the end."""
    is_new = np.zeros(len(stored), dtype=bool)
    is_new[:1] = True
    for column in ("source", "ticket_id"):
        codes = pc.dictionary_encode(stored[column]).combine_chunks().indices.to_numpy()
        is_new[1:] |= codes[1:] != codes[:-1]
    return np.append(np.flatnonzero(is_new), len(stored))
