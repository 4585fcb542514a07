"""A CSV as any program saves it: Excel, LibreOffice, Google Sheets, Numbers, a CRM.

Excel saves what cells show, in UTF-8 with a BOM, in the machine's code page, or as UTF-16 with tabs ("Unicode Text"),
and parts cells by the system's list separator:
https://support.microsoft.com/office/5250ac4c-663c-47ce-937b-339e391393ba. LibreOffice asks for all of that:
https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html. Numbers saves UTF-8 or Mac OS Roman, and
the table's name in a line above where it is asked to.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import BadTable

_DELIMITERS = ",;\t"
_TITLE_ROWS = 5
LONGEST = 32 << 20  # bytes of a cell: as long as a record may be
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .ods, .numbers; .xls


class Table(NamedTuple):
    """Header, rows that are not blank, their numbers as a spreadsheet shows them, and what parts the cells."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    delimiter: str

    def columns(self) -> list[str]:
        """The header's names, so that case, spaces and hyphens do not matter."""
        return [name_of(cell) for cell in self.header]


def read_table(path: Path) -> Table:
    """Raises BadTable for what is none, and where cells cannot be told apart for certain."""
    csv.field_size_limit(
        max(csv.field_size_limit(), LONGEST)
    )  # the process's own: 128 KB of a helpdesk's id end no night
    raw = path.read_bytes()
    if raw.startswith(_WORKBOOKS):
        raise BadTable(f"{path} is a workbook: save its sheet as CSV UTF-8 and give that.")
    text = _decoded(raw)
    if text is None:
        raise BadTable(f"{path} is in no encoding that spreadsheets save: save it as CSV UTF-8.")
    said = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)  # Excel's own line for its reader
    if said:
        text = text[said.end() :]
    delimiter = said[1] if said else _delimiter(text)
    rows = _rows(path, text, delimiter)
    at = _header_at(rows[:_TITLE_ROWS])
    header = [cell.strip() for cell in rows[at]] if rows else []
    below = enumerate(rows[at + 1 :], at + 2 + bool(said))
    kept = [(number, _unwrapped(row, len(header), delimiter)) for number, row in below if any(map(str.strip, row))]
    return Table(header, [row for _, row in kept], [number for number, _ in kept], delimiter)


def _unwrapped(row: list[str], width: int, delimiter: str) -> list[str]:
    """A row that a program took for one cell, because it parts cells by another mark: Excel saves it in quotes."""
    if len(row) == 1 < width and delimiter in row[0]:
        inner = next(csv.reader([row[0]], delimiter=delimiter), row)
        return inner if len(inner) == width else row
    return row


def name_of(cell: str) -> str:
    """`Lead ID`, ` LEAD-ID` and `lead_id` alike."""
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", cell).strip("\ufeff\u200b \t\r\n").lower())


def _decoded(raw: bytes) -> str | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(raw, "utf-16")
    # Bytes are in every page of one byte each; what ends lines with CR alone was saved for a Macintosh.
    pages = ("cp1252", "mac_roman") if b"\n" in raw else ("mac_roman",)
    return next((text for page in ("utf-8-sig", *pages) if (text := _decode(raw, page)) is not None), None)


def _decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str) -> str:
    """What parts the header into most cells; a title may stand above it."""
    found = []
    for delimiter in _DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _TITLE_ROWS))
        except csv.Error:
            continue
        at = _header_at(rows)
        filled = _filled(rows[at]) if rows else 0
        found.append((at if filled > 1 else _TITLE_ROWS, -filled, delimiter))
    return min(found, key=lambda one: one[:2])[2] if found else ","


def _header_at(rows: list[list[str]]) -> int:
    """The first row of several cells, else the first that is not blank."""
    several = (at for at, row in enumerate(rows) if _filled(row) > 1)
    return next(several, next((at for at, row in enumerate(rows) if _filled(row)), 0))


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _rows(path: Path, text: str, delimiter: str) -> list[list[str]]:
    """All rows. A stray quotation mark is let be where it swallows no line; elsewhere it would hide rows."""
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        stream.seek(0)
        broken = f"{path} cannot be read as CSV near line {reader.line_num} ({error}): save it anew from a spreadsheet."
    try:
        rows = list(csv.reader(stream, delimiter=delimiter))
    except csv.Error as error:
        raise BadTable(broken) from error
    if any("\n" in cell or "\r" in cell for row in rows for cell in row):
        raise BadTable(broken)
    return rows
