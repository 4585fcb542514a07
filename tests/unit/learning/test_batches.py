"""A batch of labels that contradicts everything before is named; honest ones, strange as they may be, are not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pipeline.learning.batches import Batch, check_batches
from pipeline.learning.labels import Row
from pipeline.learning.lineage import label_counts, labels_hash
from tests.local_words import flipped, local_labels

LATER = date(2026, 11, 1)


def champion(rows: Sequence[Row], truth: Sequence[Row] | None = None, *, right: float = 0.85) -> np.ndarray:
    """The yes and no of a model that is right so often."""
    chance = random.Random(2)
    return np.array([bool(row.label) == (chance.random() < right) for row in truth or rows])


def batch(count: int = 200, *, seed: int = 9, name: str = "b", day: date = LATER, **fields: object) -> list[Row]:
    rows = local_labels(count, seed=seed, days=1, first_day=day, name=name)
    return [replace(row, fields={**row.fields, **fields}) for row in rows]


def suspicious(batches: Sequence[Batch]) -> list[str]:
    return [one.name for one in batches if one.is_suspicious]


@pytest.mark.parametrize("seed", range(6))
def test_honest_batches_pass(seed: int) -> None:
    rows = local_labels(300, seed=seed)
    checked = check_batches(rows, champion(rows))
    assert suspicious(checked) == []
    assert sorted(row.id for one in checked for row in one.rows) == [row.id for row in rows]


@pytest.mark.parametrize("right", [0.95, 0.7])
def test_a_flipped_batch_is_named_with_its_figures(right: float) -> None:
    honest, truth = local_labels(200), batch()
    rows = [*honest, *flipped(truth)]
    checked = check_batches(rows, champion(rows, [*honest, *truth], right=right))
    assert suspicious(checked) == [f"{LATER}/labeller/review/chosen", f"{LATER}/labeller/review/random"]
    assert "of 100 labels contradict the model in use and all earlier labels, at most " in checked[-1].sentence


def test_flipped_labels_that_come_first_are_named_where_the_champion_knows_better() -> None:
    truth = batch()
    assert len(suspicious(check_batches(flipped(truth), champion(truth, right=0.85)))) == 2


def test_flipped_labels_that_drip_in_are_put_together() -> None:
    honest = local_labels(200)
    truth = [row for week in range(10) for row in batch(6, seed=week, name=f"w{week}-", day=date(2026, 11, 1 + week))]
    rows = [*honest, *flipped(truth)]
    found = suspicious(check_batches(rows, champion(rows, [*honest, *truth])))
    assert len(found) >= 2


def test_words_that_only_the_champion_does_not_know_are_no_reason() -> None:
    """The champion calls every local yes a no; earlier labels know the words."""
    rows = local_labels(400, days=8)
    assert suspicious(check_batches(rows, np.zeros(len(rows), dtype=bool))) == []


def test_feedback_contradicts_the_champion_by_its_nature() -> None:
    honest = local_labels(200)
    clicked = [replace(row, label=0) for row in batch(60, origin="feedback", decided_by="owner", is_random=False)]
    rows = [*honest, *clicked]
    says = champion(rows)
    says[200:] = True
    assert suspicious(check_batches(rows, says)) == []


def test_a_verdict_stays_when_later_batches_come() -> None:
    honest, truth = local_labels(200), batch()
    later = batch(100, seed=11, name="l", day=date(2026, 11, 15))
    rows = [*honest, *flipped(truth), *later]
    says = champion(rows, [*honest, *truth, *later])
    before, after = check_batches(rows[:400], says[:400]), check_batches(rows, says)
    assert after[: len(before)] == before
    assert suspicious(after) == suspicious(before) != []


@pytest.mark.parametrize("trusted", [f"{LATER}/labeller/review/random", f"{LATER}/labeller", str(LATER)])
def test_a_trusted_batch_is_accepted(trusted: str) -> None:
    honest, truth = local_labels(200), batch()
    rows = [*honest, *flipped(truth)]
    left = suspicious(check_batches(rows, champion(rows, [*honest, *truth]), [trusted]))
    assert f"{LATER}/labeller/review/random" not in left
    assert suspicious(check_batches(rows, champion(rows, [*honest, *truth]), [str(LATER)[:-1]])) != []


def test_the_hash_of_labels_changes_with_a_decision_and_not_with_the_order() -> None:
    rows = local_labels(20)
    assert labels_hash(rows) == labels_hash(rows[::-1])
    assert labels_hash(rows) != labels_hash(flipped(rows[:1]) + rows[1:])
    counts = label_counts(rows)
    assert counts["labels"] == 20 and counts["by_origin"] == {"review": 20}
