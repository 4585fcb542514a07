"""Which lines of a large file are not stored yet, told before workers begin, so that these alone are their work.

After a night in which little changed all of it is one portion, for which no worker is started. Whoever leads the night
tells it, block by block, and keeps the places of unread lines only. A line is passed over by the hash that a worker
would ask, and whatever is not passed over is asked again by whoever reads it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources import SOURCES
from pipeline.sources.discovery import Portion, Span, Unread
from pipeline.sources.lines import part_lines
from pipeline.steps.ingesting.asking import HASH

_GAP = 4096  # bytes of known lines that are read for being between unread ones, so that spans are never many
_MOST_THREADS = 4  # each holds its block some four times
_HASH_BYTES = 32
_KNOWN = "SELECT DISTINCT ltrim(ticket_hash, '-') AS hash FROM tickets"


@dataclass(frozen=True)
class _Block:
    """A range of a file, told apart."""

    portion: Portion
    unread: Unread

    @property
    def size(self) -> int:
        """Bytes to be read."""
        return sum(span.end - span.start for span in self.unread.spans)


def leave_out_known(
    con: duckdb.DuckDBPyConnection, portions: Sequence[Portion], version: str, size: int
) -> list[Portion]:
    """Portions with some `size` bytes of unread lines each in place of a file's ranges, where it has several.

    `con` has the stored tickets. Where most of a file is unread, its ranges are kept from there on.
    """
    known = np.sort(_hashes(con.execute(_KNOWN).to_arrow_table()))
    if not len(known):
        return list(portions)
    found: list[Portion] = []
    for is_told_apart, some in groupby(portions, key=_of_one_file):
        ranges = list(some)
        found += _unread(con, ranges, known, version, size) if is_told_apart and len(ranges) > 1 else ranges
    return [replace(one, index=index) for index, one in enumerate(found)]


def _of_one_file(portion: Portion) -> str:
    """What ranges of whole records of a file share; empty for other portions."""
    one = portion.inputs[0]
    is_whole = any(kind.name == one.kind and kind.holds == "whole" for kind in SOURCES[one.source].kinds)
    return f"{one.kind} {one.digest}" if portion.end and is_whole else ""


def _unread(
    con: duckdb.DuckDBPyConnection, ranges: Sequence[Portion], known: np.ndarray, version: str, size: int
) -> Iterator[Portion]:
    together: list[_Block] = []
    rest: Sequence[Portion] = ()
    unread = 0
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
        blocks = pool.map(lambda one: _told_apart(con.cursor(), one, known, version), ranges)
        for place, block in enumerate(blocks, start=1):
            if together and sum(one.size for one in together) + block.size > size:
                yield _portion(together)
                together = []
            together.append(block)
            unread += block.size
            if unread > size and unread * 2 > block.portion.end:
                pool.shutdown(wait=False, cancel_futures=True)
                rest = ranges[place:]
                break
    yield _portion(together)
    yield from rest


def _portion(blocks: Sequence[_Block]) -> Portion:
    """Blocks that lie one behind the other, as one portion."""
    spans: list[Span] = []
    known_count = line_count = 0
    for block in blocks:
        spans += [span._replace(lines_before=line_count + span.lines_before) for span in block.unread.spans]
        known_count += block.unread.known_count
        line_count += block.unread.line_count
    return replace(blocks[0].portion, end=blocks[-1].portion.end, unread=Unread(tuple(spans), known_count, line_count))


def _told_apart(con: duckdb.DuckDBPyConnection, portion: Portion, known: np.ndarray, version: str) -> _Block:
    with pa.OSFile(portion.inputs[0].place.address) as stream:  # into memory that Arrow gives back
        stream.seek(portion.start)
        raw = stream.read_buffer(portion.end - portion.start)
    lines = part_lines(raw, portion.start == 0)
    if lines is None:  # whoever reads it says what is wrong with it, and where
        count = raw.to_pybytes().count(b"\n") + (raw[-1:] != b"\n")
        return _Block(portion, Unread((Span(portion.start, portion.end, 0, count),), 0, count))
    texts = pc.ascii_trim_whitespace(lines)
    con.register("lines", pa.table({"text": texts}))
    hashes = con.execute(f"SELECT {HASH.format('text')} AS hash FROM lines", {"version": version}).to_arrow_table()
    is_known = _is_in(_hashes(hashes), known)
    is_blank = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    ends = np.minimum(portion.start + np.cumsum(pc.binary_length(lines).to_numpy() + 1), portion.end)
    return _Block(portion, _spans(np.append(portion.start, ends), is_known & ~is_blank, ~is_known & ~is_blank))


def _hashes(table: pa.Table) -> np.ndarray:
    """The column `hash`, 32 bytes a row."""
    column = table["hash"].cast(pa.binary()).cast(pa.binary(_HASH_BYTES)).combine_chunks()
    return np.frombuffer(column.buffers()[1], f"S{_HASH_BYTES}", len(column), column.offset * _HASH_BYTES)


def _is_in(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    found: np.ndarray = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return found


def _spans(bounds: np.ndarray, is_known: np.ndarray, is_unread: np.ndarray) -> Unread:
    """`bounds`: where lines begin, and where the last one ends."""
    unread = np.flatnonzero(is_unread)
    is_apart = bounds[unread[1:]] - bounds[unread[:-1] + 1] > _GAP
    firsts = unread[np.append(True, is_apart)[: len(unread)]]
    ends = unread[np.append(is_apart, True)[: len(unread)]] + 1
    known_before = np.append(0, np.cumsum(is_known))
    known_count = known_before[-1] - np.sum(known_before[ends] - known_before[firsts])
    columns = (bounds[firsts], bounds[ends], firsts, ends - firsts)
    spans = tuple(Span(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
    return Unread(spans, int(known_count), len(is_known))
