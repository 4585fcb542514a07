"""A night: its parts in order, each with its counts in the ledger.

The command line and the Prefect flow run the same parts. Whoever runs them holds `single_writer`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.config import Home, Settings
from pipeline.engine import Crew, Engine
from pipeline.leads.rules import variables
from pipeline.scoring.models import all_signals
from pipeline.steps.crm import CrmFile, load_crm, read_crm
from pipeline.steps.decide import begin_to_decide, decide, prepare, refuse_earlier_night
from pipeline.steps.delivering.deliver import deliver
from pipeline.steps.feedback.read import read_feedback
from pipeline.steps.ingesting.ingest import ingest
from pipeline.steps.manifest import manifest
from pipeline.steps.marks import MARKS, check_marks, load_marks
from pipeline.steps.publish import publish
from pipeline.steps.publish_crm import profiles_of
from pipeline.steps.review.feedback_labels import label_feedback
from pipeline.steps.score import score
from pipeline.steps.score_task import get_ready
from pipeline.steps.syncing.secret import Blocks, desks
from pipeline.steps.syncing.sync import PULLED, need_client, sync
from pipeline.steps.watching.models import set_aside
from pipeline.steps.watching.watch import watch
from pipeline.steps.work_folder import run_id, work_folder
from pipeline.warehouse import Connection, clear, open_warehouse, scalar

Progress = Callable[[str, int, int], None]
Counts = dict[str, Any]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Night:
    """What one run is about. Plain values, so that a flow can hand it on."""

    home: Home
    settings: Settings
    as_of: date
    tickets: tuple[str, ...] = ()
    source: str = "auto"
    retry_rejects: bool = False
    crm: Mapping[str, Path | None] = field(default_factory=dict)
    engine: Engine = "auto"
    workers: int = 0
    dask_address: str | None = None
    wait: float = 0.0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    # The warehouse where `run_steps` holds it open for all steps; else, as in a flow, each step opens it for itself.
    con: Connection | None = field(default=None, repr=False, compare=False)
    # So held, who scores may begin while others still read, and the decision while they score, if it comes.
    crew: Crew | None = field(default=None, repr=False, compare=False)
    decides: bool = field(default=False, repr=False, compare=False)

    @property
    def run_id(self) -> str:
        return run_id(self.as_of, self.started_at)

    @property
    def work(self) -> Path:
        """The run's own folder, gone after it."""
        return self.home.work / self.run_id

    def mark_files(self) -> dict[str, Path]:
        """Lists of those who are never pitched, by mark."""
        configured = {mark: getattr(self.settings.crm, name) for mark, name in MARKS.items()}
        return {mark: self.home.path / path for mark, path in configured.items() if path}

    def crm_files(self) -> dict[str, Path | None]:
        """CRM files of this run: those given, else those of the settings."""
        crm = self.settings.crm
        names = ("accounts", "opportunities", "wishes", "availability", "competitors", "products")
        configured = {name: getattr(crm, name) for name in names}
        return {
            name: self.crm.get(name) or (self.home.path / configured[name] if configured[name] else None)
            for name in names
        }


def run_ingest(night: Night, progress: Progress = silent) -> Counts:
    """Reads the CRM's files and the helpdesk's. Nothing is written where an input is wrong."""
    with _step(night, "ingest") as (con, counts):
        files = _refuse(con, night)
        result = (
            ingest(
                con,
                night.home,
                night.settings,
                night.tickets,
                source=night.source,
                work=night.work,
                engine=night.engine,
                workers=night.workers,
                dask_address=night.dask_address,
                progress=progress,
                retry_rejects=night.retry_rejects,
                as_of=night.as_of,
                say_free=partial(_begin_to_score, night),
            )
            if night.tickets
            else None
        )
        crm = load_crm(con, files)
        counts["crm"] = {name: vars(count) for name, count in crm.items()}
        counts["marked"] = {
            mark: vars(count) for mark, count in load_marks(con, night.home, night.mark_files()).items()
        }
        if result:
            counts.update(vars(result) | {"fault_share": result.fault_share})
        else:
            counts.update(_pulled(con, night))
    return counts


def _begin_to_score(night: Night) -> None:
    """One who scores begins: little has changed in most nights, so that one is enough."""
    if night.crew and night.engine == "processes":
        night.crew.begin(1, get_ready, night.home.models)


def _pulled(con: Connection, night: Night) -> Counts:
    """What this run's sync read: a night that is given no files reads that."""
    found = scalar(con, "SELECT counts FROM runs WHERE run_id = ? AND step = 'sync'", [night.run_id])
    return {name: value for name, value in json.loads(found or "{}").items() if name in PULLED}


def _refuse(con: Connection, night: Night) -> dict[str, CrmFile]:
    """Raises for what is wrong with a night, before anything is written; the CRM's files, which are read for that."""
    refuse_earlier_night(con, night.as_of)
    variables(night.settings.rules)  # raises for a rule that does not exist
    profiles_of(night.settings.crm_export)  # raises for what an administrator cannot have meant
    check_marks(night.mark_files())
    return read_crm(con, night.crm_files(), night.settings.crm.headers)


