"""What a check finds, and what it may look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipeline.config import Home, Settings
from pipeline.errors import TicketscoutError
from pipeline.warehouse import Connection

State = Literal["well", "look here", "wrong"]


@dataclass(frozen=True)
class Finding:
    """How something is, in a sentence, and what to do about it; nothing to do where it is well."""

    state: State
    what: str
    mend: str = ""


@dataclass(frozen=True)
class Looked:
    """A home as it lies there at the time `at` (UTC, without zone). Settings are None where they cannot be read, the
    warehouse where there is none or it cannot be opened."""

    home: Home
    settings: Settings | None
    con: Connection | None
    at: datetime

    @property
    def given(self) -> Settings:
        """The settings, for checks that need them."""
        assert self.settings is not None, "examine runs no check without what it needs"
        return self.settings

    @property
    def opened(self) -> Connection:
        """The warehouse, for checks that need it."""
        assert self.con is not None, "examine runs no check without what it needs"
        return self.con


def well(what: str) -> Finding:
    """Nothing to do."""
    return Finding("well", what)


def look(what: str, mend: str) -> Finding:
    """Something to know of; nothing is broken."""
    return Finding("look here", what, mend)


def wrong(what: str, mend: str) -> Finding:
    """The next night would stop or be less than it should."""
    return Finding("wrong", what, mend)


def of_error(error: TicketscoutError) -> Finding:
    """An error's own sentence, parted into what is wrong and what to do."""
    what, _, mend = str(error).rstrip(".").rpartition(": ")
    return wrong(what or mend, mend)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may read or write it."""
    return bool(path.stat().st_mode & 0o077)
