"""The last night once more, from what is left after an erasure: its lists and page are then true again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from pipeline.config import Home, Settings
from pipeline.steps.night import Night, run_decide, run_feedback, run_publish, run_score
from pipeline.steps.work_folder import work_folder
from pipeline.warehouse import open_warehouse, scalar, transaction


def _last_night(home: Home, settings: Settings) -> Night | None:
    with open_warehouse(home) as con:
        as_of: date | None = scalar(con, "SELECT max(as_of) FROM nights")
    if as_of is None or not (home.digests / as_of.isoformat()).is_dir():
        return None
    return Night(home, settings, as_of, engine="local")


def read_typed(home: Home, settings: Settings) -> None:
    """Nothing that a person typed is lost because a list is written anew."""
    night = _last_night(home, settings)
    if night:
        with work_folder(night.work):
            run_feedback(night)


def decide_again(home: Home, settings: Settings) -> None:
    """The last night from what is left; it stays as old as it was."""
    night = _last_night(home, settings)
    if not night:
        return
    with work_folder(night.work), _as_old_as_it_was(night):
        for step in (run_score, run_decide, run_publish):
            step(night)


@contextmanager
def _as_old_as_it_was(night: Night) -> Iterator[None]:
    query = "SELECT decided_at FROM nights WHERE as_of = ?"
    with open_warehouse(night.home) as con:
        decided_at = scalar(con, query, [night.as_of])
    yield
    with open_warehouse(night.home) as con, transaction(con):
        for table in ("nights", "history_nights"):
            con.execute(f"UPDATE {table} SET decided_at = ? WHERE as_of = ?", [decided_at, night.as_of])
