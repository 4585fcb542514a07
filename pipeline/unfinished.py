"""The file that a run writes: a copy beside the warehouse, which takes the warehouse's place when the run ended well.

So `data/warehouse.duckdb` is never written where it lies: who reads it (a notebook, `account`) keeps what they opened,
blocks no run, and whoever opens it meanwhile finds the last run that ended. A run that failed or was killed leaves its
copy, `data/unfinished-<base>.duckdb`, a database with all that was committed, and the next run goes on with it:
outcomes that were read from lists since replaced are nowhere else. `<base>` tells the warehouse that it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.config import Home
from pipeline.errors import BadConfiguration, StepFailed

# DuckDB's main header and its two database headers, of 4 KiB each; a checkpoint changes one of them
# (https://duckdb.org/docs/stable/internals/storage).
_HEADERS = 3 * 4096
_COPYING = ".unfinished.copying"
_NEW = "new"


def unfinished(home: Home) -> Path | None:
    """What a stopped run left, or this run has begun; None where there is nothing.

    Raises BadConfiguration where it was made from another warehouse than the one that is there, as after a backup
    was put back: which of the two counts is not ours to say.
    """
    for found in sorted(home.data.glob("unfinished-*.duckdb")):
        if found != _path(home):
            raise BadConfiguration(
                f"{found} is what a stopped run left of another {home.warehouse.name} than the one beside it: "
                "put that one back, or take this file away, and with it what that run had read."
            )
        return found
    return None


def is_new(file: Path) -> bool:
    """Whether it has no warehouse before it."""
    return file.stem.endswith(_NEW)


def begin(home: Home) -> Path:
    """The path of the file to write: what is there already, else a copy of the warehouse, else nothing yet.

    Raises BlockingIOError where another program writes into the warehouse; none can while it is copied.
    """
    found, path = unfinished(home), _path(home)
    for leftover in [*home.data.glob(f"{_COPYING}*"), *(() if found else home.data.glob("unfinished-*.wal"))]:
        leftover.unlink()
    for spilled in home.data.glob("unfinished-*.tmp"):  # by a run that was killed
        shutil.rmtree(spilled)
    if found or not home.warehouse.exists():
        return path
    with _unwritten(home.warehouse):
        copy = _copied(home, home.warehouse)
    was = home.warehouse.stat()
    copy.chmod((was.st_mode & 0o777) | 0o600)
    os.utime(copy, ns=(was.st_atime_ns, was.st_mtime_ns))  # says that nothing was written yet
    if log_of(home.warehouse).exists():  # a run of an earlier release was killed, and wrote it there
        shutil.copyfile(log_of(home.warehouse), log_of(path))
    copy.rename(path)
    return path


def beside(home: Home) -> Path:
    """Where a run may write another file that will be this one; what a killed run left there is gone."""
    path = home.data / f"{_COPYING}.anew"
    drop(path)
    return path


def keep_copy(home: Home, path: Path, version: int) -> Path:
    """Keeps `path`, whose log is empty, as `warehouse.duckdb.v<version>`, owner-only, until somebody takes it away."""
    copy = _copied(home, path)
    copy.chmod(0o600)
    _flush(copy)
    return copy.rename(home.data / f"{home.warehouse.name}.v{version}")


def finish(home: Home) -> None:
    """Puts what this run wrote in the warehouse's place, at once. Its connection is closed."""
    path = unfinished(home)
    if path is None:
        return
    if is_untouched(home, path):
        path.unlink()
        return
    if log_of(path).exists():
        raise StepFailed(f"{path} could not be closed whole: see that the disk has room, then run again.")
    _flush(path)
    log_of(home.warehouse).unlink(missing_ok=True)  # an earlier release's; copied with what it belonged to
    path.rename(home.warehouse)
    _flush(home.data)


def is_untouched(home: Home, path: Path) -> bool:
    """Whether nothing was written since it was copied; DuckDB leaves a file alone that no transaction changed."""
    if is_new(path) or log_of(path).exists():
        return False
    was, now = home.warehouse.stat(), path.stat()
    return (was.st_size, was.st_mtime_ns) == (now.st_size, now.st_mtime_ns)


def drop(path: Path) -> None:
    """Takes it away, and what DuckDB wrote beside it."""
    log_of(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def log_of(path: Path) -> Path:
    """DuckDB's write-ahead log, which is there while a database is open or was not closed."""
    return path.with_name(f"{path.name}.wal")


def files(home: Home) -> list[Path]:
    """Every file of the warehouse that lies in the home, copies of other versions and of stopped runs among them."""
    patterns = ("warehouse.duckdb*", "unfinished-*", f"{_COPYING}*")
    return sorted(path for pattern in patterns for path in home.data.glob(pattern))


@contextmanager
def _unwritten(path: Path) -> Iterator[None]:
    """Nobody writes into the file until it is copied: DuckDB's own lock, which a process loses with the first
    descriptor of the file that it closes, whichever that is (fcntl(2)), so that nothing but the copy may be read."""
    with open(path, "rb") as stream:
        fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield


def _copied(home: Home, path: Path) -> Path:
    """A copy, whole or not at all: half of one would only fill the disk that had no room for it."""
    copy = home.data / _COPYING
    try:
        shutil.copyfile(path, copy)
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    return copy


def _path(home: Home) -> Path:
    return home.data / f"unfinished-{_base(home)}.duckdb"


def _base(home: Home) -> str:
    try:
        with open(home.warehouse, "rb") as stream:
            return hashlib.sha256(stream.read(_HEADERS)).hexdigest()[:8]
    except FileNotFoundError:
        return _NEW


def _flush(path: Path) -> None:
    found = os.open(path, os.O_RDONLY)
    try:
        os.fsync(found)
    finally:
        os.close(found)
