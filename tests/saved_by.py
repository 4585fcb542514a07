"""What programs do to a list that they open and save: from cells as we publish them to a file's bytes.

Where it is known from:
- Excel saves what cells show, CSV in the machine's code page, "CSV UTF-8" with a BOM, "Unicode Text" as UTF-16 with
  tabs, and parts cells by the system's list separator:
  https://support.microsoft.com/office/import-or-export-text-txt-or-csv-files-5250ac4c-663c-47ce-937b-339e391393ba;
  it takes long ids for numbers:
  https://support.microsoft.com/office/keeping-leading-zeros-and-large-numbers-1bf7b935-36e1-4985-842f-5dfa51f85fe7;
  days are shown by the system's short date, or as a number where the column is "General":
  https://support.microsoft.com/office/date-systems-in-excel-e7fe7167-48a9-4b96-bb53-5612a800b487.
- LibreOffice: tests/contract/test_libreoffice.py asks the program itself.
- Google Sheets takes a leading apostrophe for its sign of text and leaves it out when it exports; UTF-8 without BOM.
- Numbers exports UTF-8 or Mac OS Roman, the table's name in a line above where it is asked to.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

Rows = list[list[str]]


@dataclass(frozen=True)
class Program:
    """How one program, in one country, writes. `day` is a strftime format; `number` and `text` rewrite such cells."""

    delimiter: str = ","
    encoding: str = "utf-8"
    end: str = "\r\n"
    day: str = "%Y-%m-%d"
    decimal: str = "."
    yes_no: tuple[str, str] = ("TRUE", "FALSE")
    rounds_ids: bool = True
    drops_apostrophes: bool = False
    quotes_all: bool = False
    title: str = ""
    blank_cells: int = 0

    def saves(self, rows: Rows) -> bytes:
        """The file, header first."""
        written = [[*map(self._cell, row), *[""] * self.blank_cells] for row in rows]
        out = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if self.quotes_all else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.end, quoting=quoting).writerows(written)
        blank = self.delimiter * (len(written[0]) - 1) + self.end if self.blank_cells else ""
        title = self.title + self.end if self.title else ""
        return (title + out.getvalue() + blank * 3).encode(self.encoding, "replace")

    def _cell(self, cell: str) -> str:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
            return self._day(dt.date.fromisoformat(cell))
        if cell in ("true", "false"):
            return self.yes_no[cell == "false"]
        if re.fullmatch(r"\d{12,}", cell) and self.rounds_ids:
            return f"{float(cell):.5E}".replace(".", self.decimal)
        if re.fullmatch(r"\d+\.\d+", cell):
            return cell.rstrip("0").rstrip(".").replace(".", self.decimal)
        return cell.removeprefix("'") if self.drops_apostrophes else cell

    def _day(self, day: dt.date) -> str:
        if self.day == "serial":
            return str((day - dt.date(1899, 12, 30)).days)
        return day.strftime(self.day.replace("%-d", str(day.day)).replace("%-m", str(day.month)))


PROGRAMS = {
    "Excel, United States": Program(encoding="cp1252", day="%-m/%-d/%Y"),
    "Excel, United States, UTF-8": Program(encoding="utf-8-sig", day="%-m/%-d/%Y"),
    "Excel, Germany": Program(";", "cp1252", day="%d.%m.%Y", decimal=",", yes_no=("WAHR", "FALSCH")),
    "Excel, Britain": Program(encoding="cp1252", day="%d/%m/%Y"),
    "Excel, Netherlands": Program(";", "utf-8-sig", day="%-d-%-m-%Y", decimal=",", yes_no=("WAAR", "ONWAAR")),
    "Excel, France, short years": Program(";", "cp1252", day="%d/%m/%y", decimal=",", yes_no=("VRAI", "FAUX")),
    "Excel, Unicode Text": Program("\t", "utf-16", day="%-m/%-d/%Y"),
    "Excel, General cells": Program(encoding="utf-8-sig", day="serial", blank_cells=2),
    "Excel, with a time": Program(encoding="utf-8-sig", day="%-m/%-d/%Y 0:00"),
    "Excel, Macintosh": Program(encoding="mac_roman", end="\r", day="%-d-%b-%y"),
    "LibreOffice": Program(end="\n", rounds_ids=False, quotes_all=True),
    "LibreOffice, Germany": Program(";", end="\n", day="%d.%m.%y", decimal=",", yes_no=("WAHR", "FALSCH")),
    "Google Sheets": Program(drops_apostrophes=True, day="%-m/%-d/%Y"),
    "Google Sheets, Germany": Program(drops_apostrophes=True, day="%d.%m.%Y", decimal=","),
    "Numbers": Program(end="\n", day="%-d %b %Y", title="Open leads", blank_cells=1),
    "Numbers, ISO with a time": Program(end="\n", day="%Y-%m-%dT00:00:00Z"),
}

# What people do to a list, none of which changes what is said of a lead.
Edit = Callable[[Rows], Rows]
EDITS: dict[str, Edit] = {
    "columns moved": lambda rows: [list(reversed(row)) for row in rows],
    "a column added": lambda rows: [["" if at else "My notes", *row] for at, row in enumerate(rows)],
    "header renamed in case": lambda rows: [[name.replace("_", " ").title() for name in rows[0]], *rows[1:]],
    "rows sorted": lambda rows: [rows[0], *sorted(rows[1:])],
    "rows deleted and blank rows left": lambda rows: [*rows, [""] * len(rows[0]), [" "] * len(rows[0])],
    "spaces that do not break": lambda rows: [rows[0], *[[f"{c}\u00a0" if c else c for c in row] for row in rows[1:]]],
    "a column nobody needs deleted": lambda rows: [
        [cell for at, cell in enumerate(row) if rows[0][at].lower() != "account"] for row in rows
    ],
}
