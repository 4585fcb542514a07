"""Which outcomes become labels, of which words, and what becomes of them when people change their minds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.leads.outcomes import OUTCOMES
from pipeline.signals.spec import Signal
from pipeline.steps.review.feedback_labels import label_feedback
from pipeline.steps.review.label_states import local_rows
from pipeline.warehouse import Connection, make_table, strings
from tests.warehouse_rows import fill, rows_of

NIGHT, NEXT = dt.date(2026, 11, 20), dt.date(2026, 11, 21)


@pytest.fixture
def listed(con: Connection) -> Connection:
    """A save and a return on one ticket, listed on the night of the 20th; then the customer wrote once more."""
    said = [("customer", "We will cancel the old robot account.", 10), ("agent", "Done.", 11)]
    said += [("customer", "And now I leave for good.", 21)]
    fill(
        con,
        {
            "tickets": [{"ticket_id": "1", "requester_id": "C-1"}],
            "messages": [
                {
                    "ticket_id": "1",
                    "message_id": f"1:{place}",
                    "position": place,
                    "role": role,
                    "text": text,
                    "said_at": dt.datetime(2026, 11, day),
                }
                for place, (role, text, day) in enumerate(said)
            ],
            "leads": [
                {
                    "lead_id": f"L-{n}",
                    "account_id": "A-1",
                    "motion": motion,
                    "product": "",
                    "sequence": 1,
                    "opened_on": NIGHT,
                }
                for n, motion in ((1, "save"), (2, "return"))
            ],
            "nights": [{"as_of": NIGHT, "decided_at": dt.datetime(2026, 11, 21)}],
        },
    )
    quoted = strings("lead_id", "source", "ticket_id", "signal")
    make_table(con, "lead_proposals", quoted, [(f"L-{n}", "zendesk", "1", "churn_risk") for n in (1, 2)])
    return con


def type_(con: Connection, lead: str, outcome: str, order: int) -> None:
    fill(con, {"outcomes": [{"lead_id": lead, "outcome": outcome, "read_on": NEXT, "read_order": order}]})


def labels(con: Connection) -> list[dict[str, Any]]:
    return rows_of(con, "FROM labels ORDER BY read_order")


def test_not_a_signal_is_a_no_about_the_words_that_were_listed(
    listed: Connection, signals: Mapping[str, Signal]
) -> None:
    type_(listed, "L-1", "not_a_signal", 1)
    assert label_feedback(listed, signals, NEXT) == 1
    (label,) = labels(listed)
    assert (label["signal"], label["decision"], label["decided_by"]) == ("churn_risk", False, "owner")
    assert (label["origin"], label["decided_on"], label["evidence_turn"]) == ("feedback", NEXT, None)
    (row,) = local_rows(listed, "churn_risk")
    assert [said.text for said in row.turns] == ["We will cancel the old robot account.", "Done."]
    assert (row.fields["is_random"], row.fields["inclusion"]) == (
        False,
        None,
    )  # it passed the threshold: no known chance
    assert label_feedback(listed, signals, NEXT) == 0


@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - {"not_a_signal"}))
def test_no_other_outcome_is_a_label(listed: Connection, signals: Mapping[str, Signal], outcome: str) -> None:
    """`won` proves a sale and not the sentence; the others speak of account, day or intention."""
    type_(listed, "L-1", outcome, 1)
    assert label_feedback(listed, signals, NEXT) == 0 and labels(listed) == []


def test_a_return_says_nothing_about_what_was_refused(listed: Connection, signals: Mapping[str, Signal]) -> None:
    type_(listed, "L-2", "not_a_signal", 1)
    assert label_feedback(listed, signals, NEXT) == 0


def test_a_changed_outcome_takes_its_label_back_and_may_give_it_again(
    listed: Connection, signals: Mapping[str, Signal]
) -> None:
    for order, (outcome, decision) in enumerate(
        [("not_a_signal", False), ("bad_timing", None), ("not_a_signal", False)]
    ):
        type_(listed, "L-1", outcome, order)
        listed.execute("UPDATE outcomes SET read_on = ?", [NEXT])
        assert label_feedback(listed, signals, NEXT) == 1
        assert labels(listed)[-1]["decision"] is decision
        assert len(local_rows(listed, "churn_risk")) == (decision is False)
    assert len({label["label_id"] for label in labels(listed)}) == 3
    assert len(rows_of(listed, "FROM feedback_examples")) == 1


def test_a_lead_that_had_ended_is_found_by_its_origin(listed: Connection, signals: Mapping[str, Signal]) -> None:
    listed.execute("CREATE TABLE lead_origins AS SELECT * FROM lead_proposals")
    listed.execute("DELETE FROM lead_proposals")
    type_(listed, "L-1", "not_a_signal", 1)
    assert label_feedback(listed, signals, NEXT) == 1


def test_a_home_without_a_night_or_with_a_signal_gone_has_no_such_labels(
    con: Connection, listed: Connection, signals: Mapping[str, Signal]
) -> None:
    type_(listed, "L-1", "not_a_signal", 1)
    assert label_feedback(listed, {}, NEXT) == 0
    listed.execute("DROP TABLE lead_proposals")
    assert label_feedback(listed, signals, NEXT) == 0
