"""A column of texts cleaned at the price of the few in which there is something to do.

Gates run over the whole column (RE2), and each text is then shown to the rules alone whose gate it matched. What comes
out is what `clean` makes of every text by itself; tests hold it to that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import normalise as spelling
from pipeline.text.clean import Clean, clean
from pipeline.text.marks import ONE_LINE_GATE, mark
from pipeline.text.name_places import PLACES
from pipeline.text.pii_email import EMAIL, SPELLED_EMAIL
from pipeline.text.pii_ids import SHAPED_ID
from pipeline.text.pii_links import BARE_LINK, LINK
from pipeline.text.pii_money import CARD, IBAN
from pipeline.text.pii_network import IPV4, IPV6
from pipeline.text.pii_secrets import PASSWORD, SECRET_FORM
from pipeline.text.placeholders import Rule
from pipeline.text.redaction import ALL_RULES, Begun, Redacted, begin, end

_SPELLING, _MARKS = "spelling", "marks"
_Gate = Rule | str
_GREETED, _ADDRESSED, _INTRODUCED, _SELF, _CLOSED, _DASHED, _CARETED = PLACES
# What is rare and begins with a sign or a word is looked for in one go, and told apart where it is found. More than
# these in one alternation outgrow RE2's automaton and run 400 times slower.
_TOGETHER: tuple[tuple[_Gate, ...], ...] = (
    (_SPELLING, LINK, BARE_LINK, EMAIL, SPELLED_EMAIL, _CLOSED, _DASHED, _CARETED),
    (_GREETED, _ADDRESSED),
    (PASSWORD, _INTRODUCED, _SELF),
    (_MARKS, SECRET_FORM),
)
_GROUPS: tuple[tuple[_Gate, ...], ...] = (
    *_TOGETHER,
    *((rule,) for rule in ALL_RULES if not rule.digits and not any(rule in group for group in _TOGETHER)),
)
# Two texts in three have no digit, and half of the gates ask for one.
_NUMBERS = (IBAN, CARD, SHAPED_ID, IPV4, IPV6)
_GROUPS_WITH_DIGITS: tuple[tuple[_Gate, ...], ...] = (
    _NUMBERS,
    *((rule,) for rule in ALL_RULES if rule.digits and rule not in _NUMBERS),
)


@dataclass(frozen=True)
class Care:
    """What the gates say of a column, by a text's place: `spelled`, `blank` and `marked` are places of texts that are
    not of one line spelled as they are kept, that have blanks around them, and that may bear marks; `rules` have
    something to look at there."""

    spelled: frozenset[int]
    blank: frozenset[int]
    marked: frozenset[int]
    rules: Mapping[int, tuple[Rule, ...]]

    @cached_property
    def places(self) -> frozenset[int]:
        """Of texts that may need work; not to be among them is the promise of `clean.needs_care`."""
        return self.spelled | self.blank | self.marked | self.rules.keys()

    def __contains__(self, place: int) -> bool:
        return place in self.places


def care_of(texts: pa.Array) -> Care:
    """Which texts may need work, and by which rules."""
    matched: dict[_Gate, Sequence[int]] = {}
    everywhere = pa.array(np.arange(len(texts)))
    trimmed = pc.ascii_trim(texts, characters=" ")
    is_blank = pc.not_equal(pc.binary_length(texts), pc.binary_length(trimmed))
    texts = trimmed
    _match(texts, everywhere, _GROUPS, matched)
    has_digit = pc.match_substring_regex(texts, "[0-9]")
    _match(texts.filter(has_digit), everywhere.filter(has_digit), _GROUPS_WITH_DIGITS, matched)
    rules: dict[int, tuple[Rule, ...]] = {}
    for rule in ALL_RULES:  # in their order
        for place in matched.get(rule, ()):
            rules[place] = (*rules.get(place, ()), rule)
    spelled, marked = (frozenset(matched.get(gate, ())) for gate in (_SPELLING, _MARKS))
    return Care(spelled, frozenset(everywhere.filter(is_blank).to_pylist()), marked, rules)


def _match(
    texts: pa.Array, places: pa.Array, groups: Sequence[tuple[_Gate, ...]], matched: dict[_Gate, Sequence[int]]
) -> None:
    for group in groups:
        found = pc.match_substring_regex(texts, "|".join(f"(?:{_pattern(gate)})" for gate in group))
        where = places.filter(found)
        if len(group) == 1:
            matched[group[0]] = where.to_pylist()
        elif len(where):
            few = texts.filter(found)
            for gate in group:
                matched[gate] = where.filter(pc.match_substring_regex(few, _pattern(gate))).to_pylist()


def _pattern(gate: _Gate) -> str:
    if isinstance(gate, Rule):
        return gate.gate
    return spelling.BUT_BLANKS if gate == _SPELLING else ONE_LINE_GATE


def clean_column(texts: pa.Array, names: Callable[[int], Sequence[str]], named: Iterable[int] = ()) -> dict[int, Clean]:
    """`clean(text, is_html=False, names=names(place))` of the texts that it changes or marks, by their place. `named`:
    at least the places of texts in which a name of theirs may be."""
    care = care_of(texts)
    places = sorted(care.places.union(named))
    found: dict[int, Clean] = {}
    waiting: dict[int, tuple[str, Begun]] = {}
    for place, text in zip(places, texts.take(pa.array(places, pa.int64())).to_pylist(), strict=True):
        if not text:
            continue
        if place in care.spelled:
            found[place] = clean(text, is_html=False, names=names(place))
            continue
        if place in care.blank:
            text = text.strip(" ")
        begun = begin(text, names(place), care.rules.get(place, ()))
        if isinstance(begun, Begun):
            waiting[place] = text, begun
        elif one := _kept(place, text, begun, care):
            found[place] = one
    matched = _still_matched([begun for _, begun in waiting.values()])
    for number, (place, (text, begun)) in enumerate(waiting.items()):
        if one := _kept(place, text, end(begun, names(place), matched.get(number, ())), care):
            found[place] = one
    return found


def _kept(place: int, text: str, redacted: Redacted | None, care: Care) -> Clean | None:
    """What became of a text; None where it stays as it is, unmarked."""
    is_marked = place in care.marked
    if redacted is not None and redacted.text != text:
        # A placeholder makes no mark of a line that had none.
        return Clean(redacted.text, mark(redacted.text) if is_marked else (), redacted.counts)
    marks = mark(text) if is_marked else ()
    return Clean(text, marks, {}) if marks or place in care.blank else None


def _still_matched(begun: Sequence[Begun]) -> dict[int, list[Rule]]:
    """By number, which of the active rules' gates match what a text is now. All are asked at once: one by one it costs
    as much as their first go."""
    texts = pa.array([one.text for one in begun], pa.string())
    matched: dict[int, list[Rule]] = {}
    for rule in ALL_RULES:
        if any(rule in active for active in {one.active for one in begun}):
            for number in pc.indices_nonzero(pc.match_substring_regex(texts, rule.gate)).to_pylist():
                if rule in begun[number].active:
                    matched.setdefault(number, []).append(rule)
    return matched
