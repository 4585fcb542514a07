"""What every worker of a test run needs is made once: whoever asks first makes it, the others wait and take a copy.

It lies in the run's own temporary folder, so nothing is ever left over from another run or another state of the code.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Set by a Makefile target: tests that look at a part in `make test` look at all (`make faults`, `make quality`).
IN_FULL = os.environ.get("TESTS") == "full"


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A copy, for this worker alone, of the folder that `make` fills; made by one worker of the run."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own  # pytest-xdist's workers lie side by side
    made, unfinished = shared / f"once-{name}", shared / f"once-{name}.unfinished"
    with open(shared / f"once-{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(made)
    return Path(shutil.copytree(made, factory.mktemp(name) / "home"))


def as_it_was(home: Path) -> Iterator[Path]:
    """The home, of which every file is the same when the last test has looked at it."""

    def files() -> dict[str, tuple[int, int]]:
        kept = [path for path in sorted(home.rglob("*")) if path.is_file() and path.name != ".lock"]
        found = {path: path.stat() for path in kept}
        return {str(path.relative_to(home)): (s.st_size, s.st_mtime_ns) for path, s in found.items()}

    before = files()
    yield home
    assert files() == before, "a test wrote into a home that all share: take copy_of"
