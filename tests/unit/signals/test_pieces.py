"""Words by pieces are the words of spaCy's tokenizer."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scoring.cue_columns import labels_of
from pipeline.signals import pieces
from pipeline.signals.cues import HITS, cue_pipeline
from pipeline.signals.pieces import Parted, lower
from pipeline.signals.spec import Cue

TOKENIZER = spacy.blank("en").tokenizer
PARTED = Parted(TOKENIZER)


def by_spacy(text: str) -> list[str]:
    return [lower(token.orth_) for token in TOKENIZER(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "  ",
        "one",
        " leading",
        "trailing ",
        "trailing  ",
        "two  spaces",
        "a line\nand another \n with a space before it",
        "\n\nafter two lines",
        "a tab\tno-break\xa0space\u2003wide\x1fseparator",
        "I don't, cannot and gonna; DONT won’t! He's \"quoted\" (so)",
        "Mr. Smith, e.g. at 10pm. O.K.? U.S. a.m.",
        "@united, @Delta! #late #Late24 @_x",
        "ref [1-1234567], 12345 12,345.67 2024-11-30T12:34 +4912345678 £12000 50000km 4000k 12345pm",
        "http://10.11.12.13:12345/a1234 see www.shop12345.example/x?y=2024. mail a12345@b.example",
        ":) :-( <3 <333 <3333 8-) 8888) o.0 1234.0 ...wait... end..",
        "Done.next one,two ?! !!! A. AB. Ab.",
    ],
)
def test_words_are_those_of_spacy(text: str) -> None:
    assert PARTED.words(text) == by_spacy(text)


@given(st.lists(st.text(alphabet="aBt 's.,!?@#-\n\t\u2019(:)014", max_size=8).map(lambda s: s + " "), max_size=12))
def test_whatever_stands_together(parts: list[str]) -> None:
    text = "".join(parts)
    assert PARTED.words(text) == [word for piece in pieces.pieces(text) for word in by_spacy(piece)]


def test_every_rule_of_spacys_own_is_kept_with_a_mark_and_without() -> None:
    for rule in (rule for rule in TOKENIZER.rules if not rule.isspace()):
        for text in (rule, rule + ",", rule + ".", rule.upper() + "!", "@" + rule):
            assert PARTED.words(text) == by_spacy(text)


def test_what_was_kept_is_given_up_when_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST", 3)
    parted = Parted(TOKENIZER)
    text = "so many (different) words, and don't-s in (one) text (here)"
    assert parted.words(text) == by_spacy(text)
    assert len(parted) <= 3


def test_labels_are_those_of_the_whole_pipeline() -> None:
    cues = (Cue("leave", "We leave", ("we leave", "i leave")), Cue("no_more", "never again", ("never again",)))
    texts = ["We leave.", "", "We\nleave; never  again", "We do not leave.", "Never, ever again, I leave @you!"]
    found = labels_of(texts, cues, "customer")
    assert [one.labels for one in found] == [
        tuple(sorted({hit.label for hit in cue_pipeline(cues)(text).user_data[HITS]})) for text in texts
    ]
    assert [one.length for one in found] == [len(by_spacy(text)) for text in texts]
