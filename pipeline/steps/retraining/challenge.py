"""Trains a challenger from local labels and sets it against the model in use: what retraining decides by."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from pipeline import bundled
from pipeline.learning.adapt import REHEARSED, adapt, rehearsal
from pipeline.learning.compare import Judged, compare, judge
from pipeline.learning.labels import Row
from pipeline.learning.ordinary import ordinary_messages
from pipeline.learning.selection import training_weights
from pipeline.learning.slices import local_slices
from pipeline.learning.splits import Split
from pipeline.learning.train import train
from pipeline.learning.verdict import LEAST_ACCOUNTS, LEAST_EACH, Comparison
from pipeline.scoring.artifact import Model
from pipeline.scoring.conversation import Scorer
from pipeline.scoring.models import scorer_of
from pipeline.signals.spec import Signal, load_cues

ANCHOR_YES, ANCHOR_NO = 150, 450
_CHAMPION, _CHALLENGER = "champion", "challenger"


def says_yes(model: Model, signal: Signal, rows: Sequence[Row]) -> np.ndarray:
    """(n,) whether `model` says yes to each row."""
    scored = scorer_of({signal.name: model}, {signal.name: signal}).score([r.turns for r in rows], with_evidence=False)
    return np.array([scores[signal.name].is_signal for scores in scored], dtype=bool)


def train_challenger(starter: Model | None, signal: Signal, rows: Sequence[Row]) -> Model:
    """The starter with what `rows` teach, or, for a signal without one, what `rows` alone teach.

    What nobody read counts less, see `learning/selection.py`. Raises NotEnoughLabels.
    """
    cues = load_cues(bundled.shared_cues())
    trust = training_weights(rows)
    if starter is None:
        objective = f"precision={min(signal.minimum_precision, 0.95):.2f}"
        ordinary = ordinary_messages(signal)
        return train(
            signal, rows, cues, objective=objective, prevalence=signal.prevalence, trust=trust, ordinary=ordinary
        )
    objective = str(starter.card["objective"])
    return adapt(starter, signal, rows, cues, objective=objective, prevalence=signal.prevalence, trust=trust)


def compare_models(
    champion: Model | None, challenger: Model, signal: Signal, parts: Split, *, has_starter: bool
) -> Comparison:
    """Both models on all that is held out, on its parts and slices, and on the starter's own labels."""
    models = {_CHALLENGER: challenger} | ({_CHAMPION: champion} if champion else {})
    scorer = scorer_of(models, {signal.name: signal})
    local = _judged(scorer, champion, parts.held_out)
    is_recent = np.arange(len(parts.held_out)) >= len(parts.frozen)
    recent = local.of(is_recent)
    drawn = _draw_weights(parts.recent)
    halves = {
        "the frozen fifth of customers": local.of(~is_recent),
        "the newest random questions": Judged(
            recent.labels, recent.accounts, drawn, recent.champion, recent.challenger
        ),
    }
    slices = {name: local.of(inside) for name, inside in local_slices(parts.held_out, signal).items()}
    anchor = anchor_rows(signal.name) if has_starter else ()
    return Comparison(
        compare(local),
        {name: compare(one) for name, one in halves.items() if _can_tell(one)},
        {name: compare(one) for name, one in slices.items() if _can_tell(one)},
        compare(_judged(scorer, champion, anchor)) if anchor else None,
    )


@lru_cache(maxsize=8)
def anchor_rows(signal: str) -> tuple[Row, ...]:
    """A fixed sample of the labels that the starter learnt from, none of them rehearsed by `adapt`; empty where they
    are not at hand."""
    rows = rehearsal(signal, sys.maxsize)[REHEARSED:]
    return (*[row for row in rows if row.label][:ANCHOR_YES], *[row for row in rows if not row.label][:ANCHOR_NO])


def _judged(scorer: Scorer, champion: Model | None, rows: Sequence[Row]) -> Judged:
    return judge(scorer, rows, champion=_CHAMPION if champion else None, challenger=_CHALLENGER)


def _draw_weights(rows: Sequence[Row]) -> np.ndarray:
    """(n,) how many conversations a random question stands for, with mean 1 (Horvitz and Thompson 1952)."""
    weights = np.array([1 / (row.fields["inclusion"] or 1.0) for row in rows])
    return weights / weights.mean() if len(weights) else weights


def _can_tell(one: Judged) -> bool:
    yes = int(one.labels.sum())
    return min(yes, len(one.labels) - yes) >= LEAST_EACH and len(np.unique(one.accounts)) >= LEAST_ACCOUNTS
