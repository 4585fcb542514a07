"""Cues: each declared one finds its own example; what negation reaches; what the matcher promises for any words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import bundled
from pipeline.errors import BadConfiguration
from pipeline.scoring.conversation import cues_for
from pipeline.signals.cues import HITS, LOWER, NEGATED, CueMatcher, Hit, cue_names, cue_pipeline
from pipeline.signals.spec import Cue, load_cues, load_signals

SHARED = load_cues(bundled.shared_cues())
SIGNALS = load_signals(bundled.signal_specs())
DECLARED = [("cues.toml", cue) for cue in SHARED] + [
    (name, cue) for name, signal in SIGNALS.items() for cue in signal.cues
]
ALL = cues_for(SIGNALS, SHARED)


def hits(text: str, *cues: Cue) -> list[Hit]:
    found: list[Hit] = cue_pipeline(cues or ALL)(text).user_data[HITS]
    return found


def labels(text: str, *cues: Cue) -> set[str]:
    return {hit.label for hit in hits(text, *cues)}


@pytest.mark.parametrize(("where", "cue"), DECLARED, ids=[f"{where}-{cue.name}" for where, cue in DECLARED])
def test_example_matches(where: str, cue: Cue) -> None:
    """Among all cues, as a night looks for them."""
    assert cue.name in {label.removesuffix(NEGATED) for label in labels(cue.example)}


def test_names_are_unique_over_all_files() -> None:
    names = [cue.name for _, cue in DECLARED]
    assert sorted(names) == sorted(set(names))
    assert not [name for name in names if NEGATED in name]


def test_feature_names_are_sorted_and_each_has_its_negation() -> None:
    assert cue_names([Cue("b", "b", ("b",)), Cue("a", "a", ("a",))]) == ["a", "a~not", "b", "b~not"]


RENEW = Cue("renew", "renew", ("renew",))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("we will renew", "renew"),
        ("we will not renew", "renew~not"),
        ("we won't renew", "renew~not"),  # the tokenizer parts "wo" and "n't"
        ("we won’t renew", "renew~not"),  # as phones type
        ("we wont renew", "renew~not"),  # as people type
        ("we will not ever again renew", "renew~not"),  # four tokens back at most
        ("not that we would ever want to renew", "renew"),  # beyond reach
        ("it is not good, we renew", "renew"),  # a comma ends the clause
        ("not today but renew", "renew"),  # so does "but"
        ("no. renew", "renew"),  # and a full stop
        ("renew? not", "renew"),  # what follows does not negate
        ("WE WILL NOT RENEW", "renew~not"),  # case is nothing
    ],
)
def test_scope_of_negation(text: str, label: str) -> None:
    assert labels(text, RENEW) == {label}


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ('[{"LOWER": "go"}, {"OP": "?"}, {"LOWER": "up"}]', "go up", (0, 2)),
        ('[{"LOWER": "go"}, {"OP": "?"}, {"LOWER": "up"}]', "go right up", (0, 3)),
        ('[{"LOWER": "go"}, {"OP": "?"}, {"LOWER": "up"}]', "go right on up", None),
        ('[{"LOWER": "go"}, {"OP": "?"}, {"LOWER": "up"}]', "go . up", None),  # a gap never crosses a sentence
        ('[{"LOWER": "a"}, {"LOWER": {"IN": ["b"]}, "OP": "*"}]', "a b b c", (0, 3)),  # the longest counts
        ('[{"LOWER": "add", "IS_SENT_START": true}]', "add it", (0, 1)),
        ('[{"LOWER": "add", "IS_SENT_START": true}]', "ok. add it", (2, 3)),
        ('[{"LOWER": "add", "IS_SENT_START": true}]', "we add it", None),
    ],
)
def test_pattern_notation(pattern: str, text: str, words: tuple[int, int] | None) -> None:
    assert [(hit.start, hit.end) for hit in hits(text, Cue("x", "", (), (pattern,)))] == ([words] if words else [])


@pytest.mark.parametrize(
    "pattern",
    [
        '[{"LOWER": "very", "OP": "?"}, {"LOWER": "good"}]',  # begins with what may be missing
        '[{"LOWER": "very", "OP": "*"}, {"LOWER": "good"}]',
        '[{}, {"LOWER": "good"}]',  # begins with any word
        "[]",
        '[{"LOWER": "good", "OP": "+"}]',
        '[{"LEMMA": "good"}]',
        '[{"LOWER": {"REGEX": "go+d"}}]',
    ],
)
def test_a_pattern_beyond_the_notation_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(BadConfiguration, match="praise_word"):
        hits("good", Cue("praise_word", "", (), (pattern,)))


def test_a_curly_apostrophe_is_read_as_a_straight_one() -> None:
    assert labels("I’d love it", Cue("wish", "", ("i'd love",))) == {"wish"}


def test_an_empty_phrase_is_refused() -> None:
    with pytest.raises(BadConfiguration, match="praise_word"):
        hits("good", Cue("praise_word", "", ("",)))


@given(st.text(max_size=200))
def test_any_text_gives_hits_within_bounds(text: str) -> None:
    doc = cue_pipeline(ALL)(text)
    words = doc.user_data[LOWER]
    assert len(words) == len(doc)
    names = set(cue_names(ALL))
    found = doc.user_data[HITS]
    assert all(0 <= hit.start < hit.end <= len(words) and hit.label in names for hit in found)
    assert found == sorted(set(found), key=lambda hit: (hit.start, hit.end, hit.label))


PIECES = st.sampled_from(
    "not no n't . ! ? , but \n i we would 'd be great nice more seats upgrade to the plan if you please add why is "
    "there cancel never again switch thanks for how much want need".split(" ")
)


@given(st.lists(PIECES, max_size=40), st.lists(PIECES, max_size=5))
def test_words_after_a_full_stop_change_no_earlier_hit(words: list[str], more: list[str]) -> None:
    matcher = cue_pipeline(ALL).get_pipe("ticketscout_cues_v1")._matcher
    assert isinstance(matcher, CueMatcher)
    alone = matcher([*words, "."])
    assert [hit for hit in matcher([*words, ".", *more]) if hit.start <= len(words)] == alone
