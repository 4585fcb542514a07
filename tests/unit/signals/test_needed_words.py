"""Patterns are asked of texts that have the words they need: no text that one matches lacks them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import bundled
from pipeline.signals import facts as reading
from pipeline.signals.facts import load_facts, read_facts
from pipeline.signals.needed_words import needed_words
from pipeline.signals.word_index import WordIndex
from tests.once import IN_FULL

ROWS = Path(__file__).resolve().parents[3] / "data" / "facts"
FACTS = load_facts(bundled.fact_specs())
PATTERNS = [pattern for fact in FACTS.values() for pattern in (*fact.patterns, *fact.unless)]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\bshame on (?:you|@\w+)", [[["on shame"]], [["on shame you*"]]]),
        (r"(?i:\bA Joke\b)", [[["a joke"]]]),
        (r"unhappy", [[["*unhappy*"]]]),
        (r"\bcompar\w+ plans?\b", [[["compar* plan", "compar* plans"]]]),
        (r"\bmore(?: \w+){0,3}? seats\b", [[["more seats"]]]),
        (r"\b(?:leave|quit)\b[^.]*\bnow\b", [[["leave now", "now quit"]]]),
        (r"\bout\b|\boff\b", [[["off"]], [["out"]]]),
        (r"\bca[fv]e\b", [[["cafe", "cave"]]]),
        (r"\bpre-?sales\b", [[["pre sales", "presales"]]]),
        (r"\bin\s*time\b", [[["in time", "intime"]]]),
        ("caf\u00e9s", [[["*caf"]]]),
        (r"\bfoo.?bar\b", [[["*bar foo*", "foobar"]]]),
        (r"\w+ing", [[["*ing*"]]]),
        (r"\b(?:do )+it\b", [[["do it"]]]),
        (r"\?", []),
        (r"\bgo(?: now)?\b|\W", []),
        (r"\pLabc", []),
        (r"[[:alpha:]]abc", []),
        (r"abcd{,3}", []),
    ],
)
def test_words_that_a_pattern_needs(pattern: str, needs: list[list[list[str]]]) -> None:
    found = needed_words(pattern)
    assert [[[" ".join(way) for way in ways] for ways in pieces] for pieces in found] == needs


def test_a_long_list_of_words_stays_whole_and_two_are_asked_apart() -> None:
    one, other = ([f"{a}{b}{end}" for a in "abcdefgh" for b in "klmnopqrst"] for end in ("first", "second"))
    ((ways, more),) = needed_words(rf"\b(?:{'|'.join(one)})\b (?:{'|'.join(other)})\b")
    assert [way for (way,) in ways] == sorted(one)
    assert [way for (way,) in more] == sorted(other)


def written() -> list[str]:
    rows = [json.loads(line) for file in sorted(ROWS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [str(row["text"]).replace("\u2019", "'") for row in rows[:: 1 if IN_FULL else 4]]


def made_for(pattern: str, chance: random.Random) -> str:
    """A text that the pattern matches, or nearly: every choice by chance."""

    def one(tree: Any) -> Iterator[str]:
        for kind, what in tree:
            if kind is sre.LITERAL:
                yield chance.choice([chr(what), chr(what), chr(what).upper()])
            elif kind is sre.IN:
                yield next((chr(code) for op, code in chance.sample(what, len(what)) if op is sre.LITERAL), "7")
            elif kind is sre.ANY:
                yield chance.choice("x .")
            elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
                least, most, part = what
                for _ in range(chance.randint(least, min(most, least + 2))):
                    yield from one(part)
            elif kind is sre.BRANCH:
                yield from one(chance.choice(what[1]))
            elif kind is sre.SUBPATTERN:
                yield from one(what[-1])

    return chance.choice(["", "So ", "x", "\n", "\u00e9"]) + "".join(one(parser.parse(pattern)))


def missed(texts: list[str], patterns: Iterable[str]) -> tuple[list[tuple[str, str]], int]:
    """Texts that a pattern matches and the index leaves out, and how many it matches."""
    array = pa.array(texts, pa.string())
    index, wrong, matched = WordIndex(array), [], 0
    for pattern in patterns:
        matches = pc.match_substring_regex(array, pattern.replace("(?P<value>", "(?:")).to_numpy(zero_copy_only=False)
        may = index.may_match(needed_words(pattern))
        wrong += [(pattern, texts[i]) for i in np.flatnonzero(matches & ~may)]
        matched += int(matches.sum())
    return wrong, matched


def test_no_text_is_missed_that_was_written() -> None:
    wrong, matched = missed(written(), PATTERNS)
    assert wrong == []
    assert matched > 400


def test_no_text_is_missed_that_is_made_for_a_pattern() -> None:
    chance = random.Random(7)
    matched = 0
    for pattern in PATTERNS if IN_FULL else PATTERNS[::7]:
        wrong, some = missed([made_for(pattern, chance) for _ in range(100 if IN_FULL else 12)], [pattern])
        assert wrong == []
        matched += some
    assert matched > 200


def test_most_texts_are_passed_over() -> None:
    """Else the index would be right and of no use."""
    texts = written()
    index = WordIndex(pa.array(texts, pa.string()))
    shares = [index.may_match(needed_words(pattern)).mean() for pattern in PATTERNS]
    assert sum(share < 0.1 for share in shares) > 0.8 * len(shares)


@pytest.mark.parametrize("text", ["s\u017fhame", "as\u212a", "\u212aey", "ma\u017f"])
def test_what_re2_takes_for_a_letter_is_passed_to_it(text: str) -> None:
    for pattern in ("(?i:sshame)", "(?i:ask)", "(?i:key)", "(?i:mas)"):
        assert missed([text, "other"], [pattern])[0] == []


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_can_be_looked_up(texts: list[str]) -> None:
    assert (
        missed([text.encode("utf-8", "ignore").decode() for text in texts], ["a", r"\be\b", r"(?i:\bk|s\b)"])[0] == []
    )


def test_facts_are_the_same_looked_up_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array([*written(), "We hear Boardwell is cheaper.", "Team plan, please.", None, ""], pa.string())
    roles = pa.array([("customer", "agent", "note")[i % 5 // 2] for i in range(len(texts))])
    signals = pa.array([i % 3 == 0 for i in range(len(texts))])
    names = {"competitor": [("Boardwell", ["board-well"])], "product": [("Team", ["team plan"])]}
    found = []
    for from_on in (10**9, 1):
        monkeypatch.setattr(reading, "INDEXED", from_on)
        found.append([read_facts(texts, roles, FACTS, names, some) for some in (signals, None)])
    assert found[0] == found[1]
    assert found[0][0].num_rows > 50
