"""Praise as it comes back from people: under `passed_on` the day on which somebody heard of it, or `yes` for the day on
which that is read; `no` takes it back. A blank cell says nothing, so that an older copy of a list takes nothing back.

A cell is news where it is another than was last read from that file, and a day where it was not read from anywhere: our
own lists show the days that are known, also the older ones.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.digest.csv_file import as_typed
from pipeline.steps.feedback.saved_table import Table
from pipeline.steps.feedback.saved_values import DayOrder, day_meant, day_order, is_error, yes_or_no
from pipeline.warehouse import Connection, scalar

LISTED_DAYS = 28  # as `digest_praise.sql` has it: of older praise nobody asks any more


@dataclass
class PraiseRead:
    """How many pieces are marked otherwise than before, and a sentence for each cell that could not be taken."""

    changed: int = 0
    not_understood: list[str] = field(default_factory=list)


def is_praise(table: Table) -> bool:
    """Whether it is a list of praise."""
    return {"praise_id", "passed_on"} <= set(table.columns())


def knows_praise(con: Connection) -> bool:
    """Whether a night listed praise with its tickets: none did in a new home or in an earlier release."""
    return bool(scalar(con, _IS_LISTED))


def read_praise(con: Connection, table: Table, file: str, as_of: dt.date) -> PraiseRead:
    """Stores what is new in a list of praise, within the caller's transaction."""
    read = PraiseRead()
    days = _days_read(con)
    order = day_order(_column(table, "said_at"))
    typed: dict[str, str] = {}
    cells = zip(table.numbers, _column(table, "praise_id"), _column(table, "passed_on"), strict=True)
    for number, praise_id, cell in cells:
        if not cell:
            continue
        shown = f"{praise_id} ({file})" if re.fullmatch(r"P-\w{1,20}", praise_id) else f"row {number} ({file})"
        if praise_id not in days:
            read.not_understood.append(f"{shown}: there is no such praise of the last {LISTED_DAYS} days")
        elif not (meant := _meant(cell, days[praise_id], order)):
            read.not_understood.append(f"{shown}: passed_on is no certain day, yes or no; write it as 2026-11-20")
        elif typed.setdefault(praise_id, meant) != meant:
            read.not_understood.append(f"{shown}: stands there twice, with different days; the first counts")
    read.changed = _store(con, typed, file, as_of) if typed else 0
    return read


def _column(table: Table, name: str) -> list[str]:
    """The cells of a column, blank where the list or a row has none."""
    columns = table.columns()
    at = columns.index(name) if name in columns else len(columns)
    return [as_typed(row[at]).strip().lstrip("'") if at < min(len(row), len(columns)) else "" for row in table.rows]


def _days_read(con: Connection) -> dict[str, list[str]]:
    """Praise of the last night's list, with the days that were read of each so far."""
    return dict(con.execute(_DAYS_READ).fetchall())


def _meant(cell: str, days: Collection[str], order: DayOrder) -> str:
    """yes, no, an ISO day, or nothing."""
    said = None if is_error(cell) else yes_or_no(cell)
    if said is not None:
        return "yes" if said else "no"
    return day_meant(cell, days, order)


def _store(con: Connection, typed: dict[str, str], file: str, as_of: dt.date) -> int:
    """How many pieces are marked otherwise now."""
    con.register("typed", pa.table({"praise_id": list(typed), "typed": list(typed.values())}))
    con.execute(_NEWS, {"file": file, "as_of": as_of})
    con.unregister("typed")
    changed = int(scalar(con, "SELECT count(*) FROM news WHERE passed_on IS DISTINCT FROM before"))
    con.execute("INSERT INTO praise_outcomes BY NAME SELECT * EXCLUDE (before) FROM news")
    con.execute("DROP TABLE news")
    return changed


_IS_LISTED = "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'digest_praise' AND column_name = 'ticket_id'"
_DAYS_READ = """
    SELECT p.praise_id, coalesce(list(DISTINCT o.passed_on::VARCHAR) FILTER (o.passed_on IS NOT NULL), [])
    FROM digest_praise p LEFT JOIN praise_outcomes o USING (source, ticket_id, signal) GROUP BY p.praise_id
"""
_NEWS = """
    CREATE OR REPLACE TEMP TABLE news AS
    WITH of_them AS (
        SELECT praise_id, o.* FROM praise_outcomes o JOIN digest_praise p USING (source, ticket_id, signal)
        SEMI JOIN typed USING (praise_id)
    ), stands AS (
        SELECT praise_id, arg_max_null(passed_on, read_order) AS before FROM of_them GROUP BY praise_id
    ), read AS (
        SELECT praise_id, arg_max(typed, read_order) AS typed FROM of_them WHERE file = $file GROUP BY praise_id
        UNION SELECT praise_id, passed_on::VARCHAR FROM of_them
    ), news AS (FROM typed ANTI JOIN read USING (praise_id, typed))
    SELECT p.source, p.ticket_id, p.signal, n.typed, s.before,
        CASE n.typed WHEN 'no' THEN NULL WHEN 'yes' THEN coalesce(s.before, $as_of) ELSE n.typed::DATE END AS passed_on,
        $as_of AS read_on, $file AS file,
        (SELECT coalesce(max(read_order), 0) FROM praise_outcomes)
            + row_number() OVER (ORDER BY praise_id) AS read_order
    FROM news n JOIN digest_praise p USING (praise_id) LEFT JOIN stands s USING (praise_id)
"""
