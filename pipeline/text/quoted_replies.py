"""Where a message stops being its writer's: quoted replies and forwards, in the common clients' forms.

There is no standard for the line above a quotation; the forms are those that Gmail, Outlook, Apple Mail,
Yahoo, Thunderbird and Zendesk write, in the languages of `_ATTRIBUTIONS`. RFC 3676 (4.5) describes the ">"
lines.
"""

import re
from collections.abc import Sequence

from pipeline.text.lines import Line

QUOTE = "quote"
FORWARDED = "forwarded"

# (how the line begins, the verb that ends it): "On 5 Jan 2026, at 10:12, X wrote:"
_ATTRIBUTIONS = (
    (r"On", r"wrote|writes"),
    (r"Am|Um", r"schrieb|hat geschrieben"),
    (r"Le|Il y a", r"a écrit|a ecrit|écrivait"),
    (r"El|O dia", r"escribió|escribio"),
    (r"Il(?: giorno)?|In data", r"ha scritto|scrive"),
    (r"Op", r"schreef|heeft geschreven"),
    (r"Em|No dia|A", r"escreveu"),
    (r"Den|På|Fra", r"skrev"),
    (r"W dniu|Dnia", r"napisał(?:\(a\)|a)?|pisze"),
)
_ATTRIBUTION = re.compile(
    "|".join(
        rf"(?:{begin})\b(?=[^\n]{{0,300}}(?:{verb})\b)[^\n]{{3,300}}:\s{{0,3}}$"
        rf"|(?:{begin})\b[^\n]{{3,200}}(?:{verb})\s{{0,3}}:?\s{{0,3}}$"
        for begin, verb in _ATTRIBUTIONS
    ),
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(
    r"(?:" + "|".join(begin for begin, _ in _ATTRIBUTIONS) + r")\b|[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\[NAME\]",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[^\n]{3,160}(?:>|\])|[^\n]{2,80} wrote(?: on [^\n]{6,60})?)\s?:\s{0,3}$"
)
_HAS_A_DATE = re.compile(r"\b(?:19|20)[0-9]{2}\b|\b[0-9]{1,2}[:.h][0-9]{2}\b")
_ATTRIBUTION_LINES = 3

_FORWARDED = re.compile(
    r"[-_\s*]{0,20}(?:begin forwarded message|forwarded message|(?:anfang der )?weitergeleitete nachricht"
    r"|message transféré"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem (?:encaminhada"
    r"|reencaminhada))\s?:?[-_\s*]{0,20}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"[-_\s*]{0,4}[-_]{2,20}\s?(?:original (?:message|appointment)|(?:reply|urspr(?:ü|ue)ngliche) (?:message"
    r"|nachricht|mail)"
    r"|message d['’]origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original"
    r"|ursprungligt meddelande)\s?[-_]{2,20}\s{0,3}$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(
    r"(?:##-|--\s?|\*{1,3}|={1,3}|-{3,})?\s{0,2}[^\n]{0,40}(?:(?:type|write|enter) your (?:reply"
    r"|response) above this line"
    r"|reply above this line|antwort(?:en sie)? (?:bitte )?(?:über|oberhalb) dieser (?:zeile|linie)"
    r"|répondre? au-dessus de cette ligne"
    r"|escriba su respuesta (?:por )?encima de esta línea)[^\n]{0,60}$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s{0,3}[_\-*=]{5,200}\s{0,3}$")

_ABOVE = re.compile(r"above this line|dieser (?:zeile|linie)|au-dessus de|encima de", re.IGNORECASE)
_FROM = re.compile(r"\s{0,3}\*?(?:from|von|de|da|van|från|fra|od)\s?:\*?\s", re.IGNORECASE)
_HEADERS = (
    re.compile(
        r"\s{0,3}\*?(?:sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el| em)?|fecha|inviato|data"
        r"|verzonden|skickat|sendt"
        r"|wysłano)\s?:",
        re.IGNORECASE,
    ),
    re.compile(r"\s{0,3}\*?(?:to|an|à|para|a|aan|till|til|do)\s?:", re.IGNORECASE),
    re.compile(
        r"\s{0,3}\*?(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|re)\s?:",
        re.IGNORECASE,
    ),
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
    if lines[place].is_quoted or not _may_begin(text):
        return None
    if len(text) <= 200:
        if _REPLY_ABOVE.match(text):
            return _below_reply_line(lines, place)
        if _FORWARDED.match(text):
            return FORWARDED, _after_headers(lines, place + 1)
        if _ORIGINAL.match(text):
            return QUOTE, _after_headers(lines, place + 1)
        header = _header_block(lines, place)
        if header is not None:
            return header
    end = _attribution_end(lines, place)
    return None if end is None else (QUOTE, end)


def _may_begin(text: str) -> bool:
    """Cheaper than the forms one by one: most lines begin nothing."""
    first = text.lstrip()[:1]
    if not first.isalnum():
        return first != ""
    return ":" in text or _ATTRIBUTION_START.match(text) is not None or _ABOVE.search(text) is not None


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
    block = [line.text for line in lines[first + 1 : first + _HEADER_LINES]]
    found = sum(any(header.match(text) for text in block) for header in _HEADERS)
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


def _attribution_end(lines: Sequence[Line], place: int) -> int | None:
    """The line after "On …, X wrote:", which may be wrapped; None if none begins here."""
    first = lines[place].text.lstrip(" \t*")
    is_begun = _ATTRIBUTION_START.match(first) is not None
    is_named = first.rstrip().endswith(":") and len(first) <= 200 and _NAME_FIRST.match(first) is not None
    if not is_begun and not is_named:
        return None
    words = ""
    for end in range(place, min(place + _ATTRIBUTION_LINES, len(lines))):
        if lines[end].is_blank or lines[end].is_quoted or len(lines[end].text) > 320:
            return None
        words = f"{words} {lines[end].text.strip()}".lstrip(" *")
        if _is_attribution(words):
            following = _next_words(lines, end + 1)
            is_followed_by_quote = following < len(lines) and lines[following].is_quoted
            return end + 1 if is_followed_by_quote or _HAS_A_DATE.search(words) else None
    return None


def _is_attribution(words: str) -> bool:
    return len(words) <= 400 and (_ATTRIBUTION.match(words) is not None or _NAME_FIRST.match(words) is not None)


def _is_quotation(lines: Sequence[Line], place: int) -> bool:
    """A lone ">" line of a chat ("> 5 hours on hold") is not one; with words or lines beside it, it is."""
    after = lines[place].text.lstrip(" \t>")
    if len(lines) > 1 and after[:1].isdigit():
        beside = (*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2])
        return any(line.is_quoted for line in beside)
    return len(lines) > 1


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
