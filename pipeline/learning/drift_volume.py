"""Whether a source brought as much as it is wont to: by weekday, with holidays allowed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from pipeline.learning.drift_history import FEWEST_NIGHTS, WEEK, Finding, History, Key, Night
from pipeline.learning.unusual import chance_of_so_few, chance_of_so_many, spread_of

MEASURES = ("tickets", "messages", "customers")
# The quietest holiday brings a tenth of a usual day, or as much less as the quietest weekday does.
_HOLIDAY = 0.1
_HALF = 0.6  # other sources that bring less than this share the quiet: it may be a holiday
_ALWAYS = 5  # a source that brought so much on its quietest night does not fall silent on a holiday
_FEWER, _MORE = 0.33, 2.5  # a change that matters to somebody, whatever its chance
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Usual:
    """What a source is wont to bring tonight: by the weekday alone, at most, and at the level of the last days; how
    much days differ; the share of a usual day that its quietest day brings, and the least that one brought."""

    expected: float
    most: float
    level: float
    spread: float
    quietest: float
    least: int

    @property
    def low(self) -> float:
        return self.expected * min(1.0, self.level)

    @property
    def high(self) -> float:
        return self.most * max(1.0, self.level)


def volume_findings(history: History) -> list[Finding]:
    """One candidate a source and measure; which of them are told is decided among all."""
    known = {source: _usual(history, Key(source, "volume", "tickets")) for source in history.sources}
    found = []
    for source in history.sources:
        is_holiday_possible = _may_be_holiday(history, known, source)
        for measure in MEASURES:
            key = Key(source, "volume", measure)
            usual = _usual(history, key)
            if usual:
                found.append(_held_against(history, key, usual, is_holiday_possible))
    return found


def _may_be_holiday(history: History, known: dict[str, Usual | None], source: str) -> bool:
    """Unless others work as ever."""
    others = [(name, usual) for name, usual in known.items() if name != source and usual]
    expected = sum(usual.low for _, usual in others)
    came = sum(history.count(Key(name, "volume", "tickets"), history.tonight) for name, _ in others)
    return expected < 10 or came < _HALF * expected


def _held_against(history: History, key: Key, usual: Usual, is_holiday_possible: bool) -> Finding:
    count = history.count(key, history.tonight)
    if count > usual.expected:
        chance = chance_of_so_many(count, usual.high, usual.spread) if count > _MORE * usual.high else 1.0
    elif count == 0 and usual.least >= _ALWAYS:
        chance = 0.0
    elif count >= _FEWER * usual.low:
        chance = 1.0
    else:
        share = min(_HOLIDAY, usual.quietest) if is_holiday_possible else 1.0
        chance = chance_of_so_few(count, usual.low * share, usual.spread)
        if count == 0 and _is_silent_for_a_week(history, key):
            chance = 0.0
    few = count < usual.expected
    days = f"a {_WEEKDAYS[history.tonight.as_of.weekday()]}"
    if history.tonight.covers > 1:
        days = f"{history.tonight.covers} days"
    sentence = f"{key.source}: {count:,} {key.measure} came, about {usual.expected:,.0f} are usual for {days}"
    return Finding("volume", key.source, key.measure, few and count < 0.2 * usual.expected, sentence, chance)


def _is_silent_for_a_week(history: History, key: Key) -> bool:
    """Nothing in the last seven nights, of a source that brought ten in as many before."""
    nights = history.nights[-WEEK:]
    before = history.reference(key)[-2 * WEEK :]
    is_silent = len(nights) == WEEK and not any(history.count(key, night) for night in nights)
    return is_silent and sum(history.count(key, night) for night in before) >= 10


def _usual(history: History, key: Key) -> Usual | None:
    nights = history.reference(key)
    if len(nights) < FEWEST_NIGHTS:
        return None
    by_rhythm: dict[tuple[int, int], list[int]] = {}
    for night in nights:
        by_rhythm.setdefault(night.rhythm, []).append(history.count(key, night))
    usual = {rhythm: float(median(counts)) for rhythm, counts in by_rhythm.items()}
    expected = _expected(history.tonight, by_rhythm, usual)
    if expected is None:
        return None
    counts = [history.count(key, night) for night in nights]
    expectations = [usual[night.rhythm] for night in nights]
    busiest = max(usual.values())
    alike = by_rhythm.get(history.tonight.rhythm, [])
    spread = spread_of(counts, expectations)
    # The middle of a few nights is itself uncertain, and of rare tickets it may be none.
    unsure = sqrt(spread**2 + (spread**2 + 1 / (expected + 1)) * 1.6 / max(1, len(alike)))
    return Usual(
        expected,
        max(expected, (sum(alike) + 1) / (len(alike) + 1)),
        _level(counts[-WEEK:], expectations[-WEEK:]),
        unsure,
        min(usual.values()) / busiest if busiest else 0.0,
        min(counts),
    )


def _expected(
    tonight: Night, by_rhythm: dict[tuple[int, int], list[int]], usual: dict[tuple[int, int], float]
) -> float | None:
    """Of nights of the same rhythm, else of the days that tonight covers; None where some are not known."""
    if len(by_rhythm.get(tonight.rhythm, ())) >= 2:
        return usual[tonight.rhythm]
    days = [(tonight.as_of.weekday() - back) % WEEK for back in range(tonight.covers)]
    single = [usual.get((day, 1)) for day in days]
    return sum(one for one in single if one is not None) if None not in single else None


def _level(counts: Sequence[int], expected: Sequence[float]) -> float:
    """How the last week stands to what is usual: growth and seasons, within bounds."""
    ratios = [count / usual for count, usual in zip(counts, expected, strict=True) if usual >= 1]
    return min(2.0, max(0.5, median(ratios))) if ratios else 1.0
