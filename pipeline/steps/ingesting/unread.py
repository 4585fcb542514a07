"""Which lines of a large file are not stored yet, told before workers begin, so that these alone are their work.

After a night in which little changed all of it is one portion, for which no worker is started. Whoever leads the night
tells it, block by block, and keeps the places of unread lines only. A line is passed over by its key, a hash of 64 bits
(of a million lines of which each has changed, one in twenty million nights passes over one), and whatever is not passed
over is asked again, by its whole hash, by whoever reads it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources import SOURCES
from pipeline.sources.discovery import Portion, Span, Unread
from pipeline.sources.lines import part_lines
from pipeline.steps.ingesting.asking import HASH, LINE_KEY
from pipeline.warehouse import Connection, scalar

_GAP = 4096  # bytes of known lines that are read for being between unread ones, so that spans are never many
_MOST_THREADS = 4  # each holds its block some four times
_HASH_BYTES = 32
_KEYS = "SELECT DISTINCT line_key FROM tickets WHERE line_key IS NOT NULL ORDER BY line_key"
_HASHES = "SELECT DISTINCT ltrim(ticket_hash, '-') AS hash FROM tickets ORDER BY hash"
_KEYED = "UPDATE tickets SET line_key = key FROM keyed WHERE ltrim(ticket_hash, '-') = hash"


class _Stored:
    """Lines that are stored, sorted: by key, and by hash where keys say nothing."""

    def __init__(self, con: Connection) -> None:
        self._con = con
        self.keys: np.ndarray = con.execute(_KEYS).to_arrow_table()["line_key"].to_numpy()

    @cached_property
    def hashes(self) -> np.ndarray:
        """Asked by the first block that needs them; the others wait for it."""
        return _bytes(self._con.cursor().execute(_HASHES).to_arrow_table()["hash"].combine_chunks())


@dataclass(frozen=True)
class _Block:
    """A range of a file, told apart; `keyed` are hashes of stored lines of which no key was known, and their keys."""

    portion: Portion
    unread: Unread
    keyed: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def size(self) -> int:
        """Bytes to be read."""
        return sum(span.end - span.start for span in self.unread.spans)


def leave_out_known(con: Connection, portions: Sequence[Portion], version: str, size: int) -> list[Portion]:
    """Portions with some `size` bytes of unread lines each in place of a file's ranges, where it has several.

    `con` has the stored tickets. Where most of a file is unread, its ranges are kept from there on.
    """
    by_file = [(name, list(some)) for name, some in groupby(portions, key=_of_one_file)]
    if not any(name and len(ranges) > 1 for name, ranges in by_file):
        return list(portions)
    if not scalar(con, "SELECT count(*) FROM tickets"):
        return list(portions)
    stored = _Stored(con)
    found: list[Portion] = []
    for name, ranges in by_file:
        found += _unread(con, ranges, stored, version, size) if name and len(ranges) > 1 else ranges
    return [replace(one, index=index) for index, one in enumerate(found)]


def _of_one_file(portion: Portion) -> str:
    """What ranges of whole records of a file share; empty for other portions."""
    one = portion.inputs[0]
    is_whole = any(kind.name == one.kind and kind.holds == "whole" for kind in SOURCES[one.source].kinds)
    return f"{one.kind} {one.digest}" if portion.end and is_whole else ""


def _unread(con: Connection, ranges: Sequence[Portion], stored: _Stored, version: str, size: int) -> Iterator[Portion]:
    together: list[_Block] = []
    rest: Sequence[Portion] = ()
    unread = 0
    keyed: list[tuple[np.ndarray, np.ndarray]] = []
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
        blocks = pool.map(lambda one: _told_apart(con.cursor(), one, stored, version), ranges)
        for place, block in enumerate(blocks, start=1):
            if together and sum(one.size for one in together) + block.size > size:
                yield _portion(together)
                together = []
            together.append(block)
            keyed += [block.keyed] if block.keyed else []
            unread += block.size
            if unread > size and unread * 2 > block.portion.end:
                pool.shutdown(wait=False, cancel_futures=True)
                rest = ranges[place:]
                break
    if keyed:
        _note_keys(con, keyed)
    yield _portion(together)
    yield from rest


def _note_keys(con: Connection, keyed: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Keys of stored lines, as after an upgrade: the next night tells these by them."""
    hashes, keys = (np.concatenate(column) for column in zip(*keyed, strict=True))
    con.register("keyed", pa.table({"hash": pa.array(hashes).cast(pa.string()), "key": keys}))
    con.execute(_KEYED)
    con.unregister("keyed")


def _portion(blocks: Sequence[_Block]) -> Portion:
    """Blocks that lie one behind the other, as one portion."""
    spans: list[Span] = []
    known_count = line_count = 0
    for block in blocks:
        spans += [span._replace(lines_before=line_count + span.lines_before) for span in block.unread.spans]
        known_count += block.unread.known_count
        line_count += block.unread.line_count
    return replace(blocks[0].portion, end=blocks[-1].portion.end, unread=Unread(tuple(spans), known_count, line_count))


def _told_apart(con: Connection, portion: Portion, stored: _Stored, version: str) -> _Block:
    with pa.OSFile(portion.inputs[0].place.address) as stream:  # into memory that Arrow gives back
        stream.seek(portion.start)
        raw = stream.read_buffer(portion.end - portion.start)
    lines = part_lines(raw, portion.start == 0)
    if lines is None:  # whoever reads it says what is wrong with it, and where
        count = raw.to_pybytes().count(b"\n") + (raw[-1:] != b"\n")
        return _Block(portion, Unread((Span(portion.start, portion.end, 0, count),), 0, count))
    texts = pc.ascii_trim_whitespace(lines)
    is_blank = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    keys = _asked(con, texts, LINE_KEY, version).to_numpy()
    is_known = _is_in(keys, stored.keys) & ~is_blank
    keyed = None
    open_ = np.flatnonzero(~is_known & ~is_blank)
    if len(open_) * 2 > len(lines):  # another release made the keys, or none did
        hashes = _bytes(_asked(con, texts.take(pa.array(open_)), HASH, version))
        is_stored = _is_in(hashes, stored.hashes)
        is_known[open_[is_stored]] = True
        keyed = hashes[is_stored], keys[open_[is_stored]]
    ends = np.minimum(portion.start + np.cumsum(pc.binary_length(lines).to_numpy() + 1), portion.end)
    return _Block(portion, _spans(np.append(portion.start, ends), is_known, ~is_known & ~is_blank), keyed)


def _asked(con: Connection, texts: pa.Array, what: str, version: str) -> pa.Array:
    """`what` DuckDB makes of each text."""
    con.register("lines", pa.table({"text": texts}))
    made = con.execute(f"SELECT {what.format('text')} AS made FROM lines", {"version": version}).to_arrow_table()
    return made["made"].combine_chunks()


def _bytes(hashes: pa.Array) -> np.ndarray:
    """Hashes as 32 bytes each."""
    fixed = hashes.cast(pa.binary()).cast(pa.binary(_HASH_BYTES))
    return np.frombuffer(fixed.buffers()[1], f"S{_HASH_BYTES}", len(fixed), fixed.offset * _HASH_BYTES)


def _is_in(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    if not len(known):
        return np.zeros(len(values), dtype=bool)
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
