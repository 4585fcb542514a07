"""What service is worth, between two days. Of teams only: nothing here reads who an agent is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.config import Settings
from pipeline.digest.figures import Figures, table_lines
from pipeline.digest.story import WIDTH
from pipeline.errors import UsageError
from pipeline.leads.rules import variables
from pipeline.leads.shares import FEWEST
from pipeline.steps.reporting.passed_on import followed_up, passed_on, revenue
from pipeline.steps.reporting.praise import praise
from pipeline.steps.reporting.together import goes_together
from pipeline.warehouse import Connection, run_sql_for_now, set_variables

DAYS = 90  # leads live 30 days and saves 45: of most of these something has become

CAUSE = (
    "What goes together need not bring the other about: hard cases wait longer, are passed on more and end worse, and "
    "who is about to leave may rate lower whatever service does. Tickets of one account are counted as if they had "
    "nothing to do with each other, so that the intervals are too narrow rather than too wide; of eight comparisons, "
    "one in three such tables shows a difference by chance alone."
)


@dataclass(frozen=True)
class Report:
    """Tables of the days `start` to `end`, both counted."""

    start: date
    end: date
    tables: list[Figures]


def period(last_night: date, start: date | None, end: date | None) -> tuple[date, date]:
    """The days that are counted, the last 90 by default; none after the last night. Raises UsageError."""
    last = min(end or last_night, last_night)
    first = start or last - timedelta(days=DAYS - 1)
    if first > last:
        raise UsageError(f"--from {first} lies after {last}: the last night here is {last_night}.")
    return first, last


def service_report(con: Connection, settings: Settings, start: date, end: date) -> Report:
    """The report. `con` is one that `last_night` made ready; outcomes count whenever they were typed."""
    set_variables(con, {"period_start": start, "period_end": end + timedelta(days=1)})
    run_sql_for_now(con, "shown_teams")
    waits = variables(settings.rules)["days_waiting_long"]
    return Report(start, end, [passed_on(con), followed_up(con), revenue(con), praise(con), goes_together(con, waits)])


def report_lines(report: Report) -> Iterator[str]:
    """The report in lines of at most 100 columns."""
    yield f"What service is worth, {report.start} to {report.end}"
    yield from textwrap.wrap(
        f"In brackets: 95 % intervals, or the middle half of lengths of time. Of fewer than {FEWEST} no rate is said. "
        "Teams only, in the order of their names; teams in which fewer than three agents answered stand together as "
        "small teams, and in no row by team where even these are fewer than three.",
        WIDTH,
    )
    for table in report.tables:
        yield from table_lines(table)
        if table.note:
            yield from textwrap.wrap(table.note, WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
    yield from textwrap.wrap(CAUSE, WIDTH)
