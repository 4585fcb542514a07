"""Whether a model says yes as often as it is wont to, and what no model should give.

A new model has no reference of its own, and being new is no alarm; but it is held against the model before it on the
tickets of the same days, and what is broken about it is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from pipeline.learning.drift_history import FEWEST_NIGHTS, WEEK, Bins, Finding, History, Key, Night
from pipeline.learning.unusual import chance_of_so_few, chance_of_so_many, spread_of

_BREAK = 4  # a share so many times more, or less, than usual is a break: five, told from few tickets
_NOTABLE = 2.5
_FEWEST = 20  # tickets
_EXPECTED = 10  # yes, before their lack is spoken of


@dataclass(frozen=True)
class Shares:
    """What is counted of a model's scores: all, over the threshold, not numbers, different ones."""

    tickets: int = 0
    yes: int = 0
    nan: int = 0
    distinct: int = 0

    @staticmethod
    def of(*bins: Bins) -> Shares:
        """Of one or several profiles together; different ones are at least those of one of them."""
        tickets, yes, nan = (sum(b.get(name, 0) for b in bins) for name in ("tickets", "yes", "nan"))
        return Shares(tickets, yes, nan, max((b.get("distinct", 0) for b in bins), default=0))


def score_findings(history: History) -> list[Finding]:
    """Candidates, at most two a source and signal; those without a chance are told in any case."""
    scored = {
        (key.source, key.measure, key.model_id)
        for key, by_night in history.counts.items()
        if key.kind in ("share", "reread") and history.tonight.as_of in by_night
    }
    return [found for one in sorted(scored) for found in _of_model(history, *one)]


def _of_model(history: History, source: str, signal: str, model: str) -> list[Finding]:
    key = Key(source, "share", signal, model)
    since = min(history.counts.get(key, {history.tonight.as_of: {}}))
    before = _model_before(history, key, since)
    is_new = before and sum(night.as_of >= since for night in history.nights[:-1]) < FEWEST_NIGHTS
    profiles = [history.bins(key, history.tonight)]
    if is_new:
        profiles.append(history.bins(key._replace(kind="reread"), history.tonight))
        key = key._replace(model_id=before)
    seen = Shares.of(*profiles)
    nights = [night for night in history.reference(key) if history.bins(key, night)]
    nights = [night for night in nights if night.as_of < since] if is_new else nights
    wrong = _impossible(seen, [Shares.of(history.bins(key, night)) for night in nights])
    if wrong:
        found = [Finding("score", source, signal, True, f"{source}, {signal}: {wrong}")]
    elif len(nights) < FEWEST_NIGHTS:
        found = []
    elif is_new:
        found = [*_too_many(history, key, nights, seen, _BREAK), *_too_few(history, key, nights, seen)]
    else:
        week = [history.bins(key, night) for night in history.nights[-WEEK:]]
        nights_before = [night for night in nights if night not in history.nights[-WEEK:]]
        found = [*_too_many(history, key, nights, seen, _NOTABLE)]
        found += _too_few(history, key, nights_before, Shares.of(*week))
    return [replace(one, broken=model, instead=before) for one in found] if is_new else found


def _model_before(history: History, key: Key, since: date) -> str:
    """The model that scored until then; empty where there was none."""
    last = [
        (max(night for night in by_night if night < since), other.model_id)
        for other, by_night in history.counts.items()
        if (other.source, other.kind, other.measure) == (key.source, "share", key.measure)
        and other.model_id != key.model_id
        and min(by_night) < since
    ]
    return max(last)[1] if last else ""


def _impossible(seen: Shares, nights: Sequence[Shares]) -> str:
    if seen.nan:
        return f"{seen.nan:,} of {seen.tickets:,} probabilities are not numbers"
    is_wont = any(night.distinct == 1 and night.tickets >= 5 for night in nights)
    if seen.tickets >= _FEWEST and seen.distinct == 1 and not is_wont:
        return f"all {seen.tickets:,} probabilities are the same"
    return ""


def _too_many(history: History, key: Key, nights: Sequence[Night], seen: Shares, factor: float) -> list[Finding]:
    expected, spread = _expected(history, key, nights, seen)
    if not expected:
        return []
    is_much = seen.yes > factor * expected
    chance = chance_of_so_many(seen.yes, expected, spread) if is_much else 1.0
    return [_of_share(key, seen, expected, chance, seen.yes > _BREAK * expected)]


def _too_few(history: History, key: Key, nights: Sequence[Night], seen: Shares) -> list[Finding]:
    expected, spread = _expected(history, key, nights, seen)
    if expected < _EXPECTED:
        return []
    is_little = seen.yes < expected / _BREAK
    chance = chance_of_so_few(seen.yes, expected, spread) if is_little else 1.0
    return [_of_share(key, seen, expected, chance, True)]


def _of_share(key: Key, seen: Shares, expected: float, chance: float, is_serious: bool) -> Finding:
    sentence = (
        f"{key.source}, {key.measure}: {seen.yes:,} of {seen.tickets:,} tickets over the threshold, "
        f"about {max(1.0, expected):,.0f} are usual"
    )
    return Finding("score", key.source, key.measure, is_serious, sentence, chance)


def _expected(history: History, key: Key, nights: Sequence[Night], seen: Shares) -> tuple[float, float]:
    """How many of as many tickets are wont to be over the threshold, and how much nights differ."""
    before = [Shares.of(history.bins(key, night)) for night in nights]
    tickets = sum(one.tickets for one in before)
    if not tickets:
        return 0.0, 0.0
    share = (sum(one.yes for one in before) + 0.5) / (tickets + 1)
    spread = spread_of([one.yes for one in before], [share * one.tickets for one in before])
    # What is usual is itself known from few.
    return share * seen.tickets, sqrt(spread**2 + 1 / (share * tickets + 1))
