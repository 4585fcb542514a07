"""The folder of one run, in which its workers write."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

_RUN = re.compile(r"\d{4}-\d\d-\d\d-\d{8}T\d{12}")


def run_id(as_of: date, started_at: datetime) -> str:
    """The name of a run, and of its folder."""
    return f"{as_of}-{started_at:%Y%m%dT%H%M%S%f}"


@contextmanager
def work_folder(work: Path) -> Iterator[None]:
    """Folder `work`, with nothing of an earlier, killed run beside it, and gone afterwards."""
    clear_runs(work.parent)
    work.mkdir(parents=True, mode=0o700)
    try:
        yield
    finally:
        clear_runs(work.parent)


def clear_runs(folder: Path) -> None:
    """Takes away what runs wrote in `folder`, and it too where nothing else is left.

    A home may be any folder, the current one by default, and one called `work` somebody's own: what no run is called
    stays.
    """
    if not folder.is_dir():
        return
    for run in folder.iterdir():
        if _RUN.fullmatch(run.name):
            shutil.rmtree(run, ignore_errors=True)
    with suppress(OSError):  # not empty
        folder.rmdir()
