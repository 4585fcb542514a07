"""Training on small sets of real labels: floors, same bits again, honest folds, calibration, objectives."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from pipeline import bundled
from pipeline.errors import NotEnoughLabels, UsageError
from pipeline.learning.calibrate import prevalence_weights
from pipeline.learning.labels import Row, read_rows
from pipeline.learning.metrics import calibration_error
from pipeline.learning.train import train
from pipeline.scoring.artifact import MODEL_FILE, Model
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import load_cues, load_signals

LABELS = Path(__file__).resolve().parents[3] / "data" / "labels"
SIGNALS = load_signals(bundled.signal_specs())
SIGNAL = SIGNALS["praise"]
CUES = load_cues(bundled.shared_cues())


@lru_cache(maxsize=1)
def labelled() -> tuple[Row, ...]:
    """The rows written for praise itself: both labels, texts and turns, no order to lean on."""
    rows = read_rows(LABELS / "praise.jsonl", "praise")
    random.Random(3).shuffle(rows)
    return tuple(rows)


def few(count: int = 120) -> list[Row]:
    return list(labelled()[:count])


def fit(rows: Sequence[Row], objective: str = "f1", prevalence: float | None = None) -> Model:
    return train(SIGNAL, rows, CUES, objective=objective, prevalence=prevalence)


def text_row(number: int, text: str, label: int, group: str | None = None) -> Row:
    return Row(str(number), (Said("customer", text),), label, group, (), {})


def of_each(yes: int, no: int) -> list[Row]:
    positives = [row for row in labelled() if row.label][:yes]
    return positives + [row for row in labelled() if not row.label][:no]


@pytest.mark.parametrize(("yes", "no"), [(30, 29), (9, 60), (60, 9), (0, 80), (0, 0)])
def test_under_the_floors_nothing_is_trained(yes: int, no: int) -> None:
    with pytest.raises(NotEnoughLabels, match=rf"praise: {yes + no} labelled rows \({yes} yes, {no} no\)"):
        fit(of_each(yes, no))


@pytest.mark.parametrize(("yes", "no"), [(10, 50), (50, 10)])
def test_at_the_floors_it_is(yes: int, no: int) -> None:
    card = fit(of_each(yes, no)).card
    assert (card["rows"], card["positives"], card["prevalence"]) == (yes + no, yes, yes / (yes + no))


def test_rows_without_a_customer_turn_do_not_count() -> None:
    silent = [replace(row, turns=(Said("agent", "hello"),)) for row in of_each(30, 30)]
    with pytest.raises(NotEnoughLabels, match="59 labelled rows"):
        fit([*of_each(30, 29), *silent])


def test_same_rows_same_bits(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fit(few(), prevalence=0.05).save(tmp_path / name)
    for file in (CARD_FILE, MODEL_FILE):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_other_rows_another_model() -> None:
    assert fit(few(100)).model_id != fit(few(101)).model_id


def by_group(groups: int, each: int, declared: bool) -> list[Row]:
    """Words tell the group and nothing else; every group has one label: only who saw the group knows it."""
    chance = random.Random(1)
    rows = []
    for group in range(groups):
        words = ["".join(chance.choices("abcdefghijklmnoprstu", k=7)) for _ in range(40)]
        for n in range(each):
            text = " ".join(chance.sample(words, 8))
            rows.append(text_row(group * each + n, text, group % 2, f"g{group}" if declared else None))
    return rows


def average_precision(rows: Sequence[Row]) -> float:
    value: float = fit(rows).card["cross_validation"]["average_precision"]
    return value


def test_a_group_is_never_on_both_sides_of_a_split() -> None:
    assert average_precision(by_group(14, 8, declared=False)) > 0.95
    assert average_precision(by_group(14, 8, declared=True)) < 0.7


def test_under_five_groups_they_are_not_heeded() -> None:
    assert average_precision(by_group(4, 25, declared=True)) > 0.95


def test_near_duplicates_are_never_on_both_sides_of_a_split() -> None:
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghijklmnoprstu", k=7)) for _ in range(300)]
    rows = []
    for n in range(120):  # so many that labels without a reason are guessed at little better than a half
        text = " ".join(chance.sample(vocabulary, 25))
        rows += [text_row(len(rows), text + ending, n % 2) for ending in ("", "!", " pls", " ")]
    assert average_precision(rows) < 0.65


@pytest.mark.parametrize("case", ["all the same", "a label in one group only"])
def test_rows_that_cannot_be_parted_are_refused_in_a_sentence(case: str) -> None:
    if case == "all the same":
        rows = [text_row(n, "We love what you did for us last week in Leeds", n % 2) for n in range(80)]
    else:
        rows = [text_row(n, row.turns[0].text, int(n < 20), f"g{n // 20}") for n, row in enumerate(few())]
    with pytest.raises(NotEnoughLabels, match="too alike"):
        fit(rows)


@pytest.mark.parametrize("objective", ["recall=0.5", "precision", "precision=0", "precision=1.5", "precision=x", ""])
def test_an_unknown_objective_is_refused(objective: str) -> None:
    with pytest.raises(UsageError, match=r"precision=0\.8"):
        fit(few(), objective)


def test_objective_moves_the_threshold_and_nothing_else() -> None:
    plain, sure = fit(few()), fit(few(), "precision=0.95")
    assert sure.threshold > plain.threshold
    assert sure.card["cross_validation"]["precision"] >= 0.95
    assert np.array_equal(sure.turn_weights, plain.turn_weights)
    assert np.array_equal(sure.sentence_weights, plain.sentence_weights)
    assert (sure.exact_slope, sure.exact_offset) == (plain.exact_slope, plain.exact_offset)


def test_probabilities_are_calibrated_to_the_declared_prevalence() -> None:
    """On rows that the model has not seen, weighted so that positives make up that share."""
    seen, unseen = labelled()[::2], labelled()[1::2]
    labels = np.array([row.label for row in unseen])
    rare, as_found = fit(seen, prevalence=0.05), fit(seen)
    shares = {}
    for model, prevalence in ((rare, 0.05), (as_found, as_found.card["prevalence"])):
        scores = scorer_of({"praise": model}, SIGNALS).score([row.turns for row in unseen], with_evidence=False)
        probabilities = np.array([row["praise"].probability for row in scores])
        weights = prevalence_weights(labels, prevalence)
        shares[prevalence] = float((weights * probabilities).sum() / weights.sum())
        assert calibration_error(probabilities, labels, weights) < (0.03 if prevalence == 0.05 else 0.12)
        assert probabilities[labels == 1].mean() > 1.4 * probabilities[labels == 0].mean()
    assert shares[0.05] == pytest.approx(0.05, abs=0.025)
    assert shares[as_found.card["prevalence"]] == pytest.approx(as_found.card["prevalence"], abs=0.12)


def test_first_pass_loss_is_measured_and_small() -> None:
    first = fit(few()).card["first_pass"]
    assert 0 <= first["lost_share"] <= 0.04
    assert 0 < first["looked_at_share_of_negatives"] <= 1


def test_ordinary_turns_of_a_positive_conversation_are_not_held_for_the_signal() -> None:
    """Parcels are named in conversations with praise alone, but never in the turn that praises."""
    ordinary = [row.turns[0].text for row in labelled() if not row.label and len(row.turns) == 1]
    praise = [row.turns[0].text + " You were brilliant." for row in labelled() if row.label and len(row.turns) == 1]
    parcel = ["Where is my parcel?", "The parcel 4711 is late again.", "My parcel was left in the rain."]
    rows = [text_row(n, text, 0) for n, text in enumerate(ordinary[:80])]
    rows += [text_row(100 + n, text, 1) for n, text in enumerate(praise[:60])]
    for n in range(40):
        turns = [Said("customer", parcel[n % 3]), Said("agent", "I see."), Said("customer", praise[60 + n])]
        rows.append(Row(f"c{n}", tuple(turns if n % 2 else turns[::-1]), 1, None, (), {}))
    scorer = scorer_of({"praise": fit(rows)}, SIGNALS)
    found = [score["praise"] for score in scorer.score([row.turns for row in rows[-40:]], with_evidence=False)]
    assert [score.turn for score in found] == [2 if n % 2 else 0 for n in range(40)]
    alone = [score["praise"] for score in scorer.score([[Said("customer", text)] for text in parcel])]
    assert max(score.probability for score in alone) < min(score.probability for score in found)
    assert not any(score.is_signal for score in alone)
