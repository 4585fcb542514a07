"""What all partitions of a step read: fetched once by each worker, and gone with the work or the worker."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.steps.spreading.shared import Shared


def kept(shared: Shared, names: tuple[str, ...]) -> Path:
    """A local folder with the files `names`, each below it by its name. For reading."""
    return Path(_fetched(shared, names).name)


def drop_kept() -> None:
    """Forgets all of it."""
    _fetched.cache_clear()


@lru_cache(maxsize=16)
def _fetched(shared: Shared, names: tuple[str, ...]) -> TemporaryDirectory[str]:
    """Its files go away with it."""
    folder = TemporaryDirectory(prefix="ticketscout-", ignore_cleanup_errors=True)
    shared.get((name, Path(folder.name) / name) for name in names)
    return folder
