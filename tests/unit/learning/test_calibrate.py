"""Thresholds and figures: against counting by hand, and what must hold for any scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.learning.calibrate import AS_GOOD, choose_threshold, platt, prevalence_weights
from pipeline.learning.metrics import calibration_error, interval, precision_at, precision_recall

PROBABILITIES = np.array([0.9, 0.8, 0.7, 0.6, 0.4, 0.2])
LABELS = np.array([1, 1, 0, 1, 0, 0])
ONES = np.ones(6)


@pytest.mark.parametrize(
    ("objective", "threshold"),
    [("f1", 0.5), ("precision=1.0", 0.75), ("precision=0.75", 0.5), ("precision=0.6", 0.3), ("precision=0.5", 0.1)],
)
def test_threshold_by_hand(objective: str, threshold: float) -> None:
    assert choose_threshold(PROBABILITIES, LABELS, ONES, objective) == pytest.approx(threshold)


def test_a_precision_out_of_reach_gives_the_best_there_is() -> None:
    labels = np.array([0, 1, 1, 0, 0, 0])
    assert choose_threshold(PROBABILITIES, labels, ONES, "precision=0.9") == pytest.approx(0.65)  # 2 of 3


SCORED = st.lists(st.tuples(st.integers(1, 99).map(lambda n: n / 100), st.integers(0, 1)), min_size=2, max_size=40)


@given(SCORED, st.sampled_from([0.02, 0.2, 0.5]))
def test_a_higher_precision_never_lowers_the_threshold(rows: list[tuple[float, int]], prevalence: float) -> None:
    probabilities, labels = np.array([p for p, _ in rows]), np.array([y for _, y in rows])
    assume(0 < labels.sum() < len(labels))
    weights = prevalence_weights(labels, prevalence)
    wanted = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0]
    thresholds = [choose_threshold(probabilities, labels, weights, f"precision={p}") for p in wanted]
    assert thresholds == sorted(thresholds)
    best = max(precision_recall(probabilities >= p, labels, weights)[0] for p in probabilities)
    for precision, threshold in zip(wanted, thresholds, strict=True):
        reached = precision_recall(probabilities >= threshold, labels, weights)[0]
        assert reached >= min(precision, best) - 1e-9


@given(SCORED)
def test_f1_takes_the_most_precise_threshold_of_those_as_good_as_the_best(rows: list[tuple[float, int]]) -> None:
    probabilities, labels = np.array([p for p, _ in rows]), np.array([y for _, y in rows])
    assume(labels.any())
    weights = np.ones(len(rows))
    chosen = choose_threshold(probabilities, labels, weights, "f1")
    reached = [precision_recall(probabilities >= p, labels, weights) for p in probabilities]
    enough = (1 - AS_GOOD) * max(f1 for _, _, f1 in reached)
    assert precision_recall(probabilities >= chosen, labels, weights)[2] >= enough - 1e-9
    precision = precision_recall(probabilities >= chosen, labels, weights)[0]
    assert precision >= max((p for p, _, f1 in reached if f1 >= enough + 1e-9), default=0) - 1e-9


def test_of_thresholds_that_f1_cannot_tell_apart_the_most_precise_is_taken() -> None:
    probabilities = np.linspace(0.999, 0.001, 999)
    labels = np.r_[np.ones(300), np.tile([1, 0], 50), np.zeros(599)].astype(int)  # half of the 100 in doubt are yes
    chosen = choose_threshold(probabilities, labels, np.ones(999), "f1")
    assert float(labels[probabilities >= chosen].mean()) > 0.98  # 0.88 where all of them are taken for the best F1


@settings(max_examples=40)
@given(SCORED)
def test_calibration_keeps_the_order(rows: list[tuple[float, int]]) -> None:
    scores, labels = np.array([p for p, _ in rows]), np.array([y for _, y in rows])
    assume(0 < labels.sum() < len(labels))
    slope, offset = platt(scores, labels, np.ones(len(rows)))
    assert slope > 0 and np.isfinite(offset)


def test_weights_make_the_declared_share() -> None:
    weights = prevalence_weights(LABELS, 0.02)
    assert float(weights[LABELS == 1].sum() / weights.sum()) == pytest.approx(0.02)
    assert float(weights.mean()) == pytest.approx(1)


def test_precision_and_recall_by_hand() -> None:
    said = np.array([True, True, True, False, False, False])
    assert precision_recall(said, LABELS, ONES)[:2] == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    weights = np.where(LABELS == 1, 1.0, 10.0)
    assert precision_recall(said, LABELS, weights)[:2] == (pytest.approx(2 / 12), pytest.approx(2 / 3))
    assert precision_recall(np.zeros(6, bool), LABELS, ONES) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("k", "share"), [(1, 1.0), (2, 1.0), (3, 2 / 3), (6, 0.5), (0, 0.0)])
def test_precision_at_k(k: int, share: float) -> None:
    assert precision_at(k, PROBABILITIES, LABELS) == pytest.approx(share)


def test_calibration_error_by_hand() -> None:
    labels = np.array([0, 1] * 50)
    assert calibration_error(np.full(100, 0.5), labels, np.ones(100)) == pytest.approx(0)
    assert calibration_error(np.full(100, 0.9), labels, np.ones(100)) == pytest.approx(0.4)


def test_an_interval_narrows_with_rows_and_holds_the_mean() -> None:
    values = np.array([0.0, 1.0] * 500)
    few = interval(lambda i: float(values[:40][i].mean()), 40, resamples=300)
    many = interval(lambda i: float(values[i].mean()), 1000, resamples=300)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
