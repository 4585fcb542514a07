"""What nights brought, as the watch compares it: counts by night and bin, and which nights are a fair reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from statistics import median
from typing import NamedTuple

import numpy as np

FEWEST_NIGHTS = 14  # of fewer reference nights nothing is said
NEW_NORMAL = 7  # a change that was found so often is what is usual now
WEEK = 7
_ENOUGH_OF_A_KIND = 8

Bins = Mapping[str, int]


class Night(NamedTuple):
    """A night that was profiled; `covers` is the number of days since the night before it."""

    as_of: date
    covers: int

    @property
    def rhythm(self) -> tuple[int, int]:
        """Nights of the same rhythm are comparable: the same weekday, after as many days."""
        return self.as_of.weekday(), self.covers


class Key(NamedTuple):
    """One measure of one source; `model_id` only for scores."""

    source: str
    kind: str
    measure: str
    model_id: str = ""

    @property
    def found_as(self) -> tuple[str, str, str]:
        """Source, kind and measure of findings about it."""
        return self.source, "score" if self.model_id else self.kind, self.measure


@dataclass(frozen=True)
class Finding:
    """Something unusual about a night. `chance` is how probable that is on a quiet one, None where no test stands
    behind it. `broken` is a model that broke with its first nights, `instead` the last good one before it."""

    kind: str
    source: str
    measure: str
    is_serious: bool
    sentence: str
    chance: float | None = None
    broken: str = ""
    instead: str = ""


@dataclass(frozen=True)
class History:
    """`nights` oldest first, tonight last; `found` are (as_of, source, kind, measure) of findings of earlier nights;
    `days` is how far back a reference goes."""

    nights: Sequence[Night]
    counts: Mapping[Key, Mapping[date, Bins]]
    found: frozenset[tuple[date, str, str, str]] = field(default_factory=frozenset)
    days: int = 28

    @property
    def tonight(self) -> Night:
        return self.nights[-1]

    @cached_property
    def sources(self) -> dict[str, date]:
        """Sources and the first night that they brought something."""
        first: dict[str, date] = {}
        for key, by_night in self.counts.items():
            if key.kind == "volume" and by_night:
                first[key.source] = min(first.get(key.source, date.max), *by_night)
        return dict(sorted(first.items()))

    def bins(self, key: Key, night: Night) -> Bins:
        return self.counts.get(key, {}).get(night.as_of, {})

    def count(self, key: Key, night: Night) -> int:
        return sum(self.bins(key, night).values())

    def reference(self, key: Key, days: int | None = None) -> list[Night]:
        """Nights before tonight that are fair to compare with: since the source (of scores: the model) is known, in
        the last `days`, without those that were found unusual; once such are many they are the reference."""
        since = self.sources.get(key.source, self.nights[0].as_of)
        if key.model_id:
            since = min(self.counts.get(key, {self.tonight.as_of: {}}))
        longest = days or self.days
        nights = [n for n in self.nights[:-1] if n.as_of >= since and (self.tonight.as_of - n.as_of).days <= longest]
        odd = [n for n in nights if (n.as_of, *key.found_as) in self.found]
        if len(odd) >= NEW_NORMAL:
            return [n for n in nights if n >= odd[0]]
        return [n for n in nights if n not in odd]

    def like_tonight(self, source: str, nights: Sequence[Night]) -> list[Night]:
        """Those of them that are busy, or slow, as tonight's weekday is wont to be; all where such are few."""
        tickets = Key(source, "volume", "tickets")
        rhythms: dict[tuple[int, int], list[int]] = {}
        for night in nights:
            rhythms.setdefault(night.rhythm, []).append(self.count(tickets, night))
        usual = {rhythm: median(counts) for rhythm, counts in rhythms.items()}
        half = max(usual.values(), default=0) / 2
        is_busy = usual.get(self.tonight.rhythm, self.count(tickets, self.tonight)) >= half
        alike = [night for night in nights if (usual[night.rhythm] >= half) == is_busy]
        return alike if len(alike) >= _ENOUGH_OF_A_KIND else list(nights)

    def table(self, key: Key, nights: Sequence[Night], names: Sequence[str]) -> np.ndarray:
        """Counts, nights by bins."""
        rows = [[self.bins(key, night).get(name, 0) for name in names] for night in nights]
        return np.array(rows, dtype=float).reshape(len(nights), len(names))
