"""Maps a step's function over its partitions where the night's settings say: here, or on machines of a cluster.

Without `[run] partitions` workers see the home by its own path. With it they need not: what they read and write lies
there, redacted as it is in the warehouse, and names travel into their memory alone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pipeline.config import Home
from pipeline.config_run import Run
from pipeline.engine import Crew, Engine, chosen, map_partitions
from pipeline.errors import BadConfiguration, StepFailed
from pipeline.steps.spreading.job import Done, pack, work
from pipeline.steps.spreading.shared import Shared

P = TypeVar("P")
R = TypeVar("R")
# All that lies below is of one night of one home: what a killed one left is removed by the next.
_FOLDER = "ticketscout-partitions"
_HERE = ("127.0.0.1", "localhost", "[::1]")


def spread(
    function: Callable[[P], R],
    tasks: Sequence[P],
    *,
    home: Home,
    run: Run,
    engine: Engine,
    workers: int,
    dask_address: str | None,
    progress: Callable[[int, int], None],
    inputs: Iterable[str] = (),
    crew: Crew | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[R]:
    """`[function(task) for task in tasks]`, in order; their files lie in each task's `out` afterwards.

    `inputs` are paths that the tasks read beside their own; a `crew` works where it has begun, and this process does
    `meanwhile` what it has to do, but for a cluster. Raises BadConfiguration where names would travel openly,
    StepFailed where workers do not see what they must, or have other versions.
    """
    address = dask_address or run.dask_address
    if not tasks or chosen(engine, len(tasks), address) != "dask":
        return map_partitions(
            function, tasks, engine=engine, workers=workers, progress=progress, crew=crew, meanwhile=meanwhile
        )
    refuse_open_road(engine, address, run)
    here = partial(map_partitions, engine="dask", workers=workers, dask_address=address, progress=progress)
    if not run.partitions:
        seen = [str(_out(tasks[0])), *inputs] if address else []
        return here(function, tasks, prepare=lambda client: _seen(client, seen))
    own = _of_nights(run)
    own.clear()
    shared = own.under(secrets.token_hex(8))
    vault = f"ticketscout-vault-{hashlib.sha256(own.url.encode()).hexdigest()[:12]}"
    try:
        jobs = pack(function, tasks, shared, vault)
        known = home.vault if hasattr(tasks[0], "vault") else None
        done: list[Done] = here(work, jobs, prepare=lambda client: _prepared(client, vault, known, list(inputs)))
        shared.get((f"out/{name}", _out(tasks[0]) / name) for one in done for name in one.written)
    finally:
        own.clear()
    return [one.result for one in done]


def clear_partitions(run: Run) -> None:
    """Removes what a killed night left where machines share; the caller holds the home's lock."""
    if run.partitions:
        _of_nights(run).clear()


def _of_nights(run: Run) -> Shared:
    return Shared(run.partitions).under(_FOLDER)


def _out(task: Any) -> Path:
    folder: Path = task.out
    return folder


def refuse_open_road(engine: Engine, dask_address: str | None, run: Run) -> None:
    """Raises BadConfiguration where what workers are told could be read on the way."""
    address = dask_address or run.dask_address
    protocol, _, host = address.rpartition("://")
    is_closed = protocol in ("tls", "wss", "inproc") or host.rpartition(":")[0] in _HERE or run.dask_plain_tcp
    if address and engine in ("auto", "dask") and not is_closed:
        raise BadConfiguration(
            f"names of customers would go to {address} in the clear: give the cluster TLS and an address that begins "
            "with tls://, or set `dask_plain_tcp = true` in [run] where the network itself is closed."
        )


@contextmanager
def _seen(client: Any, paths: Sequence[str]) -> Iterator[None]:
    """Raises StepFailed where a worker lacks one of the paths."""
    for path in paths:
        if not all(seen is True for seen in client.run(os.path.exists, path, on_error="return").values()):
            raise StepFailed(
                f"the workers do not see {path}: put it where all machines have it by this path, or into an object "
                "store (docs/more-machines.md)."
            )
    yield


@contextmanager
def _prepared(client: Any, name: str, vault: Path | None, inputs: Sequence[str]) -> Iterator[None]:
    from pipeline.steps.spreading.held import held_by_workers  # needs Dask

    with _seen(client, inputs), held_by_workers(client, name, vault):
        yield
