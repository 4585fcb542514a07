"""Champion against challenger on the same rows: differences with paired bootstrap intervals.

Accounts are drawn, not rows, since one customer's conversations are alike (cluster bootstrap: Field and Welsh 2007,
"Bootstrapping clustered data"); both models are measured on the same draw (paired: Efron and Tibshirani 1993).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.learning.labels import Row
from pipeline.scoring.conversation import Score, Scorer

RESAMPLES = 1000
SEED = 7
AVERAGE_PRECISION, PRECISION, F1 = "average_precision", "precision", "f1"


@dataclass(frozen=True)
class Answers:
    """What one model says of n rows: (n,) probabilities, and whether they reach its threshold."""

    probabilities: np.ndarray
    said: np.ndarray

    def of(self, inside: np.ndarray) -> Answers:
        """Of the rows where `inside` is true."""
        return Answers(self.probabilities[inside], self.said[inside])


@dataclass(frozen=True)
class Judged:
    """n rows with both models' answers. `accounts` (n,) numbers from 0, `weights` (n,)."""

    labels: np.ndarray
    accounts: np.ndarray
    weights: np.ndarray
    champion: Answers
    challenger: Answers

    def of(self, inside: np.ndarray) -> Judged:
        """The rows where `inside` is true."""
        _, accounts = np.unique(self.accounts[inside], return_inverse=True)
        champion, challenger = self.champion.of(inside), self.challenger.of(inside)
        return Judged(self.labels[inside], accounts, self.weights[inside], champion, challenger)


@dataclass(frozen=True)
class Difference:
    """A figure of both models; `low` and `high` are the 95 % interval of challenger minus champion."""

    champion: float
    challenger: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Challenger minus champion."""
        return self.challenger - self.champion


@dataclass(frozen=True)
class Compared:
    """Both models on one set of rows; figure -> difference. `over_chance` sets the champion's average precision against
    that of guessing, which is the share of positives."""

    rows: int
    positives: int
    accounts: int
    figures: Mapping[str, Difference]
    over_chance: Difference

    def as_json(self) -> dict[str, Any]:
        """Plain values, for cards and records."""
        return asdict(self)


def judge(
    scorer: Scorer, rows: Sequence[Row], *, champion: str | None, challenger: str, weights: np.ndarray | None = None
) -> Judged:
    """Asks both models of `scorer`, by the names they have in it; without a champion, nothing is ever said yes to."""
    scores = scorer.score([row.turns for row in rows], with_evidence=False)
    _, accounts = np.unique([row.group or row.id for row in rows], return_inverse=True)
    nobody = Answers(np.zeros(len(rows)), np.zeros(len(rows), dtype=bool))
    return Judged(
        np.array([row.label for row in rows], dtype=np.int64),
        accounts,
        np.ones(len(rows)) if weights is None else weights,
        nobody if champion is None else _answers([score[champion] for score in scores]),
        _answers([score[challenger] for score in scores]),
    )


def _answers(scores: Sequence[Score]) -> Answers:
    probabilities = np.array([score.probability for score in scores], dtype=np.float64)
    return Answers(probabilities, np.array([score.is_signal for score in scores], dtype=bool))


def compare(judged: Judged, *, resamples: int = RESAMPLES, seed: int = SEED) -> Compared:
    """Average precision, and precision and F1 at each model's own threshold. Needs both labels in `judged`."""
    count = int(judged.accounts.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    weights = np.vstack([np.ones(count, dtype=np.int64), drawn])[:, judged.accounts] * judged.weights
    champion, challenger = (_figures(one, judged.labels, weights) for one in (judged.champion, judged.challenger))
    guessing = (weights @ judged.labels) / weights.sum(axis=1)
    return Compared(
        len(judged.labels),
        int(judged.labels.sum()),
        count,
        {name: _difference(champion[name], challenger[name]) for name in champion},
        _difference(guessing, champion[AVERAGE_PRECISION]),
    )


def _difference(of_champion: np.ndarray, of_challenger: np.ndarray) -> Difference:
    """Of figures on all rows (first) and on each draw."""
    low, high = np.nanquantile(of_challenger[1:] - of_champion[1:], [0.025, 0.975])
    return Difference(float(of_champion[0]), float(of_challenger[0]), float(low), float(high))


def _figures(answers: Answers, labels: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Figure -> (draws,), of rows weighted by `weights` (draws, n); NaN where a draw has no positive."""
    positives = weights @ labels
    true, said = weights @ (answers.said * labels), weights @ answers.said
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            AVERAGE_PRECISION: average_precisions(answers.probabilities, labels, weights),
            PRECISION: np.where(said > 0, true / said, 0.0),
            F1: np.where(positives > 0, 2 * true / (said + positives), np.nan),
        }


def average_precisions(probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,) average precision, as scikit-learn defines it, for each row of `weights` (draws, n)."""
    order = np.argsort(-probabilities, kind="stable")
    ends = np.append(np.diff(probabilities[order]) != 0, True)  # equal probabilities are one step
    drawn = weights[:, order]
    true = np.cumsum(drawn * labels[order], axis=1)[:, ends]
    said = np.cumsum(drawn, axis=1)[:, ends]
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(said > 0, true / said, 0.0)
        return np.asarray((np.diff(true, axis=1, prepend=0) * precision).sum(axis=1) / true[:, -1])
