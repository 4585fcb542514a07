"""Lists as they come back from people: any spreadsheet's dialect and encoding, columns moved, dates rewritten."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from pipeline.digest.csv_file import as_typed
from pipeline.errors import BadTable

# outcome, outcome_reason, snooze_until
Cells = tuple[str, str, str]


Table = tuple[list[str], list[list[str]]]


def read_table(path: Path) -> Table:
    """Header and rows of a CSV, whatever program saved it. Raises BadTable for what is none."""
    raw = path.read_bytes()
    text = next((t for t in (_decode(raw, e) for e in ("utf-8-sig", "utf-16", "cp1252")) if t is not None), "")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) or [[]]
    except csv.Error as error:
        raise BadTable(f"{path} cannot be read as CSV: {error}.") from error
    return header, rows


def read_cells(path: Path) -> dict[str, Cells]:
    """Lead id -> (outcome, outcome_reason, snooze_until) as typed. Raises BadTable for what is no such list."""
    return cells_of(path, read_table(path))


def cells_of(path: Path, table: Table) -> dict[str, Cells]:
    """The same of a table that was read from `path`."""
    header = [name.strip().lower().replace(" ", "_") for name in table[0]]
    if "lead_id" not in header or "outcome" not in header:
        raise BadTable(
            f"{path} has no columns lead_id and outcome: give a list that Ticketscout published, "
            "or a CRM's export with our id and a status."
        )
    place = {
        name: header.index(name) for name in ("lead_id", "outcome", "outcome_reason", "snooze_until") if name in header
    }
    cells: dict[str, Cells] = {}
    for row in table[1]:

        def at(name: str, row: list[str] = row) -> str:
            return as_typed(row[place[name]]) if name in place and place[name] < len(row) else ""

        if at("lead_id"):
            cells[at("lead_id")] = (at("outcome").lower().replace(" ", "_"), at("outcome_reason"), at("snooze_until"))
    return cells


def _decode(raw: bytes, encoding: str) -> str | None:
    if encoding == "utf-16" and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")


def day_meant(text: str, seen: set[str]) -> str:
    """The day meant, ISO 8601, or nothing where it is not certain. Spreadsheets rewrite dates in their own manner when
    they save; what can be read as the day that stood there is that day."""
    days = {day.isoformat() for form in _DAYS if (day := _parsed(text, form))}
    return next(iter(days & seen or (days if len(days) == 1 else ())), "")


def _parsed(text: str, form: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, form).date()
    except ValueError:
        return None
