"""What cells of a list of praise mean, one night after another."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.config import Home
from pipeline.steps.feedback.praise import PraiseRead, read_praise
from pipeline.steps.feedback.read import read_feedback
from pipeline.steps.feedback.saved_table import Table
from pipeline.warehouse import Connection

FIRST = date(2026, 11, 20)
SAID = "2026-11-13T16:40:00Z"


@pytest.fixture
def listed(con: Connection) -> Connection:
    """A warehouse whose last night listed two pieces of praise."""
    con.execute(
        "CREATE TABLE digest_praise AS SELECT 'P-' || ticket_id AS praise_id, 'zendesk' AS source, ticket_id, "
        "'praise' AS signal FROM (VALUES ('1'), ('2')) t(ticket_id)"
    )
    return con


def read(con: Connection, *cells: str, file: str = "a.csv", night: int = 0, said: str = SAID) -> PraiseRead:
    """Reads a list of the two, with these cells, on a night so many days after the first."""
    rows = [[f"P-{number}", said, cell] for number, cell in enumerate(cells, 1)]
    table = Table(["praise_id", "said_at", "passed_on"], rows, list(range(2, 2 + len(rows))), ",")
    return read_praise(con, table, file, FIRST + timedelta(days=night))


def stands(con: Connection) -> list[str]:
    """When each was passed on, as of now."""
    query = """
        SELECT coalesce(arg_max_null(passed_on, read_order)::VARCHAR, '') FROM digest_praise
        LEFT JOIN praise_outcomes USING (source, ticket_id, signal) GROUP BY praise_id ORDER BY praise_id
    """
    return [day for (day,) in con.execute(query).fetchall()]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-18", "2026-11-18"),
        ("18.11.2026", "2026-11-18"),
        ("18 Nov 2026", "2026-11-18"),
        ("Yes", "2026-11-20"),
        ("oui", "2026-11-20"),
        ("x", "2026-11-20"),
        ("No", ""),
        ("", ""),
    ],
)
def test_a_cell_is_a_day_or_yes_or_no(cell: str, day: str, listed: Connection) -> None:
    assert not read(listed, cell).not_understood
    assert stands(listed) == [day, ""]


@pytest.mark.parametrize("cell", ["soon", "told Ana", "#NAME?", "03/04/2026", "2026-13-01"])
def test_what_is_neither_is_said_and_not_stored(cell: str, listed: Connection) -> None:
    (said,) = read(listed, cell, "yes").not_understood
    assert said.startswith("P-1 (a.csv)") and cell not in said
    assert stands(listed) == ["", "2026-11-20"]
    assert "told" not in str(listed.execute("FROM praise_outcomes").fetchall())


def test_days_are_read_as_the_list_writes_days(listed: Connection) -> None:
    assert not read(listed, "03/04/2026", said="13/11/2026 16:40").not_understood
    assert stands(listed) == ["2026-04-03", ""]


def test_the_first_yes_stands_until_a_no(listed: Connection) -> None:
    assert read(listed, "yes").changed == 1
    assert read(listed, "yes", file="b.csv", night=1).changed == 0
    assert stands(listed) == ["2026-11-20", ""]
    assert read(listed, "no", file="b.csv", night=2).changed == 1
    assert read(listed, "yes", night=3).changed == 0, "a.csv says no more than it did"
    assert read(listed, "2026-11-20", file="c.csv", night=3).changed == 0, "our list as it was before the no"
    assert stands(listed) == ["", ""]
    assert read(listed, "yes", file="b.csv", night=4).changed == 1
    assert stands(listed) == ["2026-11-24", ""]


def test_another_day_corrects_the_first(listed: Connection) -> None:
    assert (read(listed, "2026-11-18").changed, read(listed, "2026-11-17", night=1).changed) == (1, 1)
    assert stands(listed) == ["2026-11-17", ""]


def test_a_row_that_stands_twice_counts_once_and_is_said(listed: Connection) -> None:
    rows = [["P-1", "2026-11-18"], ["P-1", "2026-11-18"], ["P-1", "no"], ["P-2"]]
    found = read_praise(listed, Table(["praise_id", "passed_on"], rows, [2, 3, 4, 5], ","), "a.csv", FIRST)
    assert found.changed == 1 and stands(listed) == ["2026-11-18", ""]
    assert found.not_understood == ["P-1 (a.csv): stands there twice, with different days; the first counts"]


def test_lists_of_praise_that_nobody_asks_of_are_not_opened(listed: Connection, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.inbox.mkdir(parents=True)
    for day, cell in (("2026-10-22", "yes"), ("2026-10-23", "2026-11-01")):  # 29 and 28 days before
        (home.digests / day).mkdir(parents=True)
        (home.digests / day / "praise.csv").write_text(f"praise_id,passed_on\nP-1,{cell}\n", encoding="utf-8")
    assert read_feedback(listed, home, FIRST).praise == 1
    assert stands(listed) == ["2026-11-01", ""]
