"""The command that says what is wrong, and how to mend it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline.cli.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from pipeline.steps.doctor.finding import Finding

_HERE = Path()
_STATES = ("well", "look here", "wrong")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(epilog="Example: ticketscout doctor --home scout")(doctor)


def doctor(as_json: JsonOption = False, home: HomeOption = _HERE) -> None:
    """Says what is wrong with a home, and how to mend it.

    It only looks: nothing is changed, no run is kept waiting, no network is asked. Exit 0 where nothing is wrong, 1
    where something is.
    """
    from pipeline.config import Home
    from pipeline.steps.doctor.examine import examine

    found = examine(Home(home.expanduser().resolve()), datetime.now(UTC).replace(tzinfo=None))
    counts = {state: sum(one.state == state for _, one in found) for state in _STATES}
    if as_json:
        rows = [{"check": name, "state": one.state, "what": one.what, "mend": one.mend} for name, one in found]
        print(json.dumps({"checks": rows, "counts": counts}, indent=2, ensure_ascii=False))
    else:
        _print(found)
        print("\n" + ", ".join(f"{count} {state}" for state, count in counts.items()))
    if counts["wrong"]:
        raise typer.Exit(1)


def _print(found: list[tuple[str, Finding]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for heading in ("what it is", "what to do"):
        table.add_column(heading, overflow="fold", ratio=1)
    for name, one in found:
        table.add_row(name, one.state, escape(one.what), escape(one.mend))
    Console().print(table)
