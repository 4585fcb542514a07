"""Chats pasted into a text: parted into turns, and nothing else is."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.pasted_chat import GATE, role_of, turns_of

CHATS = {
    "zendesk": (
        "Chat started: 2026-11-10 08:09 AM UTC\n\n(08:09:40 AM) Nora Quist: hello\nsecond: line\n"
        "(08:09:53 AM) *** Larry joined the chat ***\n(08:09:54 AM) Larry: Hi Nora\n",
        [("Nora Quist", 29380, "hello\nsecond: line"), ("Larry", 29394, "Hi Nora")],
    ),
    "brackets": (
        "[10:03] Jane: hi\n[10:04] Visitor 4711: hello",
        [("Jane", 36180, "hi"), ("Visitor 4711", 36240, "hello")],
    ),
    "bars": (
        "10:03 AM | Jane: hi\n10:04 AM | Nora: hello\n10:05 AM | Jane: yes",
        [("Jane", 36180, "hi"), ("Nora", 36240, "hello"), ("Jane", 36300, "yes")],
    ),
    "above": (
        "Jane (Support) 10:03\nHello\nNora 10:04\nHi: there\n",
        [("Jane (Support)", 36180, "Hello"), ("Nora", 36240, "Hi: there")],
    ),
    "roles": (
        "AGENT: a\nCustomer: b\nAGENT: c",
        [("AGENT", None, "a"), ("Customer", None, "b"), ("AGENT", None, "c")],
    ),
    "midnight": (
        "Transcript\n(11:59:00 PM) Jane: hi\n(12:01:00 AM) Nora: late",
        [("Jane", 86340, "hi"), ("Nora", 60, "late")],
    ),
}
MAIL = [
    "",
    "Hi Tess,\nSubject: order\nTo: me\nWe meet at 10:03: fine?\nAgent: x",
    "Meeting\n10:03 Jane: room 1\n10:30 Bob: room 2",
    "10:03 Jane: room 1\n10:30 Bob: room 2",
    "Dear support,\n10:03 I called: nobody answered.\n10:30 I called again: nobody.",
    "Opening hours: 9:00\nMonday 10:00\nTuesday 11:00",
    "On 10 Nov 2026 at 10:03, Jane wrote:\n> hi\n> 10:04: more",
    "Customer: Elmcrest\nAgent: Tess\n\nThe order is late.",
    "From: Jane\nSent: 10:03\nTo: Bob\nSubject: x\n\nText: y",
    "[10:03] Jane: alone\n[10:04] Jane: still alone",
]


@pytest.mark.parametrize("name", CHATS)
def test_chat_is_parted_and_passes_the_gate(name: str) -> None:
    body, expected = CHATS[name]
    assert [(turn.speaker, turn.seconds, turn.text) for turn in turns_of(body)] == expected
    assert pc.match_substring_regex(pa.array([body]), GATE).to_pylist() == [True]


@pytest.mark.parametrize("body", MAIL)
def test_mail_with_colons_stays_whole(body: str) -> None:
    assert turns_of(body) == ()


@given(st.text("aJ :[]()|0123\nAM*-", max_size=200))
def test_what_the_gate_lets_pass_is_all_that_is_parted(body: str) -> None:
    if turns_of(body):
        assert pc.match_substring_regex(pa.array([body]), GATE).to_pylist() == [True]


@pytest.mark.parametrize(
    "body",
    ["a" * 2_000_000, "10:03 " * 300_000, "[10:03] Jane: hi\n" * 50_000, (" " * 50 + "a ") * 40_000, "1:" * 500_000],
)
def test_long_texts_are_passed_once(body: str) -> None:
    assert turns_of(body) == ()


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("AGENT", "agent"),
        ("Visitor 4711", "customer"),
        ("Jane (Support)", "agent"),
        ("Robo (Bot)", "bot"),
        ("Jane", None),
    ],
)
def test_role_is_what_the_name_says(speaker: str, role: str | None) -> None:
    assert role_of(speaker) == role
