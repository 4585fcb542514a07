"""Files into which people type, wherever they lie, and copies of those that are about to be replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from shutil import copyfile

from pipeline.config import Home
from pipeline.digest.outputs import TYPED_INTO
from pipeline.steps.feedback.praise import LISTED_DAYS


def typed_files(home: Home, as_of: dt.date, extra: Iterable[Path]) -> list[tuple[Path, bool]]:
    """Files in reading order, and whether we wrote them ourselves: days' lists, open lists and copies that somebody
    saved beside them, inbox, given by name. Of praise, of which a day may have thousands, only what is still listed."""
    oldest = {"praise.csv": (as_of - dt.timedelta(days=LISTED_DAYS)).isoformat()}
    days = sorted(
        p for name in TYPED_INTO for p in home.digests.glob(f"[0-9]*/{name}") if p.parent.name >= oldest.get(name, "")
    )
    return [
        *((path, True) for path in days),
        *((path, path.name == "open.csv") for path in sorted(home.owners.glob("*/*")) if _is_list(path)),
        *((path, False) for path in sorted(home.inbox.glob("*")) if _is_list(path)),
        *((Path(path), False) for path in extra),
    ]


def _is_list(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$"))  # what programs lock files with


def copied(home: Home, path: Path, as_of: dt.date, digest: str) -> Path:
    """A copy of a list in the inbox, named by the night, its folder and its bytes; its path."""
    copy = home.inbox / f"{as_of}-{path.parent.name}-{digest[:8]}-{path.name}"
    copyfile(path, copy)
    copy.chmod(0o600)
    return copy
