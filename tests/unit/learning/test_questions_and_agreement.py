"""What to ask, how far readers agree, which labels are probably wrong, what answers say, what may be trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning.agreement import agreement, kappa
from pipeline.learning.estimate import estimates
from pipeline.learning.label_errors import likely_errors
from pipeline.learning.labels import Row
from pipeline.learning.queue import least_random, parts, telling, to_draw
from pipeline.learning.selection import for_rates, training_weights
from pipeline.scoring.said import Said


@given(count=st.integers(1, 500), share=st.floats(1e-9, 1))
def test_some_questions_are_always_random(count: int, share: float) -> None:
    at_random, uncertain, diverse = parts(count, share)
    assert at_random + uncertain + diverse == count and min(uncertain, diverse) >= 0
    assert at_random >= max(1, least_random(count), int(share * count))


@pytest.mark.parametrize(
    ("wanted", "population", "asked", "drawn"),
    [
        (10, 100, 0, 10),
        (10, 100, 50, 20),  # half of what it meets is known
        (10, 8, 0, 8),
        (10, 100, 99, 100),
        (10, 100, 100, 0),  # nothing is left to ask
        (10, 0, 0, 0),
    ],
)
def test_how_many_are_drawn(wanted: int, population: int, asked: int, drawn: int) -> None:
    assert to_draw(wanted, population, asked) == drawn


def test_diverse_questions_stand_for_many_and_not_for_what_is_asked_already() -> None:
    texts = ["where is my parcel today", "where is my parcel now", "the invoice is wrong again", "the invoice is wrong"]
    texts += ["xq zv"]
    assert {place // 2 for place in telling(texts, [], 2)} == {0, 1}
    assert telling(texts, ["where is my parcel"], 1)[0] in (2, 3)
    assert sorted(telling(texts, [], 9)) == [0, 1, 2, 3, 4]
    assert telling([], ["a"], 3) == [] and telling(texts, [], 0) == []


def test_kappa_is_as_cohen_has_it() -> None:
    """Of 50, both yes 20, both no 15, ten and five apart: agreed 0.7, by chance 0.5."""
    one = np.array([1] * 20 + [1] * 5 + [0] * 10 + [0] * 15, dtype=bool)
    other = np.array([1] * 20 + [0] * 5 + [1] * 10 + [0] * 15, dtype=bool)
    assert kappa(one, other) == pytest.approx(0.4)
    found = agreement(one.tolist(), other.tolist())
    assert (found.same, found.among) == (35, 50)
    assert found.low is not None and found.high is not None and found.low < 0.4 < found.high


@pytest.mark.parametrize("among", [0, 1, 19])
def test_of_few_no_agreement_is_said(among: int) -> None:
    found = agreement([True] * among, [False] * among)
    assert not found.is_enough and found.kappa is None


def test_one_answer_throughout_has_no_kappa() -> None:
    found = agreement([False] * 30, [False] * 30)
    assert (found.same, found.kappa, found.is_enough) == (30, None, True)


def test_labels_that_a_model_takes_for_the_other_are_listed_worst_first() -> None:
    labels = np.array([1] * 10 + [0] * 10)
    probabilities = np.array([0.9] * 8 + [0.05, 0.6] + [0.1] * 8 + [0.99, 0.4])
    # 0.6 and 0.4 are unsure, yet not as likely of the other class as its own members are.
    assert likely_errors(probabilities, labels) == [18, 8]
    assert likely_errors(probabilities[:10], labels[:10]) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_a_likely_error_is_never_the_more_confident_class(rows: list[tuple[float, bool]]) -> None:
    probabilities = np.array([p for p, _ in rows])
    labels = np.array([int(y) for _, y in rows])
    found = likely_errors(probabilities, labels)
    assert len(set(found)) == len(found)
    confidence = np.where(labels == 1, probabilities, 1 - probabilities)
    assert list(confidence[found]) == sorted(confidence[found])


def test_estimates_weigh_each_answer_by_how_rarely_it_was_drawn() -> None:
    """Half of the answers were drawn with a tenth of the chance of the others: they stand for ten times as many."""
    labels = np.array([1] * 40 + [0] * 40)
    inclusion = np.array([0.5] * 40 + [0.05] * 40)
    said = np.array([True] * 30 + [False] * 10 + [True] * 4 + [False] * 36)
    found = estimates(said, labels, inclusion)
    assert found["prevalence"].value == pytest.approx(80 / 880)
    assert found["recall"].value == pytest.approx(0.75) and found["recall"].among == 40
    assert found["precision"].value == pytest.approx(60 / 140)
    for one in found.values():
        assert one.low is not None and one.value is not None and one.high is not None
        assert one.low <= one.value <= one.high


def test_estimates_find_the_truth_of_a_population_and_say_when_they_cannot() -> None:
    rng = np.random.default_rng(3)
    truth = (rng.random(20_000) < 0.1).astype(int)
    said = np.where(truth == 1, rng.random(20_000) < 0.7, rng.random(20_000) < 0.02)
    drawn = rng.permutation(20_000)[:1500]
    found = estimates(said[drawn], truth[drawn], np.full(1500, 1500 / 20_000))
    for name, true in (("prevalence", 0.1), ("recall", 0.7)):
        low, high = found[name].low, found[name].high
        assert low is not None and high is not None and low < true < high
    few = estimates(np.zeros(30, bool), np.zeros(30, int), np.ones(30))
    assert few["prevalence"].value == 0 and few["recall"].value is None and few["precision"].value is None


def row(label: int, origin: str | None = None, **fields: Any) -> Row:
    given = fields | ({} if origin is None else {"origin": origin})
    return Row("x", (Said("customer", "a"),), label, None, (), given)


def test_what_owners_say_estimates_nothing() -> None:
    """Not even where the question was drawn at random and only the owner answered."""
    drawn = {"is_random": True, "inclusion": 0.1}
    rows = [
        row(1, "review", **drawn),
        row(0, "feedback", **drawn),
        row(0, "review", is_random=False, inclusion=None),
        row(0, "hand"),
    ]
    assert for_rates(rows) == rows[:1]


@given(yes=st.integers(0, 40), no=st.integers(0, 40), owners=st.integers(0, 2000))
def test_what_owners_say_never_dominates_training(yes: int, no: int, owners: int) -> None:
    rows = [row(1, "review")] * yes + [row(0, "hand")] * (no // 2) + [row(0)] * (no - no // 2)
    weights = training_weights(rows + [row(0, "feedback")] * owners)
    assert (weights[: yes + no] == 1).all() and len(weights) == yes + no + owners
    said = weights[yes + no :]
    assert (said <= 1).all() and said.sum() <= min(yes, (yes + no) / 4) + 1e-9
    if 0 < owners <= min(yes, (yes + no) / 4):
        assert (said == 1).all()
