"""Chances of counts and histograms: right where they are known, careful where there is little."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning.unusual import chance_of_so_few, chance_of_so_many, discoveries, shift, spread_of


def test_counts_without_spread_have_the_chances_of_poisson() -> None:
    assert chance_of_so_few(0, 5, 1e-3) == pytest.approx(np.exp(-5), rel=1e-3)
    assert chance_of_so_many(1, 5, 1e-3) == pytest.approx(1 - np.exp(-5), rel=1e-3)
    assert chance_of_so_many(0, 5, 0.3) == 1.0
    assert chance_of_so_few(3, 0, 0.3) == 1.0


@pytest.mark.parametrize(("count", "expected", "spread"), [(3, 7.5, 0.3), (40, 20, 0.5), (1, 0.2, 0.2)])
def test_few_and_many_are_two_sides_of_one_distribution(count: int, expected: float, spread: float) -> None:
    below = chance_of_so_few(count - 1, expected, spread)
    assert below + chance_of_so_many(count, expected, spread) == pytest.approx(1.0)


def test_uneven_days_make_a_low_count_less_surprising() -> None:
    even, uneven = [100, 101, 99, 100] * 5, [100, 160, 60, 110] * 5
    usual = [100.0] * 20
    assert spread_of(even, usual) < spread_of(uneven, usual)
    assert (
        chance_of_so_few(40, 100, spread_of(even, usual)) < 1e-3 < chance_of_so_few(40, 100, spread_of(uneven, usual))
    )


def test_of_many_comparisons_only_what_stands_out_is_believed() -> None:
    assert discoveries([0.001, 0.2, 0.5], 0.01) == [True, False, False]
    assert discoveries([0.005, *[0.5] * 20], 0.01) == [False] * 21
    assert discoveries([0.004, 0.008, 0.9, 0.9], 0.02) == [True, True, False, False]
    assert discoveries([], 0.01) == []


def test_a_histogram_moves_only_beyond_what_nights_differ() -> None:
    dice = np.random.default_rng(1)
    usual = np.array([0.5, 0.3, 0.15, 0.05])
    nights = np.array([dice.multinomial(60, dice.dirichlet(usual * 60)) for _ in range(20)], dtype=float)
    same, other = np.array([29.0, 18, 10, 3]), np.array([5.0, 15, 20, 20])
    quiet, moved = shift(same, nights, is_ordered=True), shift(other, nights, is_ordered=True)
    assert quiet and moved
    assert quiet.chance > 0.05 and quiet.index < 0.1
    assert moved.chance < 1e-3 and moved.index > 0.25
    assert moved.place == 0 and moved.share == pytest.approx(5 / 60)
    few = shift(np.array([1.0, 1, 1, 2]), nights, is_ordered=True)
    assert few is None or few.chance > 1e-3  # five messages prove nothing


def test_a_bin_never_seen_before_counts_too() -> None:
    nights = np.array([[40.0, 20, 0]] * 15)
    moved = shift(np.array([20.0, 10, 30]), nights, is_ordered=False)
    assert moved and moved.chance < 1e-6 and moved.place == 2 and moved.usual < 0.01


def test_too_little_is_not_compared() -> None:
    assert shift(np.array([5.0, 5]), np.array([[5.0, 5]] * 4), is_ordered=True) is None
    assert shift(np.array([0.0, 0]), np.array([[50.0, 5]] * 20), is_ordered=True) is None
