"""Lists as spreadsheets open them: UTF-8 with BOM, RFC 4180, no cell that would be run.

https://www.rfc-editor.org/rfc/rfc4180; formula injection: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

# What makes a spreadsheet take a cell for a formula, the full-width forms included.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
# What stands before a formula unseen, and some programs drop.
_UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"


def cell(value: Any) -> str:
    """A value as it stands in a list: ISO 8601 dates, plain decimals, text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, float):
        return repr(value) if "e" not in repr(value) else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return neutralised(" ".join(str(value).split()))


def neutralised(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet would run it."""
    return "'" + text if _runs(text) else text


def as_typed(text: str) -> str:
    """What a person meant by a cell that comes back: our apostrophe taken off again."""
    stripped = text.strip()
    return stripped[1:] if stripped.startswith("'") and _runs(stripped[1:]) else stripped


def without_formula(text: str) -> str:
    """`text` without leading characters that a spreadsheet would run; for files that programs read, too."""
    while text and _runs(text):
        text = text.lstrip(_UNSEEN)[1:].strip()
    return text


def _runs(text: str) -> bool:
    return text.lstrip(_UNSEEN).startswith(_RUNS)


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a list, header always, owner-only."""
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([cell(value) for value in row] for row in rows)
    path.chmod(0o600)
