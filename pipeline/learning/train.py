"""Trains the two passes of one signal from labelled rows, with calibration and threshold out of fold.

A positive conversation does not say which turn carries the signal. As in multiple-instance learning (Andrews,
Tsochantaridis & Hofmann 2002), the turn that the model of the certain rows holds for the best is taken, then the
model is fitted again; every customer turn of a negative conversation is a negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from pipeline.errors import NotEnoughLabels
from pipeline.learning.calibrate import choose_threshold, parse_objective, platt, prevalence_weights
from pipeline.learning.groups import split_groups
from pipeline.learning.labels import Row
from pipeline.learning.metrics import card_metrics
from pipeline.scoring import features
from pipeline.scoring.artifact import Model
from pipeline.scoring.conversation import cues_for, customer_turns, sigmoid
from pipeline.signals.cues import cue_names, cue_pipeline
from pipeline.signals.spec import Cue, Signal

MINIMUM_ROWS = 60
MINIMUM_EACH = 10
FOLDS = 5
SEED = 7
STRENGTHS = (0.3, 1.0, 4.0)
FIRST_STRENGTH = 1.0
# Keeps hashed columns and cues on one footing; chosen with the cue weight on the project's labels.
RARITY = 0.18
# The first pass may cost this share of the true signals at most; measured out of fold and printed in the card.
FIRST_PASS_LOSS = 0.02


@dataclass(frozen=True)
class _Turns:
    """All customer turns: the row each belongs to, and their features by pass, columns already scaled."""

    owner: np.ndarray
    words: sparse.csr_matrix
    exact: sparse.csr_matrix
    words_scale: np.ndarray
    exact_scale: np.ndarray


def train(
    signal: Signal,
    rows: Sequence[Row],
    shared_cues: Sequence[Cue] = (),
    *,
    objective: str = "f1",
    prevalence: float | None = None,
    seed: int = SEED,
) -> Model:
    """A model of `signal`. The same rows and seed give the same bits. Raises NotEnoughLabels, UsageError."""
    parse_objective(objective)
    rows = [row for row in rows if any(said.role == "customer" for said in row.turns)]
    labels = np.array([row.label for row in rows], dtype=np.int64)
    _refuse_few(signal, labels)
    cues = cues_for({signal.name: signal}, shared_cues)
    names = tuple(cue_names(cues))
    with threadpool_limits(limits=1):  # BLAS sums depend on its thread count
        turns = _features(rows, cues, names)
        folds = _folds(rows, labels, seed)
        strength, exact = _best_strength(turns, labels, folds)
        first = _out_of_fold(turns, turns.words, labels, folds, FIRST_STRENGTH)
        share = float(labels.mean()) if prevalence is None else prevalence
        weights = prevalence_weights(labels, share)
        first_slope, first_offset = platt(first, labels, weights)
        cut = float(np.quantile(first[labels == 1], FIRST_PASS_LOSS)) - 1e-9
        looked = first >= cut
        exact_slope, exact_offset = platt(exact, labels, weights)
        probabilities = np.where(
            looked, sigmoid(exact * exact_slope + exact_offset), sigmoid(first * first_slope + first_offset)
        )
        threshold = choose_threshold(probabilities, labels, weights, objective)
        first_weights, first_intercept = _fit(turns, turns.words, labels, np.arange(len(rows)), FIRST_STRENGTH)
        exact_weights, exact_intercept = _fit(turns, turns.exact, labels, np.arange(len(rows)), strength)
        first_weights = _stored(first_weights * turns.words_scale)
        exact_weights = _stored(exact_weights * turns.exact_scale)
    card = {
        "title": signal.title,
        "guideline": signal.guideline,
        "rows": len(rows),
        "positives": int(labels.sum()),
        "prevalence": share,
        "objective": objective,
        "folds": len(folds),
        "seed": seed,
        "strength": strength,
        "first_pass": {
            "lost_share": float(np.mean(~looked[labels == 1])),
            "looked_at_share_of_negatives": float(np.mean(looked[labels == 0])),
        },
        "cross_validation": card_metrics(probabilities, labels, weights, threshold),
        # A signal of --spec is declared nowhere else: without these its cues would be lost at scoring.
        "cues": [asdict(cue) for cue in signal.cues],
    }
    return Model(
        signal=signal.name,
        cue_names=names,
        first_weights=first_weights,
        exact_weights=exact_weights,
        first_intercept=first_intercept,
        exact_intercept=exact_intercept,
        first_slope=first_slope,
        first_offset=first_offset,
        exact_slope=exact_slope,
        exact_offset=exact_offset,
        first_cut=cut,
        threshold=threshold,
        card=card,
    )


def _refuse_few(signal: Signal, labels: np.ndarray) -> None:
    yes, no = int(labels.sum()), int(len(labels) - labels.sum())
    if len(labels) < MINIMUM_ROWS or min(yes, no) < MINIMUM_EACH:
        raise NotEnoughLabels(
            f"{signal.name}: {len(labels)} labelled rows ({yes} yes, {no} no); training needs {MINIMUM_ROWS}, "
            f"with {MINIMUM_EACH} of each."
        )


def _features(rows: Sequence[Row], cues: tuple[Cue, ...], names: Sequence[str]) -> _Turns:
    turns, owners = customer_turns([row.turns for row in rows])
    composed = features.compose(turns)
    docs = list(cue_pipeline(cues).pipe(turn.text for turn in turns))
    words = features.word_features(composed)
    exact = features.exact_features(composed, docs, names)
    words_scale = _rarity(words)
    hashed = words.shape[1] + 2**features.CHAR_BITS
    exact_scale = np.concatenate([_rarity(exact[:, :hashed]), np.ones(exact.shape[1] - hashed)])
    return _Turns(
        owners[:, 0],
        (words @ sparse.diags_array(words_scale)).tocsr(),
        (exact @ sparse.diags_array(exact_scale)).tocsr(),
        words_scale,
        exact_scale,
    )


def _stored(weights: np.ndarray) -> np.ndarray:
    """Weights as a model file keeps them, so that a model predicts the same before and after it was saved."""
    return weights.astype(np.float32).astype(np.float64)


def _rarity(matrix: sparse.csr_matrix) -> np.ndarray:
    """(columns,) scale by which rare words weigh more in the fit than "the" and "had".

    Inverse document frequency (Spärck Jones 1972) to the power of 1.5. It is multiplied into the weights
    afterwards, so that scoring needs no table of its own.
    """
    df = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray((np.log((1 + matrix.shape[0]) / (1 + df)) + 1) ** 1.5 * RARITY)


def _folds(rows: Sequence[Row], labels: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    texts = [" ".join(said.text for said in row.turns if said.role == "customer") for row in rows]
    declared = {row.group for row in rows if row.group is not None}
    groups = split_groups(texts, [row.group if len(declared) >= FOLDS else None for row in rows])
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    folds = list(splitter.split(texts, labels, groups)) if len(np.unique(groups)) >= FOLDS else []
    if not folds or any(len(np.unique(labels[train_rows])) < 2 for train_rows, _ in folds):
        raise NotEnoughLabels(
            f"the {len(rows)} rows are too alike, or too few groups hold both labels, to part them into {FOLDS} for "
            "cross-validation: add rows that differ."
        )
    return folds


def _best_strength(
    turns: _Turns, labels: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, np.ndarray]:
    from sklearn.metrics import average_precision_score

    tried = [(strength, _out_of_fold(turns, turns.exact, labels, folds, strength)) for strength in STRENGTHS]
    return max(tried, key=lambda one: (round(average_precision_score(labels, one[1]), 6), -one[0]))


def _out_of_fold(
    turns: _Turns,
    matrix: sparse.csr_matrix,
    labels: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
    strength: float,
) -> np.ndarray:
    """(rows,) raw score of each conversation by the model that did not see it: its strongest turn."""
    scores = np.full(len(labels), -np.inf)
    for train_rows, test_rows in folds:
        weights, intercept = _fit(turns, matrix, labels, train_rows, strength)
        inside = np.isin(turns.owner, test_rows)
        np.maximum.at(scores, turns.owner[inside], matrix[inside] @ weights + intercept)
    return scores


def _fit(
    turns: _Turns, matrix: sparse.csr_matrix, labels: np.ndarray, rows: np.ndarray, strength: float
) -> tuple[np.ndarray, float]:
    inside = np.flatnonzero(np.isin(turns.owner, rows))
    counts = np.bincount(turns.owner, minlength=len(labels))
    certain = inside[(counts[turns.owner[inside]] == 1) | (labels[turns.owner[inside]] == 0)]
    weights, intercept = _logistic(matrix, certain, labels[turns.owner[certain]], turns, counts, strength)
    uncertain = np.setdiff1d(inside, certain)
    if not len(uncertain):
        return weights, intercept
    scores = matrix[uncertain] @ weights
    best: dict[int, int] = {}
    for i, score in zip(uncertain, scores, strict=True):
        row = int(turns.owner[i])
        if row not in best or score > scores[np.searchsorted(uncertain, best[row])]:
            best[row] = int(i)
    chosen = np.sort(np.concatenate([certain, np.array(sorted(best.values()), dtype=certain.dtype)]))
    return _logistic(matrix, chosen, labels[turns.owner[chosen]], turns, counts, strength)


def _logistic(
    matrix: sparse.csr_matrix,
    chosen: np.ndarray,
    labels: np.ndarray,
    turns: _Turns,
    counts: np.ndarray,
    strength: float,
) -> tuple[np.ndarray, float]:
    """Weights and intercept. The turns of a negative conversation share the weight of one row."""
    weight = np.where(labels == 1, 1.0, 1.0 / counts[turns.owner[chosen]])
    weight = weight * np.where(labels == 1, 0.5 / max(labels.mean(), 1e-9), 0.5 / max(1 - labels.mean(), 1e-9))
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0, tol=1e-5, max_iter=2000)
    rows = matrix[chosen]
    used = np.unique(rows.indices)  # a column of zeros gets no weight, but would cost the solver as much as any
    model.fit(rows[:, used], labels, sample_weight=weight)
    weights = np.zeros(matrix.shape[1], dtype=np.float64)
    weights[used] = model.coef_[0]
    return weights, float(model.intercept_[0])
