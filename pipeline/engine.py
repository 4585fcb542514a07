"""Where partition work runs: an executor by name.

`local`, `processes` and `dask` are three values of one parameter; the same function maps over the same
partitions and the bytes are the same. `auto`, the default, takes processes where there is work for them, and a cluster
where one is named. Workers keep no state, so a lost one costs its partition again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import get_context, resource_tracker
from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask
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
    of it. A spawned process is told the program's name when it is started, which is where work is handed in. Ctrl-C
    waits until it begins: while Python starts it would write where it was."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        resource_tracker.ensure_running()  # which, as it starts, would let Ctrl-C through again
        before = pthread_sigmask(SIG_BLOCK, [SIGINT])
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            sys.modules["__main__"] = program
            pthread_sigmask(SIG_SETMASK, before)


def _processes(workers: int) -> Executor:
    # Spawned, never forked: DuckDB and BLAS threads do not survive a fork.
    return _Processes(workers or os.cpu_count() or 1, mp_context=get_context("spawn"), initializer=begin_work)


class Crew:
    """Worker processes that begin before there is work for them, while who leads them still reads: a worker takes some
    two seconds to import and compile what it reads with. Used as a context, at whose end who was
    not needed goes."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers
        self._pool: Executor | None = None
        self._ready: list[Future[None]] = []

    def begin(self, count: int, get_ready: Callable[[P], None], given: P) -> None:
        """`count` of them begin with `get_ready(given)`; those that began before are enough."""
        if self._pool is None:
            self._pool = _processes(self._workers)
            count = min(count, self._workers or os.cpu_count() or 1)
            self._ready = [self._pool.submit(get_ready, given) for _ in range(count)]

    def take(self) -> Executor | None:
        """Who has begun, once and ready: a worker that still begins would have another begin beside it."""
        pool, self._pool = self._pool, None
        wait(self._ready)
        return pool

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        if pool := self.take():
            pool.shutdown()


@contextmanager
def executor(
    engine: Engine,
    workers: int = 0,
    dask_address: str | None = None,
    prepare: Prepare = nullcontext,
    crew: Crew | None = None,
) -> Iterator[Executor]:
    """An executor for `engine`; `workers` 0 means one a core. Of a `crew` that has begun processes are taken. Raises
    BadConfiguration for what is not installed, StepFailed for a cluster that does not answer."""
    if engine == "local":
        yield _Here()
    elif engine == "processes":
        with (crew and crew.take()) or _processes(workers) as pool:
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
    crew: Crew | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[R]:
    """`[function(p) for p in partitions]`, in order, on `engine`, by the `crew` where one has begun; a partition whose
    worker died runs again. This process does `meanwhile` what it has to do while they work."""
    engine = chosen(engine, len(partitions), dask_address)
    results: dict[int, R] = {}
    for tries in range(TRIES):
        waiting = [i for i in range(len(partitions)) if i not in results]
        if not waiting:
            break
        try:
            with executor(engine, workers, dask_address, prepare, crew) as pool:
                futures = {i: pool.submit(function, partitions[i]) for i in waiting}
                if not tries:
                    meanwhile()
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
