"""A column is cleaned as its texts are one by one, and no rule is asked of a text in vain or left out."""

import re

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st
from message_pieces import PIECES

from pipeline.text import normalise
from pipeline.text.clean import Clean, clean, needs_care
from pipeline.text.columns import care_of, clean_column
from pipeline.text.placeholders import Tally, digits_in
from pipeline.text.redaction import ALL_RULES
from tests.once import IN_FULL

NAMES = ["Quinn Harper", "Lee", "J K", "Ann-Marie O’Neill", "A B C D"]
MESSAGES = st.lists(st.sampled_from((*PIECES, "Quinn", "harper", "hi lee,", "\n")), max_size=12).map("".join)
COLUMNS = st.lists(MESSAGES | st.text(max_size=80), min_size=1, max_size=10)


def _storable(texts: list[str]) -> list[str]:
    return [text.encode("utf-8", "replace").decode() for text in texts]


@settings(max_examples=300 if IN_FULL else 60, deadline=None)
@given(COLUMNS, st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
def test_a_column_is_cleaned_as_its_texts_are(texts: list[str], names: list[str]) -> None:
    texts = _storable(texts)
    found = clean_column(pa.array(texts, pa.string()), lambda place: names, range(len(texts)))
    for place, text in enumerate(texts):
        assert found.get(place, Clean(text, (), {})) == clean(text, is_html=False, names=names)


@settings(max_examples=200 if IN_FULL else 40, deadline=None)
@given(COLUMNS)
def test_care_is_the_same_as_of_the_whole_column_at_once(texts: list[str]) -> None:
    column = pa.array(_storable(texts), pa.string())
    care = care_of(column)
    assert [place in care for place in range(len(column))] == needs_care(column).to_pylist()


@settings(max_examples=200 if IN_FULL else 40, deadline=None)
@given(COLUMNS)
def test_a_gate_that_does_not_match_speaks_for_its_rule(texts: list[str]) -> None:
    plain = [text for text in map(normalise.normalise, texts) if not re.search(normalise.GATE, text)]
    for rule in ALL_RULES:
        matches = pc.match_substring_regex(pa.array(plain, pa.string()), rule.gate).to_pylist()
        for text, is_matched in zip(plain, matches, strict=True):
            if not is_matched:
                assert rule.apply(text, Tally()) == text
                assert rule.quick_gate or not rule.may_apply(text, text.lower(), digits_in(text))


def test_empty_and_null() -> None:
    column = pa.array([None, "", "a@acme.example"], pa.string())
    care = care_of(column)
    assert [place in care for place in range(3)] == [False, False, True]
    found = clean_column(column, lambda place: ("Quinn Harper",), range(3))
    assert found == {2: Clean("[EMAIL]", (), {"EMAIL": 1})}
    assert clean_column(pa.array([], pa.string()), lambda place: ()) == {}


def test_each_text_is_asked_for_its_own_names() -> None:
    column = pa.array(["Quinn Harper wrote"] * 2)
    found = clean_column(column, lambda place: ("Quinn Harper",) if place else (), [1])
    assert found == {1: Clean("[NAME] wrote", (), {"NAME": 1})}