def run_sync(
    night: Night, say: Callable[[str], None] = lambda line: None, blocks: Blocks | None = None, anew: date | None = None
) -> Counts:
    """Reads the configured helpdesks' APIs: comes before a night that is given no files. `blocks` reads a Prefect
    block; without it tokens come from the environment. Within `work_folder`, as the night's steps are."""
    need_client()
    to_read = desks(night.settings, blocks)
    with _step(night, "sync") as (con, counts):
        _refuse(con, night)
        counts.update(sync(con, night.home, night.settings, to_read, work=night.work, say=say, anew=anew))
    return counts


def run_score(night: Night, progress: Progress = silent) -> Counts:
    """Scores what is due."""
    with _step(night, "score") as (con, counts):
        instead = set_aside(con, night.home, night.settings, night.as_of)
        counts.update(_score(night, con, progress, instead, partial(_begin_to_decide, night, con)))
    return counts


def _begin_to_decide(night: Night, con: Connection) -> None:
    if night.decides:
        begin_to_decide(con, night.settings, all_signals(night.home.models), night.as_of)


def _score(
    night: Night,
    con: Connection,
    progress: Progress,
    instead: Mapping[str, Path],
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    with nullcontext(night.crew) if night.crew else Crew(night.workers) as crew:
        return score(
            con,
            night.home,
            night.settings,
            work=night.work,
            engine=night.engine,
            workers=night.workers,
            dask_address=night.dask_address,
            progress=progress,
            instead=instead,
            crew=crew,
            meanwhile=meanwhile,
        )


def run_feedback(night: Night, progress: Progress = silent) -> Counts:
    """Reads what people typed."""
    with _step(night, "feedback") as (con, counts):
        counts.update(vars(read_feedback(con, night.home, night.as_of, crm=night.settings.crm_export)))
        counts["labels"] = label_feedback(con, all_signals(night.home.models), night.as_of)
    return counts


def run_watch(night: Night, progress: Progress = silent) -> Counts:
    """Says what is unlike the nights before; has tickets scored again where the settings ask for it."""
    with _step(night, "watch") as (con, counts):
        rescore = partial(_score, night, con, progress)
        counts.update(vars(watch(con, night.home, night.settings, night.as_of, rescore)))
    return counts


def run_decide(night: Night, progress: Progress = silent) -> Counts:
    """Decides leads."""
    with _step(night, "decide") as (con, counts):
        counts["places"] = decide(con, night.settings, all_signals(night.home.models), night.as_of)
    return counts


def run_publish(night: Night, progress: Progress = silent) -> Counts:
    """Publishes the digest."""
    with _step(night, "publish") as (con, counts):
        prepare(con, night.settings, all_signals(night.home.models), night.as_of)
        facts = manifest(con, night.home, night.settings, night.as_of, night.run_id)
        counts["rows"], counts["left_for_next_night"] = publish(con, night.home, night.settings, night.as_of, facts)
        counts["accounts"] = int(scalar(con, "SELECT count(*) FROM accounts"))
        if "crm_export" in facts:
            counts["crm_export"] = facts["crm_export"]
    return counts


def run_deliver(night: Night, progress: Progress = silent) -> Counts:
    """Tells people. What fails is counted and tried again; it never fails the night."""
    with _step(night, "deliver") as (con, counts):
        counts.update(vars(deliver(con, night.home, night.settings, datetime.now(UTC).replace(tzinfo=None))))
    return counts


# The night in order: what a flow makes tasks of.
STEPS: dict[str, Callable[[Night, Progress], Counts]] = {
    "ingest": run_ingest,
    "score": run_score,
    "feedback": run_feedback,
    "watch": run_watch,
    "decide": run_decide,
    "publish": run_publish,
    "deliver": run_deliver,
}
UNTOLD = tuple(name for name in STEPS if name != "deliver")


def run_night(night: Night, progress: Progress = silent) -> dict[str, Counts]:
    """All steps; counts by step."""
    with work_folder(night.work):
        return run_steps(night, progress)


def run_steps(night: Night, progress: Progress = silent, *steps: str) -> dict[str, Counts]:
    """Some steps, else all, in one process; counts by step. The warehouse is opened and closed once: on a small home
    that is a tenth of a night."""
    limit = night.settings.run.memory_limit
    with open_warehouse(night.home, memory_limit=limit) as con, Crew(night.workers) as crew:
        names = steps or tuple(STEPS)
        held = replace(night, con=con, crew=crew, decides="decide" in names)
        return {name: STEPS[name](held, progress) for name in names}


@contextmanager
def _step(night: Night, name: str) -> Iterator[tuple[Connection, Counts]]:
    """The warehouse for a step; writes the step's row of the ledger when it ends well."""
    began, at, counts = time.perf_counter(), datetime.now(UTC).replace(tzinfo=None), Counts()
    with _warehouse_of(night) as con:
        yield con, counts
        seconds = time.perf_counter() - began
        con.execute(_DONE, [night.run_id, name, night.as_of, at, seconds, json.dumps(counts, default=str)])


_DONE = """
    INSERT INTO runs BY NAME SELECT ? AS run_id, ? AS step, ? AS as_of, ? AS started_at, ? AS seconds, ? AS counts
"""


@contextmanager
def _warehouse_of(night: Night) -> Iterator[Connection]:
    limit = night.settings.run.memory_limit
    if night.con is None:
        with open_warehouse(night.home, memory_limit=limit) as con:
            yield con
    else:
        yield night.con
        clear(night.con)
