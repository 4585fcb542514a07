"""What a person may type as a lead's outcome, and what each does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """`effect`: close takes the lead off the open list, put_away rests it until a date, keep leaves it open."""

    name: str
    effect: Literal["close", "put_away", "keep"]


OUTCOMES: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("accepted", "keep"),
        Outcome("contacted", "keep"),
        Outcome("won", "close"),
        Outcome("lost", "close"),
        Outcome("saved", "close"),
        Outcome("churned", "close"),
        Outcome("not_a_signal", "close"),
        Outcome("wrong_account", "close"),
        Outcome("bad_timing", "put_away"),
        Outcome("already_known", "close"),
        Outcome("snoozed", "put_away"),
    )
}
CLOSING = tuple(outcome.name for outcome in OUTCOMES.values() if outcome.effect == "close")
