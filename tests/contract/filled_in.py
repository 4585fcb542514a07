"""Lists as people fill them in: read, typed into and saved in place, as a spreadsheet would."""

from __future__ import annotations

import csv
import io
from pathlib import Path


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a published list."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def fill_in(path: Path, row_id: str, **cells: str) -> None:
    """Fills in cells of the row of a lead or a piece of praise."""
    rows = rows_of(path)
    for row in rows:
        if row_id in (row.get("lead_id"), row.get("praise_id")):
            row |= cells
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
