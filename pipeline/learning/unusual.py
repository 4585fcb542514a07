"""How improbable a night's count or histogram is, given nights before it: aware of few cases and of uneven days.

Counts of days vary more than chance alone would have it, so a count is held against a negative binomial whose spread
is that of the reference nights, and a histogram's likelihood ratio (G) against an F distribution scaled by how much
the reference nights differ from each other (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61 (1974), 439-447).
Which of many are told is chosen as Y. Benjamini and Y. Hochberg do, Journal of the Royal Statistical Society B 57
(1995), 289-300. How far two histograms are apart is the population stability index, the sum of (p - q) ln(p / q).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import log, sqrt
from statistics import median
from types import ModuleType

import numpy as np

LEAST_SPREAD = 0.2  # standard deviation of a day's log count beyond chance: less is never believed of few nights
_FEWEST_EXPECTED = 5.0  # bins that hold less are put together: the likelihood ratio is not trusted there
_SMOOTHING = 0.5


def spread_of(counts: Sequence[float], expected: Sequence[float]) -> float:
    """Standard deviation of log(count / expected) beyond that of chance, robustly; at least `LEAST_SPREAD`."""
    pairs = [(c, e) for c, e in zip(counts, expected, strict=True) if e > 0]
    if len(pairs) < 4:
        return 2 * LEAST_SPREAD
    off = [abs(log((c + 0.5) / (e + 0.5))) for c, e in pairs]
    by_chance = median(1 / (e + 0.5) for _, e in pairs)
    variance = (1.4826 * median(off)) ** 2 - by_chance
    # Few nights say little of their spread.
    return max(LEAST_SPREAD, sqrt(max(variance, 0.0)) * (1 + 2 / sqrt(len(pairs))))


def chance_of_so_few(count: float, expected: float, spread: float) -> float:
    """P(X <= count) for a negative binomial of mean `expected` and variance expected + (spread * expected)²."""
    if expected <= 0:
        return 1.0
    size = 1 / spread**2
    return float(_special().betainc(size, count + 1, size / (size + expected)))


def chance_of_so_many(count: float, expected: float, spread: float) -> float:
    """P(X >= count) for the same."""
    if count <= 0:
        return 1.0
    size = 1 / spread**2
    return float(_special().betainc(count, size, expected / (size + expected)))


@dataclass(frozen=True)
class Shift:
    """How far a histogram is from its reference: chance on a quiet night, stability index, and the bin that moved most
    (its place, share tonight, share before)."""

    chance: float
    index: float
    place: int
    share: float
    usual: float


def shift(tonight: np.ndarray, nights: np.ndarray, *, is_ordered: bool) -> Shift | None:
    """A histogram (bins) against those of single nights (nights x bins); None where there is too little to say."""
    nights = nights[nights.sum(axis=1) > 0]
    n, pooled = tonight.sum(), nights.sum(axis=0)
    if len(nights) < 5 or n < 1 or pooled.sum() < 50:
        return None
    usual = _shares(pooled)
    groups = _grouped(usual * n, is_ordered)
    share = tonight / n
    place = int(np.argmax(np.abs(share - usual)))
    freedom = groups.max()
    if freedom < 1:
        return None
    together = np.eye(freedom + 1)[groups]
    seen, reference, before = tonight @ together, pooled @ together, nights @ together
    uneven = _unevenness(before, reference)
    g = _ratio(seen, reference) / (1 + n / pooled.sum())
    chance = float(_special().fdtrc(freedom, max(1.0, (len(nights) - 1) * freedom / 2), g / freedom / uneven))
    if is_ordered:
        chance = min(1.0, 2 * min(chance, _chance_of_mean(tonight, nights)))
    p, q = _shares(seen), _shares(reference)
    return Shift(chance, float(((p - q) * np.log(p / q)).sum()), place, float(share[place]), float(usual[place]))


def _shares(counts: np.ndarray) -> np.ndarray:
    return np.asarray((counts + _SMOOTHING) / (counts + _SMOOTHING).sum(axis=-1, keepdims=True))


def _grouped(expected: np.ndarray, is_ordered: bool) -> np.ndarray:
    """Group of each bin: neighbours, or all that are rare, together until each group expects enough."""
    if not is_ordered:
        rare = expected < _FEWEST_EXPECTED
        places = np.cumsum(~rare) - 1
        return np.where(rare, places[-1] + 1, places)
    groups, filled, group = np.zeros(len(expected), dtype=int), 0.0, 0
    for place, amount in enumerate(expected):
        if filled >= _FEWEST_EXPECTED and expected[place:].sum() >= _FEWEST_EXPECTED:
            group, filled = group + 1, 0.0
        groups[place] = group
        filled += amount
    return groups


def _ratio(seen: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Likelihood ratio statistic of `seen` (any leading shape) against the shares of `reference`."""
    expected = _shares(reference) * seen.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(seen > 0, seen * np.log(seen / expected), 0.0)
    return np.asarray(2 * parts.sum(axis=-1))


def _chance_of_mean(tonight: np.ndarray, nights: np.ndarray) -> float:
    """Of so far a mean of ordered bins from the others', by Student's t: sees that all moved by one bin."""
    places, pooled = np.arange(nights.shape[1]), nights.sum(axis=0)
    total = pooled.sum()
    usual = pooled @ places / total
    deviation = np.sqrt(max(pooled @ (places - usual) ** 2 / total, 0.05))
    counts = nights.sum(axis=1)
    each = np.sort(((nights @ places / counts - usual) * np.sqrt(counts) / deviation) ** 2)
    uneven = max(1.0, (each[:-1] if len(each) > 10 else each).mean())
    n = tonight.sum()
    t = abs(tonight @ places / n - usual) / deviation / np.sqrt((1 / n + 1 / total) * uneven)
    return float(2 * _special().stdtr(len(nights) - 1, -t))


def _unevenness(nights: np.ndarray, pooled: np.ndarray) -> float:
    """How much more the nights differ from the others than chance explains; at least 1. One odd night is left out."""
    freedom = nights.shape[1] - 1
    each = np.sort(_ratio(nights, pooled - nights)) / freedom
    kept = each[:-1] if len(each) > 10 else each
    return float(max(1.0, kept.mean()))


def discoveries(chances: Sequence[float], level: float) -> list[bool]:
    """Which of them are believed, so that at most `level` of those believed are false in the long run."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    last = max((rank for rank, i in enumerate(order, 1) if chances[i] <= level * rank / len(chances)), default=0)
    chosen = set(order[:last])
    return [i in chosen for i in range(len(chances))]


def _special() -> ModuleType:
    """SciPy's special functions take a fifth of a second to load: asked for where there are nights to compare."""
    return import_module("scipy.special")
