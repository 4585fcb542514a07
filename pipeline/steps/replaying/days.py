"""Which nights can be replayed: those decided, one after another, since history is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.errors import UsageError
from pipeline.warehouse import Connection

DAYS = 28


@dataclass(frozen=True)
class ReplayNight:
    """A night and the settings that decided it, as `pipeline.steps.replaying.policy` keeps them."""

    as_of: date
    policy: str


@dataclass(frozen=True)
class Nights:
    """What is replayed, in order; `without` counts nights of the span that cannot be, `last_without` is the last."""

    replayed: list[ReplayNight]
    without: int
    last_without: date | None


def nights_between(con: Connection, start: date | None, end: date | None, last: int = DAYS) -> Nights:
    """Nights from `start` to `end`, both counted; by default the `last` days up to the last night.

    A night without history parts those before it from those after it: only what comes after the last such night is
    replayed. Raises UsageError where nothing is.
    """
    kept = "history_nights" in {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    query = _NIGHTS if kept else "SELECT as_of, NULL FROM nights ORDER BY as_of"
    decided = [(date.fromisoformat(str(as_of)), policy) for as_of, policy in con.execute(query).fetchall()]
    if not decided:
        raise UsageError("no night was decided here yet: run ticketscout nightly first.")
    first, final = _span(decided[-1][0], start, end, last)
    within = [(as_of, policy) for as_of, policy in decided if first <= as_of <= final]
    if not within:
        nearest = min((as_of for as_of, _ in decided), key=lambda as_of: (abs((as_of - first).days), as_of))
        which = f"on {first}" if first == final else f"from {first} to {final}"
        raise UsageError(f"no night was decided here {which}: the nearest is {nearest}.")
    missing = [as_of for as_of, policy in within if policy is None]
    nights = [
        ReplayNight(as_of, policy) for as_of, policy in within if policy and as_of > max(missing, default=date.min)
    ]
    if not nights:
        raise UsageError(
            f"the {len(within)} nights up to {within[-1][0]} cannot be replayed: they were decided before Ticketscout "
            "kept what was so on each night; nights from now on can be."
        )
    return Nights(nights, len(within) - len(nights), max(missing, default=None))


def _span(last_night: date, start: date | None, end: date | None, last: int) -> tuple[date, date]:
    for option, day in (("--from", start), ("--to", end)):
        if day and day > last_night:
            raise UsageError(f"{option} {day} lies after the last night decided here, {last_night}.")
    final = end or last_night
    first = start or final - timedelta(days=last - 1)
    if first > final:
        raise UsageError(f"--from {first} lies after --to {final}.")
    return first, final


_NIGHTS = """
    SELECT n.as_of, h.policy
    FROM nights n LEFT JOIN history_nights h ON h.as_of = n.as_of AND h.decided_at = n.decided_at
    ORDER BY n.as_of
"""
