"""Needs grouped: like with like, and a topic's id stays from night to night."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.learning.word_table import EMPTY_WORDS
from pipeline.topics.assign import assign, topic_id_of
from pipeline.topics.needs import Key, Need
from pipeline.topics.words import shipped_words

GANTT = [
    "Please add a Gantt chart export to PDF",
    "We miss a PDF export of the Gantt chart",
    "gantt as pdf would be great",
]
JIRA = ["It would be great to have a two-way Jira sync", "Could you sync both ways with Jira?"]
DARK = ["Any plans for dark mode?", "My eyes hurt, dark mode please"]
SAID = [*GANTT, *JIRA, *DARK, "", "a map of lifts"]


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


def test_a_topic_is_named_after_the_first_ticket_in_it() -> None:
    first, second = needs(GANTT[0], GANTT[1])
    assert set(assign([first, second], {}).values()) == {topic_id_of(first)}
    assert topic_id_of(first) != topic_id_of(Need("freshdesk", first.ticket_id, first.quote))


def test_manner_of_asking_makes_no_topic() -> None:
    """Only how it is asked is alike."""
    topics = assign(needs("Please add a way to pin messages", "Please add a way to rename invoices"), {})
    assert len(set(topics.values())) == 2


def test_words_that_keep_like_company_are_alike() -> None:
    price, cost, crash = shipped_words().mean([["price"], ["cost"], ["crash"]])
    assert price @ cost > 0.3 > price @ crash


def test_words_that_say_nothing_ship_as_they_were_when_the_table_was_learnt() -> None:
    assert shipped_words().empty == EMPTY_WORDS


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


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SAID), max_size=12), st.lists(st.integers(1, 4), max_size=5))
def test_no_id_ever_changes_without_an_edit(quotes: list[str], nights: list[int]) -> None:
    said, end = needs(*quotes), 0
    known: dict[Key, str] = {}
    for size in [*nights, len(said)]:
        end = min(end + size, len(said))
        tonight = assign(said[:end], known)
        assert tonight.items() >= known.items()
        assert assign(said[:end], tonight) == tonight
        known = tonight


@settings(max_examples=30, deadline=None)
@given(st.permutations(needs(*SAID)))
def test_order_within_a_night_decides_names_but_not_groups(said: list[Need]) -> None:
    def groups(topics: dict[Key, str]) -> set[frozenset[Key]]:
        return {frozenset(key for key in topics if topics[key] == topic) for topic in topics.values()}

    assert groups(assign(said, {})) == groups(assign(needs(*SAID), {}))
