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
# From so many rows with a yes on columns are scaled by their contrast, by this share: fewer do not say what contrasts.
CONTRAST_FROM = 500
CONTRAST_SHARE = 0.2
_SMOOTHING = 1.0  # rows of either answer that every column is taken to stand in once
# How much what was known before counts beside the rows' unit-length n-grams.
PRIOR_SHARE = 0.3


@dataclass(frozen=True)
class Instances:
    """Turns or sentences of all rows. `matrix` (n, width) with columns scaled by `scale`, `owner` (n,) the row of
    each, `may_prove` (n,) whether it can be what a positive row means: where somebody marked the turn, only that.

    With a `prior`, weights (width - 1,) of a head that is known already, the last column is what that head says.
    """

    matrix: sparse.csr_matrix
    scale: np.ndarray
    owner: np.ndarray
    may_prove: np.ndarray
    prior: np.ndarray | None = None

    def with_prior(self, prior: np.ndarray) -> Instances:
        """The same instances with one more column: what the head `prior` (for unscaled columns) says of each.

        So what was known before is one feature, and what the rows add is learnt beside it; a sum of linear heads is a
        linear head again (Daumé 2007, "Frustratingly Easy Domain Adaptation", calls this the PRED baseline).
        """
        said = self.matrix @ np.divide(prior, self.scale, out=np.zeros_like(prior), where=self.scale != 0)
        scale = PRIOR_SHARE / (float(said.std()) or 1.0)
        matrix = sparse.hstack([self.matrix, sparse.csr_matrix((said * scale)[:, None])], format="csr")
        return Instances(matrix, np.append(self.scale, scale), self.owner, self.may_prove, prior)

    def weights(self, fitted: np.ndarray) -> np.ndarray:
        """Weights for unscaled columns, as a model file keeps them: a model predicts the same once it was saved."""
        weights = fitted * self.scale
        if self.prior is not None:
            weights = weights[:-1] + weights[-1] * self.prior
        return np.asarray(weights.astype(np.float32).astype(np.float64))


def fit_head(
    instances: Instances, labels: np.ndarray, rows: np.ndarray, strength: float, trust: np.ndarray | None = None
) -> tuple[np.ndarray, float]:
    """Weights (width,) for scaled columns and intercept, from the instances of `rows`; `trust` (rows,) is how much
    each row counts, 1 where it is not given."""
    trust = np.ones(len(labels)) if trust is None else trust
    inside = np.isin(instances.owner, rows)
    positive = labels[instances.owner] == 1
    negatives = np.flatnonzero(inside & ~positive)
    possible = np.flatnonzero(inside & positive & instances.may_prove)
    counts = np.bincount(instances.owner[possible], minlength=len(labels))
    certain = possible[counts[instances.owner[possible]] == 1]
    chosen = certain if len(certain) else possible
    weights, intercept = _logistic(instances, labels, np.concatenate([negatives, chosen]), strength, trust)
    if len(certain) == len(possible):
        return weights, intercept
    for _ in range(ROUNDS - 1 if len(certain) else ROUNDS):
        chosen = _best_of_each(instances.owner[possible], possible, instances.matrix[possible] @ weights)
        weights, intercept = _logistic(instances, labels, np.concatenate([negatives, chosen]), strength, trust)
    return weights, intercept


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
    instances: Instances, labels: np.ndarray, chosen: np.ndarray, strength: float, trust: np.ndarray
) -> tuple[np.ndarray, float]:
    """The instances of a row share its weight, and both labels weigh the same."""
    chosen = np.sort(chosen)
    owner = instances.owner[chosen]
    answers = labels[owner]
    weight = trust[owner] / np.bincount(owner, minlength=len(labels))[owner]
    share = float(np.average(answers, weights=weight))
    weight = weight * np.where(answers == 1, 0.5 / max(share, 1e-9), 0.5 / max(1 - share, 1e-9))
    rows = instances.matrix[chosen]
    # A column of zeros gets no weight, but would cost the solver as much as any.
    used = np.flatnonzero(np.bincount(rows.indices, minlength=instances.matrix.shape[1]))
    rows = rows[:, used]
    scale = np.ones(len(used))
    if instances.prior is None and len(np.unique(owner[answers == 1])) >= CONTRAST_FROM:
        scale += CONTRAST_SHARE * (contrast(rows, answers, weight) - 1.0)
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0, tol=1e-4, max_iter=2000)
    model.fit(rows @ sparse.diags_array(scale), answers, sample_weight=weight)
    weights = np.zeros(instances.matrix.shape[1], dtype=np.float64)
    weights[used] = model.coef_[0] * scale
    return weights, float(model.intercept_[0])


def contrast(rows: sparse.csr_matrix, answers: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(width,) how much more each column stands with one answer than with the other, 1 on average.

    As the scale of a column it lets words that tell yes from no be learnt from fewer rows (Wang & Manning 2012,
    "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification", NBSVM).
    """
    sizes = abs(rows).T
    yes, no = (_SMOOTHING + sizes @ (weight * (answers == answer)) for answer in (1, 0))
    ratio = np.abs(np.log((yes / yes.sum()) / (no / no.sum())))
    mean = float(np.average(ratio, weights=np.bincount(rows.indices, minlength=rows.shape[1])))
    return np.asarray(ratio / (mean or 1.0))
