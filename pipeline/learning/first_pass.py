"""The first pass imitates the second: a linear head on a glance's columns that foretells the exact score of a turn.

Model compression (Buciluă, Caruana & Niculescu-Mizil 2006): taught by scores instead of labels, a simple model comes
closer to a good one than it would by itself. What it cannot tell apart is left to the exact pass, and it need not see
what that will not say yes to.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge

from pipeline.learning.exact_pass import Folds, Head, raw_scores
from pipeline.learning.instances import Instances, highest

PENALTY = 3.0
# At night a turn is looked at where the glance gives it the signal's prevalence or more: where it is likelier than a
# turn of which nobody knows anything …
WORTH_A_LOOK = 1.0
# … and always so that of the true signals that a full reading finds no more than this share is lost, out of fold and
# printed in the card (DESIGN.md allows 3 %).
MOST_LOST = 0.01
_SURE = 1e-9  # no probability is nearer to 0 or 1


def imitate(first: Instances, exact: np.ndarray, rows: np.ndarray) -> Head:
    """Weights for scaled columns and intercept, from the turns of `rows` and the exact scores (n,) of all turns."""
    inside = np.flatnonzero(np.isin(first.owner, rows))
    matrix = first.matrix[inside]
    # A column of zeros gets no weight, but would cost the solver as much as any.
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    model = Ridge(alpha=PENALTY, solver="sparse_cg", tol=1e-3).fit(matrix[:, used], exact[inside])
    weights = np.zeros(first.matrix.shape[1])
    weights[used] = model.coef_
    return weights, float(model.intercept_)


def first_out_of_fold(first: Instances, of_folds: list[np.ndarray], folds: Folds, count: int) -> np.ndarray:
    """(count,) raw first-pass scores of rows by heads that neither saw them nor were taught by heads that did."""
    scores = np.zeros(len(first.owner))
    for exact, (inside, outside) in zip(of_folds, folds, strict=True):
        tested = np.isin(first.owner, outside)
        scores[tested] = raw_scores(first, imitate(first, exact, inside))[tested]
    return highest(scores, first.owner, int(first.owner.max()) + 1)[:count]


def cut_of(
    scores: np.ndarray, found: np.ndarray, slope: float, offset: float, *, prevalence: float, threshold: float
) -> float:
    """The raw first-pass score from which a turn is read closely at night.

    `scores` (n,) are those of rows, `found` (n,) says which are true signals that the exact pass says yes to, `slope`
    and `offset` calibrate the scores. What the first pass alone would say yes to is looked at in any case.
    """
    least = min(max(min(WORTH_A_LOOK * prevalence, threshold), _SURE), 1 - _SURE)
    worth = float((np.log(least / (1 - least)) - offset) / slope)
    return min(worth, float(np.quantile(scores[found], MOST_LOST)) - 1e-9) if found.any() else worth
