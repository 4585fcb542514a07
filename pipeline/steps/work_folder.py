"""The folder of one run, in which its workers write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(work: Path) -> Iterator[None]:
    """Folder `work`, with nothing of an earlier, killed run beside it, and gone afterwards."""
    shutil.rmtree(work.parent, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    try:
        yield
    finally:
        shutil.rmtree(work.parent, ignore_errors=True)
