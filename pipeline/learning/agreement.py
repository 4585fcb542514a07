"""How far two readers agree: the share, and Cohen's kappa, which takes off what chance alone would bring.

J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960), 37-46.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.learning.metrics import interval

FEWEST = 20  # of fewer no rate is said


@dataclass(frozen=True)
class Agreement:
    """Of `among` examples that both decided, how many alike. Kappa and its 95 % bootstrap interval are None where there
    are too few, or where both always gave the same one answer, so that chance explains everything."""

    same: int
    among: int
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def is_enough(self) -> bool:
        return self.among >= FEWEST


def agreement(one: Sequence[bool], other: Sequence[bool]) -> Agreement:
    """Of two readers' decisions on the same examples, in the same order."""
    a, b = np.asarray(one, dtype=bool), np.asarray(other, dtype=bool)
    same = int((a == b).sum())
    if len(a) < FEWEST or np.isnan(whole := kappa(a, b)):
        return Agreement(same, len(a), None, None, None)
    low, high = interval(lambda rows: kappa(a[rows], b[rows]), len(a))
    return Agreement(same, len(a), whole, low, high)


def kappa(a: np.ndarray, b: np.ndarray) -> float:
    """Cohen's kappa of two arrays of yes and no; not a number where chance alone agrees always."""
    by_chance = float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return float((np.mean(a == b) - by_chance) / (1 - by_chance)) if by_chance < 1 else float("nan")
