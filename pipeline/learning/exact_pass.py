"""Raw scores of the exact pass by heads that did not see the row, and what share the sentences have in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline.learning.instances import Instances, fit_head, highest

# How much the strongest sentence counts beside the turn as a whole; the best out of fold is taken.
SENTENCE_SHARES = (0.0, 0.5, 1.0)
Folds = Sequence[tuple[np.ndarray, np.ndarray]]
Head = tuple[np.ndarray, float]


@dataclass(frozen=True)
class Material:
    """The rows' customer turns, as each pass reads them. `turn_of` is the turn that a sentence belongs to."""

    first: Instances
    turns: Instances
    sentences: Instances
    turn_of: np.ndarray


@dataclass(frozen=True)
class ExactScores:
    """`rows` (count,) out of fold, the `share` of the sentences, and `of_folds`: what the heads of each fold say of
    every turn (n,), of those that they learnt from too."""

    rows: np.ndarray
    share: float
    of_folds: list[np.ndarray]


def exact_out_of_fold(
    material: Material, labels: np.ndarray, folds: Folds, count: int, strength: float, trust: np.ndarray
) -> ExactScores:
    """Fits the heads of whole turns and of sentences on each fold; `count` rows are tested, the others only learnt."""
    owner = material.turns.owner
    turns, strongest = np.zeros(len(owner)), np.zeros(len(owner))
    said: list[tuple[np.ndarray, np.ndarray]] = []
    for inside, outside in folds:
        turn = fit_head(material.turns, labels, inside, strength, trust)
        sentence = fit_head(material.sentences, labels, inside, strength, trust)
        said.append((raw_scores(material.turns, turn), _strongest(material, sentence)))
        tested = np.isin(owner, outside)
        turns[tested], strongest[tested] = said[-1][0][tested], said[-1][1][tested]
    tried = {share: highest(turns + share * strongest, owner, len(labels))[:count] for share in SENTENCE_SHARES}
    best = max(tried, key=lambda share: (round(average_precision_score(labels[:count], tried[share]), 6), -share))
    return ExactScores(tried[best], best, [turn + best * sentence for turn, sentence in said])


def of_turns(material: Material, turn: Head, sentence: Head, share: float) -> np.ndarray:
    """(n,) raw exact scores of turns by a head of whole turns and one of sentences."""
    return raw_scores(material.turns, turn) + share * _strongest(material, sentence)


def raw_scores(instances: Instances, head: Head) -> np.ndarray:
    """(n,) what a head says of each instance."""
    weights, intercept = head
    return np.asarray(instances.matrix @ weights + intercept)


def _strongest(material: Material, sentence: Head) -> np.ndarray:
    return highest(raw_scores(material.sentences, sentence), material.turn_of, len(material.turns.owner))
