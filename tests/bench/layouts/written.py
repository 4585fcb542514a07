"""How exports write texts, times and files, whichever helpdesk they are of."""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any


def as_html(text: str) -> str:
    """One paragraph."""
    return f"<p>{html.escape(text)}</p>"


def as_iso(at: datetime) -> str:
    """As most APIs write a time."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_unix(at: datetime) -> int:
    """Seconds since 1970; all times here are UTC."""
    return int((at - datetime(1970, 1, 1)).total_seconds())


def write_lines(path: Path, records: Iterable[Any]) -> None:
    """One JSON document a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def write_pages(folder: Path, name: str, records: Sequence[Any], size: int, page: Callable[[list[Any]], Any]) -> None:
    """So many records a file, each put into what `page` makes of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(records), size)):
        text = json.dumps(page(list(records[start : start + size])), ensure_ascii=False)
        (folder / f"{name}-{number:04}.json").write_text(text, encoding="utf-8")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """A table; returns where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path
