"""What a comparison is made on: held-out labels, their parts and slices, and rows that the starter learnt from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline import bundled
from pipeline.learning.adapt import rehearsal
from pipeline.learning.splits import split
from pipeline.learning.verdict import decide
from pipeline.scoring.artifact import Model, load_model
from pipeline.scoring.models import all_signals
from pipeline.steps.retraining.challenge import ANCHOR_NO, ANCHOR_YES, anchor_rows, compare_models, says_yes
from tests.local_words import flipped, local_labels

SIGNAL = all_signals()["churn_risk"]


@pytest.fixture(scope="module")
def starter() -> Model:
    return load_model(bundled.starter_models() / SIGNAL.name)


def forgetful(model: Model) -> Model:
    """Knows nothing any more."""
    names = ("turn_weights", "sentence_weights", "first_weights")
    return replace(model, **{name: np.zeros_like(getattr(model, name)) for name in names})  # type: ignore[arg-type]


def test_the_anchor_is_the_same_every_time_and_none_of_it_is_rehearsed() -> None:
    rows = anchor_rows(SIGNAL.name)
    assert sum(row.label for row in rows) == ANCHOR_YES and len(rows) == ANCHOR_YES + ANCHOR_NO
    assert not {row.id for row in rows} & {row.id for row in rehearsal(SIGNAL.name)}
    assert anchor_rows("lantern") == ()


def test_what_is_forgotten_is_seen_on_the_starters_own_labels(starter: Model) -> None:
    comparison = compare_models(starter, forgetful(starter), SIGNAL, split(local_labels(240)), has_starter=True)
    assert comparison.anchor is not None
    assert comparison.anchor.figures["average_precision"].high < -0.1
    assert not decide(comparison).is_better


def test_parts_and_slices_that_hold_enough_are_compared(starter: Model) -> None:
    parts = split(local_labels(240))
    comparison = compare_models(starter, starter, SIGNAL, parts, has_starter=False)
    assert set(comparison.parts) == {"the frozen fifth of customers", "the newest random questions"}
    assert {"shape message", "sub-type cancel"} <= set(comparison.slices)
    assert comparison.local.rows == len(parts.held_out) and comparison.anchor is None
    for compared in (*comparison.parts.values(), *comparison.slices.values()):
        assert min(compared.positives, compared.rows - compared.positives, compared.accounts) >= 10


def test_two_hundred_flipped_labels_that_nothing_came_before_let_no_model_in(starter: Model) -> None:
    """They confirm whatever is learnt from them: only what the model in use says of them shows it."""
    parts = split(flipped(local_labels(200, seed=9, days=1)))
    comparison = compare_models(starter, starter, SIGNAL, parts, has_starter=False)
    verdict = decide(comparison)
    assert not verdict.is_better and "look at the labels" in verdict.reason


def test_the_model_in_use_is_asked_for_its_yes(starter: Model) -> None:
    rows = local_labels(60)
    said = says_yes(starter, SIGNAL, rows)
    assert said.shape == (60,) and 0 < said.sum() < 60
