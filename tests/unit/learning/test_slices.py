"""Figures by slice, and precision at the top."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning.labels import Row
from pipeline.learning.metrics import precision_at_top
from pipeline.learning.slices import LEAST, slice_metrics
from pipeline.scoring.said import Said


def rows(count: int, **fields: str) -> list[Row]:
    return [Row(str(n), (Said("customer", "a b c"),), n % 2, None, (), fields) for n in range(count)]


def test_a_slice_with_too_few_of_a_label_is_left_out() -> None:
    many, few = rows(2 * LEAST, industry="travel"), rows(2 * LEAST - 2, industry="media")
    labels = np.array([row.label for row in many + few])
    found = slice_metrics(many + few, labels, labels * 0.9, 0.5)
    assert set(found["industry"]) == {"travel"}
    assert found["industry"]["travel"]["rows"] == 2 * LEAST
    assert set(found["length"]) == {"up to 12 words"} and set(found["shape"]) == {"message"}
    assert "channel" not in found, "no row says its channel"


def test_a_bad_slice_shows_beside_a_good_one() -> None:
    good, bad = rows(40, channel="chat"), rows(40, channel="call")
    labels = np.array([row.label for row in good + bad])
    scores = np.concatenate([labels[:40] * 0.9, 0.9 - labels[40:] * 0.8])
    by_channel = slice_metrics(good + bad, labels, scores, 0.5)["channel"]
    assert by_channel["chat"]["average_precision"] == pytest.approx(1.0)
    assert by_channel["call"]["precision"] == 0.0


def test_precision_at_top_takes_as_much_weight_as_there_are_signals() -> None:
    labels = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    scores = np.linspace(1, 0, 10)
    assert precision_at_top(0.2, scores, labels, np.ones(10)) == pytest.approx(0.5)
    assert precision_at_top(0.1, scores, labels, np.ones(10)) == pytest.approx(1.0)
