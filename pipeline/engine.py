"""Where partition work runs: an executor by name.

`local`, `processes` and `dask` are three values of one parameter; the same function maps over the same
partitions and the bytes are the same. `auto`, the default, takes processes where there is work for them, and a cluster
where one is named. Workers keep no state, so a lost one costs its partition again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import get_context
from types import ModuleType
from typing import Any, Literal, TypeVar

from pipeline.errors import BadConfiguration, StepFailed
from pipeline.worker import begin_work

Engine = Literal["auto", "local", "processes", "dask"]
ENGINES = ("auto", "local", "processes", "dask")
P = TypeVar("P")
R = TypeVar("R")
TRIES = 3
# Starting a worker costs some three seconds of imports; below this many partitions that does not pay.
_WORTH_PROCESSES = 4
_ANSWERS_WITHIN = 30  # seconds, a cluster and its first worker
# What is done with a Dask client before and after the work.
Prepare = Callable[[Any], AbstractContextManager[Any]]


class _Here(Executor):
    """Runs each call at once in this process; the executor of `--engine local`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class _Processes(ProcessPoolExecutor):
    """Workers that do not import what this program was started as, typer or Prefect and all: their work needs nothing
    of it. A spawned process is told the program's name when it is started, which is where work is handed in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            sys.modules["__main__"] = program


@contextmanager
def executor(
    engine: Engine, workers: int = 0, dask_address: str | None = None, prepare: Prepare = nullcontext
) -> Iterator[Executor]:
    """An executor for `engine`; `workers` 0 means one a core. Raises BadConfiguration for what is not installed,
    StepFailed for a cluster that does not answer."""
    if engine == "local":
        yield _Here()
    elif engine == "processes":
        # Spawned, never forked: DuckDB and BLAS threads do not survive a fork.
        spawn = get_context("spawn")
        with _Processes(workers or os.cpu_count() or 1, mp_context=spawn, initializer=begin_work) as pool:
            yield pool
    elif engine == "dask":
        with _dask_client(workers, dask_address) as client, prepare(client):
            yield client.get_executor(pure=False)
    else:
        raise BadConfiguration(f"unknown engine {engine!r}: use {', '.join(ENGINES)}.")


@contextmanager
def _dask_client(workers: int, address: str | None) -> Iterator[Any]:
    """A client of the cluster at `address`, else of one of this machine's own processes that ends with it."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadConfiguration("--engine dask needs Dask: pip install 'ticketscout[dask]'.") from error
    if not address:
        own = {"n_workers": workers or os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
        with Client(**own) as client:  # type: ignore[no-untyped-call]
            yield client
        return
    try:
        client = Client(address, timeout=_ANSWERS_WITHIN)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, RuntimeError) as error:
        raise StepFailed(f"no Dask cluster answers at {address}: check --dask-address, then run again.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_ANSWERS_WITHIN)
        except TimeoutError as error:
            raise StepFailed(f"the Dask cluster at {address} has no workers: start some, then run again.") from error
        yield client


def chosen(engine: Engine, partitions: int, dask_address: str | None) -> Engine:
    """What `auto` means for so many partitions."""
    if engine != "auto":
        return engine
    if dask_address:
        return "dask"
    return "processes" if partitions >= _WORTH_PROCESSES and (os.cpu_count() or 1) > 1 else "local"


def map_partitions(
    function: Callable[[P], R],
    partitions: Sequence[P],
    *,
    engine: Engine = "auto",
    workers: int = 0,
    dask_address: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    prepare: Prepare = nullcontext,
) -> list[R]:
    """`[function(p) for p in partitions]`, in order, on `engine`; a partition whose worker died runs again."""
    engine = chosen(engine, len(partitions), dask_address)
    results: dict[int, R] = {}
    for _ in range(TRIES):
        waiting = [i for i in range(len(partitions)) if i not in results]
        if not waiting:
            break
        try:
            with executor(engine, workers, dask_address, prepare) as pool:
                futures = {i: pool.submit(function, partitions[i]) for i in waiting}
                for i, future in futures.items():
                    results[i] = future.result()
                    progress(len(results), len(partitions))
        except (BrokenProcessPool, CancelledError):
            continue
        except Exception as error:
            if type(error).__name__ == "KilledWorker":  # Dask's, after several workers died of one partition
                break
            raise
    if len(results) < len(partitions):
        raise StepFailed(f"workers died {TRIES} times in a row: give the run more memory, then run it again.")
    return [results[i] for i in range(len(partitions))]
