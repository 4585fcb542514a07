"""What a process does before it works for a night: each worker, and the one that leads them."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from multiprocessing import parent_process
from threading import Thread
from types import ModuleType

_IMPORTERS = ("importlib", "_frozen_importlib", "_frozen_importlib_external")
_DO_WITHOUT = ("pipeline", "pyarrow", "duckdb")
_ALLOCATIONS = 100_000  # Python's own is 700
_STOPPED = 130  # as shells have it


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas" and _asked_by() in _DO_WITHOUT:
            raise ModuleNotFoundError(name)
        return None


def _asked_by() -> str:
    """The package whose module imports; what is not written in Python imports on behalf of who called it."""
    frame = sys._getframe(2)
    while (package := frame.f_globals.get("__name__", "").partition(".")[0]) in _IMPORTERS and frame.f_back:
        frame = frame.f_back
    return str(package)


def collect_less() -> None:
    """Python looks for circles of objects after every so many new ones. Tickets make objects by the million and hardly
    a circle (140 of 25,000 tickets scored); looking for them took near a fifth of a worker's processor."""
    gc.set_threshold(_ALLOCATIONS)


def begin() -> None:
    """Circles are sought seldom, and Arrow and DuckDB are told, for all of this process, to do without pandas.

    Arrow looks for it as soon as it is given a list, DuckDB with the first parameter of a statement, to see whether a
    value is one of its own. Its import takes 0.2 s and 34 MB of every process, none of which makes a data frame; Ctrl-C
    would be lost meanwhile. No module of ours imports it; whoever else asks for it here gets it.
    """
    collect_less()
    if "pandas" in sys.modules or any(isinstance(one, _NoPandas) for one in sys.meta_path):
        return
    import pyarrow as pa

    sys.meta_path.insert(0, _NoPandas())
    pa.array([None])  # Arrow looks once; DuckDB each time


def begin_work() -> None:
    """The same in a process that is there for its work alone. What it wrote is closed by then, and the system takes its
    memory back at once: to take caches apart object by object took each 0.4 s, for which the night waited. On Ctrl-C it
    goes without a word, which is for who leads it to say; where that one is killed it ends too, since nobody else would
    tell it to, and it would hold its memory for good."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(_STOPPED))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    begin()
    atexit.register(os._exit, 0)
    Thread(target=_end_with_who_leads, daemon=True).start()


def _end_with_who_leads() -> None:
    if leader := parent_process():
        leader.join()
        os._exit(_STOPPED)
