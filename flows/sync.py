"""The night that reads the helpdesk's API first: `ticketscout sync` with history, a schedule and a page to watch it on.

    python -m flows.sync --home HOME --accounts accounts.csv

Tokens come from Prefect's Secret blocks where ticketscout.toml names one (`block`), else from the environment. A task
reads its block itself: no parameter, result or log of Prefect's carries a token or a ticket's words.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # before Prefect is imported: it reads its settings then
    from flows.sync_command import start

    OPTIONS = start(sys.argv[1:])

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from flows.day import day_of
from flows.stages import STAGES, Run, night_of, numbers, owner_only, recorded
from flows.summary import markdown, too_much_set_aside
from pipeline.engine import Engine
from pipeline.errors import BadConfiguration
from pipeline.steps.night import run_sync
from pipeline.steps.work_folder import work_folder
from pipeline.warehouse import single_writer

Counts = dict[str, dict[str, float]]


def _run_name() -> str:
    return f"sync of {flow_run.parameters.get('as_of') or datetime.now(UTC).date()}"


@task(name="sync", task_run_name="sync {run[as_of]}", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
def pulled(run: Run) -> dict[str, float]:
    """What changed in the helpdesks; pages are tried again within, and the next run goes on where this one stopped."""
    return recorded("sync", lambda: numbers(run_sync(night_of(run), blocks=_secret)))


def _secret(block: str) -> str:
    try:
        return str(Secret.load(block).get())  # type: ignore[union-attr]  # not awaited: a task that is not async
    except ValueError:
        pass
    raise BadConfiguration(f"Prefect has no Secret block {block}: make one that holds the token, or mend `block`.")


@flow(name="sync", flow_run_name=_run_name, persist_result=False, log_prints=False)
def syncing(
    home: str = ".",
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
    """Reads the helpdesks, then runs the night, as `ticketscout sync` does with the same options; counts by step."""
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
        "tickets": [],
        "source": "auto",
        "crm": {name: path for name, path in crm.items() if path},
        "engine": engine,
        "workers": workers,
        "dask_address": dask_address,
        "started_at": datetime.now(UTC).replace(tzinfo=None).isoformat(),
    }
    night = night_of(run)
    with owner_only(), single_writer(night.home, wait=wait, say=get_run_logger().info), work_folder(night.work):
        counts = {"sync": pulled(run)}
        counts |= {name: stage(run) for name, stage in STAGES.items() if deliver or name != "deliver"}
    too_much = too_much_set_aside(counts, night.settings.tolerate)
    if too_much:
        get_run_logger().warning("more of the input was set aside than `tolerate` allows: see the manifest")
    if counts.get("deliver", {}).get("failed"):
        get_run_logger().warning("a message could not be delivered and will be tried again: see `ticketscout status`")
    create_markdown_artifact(markdown(night.as_of, counts, too_much), key="sync", description=run["as_of"])
    return counts


if __name__ == "__main__":
    from flows.command import finish

    sys.exit(finish(syncing, OPTIONS))
