"""Lists of questions as readers take them out, answer and bring back, and what a home knows by then."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.steps.review.label_states import make_label_states
from tests.contract.homes import call, warehouse
from tests.warehouse_rows import rows_of

Row = dict[str, str]
OWN_SIGNAL = """
name = "parcel_question"
title = "asks for a parcel"
guideline = "Yes: asks where a parcel is."
list = "needs"
prevalence = 0.05
half_life = 7
minimum_precision = 0.5
next_step = "Say where it is."
"""


def ask(home: Path, out: Path, *arguments: str) -> list[Row]:
    """The questions of a list that is taken out."""
    done = call(home, "review", "export", "--out", out, *arguments)
    assert done.returncode == 0, done.stderr
    return read(out)


def read(file: Path) -> list[Row]:
    """The rows of a list."""
    with open(file, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, rows: list[Row]) -> Path:
    """A list of these rows; returns where it lies."""
    with open(file, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def answer(rows: list[Row], decide: Callable[[int, Row], str], **other: str) -> list[Row]:
    """The rows with a decision each, and what else was typed."""
    return [row | other | {"decision": decide(place, row)} for place, row in enumerate(rows)]


def by_turns(place: int, _: Row) -> str:
    """Yes, no and cannot say, the same for the same places."""
    return ("yes", "no", "no", "cannot say", "no")[place % 5]


def bring(home: Path, file: Path, *arguments: str, code: int = 0) -> str:
    """Brings a list in; returns what was said of it."""
    done = call(home, "review", "import", file, "--as-of=2026-11-21", *arguments)
    assert done.returncode == code, done.stderr
    return done.stderr


def table(home: Path, query: str) -> list[dict[str, Any]]:
    """Rows that a query finds, with what labels come to."""
    with warehouse(home) as con:
        make_label_states(con)
        return rows_of(con, query)


def states(home: Path) -> list[dict[str, Any]]:
    """What all labels come to."""
    return table(home, "FROM label_states ORDER BY example_id, signal")
