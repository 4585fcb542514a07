"""A day's folder appears at once or not at all: written beside, renamed into place."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW, _OLD = ".new", ".old"
_LONGEST = 80  # bytes of a folder's name, before its hash
# Names of devices, with or without an ending
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions).
_KEPT_BY_WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def recover(digests: Path, keep: Callable[[Path, Path], None] = lambda day, old: None) -> None:
    """Mends what a killed run left: a day moved aside comes back, half-written days go.

    `keep` sees the day and its old folder once more before that goes.
    """
    for old in sorted(path for path in digests.glob(f".*{_OLD}") if path.is_dir()):
        day = digests / old.name[1 : -len(_OLD)]
        if day.exists():
            keep(day, old)
            shutil.rmtree(old)
        else:
            old.rename(day)
    for new in (path for path in digests.glob(f".*{_NEW}") if path.is_dir()):
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
    """An owner's address as a folder name: nothing that leaves the folder, nothing hidden, nothing that another system
    keeps for itself, and no two alike, whether a disk tells case and composed letters apart or not."""
    cut = re.sub(r"[^\w@.+-]", "_", owner).lstrip(".").rstrip(".").encode()[:_LONGEST].decode(errors="ignore")
    safe = f"_{cut}" if _KEPT_BY_WINDOWS.match(cut) else cut or "_"
    is_plain = safe == owner == unicodedata.normalize("NFKC", owner).casefold()
    return safe if is_plain else f"{safe}-{hashlib.sha256(owner.encode(errors='replace')).hexdigest()[:8]}"
