"""How frequent a signal is and how much of it the threshold finds, from questions that were drawn at random.

Each answer counts for as many conversations as it was drawn from: Horvitz & Thompson 1952, "A Generalization of
Sampling Without Replacement From a Finite Universe"; divided by the sum of weights (Hájek 1971). Answers of questions
that were chosen, and what owners say of leads, know only what a model thought worth asking: they are no part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.learning.agreement import FEWEST
from pipeline.learning.metrics import interval

Share = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Estimate:
    """A share with its 95 % bootstrap interval, and the answers that it rests on; below 20 there is no value."""

    among: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def estimates(said: np.ndarray, labels: np.ndarray, inclusion: np.ndarray) -> dict[str, Estimate]:
    """`prevalence`, `precision` and `recall` of yes/no answers of a model.

    `said` (n,) what the model says, `labels` (n,) what readers say, `inclusion` (n,) the chance of being drawn.
    """
    weights, truth, found = 1 / inclusion, labels == 1, said.astype(bool)
    every = np.ones(len(labels), dtype=bool)
    return {
        "prevalence": _estimate(weights, truth, every),
        "precision": _estimate(weights, truth, found),
        "recall": _estimate(weights, found, truth),
    }


def _estimate(weights: np.ndarray, hits: np.ndarray, among: np.ndarray) -> Estimate:
    """The weighted share of `hits` among `among`."""
    count = int(among.sum())
    if count < FEWEST:
        return Estimate(count)
    w, h = weights[among], hits[among]
    share: Share = lambda rows: float((w[rows] * h[rows]).sum() / w[rows].sum())  # noqa: E731
    low, high = interval(share, count)
    return Estimate(count, share(np.arange(count)), low, high)
