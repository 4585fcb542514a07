"""No pattern's work grows faster than the text: what takes four times as long for four times the text is linear, what
takes sixteen times as long would take a day for a megabyte. The texts are made to be hard for each pattern
(`patterns`); sizes are compared, seconds are not. Then a megabyte: of each pattern whose matches may be of any length
its hardest text. In full (`make faults`) with longer texts, many more, a megabyte of every kind for each pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import pytest

from pipeline import bundled
from pipeline.scoring.conversation import cues_for
from pipeline.scoring.cue_columns import labels_of
from pipeline.signals.facts import Fact, load_facts, read_facts
from pipeline.signals.spec import load_cues, load_signals
from pipeline.text.language import languages
from tests.once import IN_FULL
from tests.unit.made_patterns import MADE, places
from tests.unit.patterns import CUT_FIRST, TooLong, Use, at_most, growth, hostile, is_bounded, seconds, trees, uses

MEGABYTE = 1_000_000
SMALL, LARGE = (16_000, 64_000) if IN_FULL else (3_000, 12_000)
# A pattern whose work grows with the square of a text takes longer than that for the larger, by far.
LEAST, LIMIT = (0.2, 20.0) if IN_FULL else (0.012, 0.6)
FASTEST = 11.0  # four times the text, linear: 4; squared: 16
# Of so many texts of a pattern, those that take longest at so many signs, a megabyte is read; in full, also of all
# before which nothing stands.
HARDEST, RANKED = 6 if IN_FULL else 1, 12_000
# Under a second a megabyte needs no comparison; and how many times longer than LARGE it may take.
QUICK, LONGEST, FASTEST_TO_IT = 1.0, 20.0, FASTEST * MEGABYTE / (4 * LARGE)
# Files whose patterns are slow on a long text, and never see one: what reads it, and cuts it first.
CUT: dict[str, Callable[[str], object]] = {"text/language.py": lambda text: languages(pa.array([text]))}


def run_of(use: Use) -> Callable[[str], object]:
    """What the program does with a text, as far as it bounds what the pattern sees."""
    return CUT.get(use.file, use.run)


def slow(use: Use, limit: float = LIMIT) -> tuple[str, float] | None:
    """A hostile text and the growth where a pattern is not linear."""
    run = run_of(use)
    for text in hostile(use.pattern, use.flags, with_heads=IN_FULL):
        times = growth(lambda size, text=text: run(text(size)), SMALL, LARGE, LEAST, limit)  # type: ignore[misc]
        if times > FASTEST:
            return text(40), times
    return None


def slow_at_a_megabyte(use: Use) -> tuple[str, float] | None:
    """The same against a megabyte."""
    run = run_of(use)
    texts = sorted(
        hostile(use.pattern, use.flags, with_heads=IN_FULL),
        key=lambda text: seconds(lambda size: run(text(size)), RANKED, 1),
        reverse=True,
    )[:HARDEST]
    texts += hostile(use.pattern, use.flags, with_heads=False) if IN_FULL else []
    for text in texts:
        times = times_to_a_megabyte(lambda size, text=text: run(text(size)))  # type: ignore[misc]
        if times > FASTEST_TO_IT:
            return text(40), times
    return None


def times_to_a_megabyte(run: Callable[[int], object]) -> float:
    """How many times longer than LARGE it takes; 0 where it is quick."""
    try:
        with at_most(LONGEST):
            took = seconds(run, MEGABYTE, 1)
    except TooLong:
        return float("inf")
    return took / max(seconds(run, LARGE, 3), 1e-6) if took > QUICK else 0.0


def test_no_pattern_takes_longer_than_the_text_is_long() -> None:
    found = uses()
    assert len(found) > 300
    assert set(CUT) == set(CUT_FIRST)
    assert {name: told for name, use in _named(found) if (told := slow(use))} == {}


def test_no_pattern_is_stopped_by_a_megabyte() -> None:
    found = [use for use in uses() if IN_FULL or not is_bounded(use.pattern, use.flags)]
    assert len(found) > 60
    assert {name: told for name, use in _named(found) if (told := slow_at_a_megabyte(use))} == {}


def _named(found: Iterable[Use]) -> Iterator[tuple[str, Use]]:
    return ((f"{use.file}: {use.pattern!r}"[:200], use) for use in found)


def test_every_pattern_that_is_made_while_the_program_runs_is_known() -> None:
    assert {(file, place) for file, tree in trees().items() for place in places(tree)} == set(MADE)


@pytest.mark.parametrize("fact", load_facts(bundled.fact_specs()).values(), ids=lambda fact: fact.name)
def test_no_fact_is_stopped_by_a_megabyte(fact: Fact) -> None:
    """Their patterns are RE2's: each fact reads a text of pieces of what its patterns nearly match."""
    kinds = [pattern for kind in fact.kinds for pattern in kind.patterns]
    pieces = [text for one in (*fact.patterns, *kinds, *fact.unless) for text in hostile(one, 0, with_heads=False)]

    def read(size: int) -> None:
        text = "".join(piece(size // len(pieces)) for piece in pieces)
        read_facts(pa.array([text]), pa.array([fact.reads]), {fact.name: fact})

    assert times_to_a_megabyte(read) <= FASTEST_TO_IT


def test_a_pattern_that_backtracks_is_found() -> None:
    for pattern in (r"\s+x", r"(a|aa)+$", r"\w+@\w+\.com", rb"=+\n;"):
        told = slow(Use(pattern, 0, "", at_beginning=False), 10 * LEAST)
        assert told is not None, pattern
    for pattern in (r"x\s+", r"[a-z]{1,40}@", r"\bwe\b.{0,60}\bleave\b"):
        assert slow(Use(pattern, 0, "", at_beginning=False)) is None, pattern


def test_words_of_marks_are_tokenized_in_time() -> None:
    """spaCy's tokenizer is no pattern of ours, and its work on a run of marks grows with the square of it."""
    cues = cues_for(load_signals(bundled.signal_specs()), load_cues(bundled.shared_cues()))
    labels_of(["We leave."], cues, "customer")
    slow = {}
    for piece in ("(", "!", "'", "$", ":)", "http://", "a-", "n't", "a."):
        texts = {size: "We leave you " + piece * (size // len(piece)) for size in (SMALL, LARGE, MEGABYTE)}

        def label(size: int, texts: dict[int, str] = texts) -> None:
            (found,) = labels_of([texts[size]], cues, "customer")
            assert "exit" in found.labels

        # Linear, but seven thousandths of a second for a thousand marks: so measured within 20 s, or 5 of the shorter.
        times = growth(label, SMALL, LARGE, 0.1, LONGEST if IN_FULL else 5.0)
        if times > FASTEST or (IN_FULL and times_to_a_megabyte(label) > FASTEST_TO_IT):
            slow[piece] = times
        label(SMALL)
    assert slow == {}
