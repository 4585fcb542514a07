"""Local words are learnt beside what the starter knows, and cost little of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy import sparse

from pipeline import bundled
from pipeline.learning.adapt import adapt, rehearsal
from pipeline.learning.instances import Instances
from pipeline.learning.labels import Row
from pipeline.scoring.artifact import Model, load_model
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import load_cues, load_signals

SIGNALS = load_signals(bundled.signal_specs())
CUES = load_cues(bundled.shared_cues())
# A helpdesk where to leave is to "hand the berth back", and "moor" and "berth" alone mean nothing.
WHO = ("we", "our crew", "the two of us", "my brother and I", "the club")
WHEN = ("by Friday", "after the regatta", "before winter", "this month", "at low tide", "when the lease is up")
LEAVING = ("{who} hand the berth back {when}", "the berth goes back to you {when}, {who} are done")
STAYING = (
    "{who} need the gate code for the berth {when}",
    "can {who} moor at another berth {when}",
    "{who} saw the light at the berth go out {when}",
)


def local_rows() -> list[Row]:
    said = [
        (form.format(who=who, when=when), label)
        for forms, label in ((LEAVING, 1), (STAYING, 0))
        for form in forms
        for who in WHO
        for when in WHEN
    ]
    return [Row(str(n), (Said("customer", text),), label, None, (), {}) for n, (text, label) in enumerate(said)]


@lru_cache(maxsize=1)
def starter() -> Model:
    return load_model(bundled.starter_models() / "churn_risk")


@lru_cache(maxsize=1)
def adapted() -> Model:
    return adapt(starter(), SIGNALS["churn_risk"], local_rows(), CUES)


def probabilities(model: Model, texts: list[str]) -> list[float]:
    scored = scorer_of({"churn_risk": model}, SIGNALS).score([[Said("customer", text)] for text in texts])
    return [row["churn_risk"].probability for row in scored]


def test_local_words_are_learnt() -> None:
    texts = ["my sister and I want to hand the berth back in May", "my sister and I need the code for the berth in May"]
    before = probabilities(starter(), texts)
    after = probabilities(adapted(), texts)
    assert before[0] < starter().threshold
    assert after[0] >= adapted().threshold > after[1]


def test_what_the_starter_knew_is_known_still() -> None:
    leaving = ["We want to cancel our subscription and move to another provider.", "Never again. We are leaving you."]
    staying = ["How do I change the colour of the report?", "The export has been stuck since Monday."]
    said = probabilities(adapted(), [*leaving, *staying])
    assert min(said[:2]) > max(said[2:])
    assert min(said[:2]) > 0.5


def test_the_card_says_what_it_was_added_to() -> None:
    card = adapted().card
    assert card["known"] == {"model_id": starter().model_id, "rows": len(rehearsal("churn_risk"))}
    assert (card["rows"], card["positives"]) == (150, 60)  # its figures stand on the local rows alone


def test_rehearsed_are_the_same_rows_every_time_and_of_both_labels() -> None:
    rows = rehearsal("praise", 300)
    assert [row.id for row in rows] == [row.id for row in rehearsal("praise", 300)]
    assert {row.label for row in rows} == {0, 1}
    assert rehearsal("no_such_signal") == []


def test_rows_that_nobody_trusts_teach_nothing() -> None:
    """A batch of wrong labels at no trust: the same weights as without it, whatever they say."""
    rows = local_rows()[:120]
    wrong = [Row(f"w{n}", row.turns, 1 - row.label, None, (), {}) for n, row in enumerate(rows[:40])]
    trust = np.array([1.0] * len(rows) + [1e-9] * len(wrong))
    with_wrong = adapt(starter(), SIGNALS["churn_risk"], rows + wrong, CUES, prevalence=0.05, trust=trust)
    texts = ["the berth goes back to you in spring, my aunt and I are done", "can my aunt and I moor at another berth"]
    leaving, staying = (with_wrong.turn_weights @ _words(with_wrong, text) for text in texts)
    assert leaving > staying


def _words(model: Model, text: str) -> np.ndarray:
    from pipeline.scoring import features
    from pipeline.scoring.conversation import cues_for

    turns = [features.Turn(text)]
    cues = cues_for({"churn_risk": SIGNALS["churn_risk"]}, CUES)
    reading = features.read(turns, features.glance(turns), cues, model.cue_names)
    return np.asarray(reading.turns.todense()).ravel()


@pytest.mark.parametrize("seed", range(3))
def test_a_head_added_to_another_is_one_linear_head(seed: int) -> None:
    """What is fitted on columns and the starter's score equals the weights that are written."""
    rng = np.random.default_rng(seed)
    plain = sparse.csr_matrix(rng.random((6, 4)))
    scale = rng.random(4) + 0.1
    prior = rng.normal(size=4)
    instances = Instances((plain @ sparse.diags_array(scale)).tocsr(), scale, np.arange(6), np.ones(6, dtype=bool))
    joined = instances.with_prior(prior)
    fitted = rng.normal(size=5)
    assert joined.matrix.shape == (6, 5)
    assert np.allclose(joined.matrix @ fitted, plain @ joined.weights(fitted), atol=1e-5)
