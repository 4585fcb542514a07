"""The day that a run of a flow stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.errors import UsageError


def day_of(as_of: str | None) -> str:
    """The day as ISO text, today's (UTC) where none is given. Raises UsageError."""
    try:
        return (date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()).isoformat()
    except ValueError as error:
        raise UsageError(f"as_of {as_of!r} is not a day: write it as 2026-11-20.") from error
