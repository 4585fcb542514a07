"""Options that several commands share, and what they become."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Home, Settings

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="TICKETSCOUT_HOME", help="Folder of everything a run reads and writes.")
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", help="The night: the end of that day, UTC (YYYY-MM-DD; default today).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def open_home(path: Path) -> tuple[Home, Settings]:
    """The home and its settings."""
    from pipeline.config import Home, load_settings

    home = Home(path.expanduser().resolve())
    return home, load_settings(home)


def day_of(text: str) -> date:
    """The day that `--as-of` means. Raises UsageError."""
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is not a day: write it as 2026-11-20.") from error
