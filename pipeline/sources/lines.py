"""Lines of some bytes of a file, parted in one go where all of it is UTF-8 and no line too long, else one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.framing import LONGEST

_MOST_OF_A_COLUMN = 1 << 31  # offsets of a column of strings have 32 bits
_BOM = re.compile(rb"\s*\xef\xbb\xbf")


@dataclass(frozen=True)
class Lines:
    """Lines that are not blank, without the blanks around them, and their numbers, from 1. `bad`: number, reason and
    bytes of those that are no text. `count`: all lines."""

    numbers: pa.Array
    texts: pa.Array
    bad: list[tuple[int, str, bytes]] = field(default_factory=list)
    count: int = 0


def lines_of(raw: bytes, is_start: bool) -> Lines:
    """`is_start`: the file begins here, perhaps with a byte order mark."""
    parted = part_lines(pa.py_buffer(raw), is_start)
    if parted is None or (pc.max(pc.binary_length(parted)).as_py() or 0) > LONGEST:
        return _one_by_one(raw, is_start)
    texts = pc.ascii_trim_whitespace(parted)
    is_record = pc.not_equal(texts, "")
    return Lines(pa.array(np.arange(1, len(texts) + 1)).filter(is_record), texts.filter(is_record), count=len(texts))


def part_lines(raw: pa.Buffer, is_start: bool) -> pa.Array | None:
    """Lines as they stand, as one column; None where they must be looked at one by one."""
    if raw.size >= _MOST_OF_A_COLUMN or (is_start and _BOM.match(raw)):
        return None
    ends = pa.py_buffer(np.array([0, raw.size], np.int32))
    whole = pa.Array.from_buffers(pa.string(), 1, [None, ends, raw])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return None
    lines = pc.split_pattern(whole, "\n").flatten()
    return lines[:-1] if raw[-1:] in (b"\n", b"") else lines


def _one_by_one(raw: bytes, is_start: bool) -> Lines:
    lines = raw.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    numbers, texts, bad = [], [], []
    for number, line in enumerate(map(bytes.strip, lines), start=1):
        if not line:
            continue
        if len(line) > LONGEST:
            bad.append((number, "too_long", line))
            continue
        try:
            texts.append(line.decode("utf-8-sig" if number == 1 and is_start else "utf-8"))
            numbers.append(number)
        except UnicodeDecodeError:
            bad.append((number, "bad_encoding", line))
    return Lines(pa.array(numbers, pa.int64()), pa.array(texts, pa.string()), bad, len(lines))
