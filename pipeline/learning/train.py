"""Trains the two passes of one signal from labelled rows, with calibration and threshold out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import sparse
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from pipeline.errors import NotEnoughLabels
from pipeline.learning.calibrate import choose_threshold, parse_objective, platt, prevalence_weights
from pipeline.learning.exact_pass import Material, exact_out_of_fold, of_turns
from pipeline.learning.first_pass import cut_of, first_out_of_fold, imitate
from pipeline.learning.groups import split_groups
from pipeline.learning.instances import Instances, fit_head
from pipeline.learning.labels import Row
from pipeline.learning.metrics import card_metrics
from pipeline.learning.slices import slice_metrics
from pipeline.scoring import features, hashing
from pipeline.scoring.artifact import Model
from pipeline.scoring.conversation import cues_for, customer_turns
from pipeline.scoring.cue_columns import SHAPES
from pipeline.scoring.features import Blocks
from pipeline.scoring.heads import Heads, sigmoid
from pipeline.signals.cues import cue_names
from pipeline.signals.spec import Cue, Signal

MINIMUM_ROWS = 60
MINIMUM_EACH = 10
FOLDS = 5
SEED = 7
STRENGTH = 1.0
# What nobody labelled counts a tenth of a label: a few of them do carry the signal.
ORDINARY_TRUST = 0.1
# Beside a model that is known already, what the rows add may be learnt faster: it is one column that holds the rest.
ADDED_STRENGTH = 3.0
# How much a cue counts beside the unit-length n-grams. High on purpose: the words of made-up labels are not those of
# tomorrow's customers, cues are what both have in common.
CUE_WEIGHT = 1.5
# What the agent answers counts half of what the customer says: judged is the customer.
ANSWER_SHARE = 0.5
# Brings hashed columns on the same footing.
RARITY = 0.18
RARITY_POWER = 1.5


@dataclass(frozen=True)
class Known:
    """What was known before: a model, and some of the rows that it learnt from, so that nothing is forgotten."""

    model: Model
    rows: Sequence[Row] = ()


def train(
    signal: Signal,
    rows: Sequence[Row],
    shared_cues: Sequence[Cue] = (),
    *,
    objective: str = "f1",
    prevalence: float | None = None,
    seed: int = SEED,
    known: Known | None = None,
    trust: np.ndarray | None = None,
    ordinary: Sequence[Row] = (),
) -> Model:
    """A model of `signal`. The same rows and seed give the same bits. Raises NotEnoughLabels, UsageError.

    With `known` the rows add to it; without, they are all there is. Calibration, threshold and figures stand on `rows`
    alone, always out of fold. `trust` (rows,) is how much each counts in the fit, 1 where it is not given. `ordinary`
    are messages that nobody labelled for a rare signal: each is learnt as a weak no, calibration stands on them too,
    and the threshold must hold both among `rows` and among all; figures still stand on `rows` alone.
    """
    parse_objective(objective)
    heard = [any(said.role == "customer" for said in row.turns) for row in rows]
    trust = (np.ones(len(rows)) if trust is None else trust)[heard]
    rows = [row for row, is_heard in zip(rows, heard, strict=True) if is_heard]
    labels = np.array([row.label for row in rows], dtype=np.int64)
    _refuse_few(signal, labels)
    own = slice(len(rows))
    prevalence = float(labels.mean()) if prevalence is None else prevalence
    rows = [*rows, *ordinary]
    labels = np.append(labels, np.zeros(len(ordinary), dtype=np.int64))
    trust = np.append(trust, np.full(len(ordinary), ORDINARY_TRUST))
    cues = cues_for({signal.name: signal}, shared_cues)
    names = tuple(cue_names(cues))
    with threadpool_limits(limits=1):  # BLAS sums depend on its thread count
        kept = list(known.rows) if known else []
        strength = ADDED_STRENGTH if known else STRENGTH
        material = prepare([*rows, *kept], cues, names, known.model if known else None)
        taught = np.append(labels, [row.label for row in kept]).astype(np.int64)
        trust = np.append(trust, np.ones(len(kept)))
        always = np.arange(len(rows), len(taught))
        folds = [(np.append(inside, always), outside) for inside, outside in fold_rows(rows, labels, seed)]
        weights, own_weights = prevalence_weights(labels, prevalence), prevalence_weights(labels[own], prevalence)
        exact = exact_out_of_fold(material, taught, folds, len(rows), strength, trust)
        first = first_out_of_fold(material.first, exact.of_folds, folds, len(rows))
        first_slope, first_offset = platt(first, labels, weights)
        exact_slope, exact_offset = platt(exact.rows, labels, weights)
        probabilities = sigmoid(exact.rows * exact_slope + exact_offset)
        threshold = choose_threshold(probabilities[own], labels[own], own_weights, objective)
        if ordinary:  # what is wanted must hold among look-alikes, and among ordinary messages too
            threshold = max(threshold, choose_threshold(probabilities, labels, weights, objective))
        found = (labels == 1) & (probabilities >= threshold)
        cut = cut_of(first, found, first_slope, first_offset, prevalence=prevalence, threshold=threshold)
        looked = first >= cut
        every = np.arange(len(taught))
        turn = fit_head(material.turns, taught, every, strength, trust)
        sentence = fit_head(material.sentences, taught, every, strength, trust)
        first_head, first_intercept = imitate(material.first, of_turns(material, turn, sentence, exact.share), every)
    card = {
        "title": signal.title,
        "guideline": signal.guideline,
        "rows": len(rows) - len(ordinary),
        "ordinary": len(ordinary),
        "positives": int(labels.sum()),
        "prevalence": prevalence,
        "objective": objective,
        "folds": len(folds),
        "seed": seed,
        "strength": strength,
        "known": {"model_id": known.model.model_id, "rows": len(kept)} if known else None,
        "sentence_share": exact.share,
        "first_pass": {
            "lost_share": float(np.mean(~looked[found])) if found.any() else 0.0,
            "looked_at_share_of_positives": float(np.mean(looked[labels == 1])),
            "looked_at_share_of_negatives": float(np.mean(looked[labels == 0])),
        },
        "cross_validation": card_metrics(probabilities[own], labels[own], own_weights, threshold),
        "slices": slice_metrics(rows[own], labels[own], probabilities[own], threshold),
        # A signal of --spec is declared nowhere else: without these its cues would be lost at scoring.
        "cues": [asdict(cue) for cue in signal.cues],
    }
    return Model(
        signal=signal.name,
        cue_names=names,
        first_weights=material.first.weights(first_head),
        turn_weights=material.turns.weights(turn[0]),
        sentence_weights=material.sentences.weights(sentence[0] * exact.share),
        first_intercept=first_intercept,
        exact_intercept=turn[1] + exact.share * sentence[1],
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


def prepare(rows: Sequence[Row], cues: tuple[Cue, ...], names: Sequence[str], starter: Model | None = None) -> Material:
    """Features of all customer turns and their sentences, columns scaled for the fit."""
    turns, owners = customer_turns([row.turns for row in rows])
    seen = features.glance(turns)
    reading = features.read(turns, seen, cues, names)
    row_of = owners[:, 0]
    may_prove = np.array([not rows[r].evidence or t in rows[r].evidence for r, t in owners.tolist()], dtype=bool)
    lost = ~np.isin(row_of, row_of[may_prove])  # marked on a turn that is no customer's: any may prove it
    may_prove |= lost
    _, characters_end, answer_end, frames_end, _ = Blocks(len(names)).bounds
    of_agents = {cue.name for cue in cues if cue.reads == "agent"}
    cue_scale = [CUE_WEIGHT * (ANSWER_SHARE if name.partition("~")[0] in of_agents else 1) for name in names]

    def instances(matrix: sparse.csr_matrix, owner: np.ndarray, proving: np.ndarray, is_close: bool) -> Instances:
        scale = _rarity(matrix)
        if is_close:
            scale[characters_end:answer_end] *= ANSWER_SHARE
            scale[frames_end:] = [*cue_scale, *[CUE_WEIGHT] * len(SHAPES)]
        else:
            scale[2**hashing.WORD_BITS :] *= ANSWER_SHARE
        return Instances((matrix @ sparse.diags_array(scale)).tocsr(), scale, owner, proving)

    first = instances(seen.matrix, row_of, may_prove, False)
    whole = instances(reading.turns, row_of, may_prove, True)
    sentences = instances(reading.sentences, row_of[reading.owner], may_prove[reading.owner], True)
    if starter:
        known = Heads.of([starter], tuple(names))
        first = first.with_prior(known.first_weights[:, 0])
        whole = whole.with_prior(known.turn_weights[:, 0])
        sentences = sentences.with_prior(known.sentence_weights[:, 0])
    return Material(first, whole, sentences, reading.owner)


def _rarity(matrix: sparse.csr_matrix) -> np.ndarray:
    """(columns,) scale by which rare words weigh more in the fit than "the" and "had".

    Inverse document frequency (Spärck Jones 1972) to a power. It is multiplied into the weights afterwards, so that
    scoring needs no table of its own.
    """
    df = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray((np.log((1 + matrix.shape[0]) / (1 + df)) + 1) ** RARITY_POWER * RARITY)


def fold_rows(rows: Sequence[Row], labels: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Row numbers to train on and to test on, groups and near-duplicates kept together. Raises NotEnoughLabels."""
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
