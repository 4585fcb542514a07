"""The weekly retraining: the command line's steps with history, a schedule and a page to look at.

    python -m flows.retrain --home HOME

runs once with a server of its own; `prefect.yaml` has it run every week. Of labels only counts and figures go through
Prefect.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # before Prefect is imported: it reads its settings then
    from flows.retrain_command import start

    OPTIONS = start(sys.argv[1:])

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypedDict

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from flows.day import day_of
from flows.stages import owner_only, recorded
from flows.summary import decisions_markdown
from pipeline.config import Home, load_settings
from pipeline.errors import UsageError
from pipeline.steps.retraining.retrain import FLOOR, retrain, signals_to_retrain
from pipeline.warehouse import open_warehouse, single_writer


class Told(TypedDict):
    """What became of a signal: words of ours and numbers, none of a customer's."""

    signal: str
    event: str
    reason: str
    model_id: str
    champion: str
    labels: int
    yes: int
    trained_on: int
    set_aside: list[str]


def _run_name() -> str:
    return f"retraining of {flow_run.parameters.get('as_of') or datetime.now(UTC).date()}"


@task(
    name="retrain",
    task_run_name="retrain {signal}",
    persist_result=False,
    cache_policy=NO_CACHE,
    log_prints=False,
)
def retrain_one(home: str, signal: str, as_of: str, floor: int) -> Told:
    """One signal, decided and written down."""
    return recorded(f"retrain {signal}", lambda: _decided(Home(Path(home)), signal, as_of, floor))


def _decided(place: Home, name: str, as_of: str, floor: int) -> Told:
    (signal,) = signals_to_retrain(place, [name])
    with open_warehouse(place, memory_limit=load_settings(place).run.memory_limit) as con:
        made = retrain(con, place, signal, date.fromisoformat(as_of), floor=floor)
    return Told(
        signal=made.signal,
        event=made.event,
        reason=made.reason,
        model_id=made.model_id,
        champion=made.champion,
        labels=made.labels,
        yes=made.yes,
        trained_on=made.trained_on,
        set_aside=[batch.sentence for batch in made.set_aside],
    )


@flow(name="retrain", flow_run_name=_run_name, persist_result=False, log_prints=False)
def retraining(
    home: str = ".", signals: list[str] | None = None, floor: int = FLOOR, as_of: str | None = None
) -> list[Told]:
    """Retrains all signals or those named, as `ticketscout retrain` does; what became of each."""
    place = Home(Path(home).expanduser().resolve())
    day = day_of(as_of)
    chosen = signals_to_retrain(place, signals or [])
    if not place.warehouse.is_file():
        raise UsageError(f"{place.warehouse} is not there: run a night first, then label some of its tickets.")
    with owner_only(), single_writer(place):
        told = [retrain_one(str(place.path), signal.name, day, floor) for signal in chosen]
    if any(one["set_aside"] for one in told):
        get_run_logger().warning("labels were left out because they contradict all others: see the artifact")
    create_markdown_artifact(decisions_markdown(day, told), key="retraining", description=day)
    return told


if __name__ == "__main__":
    from flows.retrain_command import finish

    sys.exit(finish(retraining, OPTIONS))
