"""Rows as a data loader takes them: UTF-8 without BOM, RFC 4180, each cell within what its column declares.

No BOM: a loader reads the first header by its bytes, and an unseen character before it is part of the name. No
apostrophe before what a spreadsheet would run either, since the CRM would keep it for ever; instead our own words come
first in every text, and names that begin with such a character lose it, so that a person may open the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.digest.crm_profile import SALESFORCE_ID, LoaderColumn, LoaderFile, Profile, is_email
from pipeline.digest.csv_file import without_formula

Row = Mapping[str, Any]


def cells(profile: Profile, file: LoaderFile, row: Row) -> list[str]:
    """The cells of one row. What a column cannot take is left empty."""
    return [_cell(profile, column, row) for column in file.columns]


def lacks(file: LoaderFile, row: Row, written: Sequence[str]) -> str:
    """Why the loader would refuse the row, or nothing."""
    for column, cell in zip(file.columns, written, strict=True):
        if column.is_required and not cell:
            return f"no {column.header}"
        if column.values and cell and cell not in column.values:
            return f"{column.header} takes {', '.join(column.values)}"
    if file.needs_one_of and not any(row.get(name) for name in file.needs_one_of):
        return f"no {' and no '.join(name.replace('_', ' ') for name in file.needs_one_of)}"
    return ""


def write_loader_file(path: Path, file: LoaderFile, rows: Iterable[Sequence[str]]) -> None:
    """Writes the file, header always, owner-only."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.header for column in file.columns])
        writer.writerows(rows)
    path.chmod(0o600)


def _cell(profile: Profile, column: LoaderColumn, row: Row) -> str:
    if column.setting:
        return profile.settings[column.setting].value
    value = row.get(column.field)
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    text = without_formula(" ".join(str(value).split()))
    text = column.words.get(text, text)
    if column.format == "email":
        return text if is_email(text) else ""
    if column.format.startswith("salesforce"):
        is_id = SALESFORCE_ID.fullmatch(text) and (column.format == "salesforce_id" or text.startswith("001"))
        return text if is_id else ""
    if column.format == "decimal":
        return text if re.fullmatch(r"\d+(\.\d+)?", text) else ""
    if column.format == "html":  # an escaped character takes up to five
        return html.escape(_cut(text, column.max_length // 5), quote=False)
    return _cut(text, column.max_length)


def _cut(text: str, length: int) -> str:
    """Vendors refuse what is too long; better a text that ends in an ellipsis."""
    return text[: length - 1] + "…" if length and len(text) > length else text
