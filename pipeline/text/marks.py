"""Marks on what in a message its writer did not write this time: marks, not cuts, so that nothing is lost.

Quotation, signature and disclaimer are lines; a mark covers whole lines, newline included. What is in doubt
stays unmarked: a sentence too much is read, a sentence cut is a customer not heard.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text.device_lines import is_device_line
from pipeline.text.lines import Line, lines_of
from pipeline.text.quoted_replies import find_quotes
from pipeline.text.signatures import (
    DISCLAIMER,
    SIGNATURE,
    find_disclaimers,
    signature_start,
)
from pipeline.text.word_lists import word_tuple

# A message of one line bears no mark unless it holds one of these, or begins as a device's line does.
_ONE_LINE_HINTS = (
    *word_tuple(
        "weitergeleitete transféré reenviado inoltrato doorgestuurd encaminhada original origine"
        " oorspronkelijk ursprungligt urspr confidential intended registered privileged addressee"
        " unauthori disclos disseminat distribut copying prohibited liab virus attachment vertraulich"
        " confidentiel confidencial riservat vertrouwelijk"
    ),
    *(
        "above this line",
        "oberhalb dieser",
        "über dieser",
        "-dessus de cette",
        "encima de esta",
        "forwarded message",
        "before printing",
    ),
)
_DEVICE_START = (
    r"^\s{0,3}[\[(<]?(?i:sent|gesendet|von meinem|envoyé|enviado|inviato|verzonden|skickat|wysłane|get"
    r"|composed)\b"
)
ONE_LINE_GATE = f"(?i:{'|'.join(_ONE_LINE_HINTS)})|{_DEVICE_START}"
"""A text of one line that does not match this has no marks (Python's `re` and RE2 alike)."""
_DEVICE_LINE = re.compile(_DEVICE_START, re.ASCII)
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that is not its writer's own words: `quote`, `signature`, `disclaimer` or
    `forwarded`."""

    kind: str
    start: int
    end: int


def mark(text: str) -> tuple[Mark, ...]:
    """The marks on a text, in order and apart from each other; chats and tweets have none."""
    if "\n" not in text and not _may_bear_a_mark(text):
        return ()
    lines = lines_of(text)
    kinds = find_quotes(lines)
    for start, end in list(_own_stretches(kinds)):
        _mark_end_of_stretch(lines, kinds, start, end)
    return tuple(_marks(lines, kinds))


def _may_bear_a_mark(line: str) -> bool:
    lower = line.lower()
    for hint in _ONE_LINE_HINTS:  # a loop: any() over a generator takes three times as long
        if hint in lower:
            return True
    return _DEVICE_LINE.match(line) is not None


def own_words(text: str, marks: Sequence[Mark]) -> str:
    """The text without its marked stretches; empty if nothing else is in it."""
    if not marks:
        return text
    pieces = []
    done = 0
    for marked in marks:
        pieces.append(text[done : marked.start])
        done = marked.end
    pieces.append(text[done:])
    return _MANY_BLANK_LINES.sub("\n\n", "".join(pieces)).strip()


def _own_stretches(kinds: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Where lines of the writer's own run from and to."""
    start = None
    for place, kind in enumerate((*kinds, "end")):
        if kind is None and start is None:
            start = place
        elif kind is not None and start is not None:
            yield start, place
            start = None


def _mark_end_of_stretch(lines: Sequence[Line], kinds: list[str | None], start: int, end: int) -> None:
    for place, is_disclaimer in enumerate(find_disclaimers(lines[start:end]), start):
        if is_disclaimer:
            kinds[place] = DISCLAIMER
    for place in range(start, end):
        if kinds[place] is None and is_device_line(lines[place].text):
            kinds[place] = SIGNATURE
    for first, last in list(_own_stretches(kinds[start:end])):
        begin = signature_start(lines[start + first : start + last])
        if begin is not None:
            kinds[start + first + begin : start + last] = [SIGNATURE] * (last - first - begin)


def _marks(lines: Sequence[Line], kinds: Sequence[str | None]) -> Iterator[Mark]:
    """Runs of lines of one kind as marks."""
    start = 0
    for place in range(1, len(kinds) + 1):
        if place == len(kinds) or kinds[place] != kinds[start]:
            kind = kinds[start]
            if kind is not None and lines[place - 1].end > lines[start].start:
                yield Mark(kind, lines[start].start, lines[place - 1].end)
            start = place
