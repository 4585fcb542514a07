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
CLOSED = 3


def weight(outcome: str) -> int:
    """How far an outcome goes: nothing 0, contacted 1, accepted or put away 2, closed 3. What a machine says of a lead
    counts only where it goes further than what is known, so that it never takes back a person's word."""
    known = OUTCOMES.get(outcome)
    if known is None:
        return 0
    return CLOSED if known.effect == "close" else 1 if outcome == "contacted" else 2
