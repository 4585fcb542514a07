"""Numbers that a state gives to a person: with the words that name them, or by shape and checksum alone.

Where a number is named ("my SSN is …") its shape suffices, for a mistyped number is personal too; without
words only a shape that little else has and a valid checksum count. Checksums are python-stdnum's.
"""

import re
from collections.abc import Callable
from functools import partial

from stdnum.br import cpf
from stdnum.it import codicefiscale
from stdnum.us import ssn

from pipeline.text.placeholders import Rule, Tally
from pipeline.text.word_lists import word_tuple

_GAP = r"\b(?:[^\n0-9]{0,16}?[\s:#(=-])"

# (what people call it, how it is written)
_NAMED = (
    (r"ssn|social security(?: (?:number|no))?|soc sec|itin", r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}"),
    (
        r"nino|ni number|national insurance(?: (?:number|no))?",
        r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
    ),
    (r"nhs(?: (?:number|no))?", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"),
    (r"social insurance(?: (?:number|no))?", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}"),
    (r"tfn|tax file(?: (?:number|no))?", r"[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}"),
    (r"bsn|burgerservicenummer", r"[0-9]{9}"),
    (r"steuer-?id(?:nr)?|steueridentifikationsnummer|idnr|tax id", r"[0-9]{2,3}[ -]?[0-9 ]{6,10}[0-9]"),
    (
        r"sécurité sociale|numéro de sécu|nir",
        r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9AB]{2} ?[0-9]{3} ?[0-9]{3}(?: ?[0-9]{2})?",
    ),
    (r"dni|nie|nif", r"[XYZ]?-?[0-9]{7,8}-?[A-Z]"),
    (r"pesel", r"[0-9]{11}"),
    (r"cpf", r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}"),
    (r"aadhaar|aadhar", r"[0-9]{4} ?[0-9]{4} ?[0-9]{4}"),
    (r"pan(?: (?:card|number|no)|:)", r"[A-Z]{5}[0-9]{4}[A-Z]"),
    (r"personnummer|personal identity number", r"(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}"),
    (r"passport(?: (?:number|no))?|reisepass(?:nummer)?|passeport|pasaporte", r"[A-Z]{0,3}[0-9]{6,9}[A-Z]?"),
    (
        r"driver'?s? licen[sc]e(?: (?:number|no))?|driving licen[sc]e(?: (?:number|no))?|dl number",
        r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9-]{6,18}",
    ),
    (
        r"national id(?: (?:card|number|no))*|id card(?: (?:number|no))?|identity card(?: (?:number|no))?"
        r"|personalausweis",
        r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9-]{6,18}",
    ),
)
_NAMED_PATTERNS = tuple(
    re.compile(rf"\b((?:{words}){_GAP})({shape})(?![\w])", re.IGNORECASE) for words, shape in _NAMED
)
_ANY_NAME = re.compile(rf"\b(?:{'|'.join(words for words, _ in _NAMED)})\b", re.IGNORECASE)

# (how it is written, its checksum)
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])"), ssn.is_valid),
    (re.compile(r"(?<![\w.])[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?!\w)"), cpf.is_valid),
    (
        re.compile(r"\b[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]\b", re.IGNORECASE),
        codicefiscale.is_valid,
    ),
)
_NUMBERED_THING_BEFORE = re.compile(
    r"\b(?:order|ticket|invoice|case|ref|reference|booking|confirmation|tracking|part|serial|sku|model"
    r"|item)\b[^\n]{0,14}$",
    re.IGNORECASE,
)


def _named(text: str, tally: Tally) -> str:
    if _ANY_NAME.search(text) is None:  # one search before seventeen
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


_NAMES_OF_IDS = "(?i:" + "|".join(words for words, _ in _NAMED) + ")"

NAMED_ID = Rule(
    _NAMES_OF_IDS + r"[^\n]*[0-9]",
    _named,
    hints=(
        *word_tuple("ssn itin nino nhs tfn bsn burgers steuer idnr sécu nir dni nie nif pesel cpf aadha pan: personn"),
        *word_tuple("personal passport reisepass passeport pasaporte licen identity"),
        *("social ", "soc sec", "ni number", "national i", "tax ", "pan c", "pan n", "dl number", "id card"),
    ),
    quick_gate=_NAMES_OF_IDS,
    digits=1,
)
SHAPED_ID = Rule(
    r"[0-9](?:[0-9]{2}-[0-9]{2}-[0-9]{4}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}-"
    r"|[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z])",
    _shaped,
    digits=1,
)
