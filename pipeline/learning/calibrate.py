"""From raw scores to probabilities, and from probabilities to a threshold, both at a declared prevalence.

Labels are about half positive, reality is a few percent: rows are weighted so that positives make up the declared
share. Platt (1999), "Probabilistic outputs for support vector machines": a logistic fit of the label on the score.
"""

from __future__ import annotations

import re

import numpy as np
from sklearn.linear_model import LogisticRegression

from pipeline.errors import UsageError

# What the threshold of `f1` may cost of the best F1. So little does not tell thresholds apart (one standard error at
# 8,500 rows; Breiman et al. 1984, "Classification and Regression Trees", choose so between equals), and labelled rows
# hold more yes than what a model meets later: there the more precise one is better.
AS_GOOD = 0.01
# A little smoothing keeps the slope finite where the scores separate the labels perfectly.
_REGULARISATION = 100.0


def prevalence_weights(labels: np.ndarray, prevalence: float) -> np.ndarray:
    """(n,) weights of mean 1 under which the share of positives is `prevalence`."""
    share = labels.mean()
    weights: np.ndarray = np.where(labels == 1, prevalence / share, (1 - prevalence) / (1 - share))
    return weights


def platt(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Slope and offset of p = sigmoid(slope * score + offset); the slope is never negative, so order is kept."""
    spread = float(scores.std()) or 1.0
    model = LogisticRegression(C=_REGULARISATION, solver="lbfgs", tol=1e-10, max_iter=1000)
    model.fit((scores / spread).reshape(-1, 1), labels, sample_weight=weights)
    return max(float(model.coef_[0, 0]) / spread, 1e-6), float(model.intercept_[0])


def parse_objective(objective: str) -> float | None:
    """None for `f1`, the wanted precision for `precision=0.8`. Raises UsageError for anything else."""
    if objective == "f1":
        return None
    match = re.fullmatch(r"precision=(0?\.\d+|1(?:\.0*)?)", objective)
    if not match:
        raise UsageError(f"objective {objective!r}: use f1 or precision=P with P between 0 and 1, as in precision=0.8.")
    return float(match.group(1))


def choose_threshold(probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray, objective: str) -> float:
    """The most precise threshold whose weighted F1 is as good as the best, within AS_GOOD of it, or the lowest whose
    weighted precision holds from there upwards.

    Lies half way between two neighbouring probabilities, so that no row sits on it. Where the wanted precision is
    never reached, the threshold of the highest precision is taken.
    """
    wanted = parse_objective(objective)
    order = np.argsort(-probabilities, kind="stable")
    p, y, w = probabilities[order], labels[order], weights[order]
    true = np.cumsum(w * y)
    said = np.cumsum(w)
    precision = true / said
    recall = true / true[-1]
    ends = np.append(p[1:] != p[:-1], True)  # a threshold cannot part equal probabilities
    if wanted is None:
        quality = np.where(ends, 2 * precision * recall / np.maximum(precision + recall, 1e-12), -1)
        as_good = np.flatnonzero(quality >= (1 - AS_GOOD) * quality.max())[::-1]  # the lowest first, which ties go to
        best = int(as_good[np.argmax(precision[as_good])])
    else:
        good = np.flatnonzero(ends & (precision >= wanted))
        best = int(good[-1]) if len(good) else int(np.argmax(np.where(ends, precision, -1)))
    below = p[best + 1] if best + 1 < len(p) else 0.0
    return float((p[best] + below) / 2)
