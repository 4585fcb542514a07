"""The nightly flow: the command line's steps with retries, a schedule and a page to watch them on.

    python -m flows.nightly --home HOME --tickets EXPORT --accounts accounts.csv

runs one night with a server of its own; `prefect.yaml` has it run on a schedule. Only paths, dates and counts go
through Prefect: its database, logs and results never see a ticket's words.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # before Prefect is imported: it reads its settings then
    from flows.command import start

    OPTIONS = start(sys.argv[1:])

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from flows.day import day_of
from flows.stages import STAGES, Run, night_of, owner_only
from flows.summary import markdown, too_much_set_aside
from pipeline.engine import Engine
from pipeline.errors import UsageError
from pipeline.steps.work_folder import work_folder
from pipeline.warehouse import single_writer

Counts = dict[str, dict[str, float]]


def _run_name() -> str:
    return f"night of {flow_run.parameters.get('as_of') or datetime.now(UTC).date()}"


@flow(name="nightly", flow_run_name=_run_name, persist_result=False, log_prints=False)
def nightly(
    home: str = ".",
    tickets: list[str] | None = None,
    source: str = "auto",
    accounts: str | None = None,
    wishes: str | None = None,
    opportunities: str | None = None,
    availability: str | None = None,
    competitors: str | None = None,
    products: str | None = None,
    as_of: str | None = None,
    engine: Engine | None = None,
    workers: int = 0,
    dask_address: str | None = None,
    deliver: bool = True,
    wait: float = 0.0,
) -> Counts:
    """Runs the whole night, as `ticketscout nightly` does with the same options; counts by step."""
    if not tickets:
        raise UsageError("the nightly flow needs tickets: files, folders or globs of the helpdesk's export.")
    crm = {
        "accounts": accounts,
        "wishes": wishes,
        "opportunities": opportunities,
        "availability": availability,
        "competitors": competitors,
        "products": products,
    }
    run: Run = {
        "home": str(Path(home).expanduser().resolve()),
        "as_of": day_of(as_of),
        "tickets": tickets,
        "source": source,
        "crm": {name: path for name, path in crm.items() if path},
        "engine": engine,
        "workers": workers,
        "dask_address": dask_address,
        "started_at": datetime.now(UTC).replace(tzinfo=None).isoformat(),
    }
    night = night_of(run)
    with owner_only(), single_writer(night.home, wait=wait, say=get_run_logger().info), work_folder(night.work):
        counts = {name: stage(run) for name, stage in STAGES.items() if deliver or name != "deliver"}
    too_much = too_much_set_aside(counts, night.settings.tolerate)
    if too_much:
        get_run_logger().warning("more of the input was set aside than `tolerate` allows: see the manifest")
    if counts.get("deliver", {}).get("failed"):
        get_run_logger().warning("a message could not be delivered and will be tried again: see `ticketscout status`")
    if counts["watch"].get("serious"):
        get_run_logger().warning("the night is seriously unlike others: see `ticketscout status`")
    create_markdown_artifact(markdown(night.as_of, counts, too_much), key="night", description=run["as_of"])
    return counts


if __name__ == "__main__":
    from flows.command import finish

    sys.exit(finish(nightly, OPTIONS))
