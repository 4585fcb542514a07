"""Scores of whole conversations: the same bits however they are batched, and evidence that is really there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from corpus import conversations, starters
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import bundled
from pipeline.scoring.artifact import Model
from pipeline.scoring.conversation import Score, Scorer
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import Signal
from pipeline.steps.score_messages import messages_of
from tests.once import IN_FULL

ENGLISH = frozenset({"en"})
MARK = pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())])
STORED = pa.schema(
    [(name, pa.string()) for name in ("source", "ticket_id", "role", "text", "language")]
    + [("is_public", pa.bool_()), ("marks", pa.list_(MARK))]
)
ALL = conversations()


@lru_cache(maxsize=1)
def at_once() -> list[dict[str, Score]]:
    """All conversations in one call. Not while the tests are collected: each worker collects all of them."""
    return starters().score(ALL)


def customer(text: str) -> list[Said]:
    return [Said("customer", text)]


@settings(max_examples=25 if IN_FULL else 10)
@given(st.lists(st.integers(0, len(ALL) - 1), min_size=1, max_size=30), st.integers(1, 30))
def test_order_subset_and_chunks_change_no_bit(chosen: list[int], chunk: int) -> None:
    apart: list[dict[str, Score]] = []
    for start in range(0, len(chosen), chunk):
        apart += starters().score([ALL[i] for i in chosen[start : start + chunk]])
    assert apart == [at_once()[i] for i in chosen]  # == on floats: to the last bit, reasons and offsets too


@pytest.mark.parametrize("name", sorted(folder.name for folder in bundled.starter_models().iterdir()))
def test_a_signal_scores_the_same_alone_and_among_others(name: str, signals: dict[str, Signal]) -> None:
    alone = scorer_of({name: starters().models[name]}, signals).score(ALL[:60])
    assert [row[name] for row in alone] == [row[name] for row in at_once()[:60]]


def test_evidence_is_a_span_of_a_customer_turn() -> None:
    several = 0
    for conversation, row in zip(ALL, at_once(), strict=True):
        for score in row.values():
            assert score.turn is not None and score.evidence is not None
            said, evidence = conversation[score.turn], score.evidence
            assert said.role == "customer"
            assert 0 <= evidence.start < evidence.end <= len(said.text)
            span = " ".join(said.text[evidence.start : evidence.end].split())
            whole = evidence.quote.removesuffix("…") if len(span) > 400 else evidence.quote
            assert span.startswith(whole) and (len(span) > 400 or span == whole)
            assert len(evidence.quote) <= 400
            several += sum(one.role == "customer" for one in conversation) > 1
    assert several > 20, "the corpus must hold conversations with a choice of turns"


def exchanges(conversation: Sequence[Said]) -> Iterator[tuple[int, list[Said]]]:
    """Each customer turn as a conversation of its own: the agent's words before it, and what was answered to it."""
    for place, said in enumerate(conversation):
        if said.role == "customer":
            before = [one for one in conversation[:place] if one.role == "agent"][-1:]
            after: list[Said] = []
            for one in conversation[place + 1 :]:
                if one.role == "agent":
                    after.append(one)
                elif after:
                    break
            yield place, [*before, said, *after]


def test_probability_is_that_of_the_strongest_turn() -> None:
    """Each turn scored alone, between the agent's words that came before and after it."""
    compared = 0
    for conversation, row in zip(ALL, at_once(), strict=True):
        alone = dict(exchanges(conversation))
        if len(alone) < 2:
            continue
        scores = starters().score(list(alone.values()), with_evidence=False)
        for name, score in row.items():
            probabilities = [one[name].probability for one in scores]
            assert score.probability == max(probabilities)
            assert score.turn == list(alone)[int(np.argmax(probabilities))]
            compared += 1
    assert compared > 40


def test_threshold_alone_decides() -> None:
    models = starters().models
    answers = [(name, score) for row in at_once() for name, score in row.items()]
    assert all(score.is_signal == (score.probability >= models[name].threshold) for name, score in answers)
    assert {score.is_signal for _, score in answers} == {True, False}
    assert all(0 < score.probability < 1 for _, score in answers)


@pytest.mark.parametrize(
    "conversation",
    [
        [],
        [Said("agent", "Would you like to upgrade to the business plan?")],
        [Said("note", "customer wants to cancel everything"), Said("nobody", "cancel my account")],
    ],
    ids=["no turns", "agent only", "note and stranger only"],
)
def test_without_a_customer_turn_nothing_is_probable(conversation: list[Said]) -> None:
    for score in starters().score([conversation])[0].values():
        assert score == Score(0.0, False, None, None)


def test_silent_conversations_do_not_shift_their_neighbours() -> None:
    silent = [Said("agent", "hello")]
    mixed = starters().score([silent, ALL[0], silent, silent, ALL[1], silent])
    assert [mixed[1], mixed[4]] == at_once()[:2]
    assert [row["praise"].turn for row in mixed] == [
        None,
        at_once()[0]["praise"].turn,
        None,
        None,
        at_once()[1]["praise"].turn,
        None,
    ]


def test_no_conversations_give_no_rows() -> None:
    assert starters().score([]) == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "🙂", "\u200b", "a" * 50_000, "no " * 3000, "\x00"])
def test_odd_texts_are_scored(text: str) -> None:
    for score in starters().score([customer(text)])[0].values():
        assert score.turn == 0 and 0 < score.probability < 1
        assert score.evidence is not None and 0 <= score.evidence.start <= score.evidence.end <= len(text)


