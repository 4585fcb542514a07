"""What people do to topics holds, can be taken back, and steers what comes; titles are the customers' words."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.topics.assign import assign
from pipeline.topics.edits import Edit, apply_edits, in_force, merged_into, split_id, typed_titles
from pipeline.topics.needs import LONGEST, Need
from pipeline.topics.titles import shortened, titles
from pipeline.topics.vectors import need_vectors
from pipeline.topics.words import shipped_words, stem

A, B, C = ("zendesk", "1"), ("zendesk", "2"), ("zendesk", "3")
FOUND = {A: "T-a", B: "T-b", C: "T-b"}
MERGE = Edit(1, "merge", "T-b", "T-a")
SPLIT = Edit(1, "split", "T-b", "T-s", (C,))


def undo(number: int, undone: int) -> Edit:
    return Edit(number, "undo", "", undone=undone)


def test_a_merge_takes_all_and_an_undo_gives_them_back() -> None:
    assert set(apply_edits(FOUND, [MERGE]).values()) == {"T-a"}
    assert apply_edits(FOUND, [MERGE, undo(2, 1)]) == FOUND
    assert merged_into([MERGE, Edit(2, "merge", "T-a", "T-z")], "T-b") == "T-z"


def test_a_split_takes_its_tickets_and_what_joined_them_goes_back_with_an_undo() -> None:
    assert apply_edits(FOUND, [SPLIT]) == {A: "T-a", B: "T-b", C: "T-s"}
    joined = FOUND | {("zendesk", "4"): "T-s"}
    assert apply_edits(joined, [SPLIT, undo(2, 1)]) == FOUND | {("zendesk", "4"): "T-b"}
    assert split_id(1, "T-b") != split_id(2, "T-b")


def test_edits_steer_what_comes_later() -> None:
    """Merged: what is like either goes to the one that stays. Split: the nearer of the two."""
    said = [
        Need("zendesk", str(n), quote)
        for n, quote in enumerate(
            ["A dark mode for the app", "Export the board as PDF", "Dark mode please", "PDF export of boards"], 1
        )
    ]
    found = assign(said[:2], {})
    dark, pdf = found[said[0].key], found[said[1].key]
    assert dark != pdf
    merged = assign(said, apply_edits(found, [Edit(1, "merge", pdf, dark)]))
    assert set(merged.values()) == {dark}
    split = assign(said, apply_edits(dict.fromkeys(found, dark), [Edit(1, "split", dark, "T-s", (said[1].key,))]))
    assert list(split.values()) == [dark, "T-s", dark, "T-s"]


def test_the_last_title_wins_and_an_undone_one_is_gone() -> None:
    names = [Edit(1, "rename", "T-a", title="One"), Edit(2, "rename", "T-a", title="Two")]
    assert typed_titles(names) == {"T-a": "Two"}
    assert typed_titles([*names, undo(3, 2)]) == {"T-a": "One"}
    assert in_force([*names, undo(3, 2)]) == names[:1]


_EDITS = st.lists(
    st.tuples(st.sampled_from(["merge", "split"]), st.sampled_from("abc"), st.sampled_from("abc")), max_size=6
)


@settings(max_examples=80, deadline=None)
@given(_EDITS, st.dictionaries(st.sampled_from([A, B, C]), st.sampled_from(["T-a", "T-b", "T-c"])))
def test_no_edit_loses_a_need_merges_twice_are_merges_once_and_undone_is_undone(
    given_edits: list[tuple[str, str, str]], found: dict[tuple[str, str], str]
) -> None:
    edits = [
        Edit(n, "merge", f"T-{a}", f"T-{b}") if kind == "merge" else Edit(n, "split", f"T-{a}", f"T-s{n}", (A, C))
        for n, (kind, a, b) in enumerate(given_edits, 1)
    ]
    placed = apply_edits(found, edits)
    assert placed.keys() == found.keys()
    assert apply_edits(found, [*edits, *(undo(10 + e.number, e.number) for e in edits)]) == found
    for edit in edits:
        if edit.kind == "merge":
            once = apply_edits(placed, [edit])
            assert apply_edits(once, [edit]) == once


QUOTES = [
    "Hello all, hope you are well, we really miss a PDF export of the Gantt chart, our board asks for it every month.",
    "A PDF export of the Gantt chart",
    "Please export the Gantt chart as PDF",
]


def titled(*quotes: str) -> str:
    return titles(quotes, need_vectors(quotes, shipped_words()), ["T-a"] * len(quotes))["T-a"]


def test_a_title_is_a_short_piece_of_what_a_customer_said() -> None:
    title = titled(QUOTES[0])
    assert len(title) <= LONGEST
    assert "Gantt" in titled(*QUOTES)
    assert title.strip("… ") in QUOTES[0]


def test_a_night_without_needs_has_no_titles() -> None:
    assert titles([], need_vectors([], shipped_words()), []) == {}


def test_a_title_stays_while_a_topic_grows() -> None:
    assert (
        titled(*QUOTES[1:]) == titled(*QUOTES[1:], "The Gantt chart as a PDF", "Gantt chart, PDF export") == QUOTES[1]
    )


@given(st.text(max_size=400))
def test_any_quote_is_cut_to_length(quote: str) -> None:
    assert len(shortened(quote, Counter())) <= LONGEST


def test_stems_bring_forms_of_a_word_together() -> None:
    assert {stem(word) for word in ("export", "exports", "exported", "exporting")} == {"export"}
    assert stem("companies") == stem("company")
    assert (stem("bus"), stem("glass")) == ("bus", "glass")
