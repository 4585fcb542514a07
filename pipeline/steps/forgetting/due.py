"""What is left to do after somebody was forgotten: an erasure to be finished, models to be trained again."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.config import Home
from pipeline.privacy.vault import open_vault
from pipeline.steps.forgetting.erase import LEARNT
from pipeline.steps.forgetting.forget import models_in_use, unfinished
from pipeline.warehouse import Connection, open_to_read


def due_lines(con: Connection, home: Home) -> Iterator[str]:
    """Lines for `status`; none on most days."""
    if home.vault.exists():
        with open_vault(home.vault) as vault:
            what = unfinished(vault)
        if what:
            yield f"{what} was begun and has not ended: give the same command again, whatever was given to it"
    yield from retrain_lines(con, home)


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
