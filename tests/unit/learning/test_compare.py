"""Paired differences: the figures are scikit-learn's, the intervals are of accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, precision_score

from pipeline.learning.compare import Answers, Judged, average_precisions, compare


def judged(count: int = 200, *, champion: float = 1.0, challenger: float = 1.0, accounts: int = 50) -> Judged:
    """A yes is scored higher than a no by as many standard deviations as a model is given."""
    rng = np.random.default_rng(3)
    labels = (rng.random(count) < 0.4).astype(np.int64)

    def answers(strength: float) -> Answers:
        score = rng.normal(size=count) + strength * labels
        return Answers(1 / (1 + np.exp(-score)), score > strength / 2)

    return Judged(labels, np.arange(count) % accounts, np.ones(count), answers(champion), answers(challenger))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=40).filter(
        lambda rows: any(label and weight for _, label, weight in rows)
    )
)
def test_average_precision_is_scikit_learns_with_ties_and_weights(rows: list[tuple[int, bool, int]]) -> None:
    scores, labels, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    ours = average_precisions(scores / 5, labels.astype(int), weights[None, :])[0]
    theirs = average_precision_score(labels, scores, sample_weight=weights)
    assert ours == pytest.approx(theirs)


def test_figures_are_scikit_learns() -> None:
    one = judged()
    figures = compare(one).figures
    assert figures["precision"].champion == pytest.approx(precision_score(one.labels, one.champion.said))
    assert figures["f1"].challenger == pytest.approx(f1_score(one.labels, one.challenger.said))


def test_a_better_model_is_better_beyond_noise_and_the_same_is_not() -> None:
    better = compare(judged(champion=0.5, challenger=2.5)).figures["average_precision"]
    assert 0 < better.low < better.value < better.high
    one = judged()
    same = compare(replace(one, challenger=one.champion)).figures["average_precision"]
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Two models of one strength: of 60 draws, the interval leaves nothing out in about 57."""
    covered = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        labels = (rng.random(120) < 0.4).astype(np.int64)
        both = [Answers(rng.normal(size=120) + labels, np.ones(120, dtype=bool)) for _ in range(2)]
        one = compare(Judged(labels, np.arange(120), np.ones(120), *both), resamples=300)
        figure = one.figures["average_precision"]
        covered += figure.low <= 0 <= figure.high
    assert 51 <= covered <= 60


def test_rows_of_one_account_are_not_as_many_witnesses() -> None:
    one = judged(champion=0.5, challenger=1.5, accounts=40)
    by_row = compare(replace(one, accounts=np.arange(200))).figures["average_precision"]
    # The same forty conversations five times over: nothing more is known.
    first = np.arange(200) < 40
    forty = compare(one.of(first)).figures["average_precision"]
    again = compare(
        Judged(
            *(np.tile(column[first], 5) for column in (one.labels, one.accounts, one.weights)),
            *(
                Answers(np.tile(a.probabilities[first], 5), np.tile(a.said[first], 5))
                for a in (one.champion, one.challenger)
            ),
        )
    ).figures["average_precision"]
    assert again.high - again.low == pytest.approx(forty.high - forty.low)
    assert by_row.high - by_row.low < forty.high - forty.low


def test_weights_count_as_so_many_rows() -> None:
    one = judged(60)
    weights = np.where(np.arange(60) < 10, 3.0, 1.0)
    times = weights.astype(int)
    repeated = Judged(
        *(np.repeat(column, times) for column in (one.labels, one.accounts, one.weights)),
        *(Answers(np.repeat(a.probabilities, times), np.repeat(a.said, times)) for a in (one.champion, one.challenger)),
    )
    left, right = compare(replace(one, weights=weights)), compare(repeated)
    assert left.figures["f1"].value == pytest.approx(right.figures["f1"].value)
    assert left.figures["average_precision"].value == pytest.approx(right.figures["average_precision"].value)


def test_over_chance_shows_a_champion_that_is_turned_round() -> None:
    one = judged(champion=2.0)
    assert compare(one).over_chance.low > 0
    assert compare(replace(one, labels=1 - one.labels)).over_chance.high < 0
