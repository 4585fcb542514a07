"""Where a message stops being its writer's: quoted replies and forwards, in the common clients' forms.

The line above a quotation is in `attributions`, the words of headers and headings are in `mail_words`. RFC 3676 (4.5)
describes the ">" lines.
"""

import re
from collections.abc import Sequence

from pipeline.text.attributions import attribution_end
from pipeline.text.lines import Line
from pipeline.text.mail_words import POLITE, words_of

QUOTE = "quote"
FORWARDED = "forwarded"

_RULE = "[-\u2010-\u2015_=*]"
_FORWARDED = re.compile(
    rf"\s{{0,3}}{_RULE}[-\u2010-\u2015_=*\s]{{1,40}}(?:{words_of('forwarded')})[^\w\n]{{0,40}}$"
    rf"|\s{{0,3}}\*?(?:{words_of('forwarded')})\s?[:：]\*?\s{{0,3}}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    rf"\s{{0,3}}\*?{_RULE}{{2,40}}\s?(?:{words_of('original')})\s?{_RULE}{{2,40}}\s{{0,3}}$", re.IGNORECASE
)
_REPLY_ABOVE = re.compile(
    rf"(?P<before>[^\w\n]{{0,20}})(?:{POLITE})?\s?(?:{words_of('above')})(?P<after>[^\n]{{0,80}})$", re.IGNORECASE
)
_FRAMED = re.compile(r"\s{0,3}##-[^\n]{3,150}-##\s{0,3}$")  # Zendesk's line, whatever its admin wrote into it
_SEPARATOR = re.compile(r"\s{0,3}[_\-*=]{5,200}\s{0,3}$")

_FROM = re.compile(rf"\s{{0,3}}\*?(?:{words_of('sender')})\s?[:：]", re.IGNORECASE)
_SUBJECT = re.compile(rf"\s{{0,3}}\*?(?:{words_of('subject')})\s?[:：]", re.IGNORECASE)
_HEADERS = (
    re.compile(rf"\s{{0,3}}\*?(?:{words_of('sent')})\s?[:：]", re.IGNORECASE),
    re.compile(rf"\s{{0,3}}\*?(?:{words_of('to')})\s?[:：]", re.IGNORECASE),
    _SUBJECT,
)
_HEADER_LINES = 8


def find_quotes(lines: Sequence[Line]) -> list[str | None]:
    """For each line the kind of what it belongs to: `quote`, `forwarded`, or None for the writer's own."""
    kinds: list[str | None] = [None] * len(lines)
    place = 0
    while place < len(lines):
        begun = _begins_here(lines, place)
        if begun is None:
            if lines[place].is_quoted and _is_quotation(lines, place):
                kinds[place] = QUOTE
            place += 1
            continue
        kind, header_end = begun
        _fill(kinds, place, header_end, kind)
        following = _next_words(lines, header_end)
        if following < len(lines) and not lines[following].is_quoted:
            # Nothing marks the quoted lines: what is below such a header is the message that is answered.
            _fill(kinds, place, len(lines), kind)
            return kinds
        place = header_end
    _join_over_blank_lines(kinds, lines)
    return kinds


def _begins_here(lines: Sequence[Line], place: int) -> tuple[str, int] | None:
    """The kind of quotation whose header begins at this line, and the line after that header."""
    text = lines[place].text
    if lines[place].is_quoted:
        return None
    if len(text) <= 200 and _may_be_heading(text):
        if _is_reply_line(text):
            return _below_reply_line(lines, place)
        if _FORWARDED.match(text):
            return FORWARDED, _after_headers(lines, place + 1)
        if _ORIGINAL.match(text):
            return QUOTE, _after_headers(lines, place + 1)
        header = _header_block(lines, place)
        if header is not None:
            return header
    end = attribution_end(lines, place)
    return None if end is None else (QUOTE, end)


def _may_be_heading(text: str) -> bool:
    """Cheaper than the forms one by one: headings are framed, have a colon or ask to write above them."""
    first = text.lstrip()[:1]
    if first.isalnum():
        return ":" in text or "：" in text or _REPLY_ABOVE.match(text) is not None
    return (first != "" and first not in "@\"'([#!?.,…") or text.startswith("##-")


def _is_reply_line(text: str) -> bool:
    """Whether the line is a helpdesk's "reply above this line", and no sentence about one."""
    if _FRAMED.match(text):
        return True
    match = _REPLY_ABOVE.match(text)
    if match is None or "?" in text:
        return False
    return len(match["before"].strip()) > 1 or not match["after"].strip(" \t.!:-=*#")


def _below_reply_line(lines: Sequence[Line], place: int) -> tuple[str, int] | None:
    """With words above it, the line cuts off the notification; at the top, what follows may be the answer
    itself."""
    if _next_words(lines, 0) < place:
        return QUOTE, len(lines)
    return None


def _header_block(lines: Sequence[Line], place: int) -> tuple[str, int] | None:
    """Outlook's From/Sent/To/Subject, with or without a rule above it."""
    first = place
    if _SEPARATOR.match(lines[place].text):
        first = _next_words(lines, place + 1)
    if first >= len(lines) or first - place > 2 or not _FROM.match(lines[first].text):
        return None
    block = [line.text for line in lines[first : first + _HEADER_LINES]]
    found = sum(any(header.match(text) for text in block[1:]) for header in _HEADERS)
    if not any(_SUBJECT.match(text) or "[EMAIL]" in text for text in block):
        # "From: Berlin, To: Munich, Date: 5 May" is a journey.
        return None
    if first == place and _next_words(lines, 0) == place:
        # A whole message that begins so is a forward, or a web form ("From: … Subject: …") with the
        # customer's words.
        return (FORWARDED, _after_headers(lines, first)) if found == len(_HEADERS) else None
    return (QUOTE, _after_headers(lines, first)) if found >= 2 else None


def _after_headers(lines: Sequence[Line], place: int) -> int:
    """The line after a block of headers that begins at or just below `place`."""
    begin = _next_words(lines, place)
    if begin >= len(lines) or not _is_header(lines[begin].text):
        return place
    end = begin
    while end < len(lines) and end - begin < 2 * _HEADER_LINES and not lines[end].is_blank and not lines[end].is_quoted:
        end += 1
    return end


def _is_header(text: str) -> bool:
    return _FROM.match(text) is not None or any(header.match(text) for header in _HEADERS)


def _is_quotation(lines: Sequence[Line], place: int) -> bool:
    """A lone ">" line of a chat ("> 5 hours on hold") is not one; with words or lines beside it, it is."""
    if not _begins_with_digit(lines[place]):
        return len(lines) > 1
    beside = (*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2])
    if any(line.is_quoted for line in beside):
        return True
    following = _next_words(lines, place + 1)
    return following < len(lines) and lines[following].is_quoted and not _begins_with_digit(lines[following])


def _begins_with_digit(line: Line) -> bool:
    return line.text.lstrip(" \t>")[:1].isdigit()


def _next_words(lines: Sequence[Line], place: int) -> int:
    while place < len(lines) and lines[place].is_blank:
        place += 1
    return place


def _fill(kinds: list[str | None], start: int, end: int, kind: str) -> None:
    for place in range(start, end):
        kinds[place] = kind


def _join_over_blank_lines(kinds: list[str | None], lines: Sequence[Line]) -> None:
    """Blank lines between two quoted ones belong to the quotation."""
    last = None
    for place, kind in enumerate(kinds):
        if kind is None:
            if not lines[place].is_blank:
                last = None
            continue
        if last is not None and place - last > 1:
            _fill(kinds, last + 1, place, kind)
        last = place
