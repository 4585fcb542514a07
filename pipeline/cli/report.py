"""The command that says what service is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HomeOption, day_given, open_home
from pipeline.cli.progress import say

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: ticketscout report --from 2026-10-01 --to 2026-10-31 --csv report")(report)


def report(
    start: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First day (default: 90 days up to the last).")
    ] = "",
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day (default: the last night).")] = "",
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Write the tables there, too.")] = None,
    home: HomeOption = _HERE,
) -> None:
    """Says what service is worth.

    Signals handed over and when, leads followed up and won, revenue at risk and saved, and what goes together with
    waiting, transfers, reopenings and ratings. Teams only: an agent's name stands beside praise and nowhere else.
    """
    from pipeline.steps.last_night import last_night
    from pipeline.steps.reporting.report import period, report_lines, service_report

    place, settings = open_home(home)
    first, last = day_given("--from", start), day_given("--to", end)
    with last_night(place) as (con, as_of):
        result = service_report(con, settings, *period(as_of, first, last))
    for line in report_lines(result):
        print(line)
    if csv:
        from pipeline.digest.figures import write_tables

        say(f"wrote {', '.join(str(file) for file in write_tables(result.tables, csv))}")
