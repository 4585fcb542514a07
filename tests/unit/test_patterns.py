"""No pattern's work grows faster than the text: what takes four times as long for four times the text is linear, what
takes sixteen times as long would take a day for a megabyte. The texts are made to be hard for each pattern
(`patterns`); sizes are compared, seconds are not. In full with longer texts, and many more (`make faults`)."""

from __future__ import annotations

from pipeline import bundled
from pipeline.scoring.conversation import cues_for
from pipeline.scoring.cue_columns import labels_of
from pipeline.signals.spec import load_cues, load_signals
from tests.once import IN_FULL
from tests.unit.patterns import Use, growth, hostile, uses

SMALL, LARGE = (16_000, 64_000) if IN_FULL else (3_000, 12_000)
# A pattern whose work grows with the square of a text takes longer than that for the larger, by far.
LEAST, LIMIT = (0.2, 20.0) if IN_FULL else (0.012, 0.6)
FASTEST = 11.0  # four times the text, linear: 4; squared: 16
# Patterns that are slow on a long text, and never see one: their source, and what bounds it.
SHORT = {
    "text/language.py": "the first 600 signs of a text",
    "text/word_lists.py": "patterns of our own, when they are declared",
}


def slow(use: Use) -> tuple[str, float] | None:
    """A hostile text and the growth where a pattern is not linear."""
    for text in hostile(use.pattern, use.flags, with_heads=IN_FULL):
        times = growth(lambda size, text=text: use.run(text(size)), SMALL, LARGE, LEAST, LIMIT)  # type: ignore[misc]
        if times > FASTEST:
            return text(40), times
    return None


def test_no_pattern_takes_longer_than_the_text_is_long() -> None:
    found = uses()
    assert len(found) > 250
    wrong = {}
    for use in found:
        if use.file not in SHORT and (told := slow(use)):
            wrong[f"{use.file}: {use.pattern!r}"[:200]] = told
    assert wrong == {}


def test_a_pattern_that_backtracks_is_found() -> None:
    for pattern in (r"\s+x", r"(a|aa)+$", r"\w+@\w+\.com", r"(\d+-?)+z", rb"=+\n;"):
        told = slow(Use(pattern, 0, "", at_beginning=False))
        assert told is not None, pattern
    for pattern in (r"x\s+", r"[a-z]{1,40}@", r"\bwe\b.{0,60}\bleave\b"):
        assert slow(Use(pattern, 0, "", at_beginning=False)) is None, pattern


def test_words_of_marks_are_tokenized_in_time() -> None:
    """spaCy's tokenizer is no pattern of ours, and its work on a run of marks grows with the square of it."""
    cues = cues_for(load_signals(bundled.signal_specs()), load_cues(bundled.shared_cues()))
    labels_of(["We leave."], cues, "customer")
    slow = {}
    for piece in ("(", "!", "'", "$", ":)", "http://", "a-", "n't", "a."):
        texts = {size: "We leave you " + piece * (size // len(piece)) for size in (SMALL, LARGE)}
        times = growth(lambda size, texts=texts: labels_of([texts[size]], cues, "customer"), SMALL, LARGE, 0.1, 5.0)  # type: ignore[misc]
        if times > FASTEST:
            slow[piece] = times
        (found,) = labels_of([texts[SMALL]], cues, "customer")
        assert "exit" in found.labels
    assert slow == {}
