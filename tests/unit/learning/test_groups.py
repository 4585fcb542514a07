"""What counts as nearly the same words, and that such rows share a group."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.learning.groups import near_duplicates, split_groups

TEXT = "We would like to move our whole team of forty people to the business plan before the first of March"


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (TEXT, True),
        (TEXT.upper() + "!!", True),  # case and punctuation
        (TEXT.replace("first", "1"), True),  # one word of twenty
        ("Hello. " + TEXT, True),
        (TEXT.replace("forty people to the business plan", "nine nurses off the family tariff"), False),
        ("The printer on the second floor jams whenever I print on both sides", False),
    ],
)
def test_near(other: str, is_near: bool) -> None:
    assert near_duplicates([TEXT, other]) == ([(0, 1)] if is_near else [])


def test_digits_alone_do_not_make_a_difference() -> None:
    rows = ["order 1234 is late by 3 days", "order 9876 is late by 5 days"]
    assert near_duplicates(rows, near=0.99) == [(0, 1)]


def test_groups_join_through_duplicates() -> None:
    """a1 and a2 are declared one, a2 and b1 read alike: all of a and b are one side of any split."""
    texts = ["the cat sat on a mat", TEXT, TEXT + ".", "quite another thing", "and one more besides"]
    groups = split_groups(texts, ["a", "a", "b", "b", None])
    assert len(set(groups[:4].tolist())) == 1
    assert groups[4] not in groups[:4]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("pqrstuvw"), st.sampled_from(["a", "b", "c", None])), min_size=1, max_size=20)
)
def test_same_text_or_same_group_is_same_number(rows: list[tuple[str, str | None]]) -> None:
    texts = [f"{letter * 3} {letter * 4} {letter * 5}" for letter, _ in rows]
    numbers = split_groups(texts, [group for _, group in rows])
    for i, (text, group) in enumerate(rows):
        for j, (other_text, other_group) in enumerate(rows):
            if text == other_text or (group is not None and group == other_group):
                assert numbers[i] == numbers[j]


def _cosine(one: str, other: str) -> float:
    """Of the sets of words and word pairs."""

    def grams(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {(word,) for word in words} | set(pairwise(words))

    a, b = grams(one), grams(other)
    return len(a & b) / (len(a) * len(b)) ** 0.5 if a and b else 0.0


TEXTS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=9).map(" ".join), min_size=1, max_size=12)


@given(TEXTS, st.sampled_from((0.6, 0.85)))
def test_no_pair_is_missed_though_few_are_compared(texts: list[str], near: float) -> None:
    clear = [
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if abs(_cosine(texts[i], texts[j]) - near) > 1e-6
    ]
    found = set(near_duplicates(texts, near))
    assert {pair for pair in clear if pair in found} == {(i, j) for i, j in clear if _cosine(texts[i], texts[j]) > near}
