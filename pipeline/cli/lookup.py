"""Commands that only look: status, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HomeOption, open_home

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: ticketscout status")(status)
    app.command(epilog="Example: ticketscout explain L-0a1b2c3d4e5f")(explain)


def status(home: HomeOption = _HERE) -> None:
    """Shows the last runs and what is stored."""
    from pipeline.steps.lookup import status_lines
    from pipeline.warehouse import open_warehouse, single_writer

    place, _ = open_home(home)
    with single_writer(place), open_warehouse(place) as con:
        for line in status_lines(con):
            print(line)


def explain(
    lead_id: Annotated[str, typer.Argument(help="The id in a list.")],
    home: HomeOption = _HERE,
) -> None:
    """Prints the chain behind a lead.

    Messages, signals and their reasons, rules, value and rank, history and outcomes.
    """
    from pipeline.steps.lookup import explain_lines
    from pipeline.warehouse import open_warehouse, single_writer

    place, _ = open_home(home)
    with single_writer(place), open_warehouse(place) as con:
        for line in explain_lines(con, lead_id):
            print(line)
