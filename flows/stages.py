"""The night's steps as Prefect tasks, one a step: plain values in, numbers out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from pipeline.config import Home, load_settings
from pipeline.engine import Engine
from pipeline.errors import UsageError, is_ctrl_c, without_words
from pipeline.steps.night import STEPS, Night, silent

# Worth another try: their workers may die or lack memory. The others take seconds and fail for a reason that stays.
RETRIED = ("ingest", "score")
RETRY_AFTER_SECONDS = 10
T = TypeVar("T")


class Run(TypedDict):
    """What a task is told of the night. `home` and the dates are text; `started_at` makes all tasks one run."""

    home: str
    as_of: str
    tickets: list[str]
    source: str
    crm: dict[str, str]
    engine: Engine | None
    workers: int
    dask_address: str | None
    started_at: str


def night_of(run: Run) -> Night:
    """The night that `run` describes, with its home's settings. Raises BadConfiguration."""
    home = Home(Path(run["home"]))
    settings = load_settings(home)
    return Night(
        home,
        settings,
        date.fromisoformat(run["as_of"]),
        tickets=tuple(run["tickets"]),
        source=run["source"],
        crm={name: Path(path) for name, path in run["crm"].items()},
        engine=run["engine"] or settings.run.engine,
        workers=run["workers"] or settings.run.workers,
        dask_address=run["dask_address"],
        started_at=datetime.fromisoformat(run["started_at"]),
    )


def numbers(counts: dict[str, Any]) -> dict[str, float]:
    """Flat numbers of a step's counts (`rows.leads.csv`); of a list its length, since its items may be words."""
    flat: dict[str, float] = {}
    for name, value in counts.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": number for key, number in numbers(value).items()}
        elif isinstance(value, (int, float)):
            flat[name] = value
        elif isinstance(value, list):
            flat[name] = len(value)
    return flat


def recorded(step: str, work: Callable[[], T]) -> T:
    """`work()`. Prefect records what an error says and all that it came from. Not a context manager: what that raises
    keeps the first error as its context."""
    try:
        return work()
    except Exception as error:
        failed = KeyboardInterrupt() if is_ctrl_c(error) else without_words(step, error)
    raise failed


@contextmanager
def owner_only() -> Iterator[None]:
    """What a run writes is for its owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _may_help(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:
    """Trying again mends no wrong use or configuration."""
    return not isinstance(state.result(raise_on_failure=False), UsageError)


def _stage(step: str) -> Task[[Run], dict[str, float]]:
    @task(
        name=step,
        task_run_name=f"{step} {{run[as_of]}}",
        retries=1 if step in RETRIED else 0,
        retry_delay_seconds=RETRY_AFTER_SECONDS,
        retry_condition_fn=_may_help,
        persist_result=False,
        cache_policy=NO_CACHE,
        log_prints=False,
    )
    def stage(run: Run) -> dict[str, float]:
        night = night_of(run)
        shutil.rmtree(night.work, ignore_errors=True)  # a try begins with nothing of the one before
        return recorded(step, lambda: numbers(STEPS[step](night, silent)))

    return stage


STAGES = {step: _stage(step) for step in STEPS}
