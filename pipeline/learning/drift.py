"""The watch: what is unusual about a night, and no alarm on quiet ones.

Of all that is compared only that is told which is improbable beyond the number of comparisons and large enough to
matter. With fewer than `FEWEST_NIGHTS` nights of reference it learns, and says only what needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline.learning.drift_history import FEWEST_NIGHTS, WEEK, Finding, History, Key, Night
from pipeline.learning.drift_scores import score_findings
from pipeline.learning.drift_volume import volume_findings
from pipeline.learning.unusual import Shift, discoveries, shift

_ORDERED = ("length",)
_FEWEST, _FEWEST_IN_A_WEEK = 20, 40
_MAJOR = 0.25  # stability index from which a histogram is said to have moved: the custom of credit scoring
_HEAP, _SELDOM = 0.9, 0.5  # scores that were spread and lie in one bin now
_LABEL_DAYS, _LABEL_REFERENCE = 28, 112
_NAMES = {
    "length": "the length of messages",
    "channel": "the mix of channels",
    "status": "the mix of states",
    "form": "the form of messages",
    "language": "the language of messages",
}


@dataclass(frozen=True)
class Watched:
    """What was found, the most serious first; nights of reference, and how many it takes."""

    findings: list[Finding]
    nights: int
    needed: int = FEWEST_NIGHTS

    @property
    def is_learning(self) -> bool:
        return self.nights < self.needed


def watch_night(history: History, level: float) -> Watched:
    """Holds the last of the nights against those before; `level` is that of false discoveries a night."""
    candidates = [*volume_findings(history), *_histogram_findings(history), *score_findings(history)]
    certain = [one for one in candidates if one.chance is None]
    tested = [one for one in candidates if one.chance is not None]
    believed = discoveries([one.chance or 0.0 for one in tested], level)
    told = [*certain, *(one for one, is_believed in zip(tested, believed, strict=True) if is_believed)]
    return Watched(_one_of_each(told), len(history.nights) - 1)


def _one_of_each(found: Sequence[Finding]) -> list[Finding]:
    """The most serious of each source and measure; of a source's volume one, since its measures move together."""
    ordered = sorted(found, key=lambda one: (not one.is_serious, one.chance or 0.0, one.source, one.kind, one.measure))
    chosen: dict[tuple[str, str, str], Finding] = {}
    for one in ordered:
        chosen.setdefault((one.source, one.kind, "" if one.kind == "volume" else one.measure), one)
    return list(chosen.values())


def _histogram_findings(history: History) -> list[Finding]:
    keys = [key for key in history.counts if key.kind in ("input", "score", "label")]
    found = [_compared(history, key) for key in sorted(keys, key=lambda k: (k.source, k.kind, k.measure, k.model_id))]
    return [one for one in found if one]


def _compared(history: History, key: Key) -> Finding | None:
    if key.model_id and not history.bins(key, history.tonight):
        return None
    window, reference = _label_nights(history, key) if key.kind == "label" else _nights(history, key)
    names = sorted({name for night in (*window, *reference) for name in history.bins(key, night)}, key=_place)
    tonight = history.table(key, window, names).sum(axis=0)
    fewest = _FEWEST if key.kind == "label" or len(window) == 1 else _FEWEST_IN_A_WEEK
    if not reference or not names or tonight.sum() < fewest:
        return None
    is_ordered = key.kind == "score" or key.measure in _ORDERED
    moved = shift(tonight, history.table(key, reference, names), is_ordered=is_ordered)
    if moved is None:
        return None
    is_heap = key.kind == "score" and moved.share >= _HEAP and moved.usual < _SELDOM
    sentence = _sentence(key, names[moved.place], moved, len(window))
    chance = moved.chance if moved.index >= _MAJOR else 1.0
    return Finding(key.found_as[1], key.source, key.measure, is_heap, sentence, chance)


def _nights(history: History, key: Key) -> tuple[list[Night], list[Night]]:
    """Tonight where it brought enough, against nights like it; else the last week, against what was before. No
    reference while it is learned."""
    reference = history.reference(key)
    if len(reference) < FEWEST_NIGHTS:
        return [history.tonight], []
    if history.count(key, history.tonight) >= _FEWEST:
        return [history.tonight], history.like_tonight(key.source, reference)
    week = list(history.nights[-WEEK:])
    before = [night for night in reference if night not in week]
    return week, before if len(before) >= FEWEST_NIGHTS else []


def _label_nights(history: History, key: Key) -> tuple[list[Night], list[Night]]:
    """Labels are few: four weeks against what was before."""
    since = history.tonight.as_of - timedelta(days=_LABEL_DAYS)
    reference = history.reference(key, _LABEL_REFERENCE)
    return [n for n in history.nights if n.as_of > since], [n for n in reference if n.as_of <= since]


def _place(name: str) -> tuple[int, str]:
    """Bins in order: numbers by size, then words."""
    number = name.removeprefix("-")
    return (int(name), "") if number.isdecimal() else (1 << 62, name)


def _sentence(key: Key, name: str, moved: Shift, nights: int) -> str:
    when = "" if nights == 1 else f" in {nights} nights"
    shares = f"{moved.share:.0%}{when}, usually {moved.usual:.0%}"
    if key.kind == "label":
        return f"labels, {key.measure}: {name} {shares}"
    if key.kind == "score":
        return f"{key.source}, {key.measure}: scores lie otherwise than usual, {_odds(int(name))} {shares}"
    bin_name = f"{int(name):,} to {2 * int(name) - 1:,} characters" if key.measure == "length" and name != "0" else name
    return f"{key.source}: {_NAMES[key.measure]} changed, {bin_name or 'none'} {shares}"


def _odds(floor: int) -> str:
    low, high = (1 / (1 + 2.718281828459045**-at) for at in (floor, floor + 1))
    return f"{low:.1%} to {high:.1%}"
