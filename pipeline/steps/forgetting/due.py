"""What is left to do after somebody was forgotten: an erasure to be finished, models to be trained again."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.config import Home
from pipeline.errors import Busy
from pipeline.privacy.vault import open_vault
from pipeline.steps.forgetting.erase import LEARNT
from pipeline.steps.forgetting.forget import models_in_use, unfinished
from pipeline.warehouse import Connection, has_table, open_to_read


def due_lines(con: Connection, home: Home) -> Iterator[str]:
    """Lines for `status`; none on most days."""
    if what := begun(home):
        yield f"{what} was begun and has not ended: give the same command again, whatever was given to it"
    yield from retrain_lines(con, home)


def begun(home: Home) -> str:
    """The erasure that was begun and has not ended.

    Nothing while a run has the vault: whoever looks does not wait for it, and an erasure is a run as well.
    """
    if not home.vault.exists():
        return ""
    try:
        with open_vault(home.vault, read_only=True) as vault:
            return unfinished(vault) if has_table(vault, "unfinished") else ""
    except Busy:
        return ""


def retrain_due(home: Home, signal: str | None) -> list[str]:
    """The same for `models`, of one signal or all; nothing in a home without a warehouse."""
    if not home.warehouse.exists():
        return []
    with open_to_read(home) as con:
        return [line for line in retrain_lines(con, home) if signal is None or line.startswith(f"{signal}:")]


def retrain_lines(con: Connection, home: Home) -> Iterator[str]:
    """A line for each signal whose model in use learnt from what was erased since."""
    learnt = con.execute("SELECT name, value FROM remembered WHERE starts_with(name, ?) ORDER BY name", [LEARNT])
    in_use = models_in_use(home)
    for name, model_id in learnt.fetchall():
        signal = name.removeprefix(LEARNT)
        if in_use.get(signal) == model_id:
            yield (
                f"{signal}: a retrain is due, its model learnt from somebody who was forgotten since: "
                f"ticketscout retrain {signal}"
            )
