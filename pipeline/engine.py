"""Where partition work runs: an executor by name.

`local`, `processes` and `dask` are three values of one parameter; the same function maps over the same
partitions and the bytes are the same. `auto`, the default, takes processes where there is work for them. Workers keep
no state, so a lost one costs its partition again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Literal, TypeVar

from pipeline.errors import BadConfiguration, StepFailed

Engine = Literal["auto", "local", "processes", "dask"]
ENGINES = ("auto", "local", "processes", "dask")
P = TypeVar("P")
R = TypeVar("R")
TRIES = 3
# Starting a worker costs some three seconds of imports; below this many partitions that does not pay.
_WORTH_PROCESSES = 4


class _Here(Executor):
    """Runs each call at once in this process; the executor of `--engine local`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@contextmanager
def executor(engine: Engine, workers: int = 0, dask_address: str | None = None) -> Iterator[Executor]:
    """An executor for `engine`; `workers` 0 means one a core. Raises BadConfiguration for what is not installed."""
    if engine == "local":
        yield _Here()
    elif engine == "processes":
        # Spawned, never forked: DuckDB and BLAS threads do not survive a fork.
        with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
            yield pool
    elif engine == "dask":
        try:
            from distributed import Client
        except ImportError as error:
            raise BadConfiguration("--engine dask needs Dask: pip install 'ticketscout[dask]'.") from error
        own = None if dask_address else (workers or None)
        with Client(dask_address, n_workers=own) as client:  # type: ignore[no-untyped-call]
            yield client.get_executor()
    else:
        raise BadConfiguration(f"unknown engine {engine!r}: use {', '.join(ENGINES)}.")


def map_partitions(
    function: Callable[[P], R],
    partitions: Sequence[P],
    *,
    engine: Engine = "auto",
    workers: int = 0,
    dask_address: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[R]:
    """`[function(p) for p in partitions]`, in order, on `engine`; a partition whose worker died runs again."""
    if engine == "auto":
        engine = "processes" if len(partitions) >= _WORTH_PROCESSES and (os.cpu_count() or 1) > 1 else "local"
    results: dict[int, R] = {}
    for _ in range(TRIES):
        waiting = [i for i in range(len(partitions)) if i not in results]
        if not waiting:
            break
        try:
            with executor(engine, workers, dask_address) as pool:
                futures = {i: pool.submit(function, partitions[i]) for i in waiting}
                for i, future in futures.items():
                    results[i] = future.result()
                    progress(len(results), len(partitions))
        except BrokenProcessPool:
            continue
    if len(results) < len(partitions):
        raise StepFailed(f"workers died {TRIES} times in a row: give the run more memory, then run it again.")
    return [results[i] for i in range(len(partitions))]
