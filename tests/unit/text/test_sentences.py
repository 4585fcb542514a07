"""Sentences as mails, chats and tweets have them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("one", "please add a dark mode", ["please add a dark mode"]),
        ("end marks", "It broke. Never again! Why?", ["It broke.", "Never again!", "Why?"]),
        ("a quote closes after the mark", 'He said "no." So we left.', ['He said "no.', "So we left."]),
        ("line ends", "Hi team\n\nwe want ten seats", ["Hi team", "we want ten seats"]),
        ("a wrapped line goes on", "please cancel\n  our contract", ["please cancel\n  our contract"]),
        ("a list", "we miss\n- search\n- lists", ["we miss", "- search", "- lists"]),
        ("dots that trail off", "late again... done with you", ["late again", "done with you"]),
        ("a dash alone", "good app - no search though", ["good app", "no search though"]),
        ("a hyphen is no dash", "the add-on is fine", ["the add-on is fine"]),
        ("an emoji ends", "love it 😍 please add lists", ["love it 😍", "please add lists"]),
        ("a version is no end", "since 3.2 it is slow", ["since 3.2 it is slow"]),
        ("one more word after dots", "so annoying... really", ["so annoying... really"]),
        ("one word that was asked for", "Shall we? Yes. Go on.", ["Shall we?", "Yes.", "Go on."]),
        ("no word at all", "?!", ["?!"]),
        ("nothing", "", [""]),
    ],
)
def test_sentences(case: str, text: str, expected: list[str]) -> None:
    assert sentences(text) == expected, case


@given(st.text(alphabet="ab .!?…\n-–\"')😀", max_size=80))
def test_spans_are_in_order_apart_and_hold_every_word(text: str) -> None:
    spans = sentence_spans(text)
    assert spans
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(place in inside for place, sign in enumerate(text) if sign in "ab")
