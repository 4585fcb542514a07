"""Numbers that a state gives to a person: with the words that name them, or by shape and checksum alone.

Where a number is named ("my SSN is …") its shape suffices, for a mistyped number is personal too; without
words only a shape that little else has and a valid checksum count. Checksums are python-stdnum's.
"""

import re
from collections.abc import Callable
from functools import partial

from stdnum import ean, luhn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.cn import ric
from stdnum.it import codicefiscale
from stdnum.us import ssn

from pipeline.text.id_words import NAMED
from pipeline.text.placeholders import Rule, Tally
from pipeline.text.word_lists import by_first_letter, either_case

_GAP = r"(?!\w)(?:[^\n0-9]{0,16}?[\s:#(=-])"

_NAMED_PATTERNS = tuple(
    re.compile(rf"(?<![^\W\d_])((?:{words}){_GAP})({form})(?!\w)", re.IGNORECASE) for words, form in NAMED
)
_EACH_NAME = "|".join(words for words, _ in NAMED)
_NAMES = either_case(_EACH_NAME)
_ANY_NAME = re.compile(rf"(?<![^\W\d_])(?:{by_first_letter(_EACH_NAME)})(?!\w)[^0-9\n]{{0,17}}[0-9A-Z]", re.IGNORECASE)

# (how it is written, its checksum)
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])"), ssn.is_valid),
    (re.compile(r"(?<![\w.])[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?!\w)"), cpf.is_valid),
    (
        re.compile(r"\b[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]\b", re.IGNORECASE),
        codicefiscale.is_valid,
    ),
    (
        re.compile(r"(?<![\w.])756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}(?![\w.])"),
        lambda number: ean.is_valid(_digits(number)),
    ),  # Switzerland
    (re.compile(r"(?<![\w.])[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}(?!\w)"), nn.is_valid),  # Belgium
    (re.compile(r"(?<![\w-])784-[0-9]{4}-[0-9]{7}-[0-9](?![\w-])"), lambda number: luhn.is_valid(_digits(number))),
    (re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9X](?![0-9A-Za-z])", re.IGNORECASE), ric.is_valid),  # China
    # National Insurance, of which only the spaced form is like nothing else; it has no checksum.
    (re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [A-D](?!\w)", re.IGNORECASE), bool),
)
_NUMBERED_THING_BEFORE = re.compile(
    r"\b(?:order|ticket|invoice|case|ref|reference|booking|confirmation|tracking|part|serial|sku|model"
    r"|item)\b[^\n]{0,14}$",
    re.IGNORECASE,
)


def _digits(number: str) -> str:
    return number.replace("-", "").replace(".", "")


def _named(text: str, tally: Tally) -> str:
    if _ANY_NAME.search(text) is None:  # one search before many
        return text
    for pattern in _NAMED_PATTERNS:
        text = pattern.sub(lambda match: match.group(1) + tally.put("ID"), text)
    return text


def _shaped(text: str, tally: Tally) -> str:
    for pattern, is_valid in _SHAPES:
        text = pattern.sub(partial(_by_shape, is_valid=is_valid, tally=tally), text)
    return text


def _by_shape(match: re.Match[str], *, is_valid: Callable[[str], bool], tally: Tally) -> str:
    before = match.string[max(0, match.start() - 30) : match.start()]
    if not is_valid(match.group()) or _NUMBERED_THING_BEFORE.search(before):
        return match.group()
    return tally.put("ID")


# A letter before makes another word of it; what stands there may become a placeholder.
_NAMED_GATE = rf"(?i:(?:^|[^A-Za-z])(?:{_NAMES})(?:$|[^A-Za-z]))"

_IN_LOWER_CASE = rf"(?<![a-z])(?:{by_first_letter(_EACH_NAME).lower()})(?![a-z])"

NAMED_ID = Rule(_NAMED_GATE, _named, lower_gate=_IN_LOWER_CASE, digits=1, reaches_over=True)
SHAPED_ID = Rule(
    r"[0-9](?:[0-9]{2}-[0-9]{2}-[0-9]{4}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}-"
    r"|[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]|56\.[0-9]{4}\.|\.[0-9]{2}-[0-9]{3}\.[0-9]{2}|84-[0-9]{4}-|[0-9]{16}[0-9Xx]"
    r"|[0-9] [0-9]{2} [0-9]{2} [A-Da-d])",
    _shaped,
    digits=1,
)
