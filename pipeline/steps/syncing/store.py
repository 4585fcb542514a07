"""The only place at which the sync meets the ingest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.config import Home, Settings
from pipeline.steps.ingesting.from_memory import ingest_records
from pipeline.steps.ingesting.ingest import IngestCounts
from pipeline.warehouse import Connection


def store_page(
    con: Connection,
    home: Home,
    settings: Settings,
    *,
    source: str,
    name: str,
    records: Sequence[tuple[str, str]],
    work: Path,
    also: Callable[[Connection], None],
) -> IngestCounts:
    """Stores records, (kind, JSON text) each, and runs `also` in the same transaction. `name` is the place that is
    shown for a record set aside; `work` the run's own folder, in which nothing raw is written."""
    return ingest_records(con, home, settings, source=source, name=name, records=records, work=work, also=also)