def test_a_short_yes_is_read_with_the_question_before_it() -> None:
    yes = Said("customer", "yes please")
    offered = [Said("agent", "Shall I add ten more seats to your plan for 90 a month?"), yes]
    asked = [Said("agent", "Shall I send the reset link again?"), yes]
    more, less = starters().score([offered, asked])
    assert more["upgrade_intent"].probability > less["upgrade_intent"].probability


def test_an_answer_decides_whether_a_question_is_a_need() -> None:
    question = Said("customer", "How do I sort the list by due date?")
    no = Said(
        "agent", "Unfortunately there isn't a way to do that at this time, we'll pass your feedback on to our team."
    )
    how = Said("agent", "Click on the head of the column, the steps are here: example.com/sort")
    refused, shown, alone = starters().score([[question, no], [question, how], [question]])
    assert refused["unmet_need"].probability > 2 * shown["unmet_need"].probability
    assert refused["unmet_need"].turn == 0
    assert alone["unmet_need"].probability < refused["unmet_need"].probability


def test_what_an_agent_says_much_later_is_no_answer() -> None:
    question, thanks = Said("customer", "How do I sort the list by due date?"), Said("customer", "ok")
    how = Said("agent", "Click on the head of the column.")
    later = Said("agent", "Unfortunately that is not possible on a phone.")
    short, long = starters().score([[question, how], [question, how, thanks, later]])
    assert long["unmet_need"].probability >= short["unmet_need"].probability
    assert starters().score([[question, how, thanks]])[0]["unmet_need"].probability >= short["unmet_need"].probability


def test_one_sentence_at_the_end_of_a_long_complaint_is_heard() -> None:
    complaint = (
        "We boarded at 9, sat for two hours without a word, then walked back because of a valve. "
        "The desk had one person for two hundred people and no vouchers. "
        "My bag went on without me and came two days late with a broken wheel. "
    )
    calm, leaving = starters().score([customer(complaint), customer(complaint + "Never flying with you again.")])
    assert leaving["churn_risk"].probability > 5 * calm["churn_risk"].probability
    assert leaving["churn_risk"].evidence is not None
    assert leaving["churn_risk"].evidence.quote == "Never flying with you again."


def row(role: str, text: str, *, is_public: bool = True, language: str | None = None) -> dict[str, Any]:
    return {"role": role, "text": text, "is_public": is_public, "marks": [], "language": language}


def conversation(*rows: dict[str, Any]) -> list[Said]:
    """As the score step reads what it has stored."""
    stored = pa.Table.from_pylist([one | {"source": "helpdesk", "ticket_id": "1"} for one in rows], STORED)
    ((said,),) = messages_of(stored, ENGLISH).conversations(10)
    return said


def test_an_internal_note_is_never_scored_and_never_context() -> None:
    note = row("agent", "They want to buy the enterprise plan for 400 people!", is_public=False)
    customers_note = row("customer", "We want to buy the enterprise plan", is_public=False)
    seen = [row("agent", "Is it all right now?"), row("customer", "yes please")]
    plain = starters().score([conversation(*seen)])[0]
    noted = starters().score([conversation(seen[0], note, customers_note, seen[1])])[0]
    for name, score in plain.items():
        assert (noted[name].probability, noted[name].evidence) == (score.probability, score.evidence)
        assert noted[name].turn == 3
    assert [score.probability for score in starters().score([conversation(customers_note)])[0].values()] == [0.0] * len(
        plain
    )


def test_what_no_model_reads_is_abstained_from() -> None:
    said = [row("customer", "We want to buy the enterprise plan", language=one) for one in ("de", "en", None)]
    probabilities = [[score.probability for score in starters().score([conversation(one)])[0].values()] for one in said]
    assert probabilities[0] == [0.0] * len(probabilities[0])
    assert probabilities[1] == probabilities[2] != probabilities[0]


def test_quoted_words_of_others_are_not_the_customers_own() -> None:
    text = "Thanks, all solved.\n> We want to cancel our contract and leave"
    marks = [{"kind": "quote", "start_offset": 20, "end_offset": len(text)}]
    (said,) = conversation(row("customer", text) | {"marks": marks})
    assert said.text.strip() == "Thanks, all solved."


def test_without_evidence_only_signals_are_quoted() -> None:
    rows = starters().score(ALL, with_evidence=False)
    for with_all, without in zip(at_once(), rows, strict=True):
        for name, score in without.items():
            assert score.evidence == (with_all[name].evidence if score.is_signal else None)
            assert (score.probability, score.turn) == (with_all[name].probability, with_all[name].turn)


def test_a_night_finds_the_signals_of_a_full_reading_and_reads_less() -> None:
    night = starters().score(ALL, at_night=True)
    unread = 0
    for full, row in zip(at_once(), night, strict=True):
        for name, score in row.items():
            assert score.is_signal == full[name].is_signal, "the card allows one in a hundred; none here"
            if score.is_signal:
                assert score == full[name]
            unread += score.turn is not None and score.evidence is None
            assert 0 <= score.probability < 1
    assert unread > len(ALL) * len(starters().models) / 4


def test_reasons_name_weights_of_the_model() -> None:
    score = starters().score([customer("We want to cancel our contract and leave.")])[0]["churn_risk"]
    assert score.evidence is not None and 0 < len(score.evidence.reasons) <= 6
    weights = [abs(weight) for _, weight in score.evidence.reasons]
    assert weights == sorted(weights, reverse=True) and min(weights) > 0
    assert any("cancel" in name for name, _ in score.evidence.reasons)


def test_a_scorer_without_models_answers_with_nothing() -> None:
    empty: dict[str, Model] = {}
    assert Scorer(empty, {}, []).score([customer("hello")]) == [{}]
