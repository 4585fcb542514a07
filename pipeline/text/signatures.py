"""Signatures and legal disclaimers at the end of what somebody wrote.

The delimiter is RFC 3676's "-- " (section 4.3). Everything else is convention, and the rule is to leave words
where they are in doubt: a closing followed by a sentence is no signature.
"""

import re
from collections.abc import Sequence

from pipeline.text.closings import CLOSING, FORMAL, THANKS
from pipeline.text.device_lines import is_device_line
from pipeline.text.lines import Line
from pipeline.text.placeholders import PLACEHOLDER

SIGNATURE = "signature"
DISCLAIMER = "disclaimer"

_DELIMITER = re.compile(r"(?:--|—)[ \t]{0,3}$")
_MAX_TAIL = 10
_CLOSING = re.compile(rf"\s{{0,3}}{CLOSING}\s?[,.!–—-]{{0,3}}\s{{0,3}}$", re.IGNORECASE)
_FORMAL = re.compile(rf"\s{{0,3}}{FORMAL}\s?[,.!–—-]{{0,3}}\s{{0,3}}$", re.IGNORECASE)
_CLOSING_WITH_NAME = re.compile(
    rf"\s{{0,3}}(?:(?i:{FORMAL})\s?[,!]?|(?i:{THANKS})\s?,)\s{{1,3}}(?:\[NAME\]"
    rf"|[^\W\d_a-z][^\W\d_]{{0,20}}(?: [^\W\d_a-z][\w.]{{0,20}}){{0,2}})[.!]?\s{{0,3}}$"
)
_CONTACT = re.compile(
    rf"{PLACEHOLDER}|www\.|https?://|@\w|\b(?:tel|phone|ph|mob|mobile|cell|fax|office|direct|email|e-mail"
    rf"|web|skype)\b\s?[.:|]"
    r"|\+?[0-9][0-9 ().-]{6,}",
    re.IGNORECASE,
)
# One of these in a line makes it words to somebody, not a name or a title.
_SPEECH = re.compile(
    r"\b(?:i|i'm|i’m|i'd|i've|we|we're|we've|you|your|he|she|they|(?-i:it)|it's|this|that|is|are|was|were|be"
    r"|been|am|can|could|will|would"
    r"|should|shall|do|does|did|don't|have|has|had|need|want|add|send|please|pls|plz|let|know|see|look|get"
    r"|got|give|make|help"
    r"|call me|not|no|yes|if|when|what|why|how|where|but|because|also|just|still|ps|ich|wir|sie|bitte|nicht"
    r"|je|nous|vous"
    r"|pas|quiero|necesito|puede|ik|wij|graag|cancel|upgrade|waiting|attached)\b",
    re.IGNORECASE,
)
_MAX_LINE = 80
_MAX_WORDS = 10

_DISCLAIMER_START = re.compile(
    r"[\s*_#>-]{0,10}(?:\W{0,3}(?:confidentiality|privacy|legal) (?:notice|statement|note)|disclaimer\b"
    r"|important(?: notice)?\s?:"
    r"|(?:this|the) (?:e-?mail|message|communication|transmission|information|contents?)\b"
    r"|(?:if you (?:are not|have received)|any (?:unauthori[sz]ed|views|dissemination))"
    r"|please consider the environment"
    r"|(?:diese|der inhalt dieser) e-?mail|ce (?:message|courriel)|este (?:mensaje|correo|e-?mail)"
    r"|questo messaggio"
    r"|dit bericht|esta mensagem|registered (?:in|office)\b|nothing in this)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"confidential|privileged|intended (?:only|solely|recipient)|intended for|addressee|unauthori[sz]ed"
    r"|(?:notify|inform|contact) the"
    r" sender|disclos|disseminat|distribut|copying|prohibited|liab|virus|attachments?|delete (?:it|this|the)"
    r"|received this"
    r"|registered (?:in|office)|vertraulich|empfänger|confidentiel|destinataire|confidencial|destinatari"
    r"|riservat"
    r"|vertrouwelijk|geadresseerde|before printing",
    re.IGNORECASE,
)


def find_disclaimers(lines: Sequence[Line]) -> list[bool]:
    """Which of these lines belong to a legal disclaimer: whole paragraphs that begin and read as one."""
    found = [False] * len(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and not lines[end].is_blank:
            end += 1
        if end > start and _is_disclaimer(lines[start:end]):
            found[start:end] = [True] * (end - start)
        start = end + 1
    return found


def _is_disclaimer(paragraph: Sequence[Line]) -> bool:
    if not _DISCLAIMER_START.match(paragraph[0].text):
        return False
    words = " ".join(line.text for line in paragraph[:30])[:3000]
    if "?" in words:
        return False
    terms = {match.group().lower() for match in _LEGAL.finditer(words)}
    return len(terms) >= 2 or "before printing" in terms


def signature_start(lines: Sequence[Line]) -> int | None:
    """The first line of the signature with which these lines of one writer end; None if they end in words."""
    end = len(lines)
    while end and lines[end - 1].is_blank:
        end -= 1
    body = lines[:end]
    place = _delimited(body)
    if place is None:
        place = _closed(body)
    if place is None and body and _CLOSING_WITH_NAME.match(body[-1].text) and len(body) > 1:
        place = len(body) - 1
    return place


def _delimited(lines: Sequence[Line]) -> int | None:
    for place in range(len(lines) - 1, max(-1, len(lines) - 16), -1):
        if _DELIMITER.match(lines[place].text):
            tail = [line for line in lines[place + 1 :] if not line.is_blank]
            is_short = 1 <= len(tail) <= _MAX_TAIL and not any("?" in line.text for line in tail)
            return place if is_short else None
    return None


def _closed(lines: Sequence[Line]) -> int | None:
    """Where a closing begins that only lines of a signature follow."""
    tail = 0
    for place in range(len(lines) - 1, -1, -1):
        text = lines[place].text
        if lines[place].is_blank:
            continue
        if _is_closing(text):
            has_words_above = any(not line.is_blank for line in lines[:place])
            return place if tail or (has_words_above and _FORMAL.match(text)) else None
        if tail == _MAX_TAIL or not _is_signature_line(text):
            return None
        tail += 1
    return None


def _is_closing(text: str) -> bool:
    return len(text) <= 60 and (_CLOSING.match(text) is not None or _CLOSING_WITH_NAME.match(text) is not None)


def _is_signature_line(text: str) -> bool:
    """A name, a title, a company or a way to reach the writer; not a sentence."""
    words = text.split()
    if len(text) > _MAX_LINE + 40 or "?" in text or len(words) > _MAX_WORDS + 4:
        return False
    if is_device_line(text):
        return True
    if _SPEECH.search(text):
        return False
    if _CONTACT.search(text):
        return True
    if len(text) > _MAX_LINE or len(words) > _MAX_WORDS or text.rstrip().endswith(("!", ":")):
        return False
    return len(words) <= 2 or sum(word[:1].isupper() or not word[:1].isalpha() for word in words) * 2 > len(words)
