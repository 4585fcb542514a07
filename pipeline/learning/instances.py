"""Fits a linear head where a label belongs to a conversation, but speaks of one turn or sentence of it.

Multiple-instance learning (Andrews, Tsochantaridis & Hofmann 2002, "Support Vector Machines for Multiple-Instance
Learning"): a positive conversation has at least one instance that carries the signal, every instance of a negative
one carries none. Which one is taken for the best is decided by the model so far, then the model is fitted again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

ROUNDS = 2


@dataclass(frozen=True)
class Instances:
    """Turns or sentences of all rows. `matrix` (n, width) with columns scaled by `scale`, `owner` (n,) the row of
    each, `may_prove` (n,) whether it can be what a positive row means: where somebody marked the turn, only that."""

    matrix: sparse.csr_matrix
    scale: np.ndarray
    owner: np.ndarray
    may_prove: np.ndarray

    def weights(self, fitted: np.ndarray) -> np.ndarray:
        """Weights for unscaled columns, as a model file keeps them: a model predicts the same once it was saved."""
        return np.asarray((fitted * self.scale).astype(np.float32).astype(np.float64))


def fit_head(instances: Instances, labels: np.ndarray, rows: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    """Weights (width,) for scaled columns and intercept, from the instances of `rows`."""
    inside = np.isin(instances.owner, rows)
    positive = labels[instances.owner] == 1
    negatives = np.flatnonzero(inside & ~positive)
    possible = np.flatnonzero(inside & positive & instances.may_prove)
    counts = np.bincount(instances.owner[possible], minlength=len(labels))
    certain = possible[counts[instances.owner[possible]] == 1]
    chosen = certain if len(certain) else possible
    weights, intercept = _logistic(instances, labels, np.concatenate([negatives, chosen]), strength)
    if len(certain) == len(possible):
        return weights, intercept
    for _ in range(ROUNDS - 1 if len(certain) else ROUNDS):
        chosen = _best_of_each(instances.owner[possible], possible, instances.matrix[possible] @ weights)
        weights, intercept = _logistic(instances, labels, np.concatenate([negatives, chosen]), strength)
    return weights, intercept


def out_of_fold(
    instances: Instances,
    labels: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
    strength: float,
) -> np.ndarray:
    """(n,) raw score of each instance by the head that did not see its row."""
    scores = np.full(len(instances.owner), -np.inf)
    for train_rows, test_rows in folds:
        weights, intercept = fit_head(instances, labels, train_rows, strength)
        inside = np.isin(instances.owner, test_rows)
        scores[inside] = instances.matrix[inside] @ weights + intercept
    return scores


def highest(scores: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """(count,) the highest score of each owner's instances."""
    best = np.full(count, -np.inf)
    np.maximum.at(best, owner, scores)
    return best


def _best_of_each(owner: np.ndarray, places: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The place of the highest score of each owner; ties go to the first."""
    order = np.lexsort((places, -scores, owner))
    first = np.append(True, owner[order][1:] != owner[order][:-1])
    return np.asarray(places[order][first])


def _logistic(
    instances: Instances, labels: np.ndarray, chosen: np.ndarray, strength: float
) -> tuple[np.ndarray, float]:
    """The instances of a row share its weight, and both labels weigh the same."""
    chosen = np.sort(chosen)
    owner = instances.owner[chosen]
    answers = labels[owner]
    weight = 1.0 / np.bincount(owner, minlength=len(labels))[owner]
    share = float(np.average(answers, weights=weight))
    weight = weight * np.where(answers == 1, 0.5 / max(share, 1e-9), 0.5 / max(1 - share, 1e-9))
    rows = instances.matrix[chosen]
    used = np.unique(rows.indices)  # a column of zeros gets no weight, but would cost the solver as much as any
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0, tol=1e-4, max_iter=2000)
    model.fit(rows[:, used], answers, sample_weight=weight)
    weights = np.zeros(instances.matrix.shape[1], dtype=np.float64)
    weights[used] = model.coef_[0]
    return weights, float(model.intercept_[0])
