"""Lists as spreadsheets open them: UTF-8 with BOM, RFC 4180, no cell that would be run.

https://www.rfc-editor.org/rfc/rfc4180; formula injection: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

# What makes a spreadsheet take a cell for a formula, the full-width forms included.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
# What stands before a formula unseen, and some programs drop.
_UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
_BEFORE = _UNSEEN + "'\" "
# Where a semicolon parts cells (as in German Excel), a cell begins within ours; a quotation mark may stand around it.
_PARTED = rf";[\s\"{_UNSEEN}]*+"
_RUN = rf"['\s{_UNSEEN}]*+[=+\-@＝＋－＠]"
_RUNS_WITHIN = re.compile(rf"({_PARTED})(?={_RUN})")
_RUNS_AT_ONCE = re.compile(rf"\A(?:[{_BEFORE}]*+[{''.join(map(re.escape, _RUNS))}]\s*+)++")
_RUN_WITHIN = re.compile(rf"({_PARTED})({_RUN}[\"\s]*)+")
_KEPT_WITHIN = re.compile(rf"({_PARTED})'(?={_RUN})")


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
    """`text` with an apostrophe where a spreadsheet would run it: before it, and after a semicolon in it."""
    within = _RUNS_WITHIN.sub(r"\1'", text)
    return "'" + within if _runs(text) else within


def as_typed(text: str) -> str:
    """What a person meant by a cell that comes back: our apostrophes taken off again, where they are still there."""
    stripped = text.strip()
    meant = stripped[1:] if stripped.startswith("'") and _runs(stripped[1:]) else stripped
    return _KEPT_WITHIN.sub(r"\1", meant)


def without_formula(text: str) -> str:
    """`text` without characters that a spreadsheet would run; for files that programs read, too."""
    if _runs(text):
        text = _RUNS_AT_ONCE.sub("", text.lstrip(_BEFORE)[1:].strip(), count=1)
    return _RUN_WITHIN.sub(r"\1", text)


def _runs(text: str) -> bool:
    """An apostrophe counts as well: a program that takes it for its own sign drops it when it saves."""
    return text.lstrip(_BEFORE).startswith(_RUNS)


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a list, header always, owner-only."""
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        for row in ([*columns], *([cell(value) for value in row] for row in rows)):
            stream.write(",".join(map(quoted, row)) + "\r\n")
    path.chmod(0o600)


def quoted(text: str) -> str:
    """A cell in quotation marks where anything in it could part cells: LibreOffice offers comma, semicolon and tab
    together."""
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text
