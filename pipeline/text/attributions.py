"""The line that a mail program puts above a quotation: "On 5 Jan 2026 at 15:04, X wrote:", in the languages of
`mail_words`, wrapped over up to three lines.

A customer writes such lines too: "On Monday your colleague wrote:". What a program writes has a date with a year and a
time of day, or a name with its address in brackets, and none of the words by which people speak of one another.
"""

import re
from collections.abc import Sequence

from pipeline.text.lines import Line
from pipeline.text.mail_words import LANGUAGES, UNSPACED, whole_words, words_of

_MAX_LINES = 3
_MAX_LINE = 320
_MAX_WORDS = 400
_DECORATION = " \t*"

_SPOKEN = tuple(
    (
        re.compile(whole_words(language, "wrote"), re.IGNORECASE),
        re.compile(whole_words(language, "speech"), re.IGNORECASE),
        language.language in UNSPACED,
    )
    for language in LANGUAGES
)
_WROTE = re.compile("|".join(dict.fromkeys(wrote.pattern for wrote, _, _ in _SPOKEN)), re.IGNORECASE)
_OPENS = re.compile(rf"(?:{words_of('opens')})(?!\w)", re.IGNORECASE)
_ENDS = re.compile(rf"(?:{words_of('wrote')})\s?[-—]{{0,8}}$", re.IGNORECASE)
_END = 60

_YEAR = r"(?<!\d)(?:19|20|٢٠)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}(?!\d)"
_CLOCK = r"(?<!\d)\d{1,2}\s?[:.hH時时시]\s?\d{2}(?![\d.])"
_HAS_YEAR = re.compile(_YEAR)
_SOME_DIGITS = re.compile(r"\d\d")
_HAS_CLOCK = re.compile(_CLOCK)
_ADDRESS = re.compile(r"[<(\[]\s?(?:mailto:)?\[EMAIL\]|<[^<>\n]{3,80}>")
# "пн, 5 янв. 2026 г. в 15:04, X <…>:" and "2026年1月5日(月) 15:04 X <…>:" have no verb at all.
_NO_VERB = re.compile(
    rf"(?=[^\n]{{0,60}}(?:{_YEAR}))[^\n]{{4,60}}{_CLOCK}(?P<name>[^<(\n]{{0,100}})"
    r"[<(\[]\s?(?:mailto:)?(?:\[EMAIL\]|[^\s<>]{3,80})\s?[>)\]]{1,2}\s?[:：]\s{0,3}$"
)
_LONG_LOWER = re.compile(r"(?<!\w)[^\W\d_A-Z]{4}")
_NAME_WORDS = 6


def attribution_end(lines: Sequence[Line], place: int) -> int | None:
    """The line after the attribution that begins at `place`; None if none does."""
    if not _may_open(lines[place].text.lstrip(_DECORATION)):
        return None
    words = ""
    for end in range(place, min(place + _MAX_LINES, len(lines))):
        line = lines[end]
        if line.is_blank or line.is_quoted or len(line.text) > _MAX_LINE:
            return None
        words = f"{words} {line.text.strip(_DECORATION)}".lstrip()
        if len(words) <= _MAX_WORDS and _is_ended(words) and _is_attribution(words, _is_quoted_below(lines, end)):
            return end + 1
    return None


def _may_open(first: str) -> bool:
    """Cheaper than the rest: most lines neither open so, nor hold a date or address, nor end in a colon."""
    if first.rstrip().endswith((":", "：")) or first.startswith("-"):
        return True
    if "[EMAIL]" in first or _OPENS.match(first) is not None:
        return True
    return _SOME_DIGITS.search(first) is not None and _HAS_YEAR.search(first) is not None


def _is_ended(words: str) -> bool:
    """With a colon or, as a few programs do, with the verb."""
    return words.endswith((":", "：")) or _ENDS.search(words, max(0, len(words) - _END)) is not None


def _is_attribution(words: str, is_quoted_below: bool) -> bool:
    has_year = _HAS_YEAR.search(words) is not None
    has_clock = _HAS_CLOCK.search(words) is not None
    if _WROTE.search(words) is None:
        return _is_dated_sender(words)
    if (has_year or has_clock) and _ADDRESS.search(words):
        return True
    if not is_quoted_below and not (has_year and has_clock):
        return False
    verbs = [(wrote.search(words), speech, is_unspaced) for wrote, speech, is_unspaced in _SPOKEN]
    found = [(verb, speech, is_unspaced) for verb, speech, is_unspaced in verbs if verb is not None]
    if any(speech.search(words) for _, speech, _ in found):
        return False
    if has_year or has_clock:
        return True
    # "Jo Fenn wrote:" alone, the verb at one end of a line that is hardly more than a name
    verb, _, is_unspaced = found[0]
    is_at_end = verb.start() == 0 or not words[verb.end() :].strip(" :：")
    return is_at_end and not is_unspaced and len(words.split()) <= _NAME_WORDS


def _is_dated_sender(words: str) -> bool:
    """Date, time, a name in words that are capitalised, an address in brackets, and nothing else."""
    match = _NO_VERB.match(words)
    return match is not None and _LONG_LOWER.search(match["name"]) is None


def _is_quoted_below(lines: Sequence[Line], place: int) -> bool:
    following = next((line for line in lines[place + 1 : place + 4] if not line.is_blank), None)
    return following is not None and following.is_quoted
