"""How probable a yes is for each labelled row, by models that have not seen it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.errors import NotEnoughLabels
from pipeline.learning.calibrate import platt
from pipeline.learning.exact_pass import exact_out_of_fold
from pipeline.learning.labels import Row
from pipeline.learning.train import (
    MINIMUM_EACH,
    MINIMUM_ROWS,
    SEED,
    STRENGTH,
    fold_rows,
    prepare,
)
from pipeline.scoring.conversation import cues_for
from pipeline.scoring.heads import sigmoid
from pipeline.signals.cues import cue_names
from pipeline.signals.spec import Cue, Signal


def out_of_fold_probabilities(signal: Signal, rows: Sequence[Row], shared_cues: Sequence[Cue]) -> np.ndarray:
    """(n,) probabilities at the rows' own share of yes, as `train` measures its models.

    Every row needs a customer turn. Raises NotEnoughLabels where `train` would.
    """
    labels = np.array([row.label for row in rows], dtype=np.int64)
    yes = int(labels.sum())
    if len(rows) < MINIMUM_ROWS or min(yes, len(rows) - yes) < MINIMUM_EACH:
        raise NotEnoughLabels(
            f"{signal.name}: {len(rows)} labels ({yes} yes); to judge them by each other takes {MINIMUM_ROWS}, with "
            f"{MINIMUM_EACH} of each."
        )
    cues = cues_for({signal.name: signal}, shared_cues)
    with threadpool_limits(limits=1):  # BLAS sums depend on its thread count
        material = prepare(rows, cues, tuple(cue_names(cues)))
        folds = fold_rows(rows, labels, SEED)
        scores = exact_out_of_fold(material, labels, folds, len(rows), STRENGTH, np.ones(len(rows))).rows
        slope, offset = platt(scores, labels, np.ones(len(rows)))
    return np.asarray(sigmoid(scores * slope + offset))
