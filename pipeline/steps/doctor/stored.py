"""Checks of what is stored: the warehouse, runs that did not end, the last night's age, the vault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipeline.errors import Busy
from pipeline.lock import holder
from pipeline.privacy.attaching import how_it_is_kept
from pipeline.privacy.vault import open_vault
from pipeline.steps.doctor.finding import Finding, Looked, is_open_to_others, look, well, wrong
from pipeline.steps.forgetting.due import begun
from pipeline.steps.lookup import age_of_last_night
from pipeline.unfinished import unfinished

_OLD = timedelta(hours=36)


def warehouse(looked: Looked) -> Iterator[Finding]:
    """It opens, and its version is ours; whether it does not, `examine` knows from opening it."""
    if not looked.home.warehouse.exists():
        yield look(
            f"no night was run in {looked.home.path} yet",
            "run ticketscout nightly --tickets with your helpdesk's export, or ticketscout demo first.",
        )


def at_work(looked: Looked) -> Iterator[Finding]:
    """Who holds the lock, which is no fault; a run that was stopped."""
    if who := holder(looked.home):
        yield well(f"at work: {who}")
    elif left := unfinished(looked.home):
        yield look(f"a run was stopped and left {left.name}", "run ticketscout nightly again: it goes on with that.")


def erasure(looked: Looked) -> Iterator[Finding]:
    """No erasure waits to be ended."""
    if what := begun(looked.home):
        yield wrong(f"{what} was begun and has not ended", "give the same command again, whatever was given to it.")


def night(looked: Looked) -> Iterator[Finding]:
    """The last night is not old."""
    age = age_of_last_night(looked.opened, looked.at)
    if age is None:
        yield look("no night was published here yet", "run ticketscout nightly.")
    elif age > _OLD:
        hours = int(age.total_seconds() // 3600)
        yield look(
            f"the last night was decided {hours} h ago", "see the scheduler's log, then run ticketscout nightly."
        )


def vault(looked: Looked) -> Iterator[Finding]:
    """It opens with the key that is set, and is for its owner alone."""
    path = looked.home.vault
    if not path.exists():
        yield well("none yet: the first night makes it")
        return
    if is_open_to_others(path):
        yield wrong(f"others may read {path}", f"run chmod 600 {path}.")
    try:
        with open_vault(path, read_only=True) as con:
            con.execute("SELECT count(*) FROM people").fetchone()
    except Busy:
        yield well("a run has it open")
        return
    yield well(how_it_is_kept(path).removeprefix("vault: "))
