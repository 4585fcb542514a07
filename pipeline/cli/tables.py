"""Tables that fit a terminal."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.markup import escape

from pipeline.digest.page_words import currency, money
from pipeline.steps.feedback.saved_table import LONGEST

# Column of the list, its heading here, and how wide it may be; 0 takes what is left.
_SHOWN = (
    ("rank", "#", 3),
    ("status", "status", 8),
    ("motion", "motion", 6),
    ("account", "account", 20),
    ("expected_value", "expected", 14),
    ("quote", "the customer said", 0),
)


def print_top_leads(day: Path, count: int = 8) -> None:
    """The first rows of the day's leads and saves."""
    from rich.console import Console
    from rich.table import Table

    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    console = Console()
    for name in ("leads.csv", "saves.csv"):
        with open(day / name, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        table = Table(
            title=f"{name}: {len(rows)} today", title_justify="left", box=None, header_style="bold", pad_edge=False
        )
        for column, heading, width in _SHOWN:
            table.add_column(
                heading,
                max_width=width or None,
                no_wrap=column != "quote",
                overflow="ellipsis",
                justify="right" if column in ("rank", "expected_value") else "left",
            )
        for row in rows[:count]:
            table.add_row(*(_cell(row, column) for column, _, _ in _SHOWN))
        console.print(table)
        console.print()


def print_topics(rows: list[dict[str, Any]]) -> None:
    """Topics with what stands behind each; titles take the width that is left."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("topic", no_wrap=True)
    table.add_column("title", overflow="fold", min_width=16)
    for heading in ("accounts", "revenue", "28 d"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("trend", "first", "last"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(
            row["topic_id"],
            escape(row["title"]),
            f"{row['accounts']:,}",
            money(row["revenue"], ""),
            f"{row['tickets_28d']:,}",
            row["status"],
            f"{row['first_seen']:%y-%m-%d}",
            f"{row['last_seen']:%m-%d}",
        )
    Console().print(table)


def _cell(row: dict[str, str], column: str) -> str:
    if column == "expected_value":
        return money(Decimal(row[column]), currency(row["flags"]))
    return _short(row[column], 110)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
