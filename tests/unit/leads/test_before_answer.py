"""At most three sentences: what forbids comes before what invites."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.leads.before_answer import MOST, Standing, before_answer

TODAY = date(2026, 11, 20)
EVERYTHING: dict[str, Any] = {
    "do_not_contact": True,
    "is_vulnerable": True,
    "save_owner": "cleo@vendor.example",
    "answer_owner": "ann@vendor.example",
    "answer_ticket": "7",
    "urgent_ticket": "1",
    "unsolved_ticket": "2",
    "angry_ticket": "3",
    "asked_until": TODAY,
    "available": (("Forms", TODAY),),
    "renews_on": TODAY,
}


def told(**standing: Any) -> list[str]:
    return before_answer(Standing(TODAY, **standing))


def test_nobody_reads_more_than_three() -> None:
    assert len(told(**EVERYTHING)) == MOST == 3
    assert told(**EVERYTHING)[0].startswith("They are marked do not contact")


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ({}, "Nothing stands in the way"),
        ({"save_owner": "cleo@vendor.example"}, "a save is open, and cleo@vendor.example answers"),
        ({"save_owner": "unassigned"}, "a save is open, and whoever takes it answers"),
        ({"answer_owner": "ann@vendor.example", "answer_ticket": "7"}, "asked in ticket 7 and wait: ann@"),
        ({"unsolved_ticket": "812"}, "Do not pitch: ticket 812 is not solved."),
        ({"unsolved_ticket": "812", "waiting_ticket": "9"}, "Do not pitch: ticket 9 waits for an agent for too long."),
        ({"bad_rating_ticket": "5"}, "Their latest rating is bad (ticket 5)"),
        ({"available": (("Forms", TODAY),)}, "They waited for Forms: it can be had since 2026-11-20."),
        ({"offer_owner": "ann@vendor.example"}, "An offer to them is with ann@vendor.example"),
        ({"asked_until": TODAY}, "offer nothing more until 2026-11-20"),
        ({"renews_on": TODAY + timedelta(days=60)}, "Their contract renews on 2027-01-19."),
    ],
)
def test_each_rule_has_its_sentence(standing: dict[str, Any], says: str) -> None:
    (sentence,) = told(**standing)
    assert says in sentence


def test_what_is_over_says_nothing() -> None:
    gone = {"asked_until": TODAY - timedelta(days=1), "renews_on": TODAY - timedelta(days=1)}
    assert told(**gone) == told()
    assert told(renews_on=TODAY + timedelta(days=61)) == told()


def test_an_open_request_to_buy_is_no_ticket_to_solve_first() -> None:
    assert not [s for s in told(answer_owner="a", answer_ticket="7", unsolved_ticket="7") if "pitch" in s]


@pytest.mark.parametrize("mark", ["do_not_contact", "is_vulnerable"])
def test_who_is_never_sold_to_has_no_invitation(mark: str) -> None:
    assert len(told(**{mark: True}, available=(("Forms", TODAY),), offer_owner="a", renews_on=TODAY)) == 1
