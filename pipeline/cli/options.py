"""Options that several commands share, and what they become."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
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


def day_given(option: str, text: str) -> date | None:
    """The day that an option names, None where it names none. Raises UsageError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is not a day: write it as 2026-11-20.") from error


def span_of(text: str) -> timedelta:
    """The time that `26h` means. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", text)
    if not found:
        raise UsageError(f"--max-age {text!r} is no time: write it as 26h, 90m or 2d.")
    return timedelta(minutes=int(found[1]) * {"m": 1, "h": 60, "d": 1440}[found[2]])
