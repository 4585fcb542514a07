"""The sync step: reads what changed in the configured helpdesks into the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.config import Home, Settings
from pipeline.errors import BadConfiguration, StepFailed
from pipeline.steps.ingesting.ingest import IngestCounts
from pipeline.steps.syncing.secret import Desk
from pipeline.warehouse import Connection

# What the night says of its input, whether that came from files or from here.
PULLED = ("read", "stored", "set_aside", "people_set_aside", "remarks", "changed", "deleted", "redacted", "fault_share")


def need_client() -> None:
    """Raises BadConfiguration where the extra is not installed, before anything is asked or written."""
    try:
        import dlt  # noqa: F401
    except ImportError as error:
        raise BadConfiguration(
            "sync needs dlt, which is not installed: run pip install 'ticketscout[sync]', then sync again."
        ) from error


def sync(
    con: Connection,
    home: Home,
    settings: Settings,
    desks: list[Desk],
    *,
    work: Path,
    say: Callable[[str], None] = lambda line: None,
    anew: date | None = None,
) -> Mapping[str, Any]:
    """Reads each helpdesk; `work` is the run's own folder.

    One that cannot be read does not keep the others from it; then StepFailed is raised.
    """
    from pipeline.steps.syncing.pull import Pull, add

    total, counts, failed = IngestCounts(), {}, []
    for desk in desks:
        try:
            pulled = Pull(con, home, settings, desk, work, say, anew).run()
        except StepFailed as error:
            failed.append(str(error).rstrip("."))
            continue
        add(total, pulled.ingested)
        counts[desk.name] = {"pages": pulled.pages, "records": pulled.records, "warnings": pulled.warnings}
    if failed:
        raise StepFailed("; ".join(failed) + ".")
    return {"desks": counts} | {name: getattr(total, name) for name in PULLED}
