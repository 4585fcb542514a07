"""Tables as text (CSV, TSV): a row is an object whose keys are the column names as written, trimmed; cells are text.

RFC 4180 says how cells are quoted; what writers do otherwise is sniffed from the first rows: `,` `;` tab or `|`, quotes
doubled or behind a backslash, Excel's `sep=;` before the header, UTF-16 without a mark. Rules for what does not fit:
- A cell that is not UTF-8 is read as Windows-1252, so that a file of both comes out right. NULs are left out.
- A row with too few cells keeps those it has (spreadsheets leave empty ones at the end out); the file's last row
  without a line end was cut, and is set aside. So is a row with too many cells that say something, whose columns
  have slipped, and one whose quotes never close. Rows without a word are no records.
- A column without a name is left out; one whose name comes again is called `name 2`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from pipeline.sources.framing.framing import LONGEST, Framed, Framing, Head

_SNIFFED = 64 << 10
_ROWS_SNIFFED = 50
_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"[\ufeff]?\"?sep=(.)\"?[\r\n]*", re.IGNORECASE)
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that were no UTF-8


@dataclass(frozen=True)
class Form:
    """How a table is written. `skipped`: lines before the header."""

    encoding: str
    delimiter: str
    escape: str | None
    columns: tuple[str, ...]
    skipped: int


def fits(head: Head, lists: frozenset[str]) -> bool:
    """It begins with a row of at least two column names."""
    return _form(head.start[:_SNIFFED], head.is_all and len(head.start) <= _SNIFFED) is not None


def columns(head: Head) -> frozenset[str]:
    """Names of the columns; none where it is no table."""
    form = _form(head.start[:_SNIFFED], head.is_all and len(head.start) <= _SNIFFED)
    return frozenset(name for name in form.columns if name) if form else frozenset()


def records(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """A record a row after the header; its place is the line that it starts in."""
    start = _read_start(stream)
    form = _form(start, len(start) < _SNIFFED)
    if form is None:
        if start.strip():
            yield Framed(1, "", start, "bad_table")
        return
    lines = _Lines(_text(start, stream, form.encoding))
    for _ in range(form.skipped):
        next(lines)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    rows = _reader(lines, form)
    place = form.skipped + 1
    is_header = True
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reason = "too_long" if "limit" in str(error) else "bad_table"
            yield Framed(place, "", str(error).encode(), reason)
        else:
            if any(cell.strip() for cell in row):
                if not is_header:
                    yield _record(row, form, place, lines)
                is_header = False
        place = form.skipped + rows.line_num + 1


def _record(row: list[str], form: Form, place: int, lines: _Lines) -> Framed:
    cells = [_cell(cell) for cell in row]
    count = len(form.columns)
    is_cut = len(cells) < count and not lines.last.endswith(("\n", "\r"))
    if lines.is_over or is_cut or any(cell.strip() for cell in cells[count:]):
        return Framed(place, "", form.delimiter.join(cells).encode(), "bad_table")
    cells += [""] * (count - len(cells))
    record = {name: cell for name, cell in zip(form.columns, cells, strict=False) if name}
    return Framed(place, "", json.dumps(record, ensure_ascii=False).encode())


def _cell(text: str) -> str:
    if _ESCAPED.search(text):
        text = text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return text.replace("\0", "") if "\0" in text else text


class _Lines:
    """Lines with their ends as they are; what csv asks for after the last one was wanted to close a quote."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self.last = ""
        self.is_over = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            self.last = next(self._text)
        except StopIteration:
            self.is_over = True
            raise
        return self.last


class _Rest(io.RawIOBase):
    """A stream's start, which was read already, and the rest of it."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._here = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._here or self._stream.read(len(buffer))
        size = min(len(block), len(buffer))
        buffer[:size] = block[:size]
        self._here = block[size:]
        return size


def _read_start(stream: BinaryIO) -> bytes:
    start = b""
    while len(start) < _SNIFFED and (block := stream.read(_SNIFFED - len(start))):
        start += block
    return start


def _text(start: bytes, stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(io.BufferedReader(_Rest(start, stream)), encoding, errors, newline="")


def _reader(lines: Iterable[str], form: Form) -> Any:
    return csv.reader(lines, delimiter=form.delimiter, escapechar=form.escape, doublequote=form.escape is None)


def _form(start: bytes, is_all: bool) -> Form | None:
    """How the table that starts so is written; None where it is none."""
    encoding = _encoding(start)
    lines = list(_text(start, io.BytesIO(), encoding))
    if not is_all and len(lines) > 1:
        lines.pop()  # perhaps cut by us
    skipped = 0
    delimiters = _DELIMITERS
    if lines and (said := _SEP_LINE.fullmatch(lines[0])):
        delimiters, skipped = said.group(1), 1
    while skipped < len(lines) and not lines[skipped].strip():
        skipped += 1
    if skipped == len(lines) or lines[skipped].lstrip()[:1] in ("{", "[", "<", "%"):
        return None
    escapes = (None, "\\") if any('\\"' in line for line in lines) else (None,)
    found: list[tuple[float, int, Form]] = []
    for delimiter in delimiters:
        for escape in escapes:
            form = Form(encoding, delimiter, escape, (), skipped)
            rows = list(_first_rows(lines[skipped:], form))
            if rows and len(rows[0]) > 1 and all(len(cell) < 200 and "\n" not in cell for cell in rows[0]):
                alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
                found.append((alike, len(rows[0]), Form(encoding, delimiter, escape, _names(rows[0]), skipped)))
    best = max(found, key=lambda one: one[:2], default=None)
    return best[2] if best and any(best[2].columns) else None


def _encoding(start: bytes) -> str:
    """UTF-16 is known by the NULs of its Latin letters; what has a mark came as UTF-8 already."""
    sample = start[:200]
    if len(sample) >= 8 and sample[1::2].count(0) * 2 > len(sample[1::2]):
        return "utf-16-le"
    if len(sample) >= 8 and sample[::2].count(0) * 2 > len(sample[::2]):
        return "utf-16-be"
    return "utf-8-sig"


def _first_rows(lines: list[str], form: Form) -> Iterator[list[str]]:
    rows = _reader(lines, form)
    seen = 0
    while seen < _ROWS_SNIFFED:
        try:
            row = next(rows)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in row):
            seen += 1
            yield row


def _names(header: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    counts: dict[str, int] = {}
    for cell in header:
        name = _cell(cell).strip()
        counts[name] = counts.get(name, 0) + 1
        names.append(f"{name} {counts[name]}" if name and counts[name] > 1 else name)
    return tuple(names)


TABLE = Framing("table", "table", fits, records, columns=columns)
