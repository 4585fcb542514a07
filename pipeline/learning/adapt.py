"""Teaches a starter a company's own words: what it knows stays, what local labels show is added.

The starter's score is an offset, and what is fitted beside it is held near zero: in other words, a logistic fit whose
prior is centred on the starter's weights (Chelba and Acero 2006, "Adaptation of Maximum Entropy Capitalizer").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from pipeline.errors import NotEnoughLabels
from pipeline.learning.calibrate import choose_threshold, parse_objective, platt, prevalence_weights
from pipeline.learning.instances import Instances, highest
from pipeline.learning.labels import Row
from pipeline.learning.metrics import card_metrics
from pipeline.learning.slices import slice_metrics
from pipeline.learning.train import FIRST_PASS_LOSS, MINIMUM_EACH, SEED, fold_rows, prepare
from pipeline.scoring.artifact import Model
from pipeline.scoring.conversation import cues_for
from pipeline.scoring.heads import sigmoid
from pipeline.signals.spec import Cue, Signal

# How hard the fit is held to the starter: the higher, the more labels it takes to change a word's weight.
HOLD = 1.0


def adapt(
    starter: Model,
    signal: Signal,
    rows: Sequence[Row],
    shared_cues: Sequence[Cue] = (),
    *,
    objective: str = "f1",
    prevalence: float | None = None,
    weights: np.ndarray | None = None,
    seed: int = SEED,
) -> Model:
    """`starter` with what `rows` teach; `weights` (n,) says how much each row counts. Raises NotEnoughLabels."""
    parse_objective(objective)
    labels = np.array([row.label for row in rows], dtype=np.int64)
    if min(int(labels.sum()), len(labels) - int(labels.sum())) < MINIMUM_EACH:
        raise NotEnoughLabels(
            f"{signal.name}: {int(labels.sum())} yes and {len(labels) - int(labels.sum())} no to learn from; "
            f"{MINIMUM_EACH} of each are needed."
        )
    counts = np.ones(len(rows)) if weights is None else weights
    with threadpool_limits(limits=1):  # BLAS sums depend on its thread count
        material = prepare(rows, cues_for({signal.name: signal}, shared_cues), starter.cue_names)
        sentences = material.sentences.matrix @ _scaled(starter.sentence_weights, material.sentences.scale)
        strongest = highest(sentences, material.turn_of, material.turns.matrix.shape[0])
        known_first = material.first.matrix @ _scaled(starter.first_weights, material.first.scale)
        known_exact = material.turns.matrix @ _scaled(starter.turn_weights, material.turns.scale) + strongest
        known_first, known_exact = known_first + starter.first_intercept, known_exact + starter.exact_intercept
        folds = fold_rows(rows, labels, seed)
        first, exact = np.empty(len(rows)), np.empty(len(rows))
        for train_rows, test_rows in folds:
            for known, instances, found in ((known_first, material.first, first), (known_exact, material.turns, exact)):
                learnt, intercept = _fit(instances, known, labels, counts, train_rows)
                raw = known + instances.matrix @ learnt + intercept
                found[test_rows] = highest(raw, instances.owner, len(rows))[test_rows]
        every = np.arange(len(rows))
        first_learnt, first_intercept = _fit(material.first, known_first, labels, counts, every)
        turn_learnt, turn_intercept = _fit(material.turns, known_exact, labels, counts, every)
    share = float(np.average(labels, weights=counts)) if prevalence is None else prevalence
    believed = prevalence_weights(labels, share)
    first_slope, first_offset = platt(first, labels, believed)
    exact_slope, exact_offset = platt(exact, labels, believed)
    cut = float(np.quantile(first[labels == 1], FIRST_PASS_LOSS)) - 1e-9
    probabilities = np.where(
        first >= cut, sigmoid(exact * exact_slope + exact_offset), sigmoid(first * first_slope + first_offset)
    )
    threshold = choose_threshold(probabilities, labels, believed, objective)
    return replace(
        starter,
        first_weights=starter.first_weights + material.first.weights(first_learnt),
        turn_weights=starter.turn_weights + material.turns.weights(turn_learnt),
        first_intercept=starter.first_intercept + first_intercept,
        exact_intercept=starter.exact_intercept + turn_intercept,
        first_slope=first_slope,
        first_offset=first_offset,
        exact_slope=exact_slope,
        exact_offset=exact_offset,
        first_cut=cut,
        threshold=threshold,
        card=starter.card
        | {
            "adapted_from": starter.model_id,
            "rows": len(rows),
            "positives": int(labels.sum()),
            "prevalence": share,
            "objective": objective,
            "cross_validation": card_metrics(probabilities, labels, believed, threshold),
            "slices": slice_metrics(rows, labels, probabilities, threshold),
        },
    )


def _scaled(weights: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """A model's weights for columns that are scaled."""
    return np.asarray(weights / scale)


def _fit(
    instances: Instances, known: np.ndarray, labels: np.ndarray, counts: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, float]:
    """What to add to the weights (width,) for scaled columns, and to the intercept, by the instances of `rows`.

    A yes means the turn that may prove it and that the starter scores highest; a no means every turn.
    """
    inside = np.isin(instances.owner, rows)
    positive = labels[instances.owner] == 1
    possible = np.flatnonzero(inside & positive & instances.may_prove)
    best = highest(known[possible], instances.owner[possible], len(labels))
    proving = possible[known[possible] == best[instances.owner[possible]]]
    chosen = np.sort(np.concatenate([np.flatnonzero(inside & ~positive), proving]))
    owner = instances.owner[chosen]
    answers = np.where(labels[owner] == 1, 1.0, -1.0)
    weight = counts[owner] / np.bincount(owner, minlength=len(labels))[owner]
    share = float(weight[answers > 0].sum() / weight.sum())
    weight = weight * np.where(answers > 0, 0.5 / share, 0.5 / (1 - share))
    matrix = instances.matrix[chosen]
    used = np.unique(matrix.indices)
    matrix, offset = matrix[:, used], known[chosen]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        added, intercept = parameters[:-1], parameters[-1]
        margin = answers * (offset + matrix @ added + intercept)
        slope = -weight * answers * sigmoid(-margin)
        value = float(weight @ np.logaddexp(0, -margin)) + HOLD * float(added @ added) / 2
        return value, np.append(matrix.T @ slope + HOLD * added, slope.sum())

    found = minimize(loss, np.zeros(len(used) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    learnt = np.zeros(instances.matrix.shape[1])
    learnt[used] = found.x[:-1]
    return learnt, float(found.x[-1])
