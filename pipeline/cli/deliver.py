"""`deliver`: tells channels what the last night published, or what could not be told before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.options import HomeOption, open_home
from pipeline.cli.progress import say
from pipeline.errors import BadConfiguration

_HERE = Path()


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("deliver", epilog="Example: ticketscout deliver --dry-run")(deliver_now)


def deliver_now(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")] = False,
    home: HomeOption = _HERE,
) -> None:
    """Tells the channels what they have not heard of the last night.

    Every night does this by itself; this tries again what failed. Exit code 1 where something failed again.
    """
    from pipeline.steps.delivering.deliver import deliver, preview
    from pipeline.warehouse import open_to_read, open_warehouse, single_writer

    place, settings = open_home(home)
    if not settings.deliver:
        raise BadConfiguration("no channel is set up: add a [[deliver]] to ticketscout.toml, see README.md.")
    at = datetime.now(UTC).replace(tzinfo=None)
    if dry_run:
        with open_to_read(place) as con:
            lines = list(preview(con, place, settings, at))
        print("\n".join(lines) if lines else "nothing is due")
        return
    with single_writer(place), open_warehouse(place) as con:
        counts = deliver(con, place, settings, at)
    say_deliveries(vars(counts), always=True)
    if counts.failed:
        raise typer.Exit(1)


def say_deliveries(counts: Mapping[str, Any], *, always: bool = False) -> None:
    """What was sent and what was not."""
    if always or counts.get("sent"):
        say(f"sent {counts['sent']} message{'' if counts['sent'] == 1 else 's'}")
    for line, times in Counter(counts.get("failures", [])).items():
        again = "tried again by the next night or `ticketscout deliver`"
        say(f"{line}{f' ({times} times)' if times > 1 else ''}; {again}")
    for owner in counts.get("owners_without_address", []):
        say(f"owner {owner!r} has no mail address: told nothing, see the open list")
