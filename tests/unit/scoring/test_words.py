"""Words by what stands between white space are the words of the whole text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scoring import words
from pipeline.scoring.features import Turn, compose
from pipeline.scoring.hashing import count_characters, damped, plain_words, word_hashes, word_tokens
from pipeline.scoring.words import Spelling

TEXTS = [
    "",
    "  ",
    "We'd LEAVE... today?!",
    "See https://shop.example/a?b=1 or www.x.example, @some_one & @b: 24/7 \u2019tis [name] (http://a.example)",
    "tab\tline\nfeed\x0bvertical\x0cform\rreturn\x1funit\x85next\xa0hard\u2028separator",
    "https://a.example\x0bb www.b.example\x1fc @me\x0b5",
    "\u0130stanbul \u1e9e na\u00efve \U0001f600\U0001f600 \u4e00\u4e8c",
]
ANY = st.lists(st.text(alphabet="aB7'\u2019@<>&;!?[]_.:/ \n\t\x0b\x1f\xa0\u0130wht", max_size=30), max_size=8)


def by_text(texts: Sequence[str], mark: str = "") -> list[list[int]]:
    return [word_hashes([mark + word for word in word_tokens(plain)]).tolist() for plain in plain_words(texts)]


def told_apart(found: words.Words) -> list[list[int]]:
    return [some.tolist() for some in np.split(found.hashes, np.cumsum(found.sizes)[:-1])] if len(found.sizes) else []


@given(ANY)
def test_words_and_characters_are_those_of_the_whole_text(texts: list[str]) -> None:
    spelling = Spelling.of([*texts, *TEXTS])
    assert told_apart(spelling.words()) == by_text([*texts, *TEXTS])
    assert told_apart(spelling.words("agent_")) == by_text([*texts, *TEXTS], "agent_")
    whole = count_characters(plain_words([*texts, *TEXTS]))
    found = spelling.characters()
    # The order within a row, too: sums over it are then the same to the last bit.
    assert found.indptr.tolist() == whole.indptr.tolist()
    assert found.indices.tolist() == whole.indices.tolist()
    assert found.data.tolist() == whole.data.tolist()


def test_rows_are_cut_and_put_together() -> None:
    one, other = Spelling.of(["a b c", "", "d"]).words(), Spelling.of(["x", "y z", ""]).words()
    assert told_apart(one.first(2)) == by_text(["a b", "", "d"])
    assert told_apart(one.last(2)) == by_text(["b c", "", "d"])
    assert told_apart(one.followed_by(other)) == by_text(["a b c x", "y z", "d"])
    begin, end = word_hashes(["^", "$"]).tolist()
    assert told_apart(one.between("^", "$")) == [[begin, *some, end] for some in by_text(["a b c", "", "d"])]
    assert told_apart(Spelling.of([]).words().followed_by(Spelling.of([]).words())) == []


def test_a_short_turn_is_read_with_what_the_agent_said_before() -> None:
    agent = " ".join(f"word{'abcdefghij'[i % 10]}{'abcdefghij'[i // 10]}" for i in range(50))
    turns = [Turn("Yes please", agent), Turn("one two three four five six seven eight nine", agent), Turn("", agent)]
    yes, long, nothing = told_apart(compose(turns))
    (marked,) = by_text([agent], "agent_")
    assert yes == by_text(["yes please"])[0] + marked[-40:]
    assert long == by_text([turns[1].text])[0]
    assert nothing == marked[-40:]


def test_what_was_kept_is_given_up_when_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST", 3)
    for texts in (["a b c d e"], ["e f", "a"], ["f"]):
        assert told_apart(Spelling.of(texts).words()) == by_text(texts)


def test_hashes_and_lengths_are_scikit_learns() -> None:
    from sklearn.preprocessing import normalize
    from sklearn.utils import murmurhash3_32

    said = ["", "a", "we'd", "na\u00efve", "\U0001f600", "x" * 300]
    assert word_hashes(said).tolist() == [murmurhash3_32(word, 0, True) for word in said]
    counts = count_characters(["so so many words", "", "\u4e00 words", "a" * 40])
    expected = counts.copy()
    expected.data = 1.0 + np.log(expected.data)
    assert damped(counts).data.tolist() == normalize(expected).data.tolist()
