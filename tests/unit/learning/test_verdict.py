"""Promoted is what is better beyond noise and worse nowhere; else the reason is one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.learning.compare import Compared, Difference
from pipeline.learning.verdict import Comparison, decide, too_few


def _compared(gain: float = 0.1, *, noise: float = 0.05, f1: float = 0.1, over_chance: float = 0.3) -> Compared:
    def difference(value: float) -> Difference:
        return Difference(0.6, 0.6 + value, value - noise, value + noise)

    figures = {"average_precision": difference(gain), "precision": difference(0.0), "f1": difference(f1)}
    return Compared(100, 40, 30, figures, difference(over_chance))


BETTER = Comparison(_compared(), {"recent": _compared(0.0)}, {"length over 30 words": _compared(-0.04)}, _compared(0.0))


def test_better_and_worse_nowhere_is_promoted_with_its_figures() -> None:
    verdict = decide(BETTER)
    assert verdict.is_better
    assert (
        verdict.reason == "better: average precision 0.70 against 0.60, +0.10 (+0.05 to +0.15) on 100 labels held out"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"local": _compared(0.04)}, "no better beyond noise: average precision 0.64 against 0.60"),
        ({"local": _compared(0.05)}, "no better beyond noise"),  # the limit itself is noise
        ({"local": _compared(-0.2)}, "no better beyond noise"),
        ({"local": _compared(f1=-0.06)}, "worse at its threshold: F1 0.54 against 0.60"),
        ({"local": _compared(over_chance=-0.2)}, "look at the labels"),
        ({"parts": {"recent": _compared(-0.1)}}, "worse on recent: average precision"),
        ({"slices": {"source zendesk": _compared(-0.06)}}, "worse on source zendesk: average precision"),
        ({"anchor": _compared(-0.01)}, "it forgets what the starter knew"),
    ],
)
def test_each_objection(change: dict[str, Any], says: str) -> None:
    verdict = decide(replace(BETTER, **change))
    assert not verdict.is_better
    assert says in verdict.reason and "\n" not in verdict.reason


def test_a_starters_labels_that_are_not_at_hand_are_said() -> None:
    verdict = decide(replace(BETTER, anchor=None))
    assert verdict.is_better and "not at hand" in verdict.reason


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((10, 10, 10), None),
        ((9, 50, 30), "9 yes and 50 no are held out"),
        ((50, 9, 30), "50 yes and 9 no"),
        ((50, 50, 9), "come from 9 customers"),
    ],
)
def test_of_too_few_nothing_is_told(counts: tuple[int, int, int], says: str | None) -> None:
    found = too_few(*counts)
    assert found is None if says is None else says in str(found)
