"""A day's folder appears at once or not at all: written beside, renamed into place."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW, _OLD = ".new", ".old"


def recover(digests: Path, keep: Callable[[Path, Path], None] = lambda day, old: None) -> None:
    """Mends what a killed run left: a day moved aside comes back, half-written days go.

    `keep` sees the day and its old folder once more before that goes.
    """
    for old in sorted(digests.glob(f".*{_OLD}")):
        day = digests / old.name[1 : -len(_OLD)]
        if day.exists():
            keep(day, old)
            shutil.rmtree(old)
        else:
            old.rename(day)
    for new in digests.glob(f".*{_NEW}"):
        shutil.rmtree(new)


@contextmanager
def replaced_folder(day: Path, keep: Callable[[Path], None] = lambda old: None) -> Iterator[Path]:
    """Yields an empty folder to write into; on leaving without an error it takes the place of `day`.

    `keep` sees the old folder once more before it goes.
    """
    new, old = (day.parent / f".{day.name}{suffix}" for suffix in (_NEW, _OLD))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    new.mkdir(mode=0o700)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    for file in sorted(new.rglob("*")):
        if file.is_file():
            _flush(file)
    if day.exists():
        day.rename(old)
    new.rename(day)
    if old.exists():
        keep(old)
        shutil.rmtree(old)


def replace_file(new: Path, file: Path) -> None:
    """Puts `new` where `file` is, at once."""
    _flush(new)
    new.replace(file)


def _flush(file: Path) -> None:
    with open(file, "rb") as stream:
        os.fsync(stream.fileno())


def checksum(file: Path) -> str:
    """sha256 of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def folder_name(owner: str) -> str:
    """An owner's address as a folder name: nothing that leaves the folder, nothing hidden, no two alike."""
    safe = re.sub(r"[^\w@.+-]", "_", owner).lstrip(".")[:80] or "_"
    return safe if safe == owner else f"{safe}-{hashlib.sha256(owner.encode()).hexdigest()[:8]}"
