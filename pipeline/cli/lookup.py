"""Commands that only look: status, explain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import HomeOption, open_home, span_of
from pipeline.cli.progress import say

if TYPE_CHECKING:
    from pipeline.config import Home

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout status --max-age 26h")(status)
    app.command(epilog="Example: ticketscout explain L-0a1b2c3d4e5f")(explain)


def status(
    max_age: Annotated[
        str, typer.Option("--max-age", help="Exit with 1 where the last night is older: 26h, 90m or 2d.")
    ] = "",
    home: HomeOption = _HERE,
) -> None:
    """Shows the last runs, what is stored and what was delivered.

    With --max-age it is a check for a scheduler: 0 where a night was published in time, 1 where not.
    """
    from pipeline.privacy.attaching import how_it_is_kept
    from pipeline.steps.forgetting.due import due_lines
    from pipeline.steps.lookup import age_of_last_night, status_lines
    from pipeline.warehouse import open_to_read

    place, _ = open_home(home)
    longest = span_of(max_age) if max_age else None
    age = None
    if line := _at_work(place):
        print(line)
    if not place.warehouse.exists():
        print("no night was run here yet")
    else:
        with open_to_read(place) as con:
            for line in status_lines(con):
                print(line)
            print(f"\n{how_it_is_kept(place.vault)}")
            for line in due_lines(con, place):
                print(line)
            age = age_of_last_night(con, datetime.now(UTC).replace(tzinfo=None))
    if longest is not None and (age is None or age > longest):
        found = (
            "no night was published here yet"
            if age is None
            else f"the last night was decided {_hours(age)} h ago, more than {max_age}"
        )
        say(f"ticketscout: {found}: look at the scheduler's log and run nightly again.")
        raise typer.Exit(1)


def _at_work(home: Home) -> str:
    """A run that writes now, or one that was stopped and waits to be gone on with; what follows is from before it."""
    from pipeline.lock import holder
    from pipeline.unfinished import unfinished

    if who := holder(home):
        return f"at work: {who}; what follows is from before"
    if unfinished(home):
        return (
            "a run was stopped before its end, the next one goes on with what it had read; what follows is from before"
        )
    return ""


def _hours(age: timedelta) -> int:
    return int(age.total_seconds() // 3600)


def explain(
    lead_id: Annotated[str, typer.Argument(help="The id in a list.")],
    home: HomeOption = _HERE,
) -> None:
    """Prints the chain behind a lead.

    Messages, signals and their reasons, rules, value and rank, history and outcomes.
    """
    from pipeline.steps.lookup import explain_lines
    from pipeline.warehouse import open_to_read

    place, _ = open_home(home)
    with open_to_read(place) as con:
        for line in explain_lines(con, lead_id):
            print(line)
