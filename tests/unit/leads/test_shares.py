"""Intervals as published and as scipy has them; what is possible is never left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.leads.shares import FEWEST, Difference, Share

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_wilson_as_newcombe_prints_it() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3)."""
    assert Share(81, 263).interval() == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "among", "other_hits", "other_among", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),  # (a)
        (9, 10, 3, 10, 0.1705, 0.8090),  # (b)
        (5, 56, 0, 29, -0.0381, 0.1926),  # (d): one share is 0
        (10, 10, 0, 10, 0.6075, 1.0),  # (h): all and none
    ],
)
def test_difference_as_newcombe_prints_it(
    hits: int, among: int, other_hits: int, other_among: int, low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10."""
    found = Difference(Share(hits, among), Share(other_hits, other_among)).interval()
    assert found == pytest.approx((low, high), abs=5e-5)


@given(COUNTS)
def test_wilson_as_scipy_has_it(counts: tuple[int, int]) -> None:
    hits, among = counts
    theirs = binomtest(hits, among).proportion_ci(method="wilson")
    assert Share(hits, among).interval() == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(COUNTS, COUNTS)
def test_difference_holds_its_value_and_stays_possible(one: tuple[int, int], other: tuple[int, int]) -> None:
    difference = Difference(Share(*one), Share(*other))
    low, high = difference.interval()
    assert -1 - 1e-9 <= low <= difference.value + 1e-9 and difference.value - 1e-9 <= high <= 1 + 1e-9
    swapped = Difference(Share(*other), Share(*one)).interval()
    assert (low, high) == pytest.approx((-swapped[1], -swapped[0]))


def test_a_few_are_too_few() -> None:
    assert not Share(0, 0).is_enough and Share(0, 0).interval() == (0.0, 1.0)
    assert not Share(FEWEST - 1, FEWEST - 1).is_enough and Share(0, FEWEST).is_enough
    assert not Difference(Share(1, FEWEST), Share(1, FEWEST - 1)).is_enough
