"""Needs grouped: like with like, and a topic's id stays from night to night."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.topics.assign import Need, assign, topic_id_of

GANTT = [
    "Please add a Gantt chart export to PDF",
    "We miss a PDF export of the Gantt chart",
    "gantt as pdf would be great",
]
JIRA = ["It would be great to have a two-way Jira sync", "Could you sync both ways with Jira?"]
DARK = ["Any plans for dark mode?", "My eyes hurt, dark mode please"]


def needs(*quotes: str, start: int = 1) -> list[Need]:
    return [Need("zendesk", str(number), quote) for number, quote in enumerate(quotes, start)]


def test_the_same_want_in_other_words_is_one_topic_and_another_want_is_another() -> None:
    said = needs(GANTT[0], JIRA[0], DARK[0], GANTT[1], JIRA[1], DARK[1], GANTT[2])
    topics = assign(said, {})
    of = [topics["zendesk", str(n)] for n in range(1, 8)]
    assert of[0] == of[3] == of[6]
    assert of[1] == of[4]
    assert of[2] == of[5]
    assert len(set(of)) == 3


def test_a_topic_is_named_after_the_ticket_that_started_it() -> None:
    first, second = needs(GANTT[0], GANTT[1])
    assert set(assign([first, second], {}).values()) == {topic_id_of(first)}
    assert topic_id_of(first) != topic_id_of(Need("freshdesk", first.ticket_id, first.quote))


def test_manner_of_asking_makes_no_topic() -> None:
    """Only how it is asked is alike."""
    topics = assign(needs("Please add a way to pin messages", "Please add a way to rename invoices"), {})
    assert len(set(topics.values())) == 2


def test_what_is_known_keeps_its_topic_whatever_it_says() -> None:
    known = {("zendesk", "1"): "T-old"}
    topics = assign(needs(DARK[0], GANTT[0], DARK[1]), known)
    assert topics["zendesk", "1"] == "T-old"
    assert topics["zendesk", "3"] == "T-old"  # and draws what is like it
    assert topics["zendesk", "2"] != "T-old"


def test_known_topics_stay_though_their_first_ticket_is_gone() -> None:
    first = assign(needs(*GANTT), {})
    later = assign(needs(*GANTT[1:], start=2), first)
    assert later == {key: topic for key, topic in first.items() if key != ("zendesk", "1")}


def test_nothing_gives_nothing() -> None:
    assert assign([], {}) == {}


@pytest.mark.parametrize("quote", ["", "?!", "please could you", "🙂"])
def test_a_need_without_words_stands_alone(quote: str) -> None:
    topics = assign(needs(quote, GANTT[0], quote), {})
    assert len(set(topics.values())) == 3


@given(st.lists(st.sampled_from(GANTT + JIRA + DARK + ["", "a map of lifts"]), max_size=12), st.integers(0, 12))
def test_nights_one_by_one_give_what_one_night_gives(quotes: list[str], cut: int) -> None:
    said = needs(*quotes)
    tonight = assign(said[:cut], {})
    assert assign(said, tonight) == assign(said, {})
    assert {key: topic for key, topic in assign(said, tonight).items() if key in tonight} == tonight
