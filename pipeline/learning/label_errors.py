"""Labels that are probably wrong, by confident learning.

Northcutt, Jiang & Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of Artificial
Intelligence Research 70, 1373-1411: a row counts as another class than its label where the probability of that class
reaches the mean that the rows labelled so have of it. So does a row of which the other class is held for more probable:
where a model is sure of nearly everything, the means are too near to 1 to be reached. Probabilities must come from a
model that did not see the row.
"""

from __future__ import annotations

import numpy as np


def likely_errors(probabilities: np.ndarray, labels: np.ndarray) -> list[int]:
    """Places of rows whose label is probably wrong, the least self-confident first; ties in input order.

    `probabilities` (n,) of a yes, out of fold; `labels` (n,) 0 or 1. Nothing where a label is missing altogether.
    """
    yes = labels == 1
    if not yes.any() or yes.all():
        return []
    typical_yes = float(probabilities[yes].mean())
    typical_no = float((1 - probabilities[~yes]).mean())
    like_yes = probabilities >= min(typical_yes, 0.5)
    like_no = (1 - probabilities) >= min(typical_no, 0.5)
    # A row that is like both classes is what its label says.
    wrong = np.flatnonzero(np.where(yes, like_no & ~like_yes, like_yes & ~like_no))
    confidence = np.where(yes, probabilities, 1 - probabilities)
    return [int(place) for place in wrong[np.argsort(confidence[wrong], kind="stable")]]
