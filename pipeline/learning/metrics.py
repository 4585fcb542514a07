"""Figures of a classifier, weighted or not, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

BINS = 10
RESAMPLES = 1000


def precision_recall(said: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """Weighted precision, recall and F1 of yes/no answers; 0 where nothing was said or nothing was true."""
    true = float((weights * said * labels).sum())
    precision = true / float((weights * said).sum()) if said.any() else 0.0
    recall = true / float((weights * labels).sum()) if labels.any() else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if true else 0.0


def precision_at(k: int, probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Share of true signals among the k most probable rows; ties in input order."""
    top = np.argsort(-probabilities, kind="stable")[:k]
    return float(labels[top].mean()) if len(top) else 0.0


def precision_at_top(share: float, probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Weighted precision of the most probable rows that make up `share` of the weight: what a reader who takes as many
    rows as there are signals would see."""
    order = np.argsort(-probabilities, kind="stable")
    taken = order[np.cumsum(weights[order]) <= share * weights.sum()]
    return float((weights[taken] * labels[taken]).sum() / weights[taken].sum()) if len(taken) else 0.0


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Expected calibration error over ten equal-mass bins (Naeini, Cooper & Hauskrecht 2015), weighted."""
    order = np.argsort(probabilities, kind="stable")
    mass = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()  # a row lies where its middle lies
    bins = np.minimum((mass * BINS).astype(int), BINS - 1)
    error = 0.0
    for b in range(BINS):
        inside = order[bins == b]
        if len(inside):
            w = weights[inside]
            gap = abs(float((w * (probabilities[inside] - labels[inside])).sum()))
            error += gap
    return error / float(weights.sum())


def interval(
    figure: Callable[[np.ndarray], float], count: int, seed: int = 7, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """95 % percentile bootstrap interval of `figure(indexes)` (Efron 1979) over `count` rows."""
    rng = np.random.default_rng(seed)
    values = [figure(rng.integers(0, count, count)) for _ in range(resamples)]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def card_metrics(
    probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray, threshold: float
) -> dict[str, Any]:
    """What a card prints: at the labels' own share, and weighted to the declared prevalence."""
    said = probabilities >= threshold
    ones = np.ones_like(weights)
    precision, recall, f1 = precision_recall(said, labels, ones)
    weighted = precision_recall(said, labels, weights)
    return {
        "average_precision": float(average_precision_score(labels, probabilities)),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "precision_at_prevalence": weighted[0],
        "recall_at_prevalence": weighted[1],
        "f1_at_prevalence": weighted[2],
        "precision_at_top": precision_at_top(
            float((weights * labels).sum() / weights.sum()), probabilities, labels, weights
        ),
        "false_alarms_per_thousand": 1000 * float(said[labels == 0].mean()),
        "calibration_error_at_prevalence": calibration_error(probabilities, labels, weights),
    }
