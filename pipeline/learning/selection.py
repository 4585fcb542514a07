"""What a label may be used for: those that people gave to leads come only from what passed the threshold.

An owner's `not_a_signal` is a no, but there is no yes on the other side (`won` proves a sale, not a sentence), and
nobody says anything about what was never listed. Trained on as they are, such labels push the threshold up by their
number alone; counted, they make the model look worse than it is and hide what it misses. So they are left out of
everything that estimates a rate, and in training all of them together weigh at most as much as the yes that readers
found, and at most a quarter of what was read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.learning.examples import READ
from pipeline.learning.labels import Row

UNREAD_PER_YES = 1.0
UNREAD_SHARE = 0.25


def is_read(row: Row) -> bool:
    """Whether somebody read the whole conversation for this label; a row of a file that does not say so was."""
    return row.fields.get("origin", "hand") in READ


def for_rates(rows: Sequence[Row]) -> list[Row]:
    """Rows from which recall, precision, prevalence and calibration may be estimated, each with weight 1 / inclusion:
    drawn at random, and answered by a reader. An owner's word on a question that was drawn but not answered is none."""
    return [row for row in rows if is_read(row) and row.fields.get("is_random") and row.fields.get("inclusion")]


def training_weights(rows: Sequence[Row]) -> np.ndarray:
    """(n,) how much each row counts in training: 1 where it was read; the others share what they may weigh together."""
    read = np.array([is_read(row) for row in rows], dtype=bool)
    if not len(read) or read.all():
        return np.ones(len(read))
    yes = sum(row.label for row, was_read in zip(rows, read, strict=True) if was_read)
    most = min(UNREAD_PER_YES * yes, UNREAD_SHARE * int(read.sum()))
    return np.where(read, 1.0, min(1.0, most / int((~read).sum())))
