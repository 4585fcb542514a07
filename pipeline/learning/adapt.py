"""Teaches a starter the words of one helpdesk: what it knows is one feature, what the labels add stands beside it.

Some of the rows that the starter learnt from are learnt again beside the new ones ("rehearsal", Robins 1995,
"Catastrophic Forgetting, Rehearsal and Pseudorehearsal"): without them 200 labels of one industry cost half of what
the starter knew of all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from pipeline import bundled
from pipeline.learning.labels import Row, read_folder
from pipeline.learning.train import SEED, Known, train
from pipeline.scoring.artifact import Model
from pipeline.signals.spec import Cue, Signal

REHEARSED = 1500


def rehearsal(signal: str, count: int = REHEARSED) -> list[Row]:
    """`count` of the rows that the starter of `signal` learnt from, always the same ones, in the order of their hash;
    none for a signal that ships no labels."""
    if not (bundled.labels() / f"{signal}.jsonl").exists():
        return []
    rows = read_folder(bundled.labels(), signal)
    return sorted(rows, key=lambda row: hashlib.sha256(f"{signal}|{row.id}".encode()).digest())[:count]


@lru_cache(maxsize=8)
def _rehearsed(signal: str) -> tuple[Row, ...]:
    """Read once, since several candidates of a signal rehearse the same rows."""
    return tuple(rehearsal(signal))


def adapt(
    starter: Model,
    signal: Signal,
    rows: Sequence[Row],
    shared_cues: Sequence[Cue] = (),
    *,
    objective: str = "f1",
    prevalence: float | None = None,
    trust: np.ndarray | None = None,
    seed: int = SEED,
) -> Model:
    """The starter, taught by `rows`, each of which counts `trust` (rows,) as much as a full one. Raises as `train`."""
    known = Known(starter, _rehearsed(signal.name))
    return train(
        signal, rows, shared_cues, objective=objective, prevalence=prevalence, seed=seed, known=known, trust=trust
    )
