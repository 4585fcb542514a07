"""From a message as exported to the text that may be stored, and a vectorised test for which need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import normalise as spelling
from pipeline.text.html import html_to_text
from pipeline.text.marks import ONE_LINE_GATE, Mark, mark
from pipeline.text.redaction import ALL_RULES, redact

# One pass each: as one alternation they outgrow RE2's automaton and run 400 times slower.
_GATES = (spelling.GATE, ONE_LINE_GATE, *(rule.gate for rule in ALL_RULES if not rule.digits))
_GATES_WITH_DIGITS = tuple(rule.gate for rule in ALL_RULES if rule.digits)


@dataclass(frozen=True)
class Clean:
    """A message's text as it may be stored, the marks on it, and what redaction took out."""

    text: str
    marks: tuple[Mark, ...]
    counts: Mapping[str, int]


def clean(body: str, *, is_html: bool, names: Sequence[str] = ()) -> Clean:
    """Plain, normalised, redacted text with marks. `names`: the display names of the people in the ticket."""
    text = html_to_text(body) if is_html else body
    redacted = redact(spelling.normalise(text), names)
    return Clean(redacted.text, mark(redacted.text), redacted.counts)


def needs_care(texts: pa.Array) -> pa.BooleanArray:
    """For each text whether `clean` may have work on it.

    False is a promise: `clean(text, is_html=False, names=())` returns that text, without marks or counts. It
    says nothing about names: a ticket's own names may still be in such a text. Null stays null.
    """
    care = _matches_any(texts, _GATES)
    has_digit = pc.fill_null(pc.match_substring_regex(texts, "[0-9]"), False)
    # Two texts in three have no digit, and half of the gates ask for one.
    return pc.replace_with_mask(
        care,
        has_digit,
        pc.or_(care.filter(has_digit), _matches_any(texts.filter(has_digit), _GATES_WITH_DIGITS)),
    )


def _matches_any(texts: pa.Array, gates: Sequence[str]) -> pa.BooleanArray:
    return reduce(pc.or_, (pc.match_substring_regex(texts, gate) for gate in gates))
