"""Tables that fit a terminal."""

from __future__ import annotations

import csv
from pathlib import Path

_SHOWN = (("rank", 4), ("status", 8), ("motion", 7), ("account", 20), ("expected_value", 10), ("quote", 0))


def print_top_leads(day: Path, count: int = 8) -> None:
    """The first rows of the day's leads and saves."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name in ("leads.csv", "saves.csv"):
        with open(day / name, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        table = Table(
            title=f"{name}: {len(rows)} today", title_justify="left", box=None, header_style="bold", pad_edge=False
        )
        for column, width in _SHOWN:
            table.add_column(
                column.replace("_", " "), max_width=width or None, no_wrap=column != "quote", overflow="ellipsis"
            )
        for row in rows[:count]:
            table.add_row(*(_short(row[column], 110) for column, _ in _SHOWN))
        console.print(table)
        console.print()


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
