"""The home's lock: one run writes at a time, and whoever meets it is told which run that is.

The lock is the kernel's (flock) on `data/.lock`, so it goes with its process however that ends; what stands in the file
is only for people.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipeline.config import Home
from pipeline.errors import Busy

_LOOK_AGAIN = 0.05  # seconds
_GLANCE = 0.2  # seconds, within which whoever only looks who is at work has let go again


def silent(line: str) -> None:
    """Nobody is told."""


@contextmanager
def locked(home: Home, wait: float, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the home's lock, after `wait` seconds at most; `say` is told once that, and for whom, it waits.

    Raises Busy, naming the holder (process, command, since when), where another run still has it then.
    """
    with open(_file(home), "a+", encoding="utf-8") as lock:
        end, is_told = time.monotonic() + max(wait, _GLANCE), not wait
        while not _taken(lock):
            if time.monotonic() >= end:
                raise Busy(
                    f"another run holds {home.data} ({_written(lock)}): wait until it has ended, then run again, "
                    "or have nightly wait for it with --wait SECONDS."
                )
            if not is_told:
                say(f"waiting {wait:g} s at most for another run: {_written(lock)}")
                is_told = True
            time.sleep(_LOOK_AGAIN)
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {_command()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def holder(home: Home) -> str:
    """Which run holds the lock now, "" where none does."""
    if not _file(home).exists():
        return ""
    with open(_file(home), encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _written(lock)
    return ""


def _file(home: Home) -> Path:
    return home.data / ".lock"


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip() or "another process"


def _command() -> str:
    """What this process was started as, without its arguments: these may name customers."""
    return " ".join([Path(sys.argv[0]).name or "python", *(word for word in sys.argv[1:2] if word.isalpha())])
