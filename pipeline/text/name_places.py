"""The places where a letter or a chat puts a single name: greeting, introduction, signature.

What such a place holds instead of a name is listed in `not_names`.
"""

import re
from collections.abc import Callable

from pipeline.text.closings import CLOSING
from pipeline.text.closings import HINTS as CLOSING_HINTS
from pipeline.text.not_names import ALSO_WORDS, NOT_NAMES
from pipeline.text.placeholders import Rule, Tally

_UPPER = "A-ZÀ-ÖØ-ÞŁŚŻĆŠŽČŘĐÇĞİ"
_LETTERS = r"(?:[^\W\d_]|['’.-](?=[^\W\d_]))"
_WORD = rf"[^\W\d_]{_LETTERS}{{0,30}}(?!\w)"
_CAPITALISED = rf"[{_UPPER}]{_LETTERS}{{1,30}}(?!\w)"
_PARTICLES = r"(?:(?:van|von|de|da|di|del|der|den|dos|du|la|le|ter|zu)[ \t]){0,2}"
_MORE = rf"(?P<more>(?:[ \t]{{1,2}}{_PARTICLES}(?:{_CAPITALISED}|[{_UPPER}](?!\w)\.?)){{0,3}})"
_TITLE = (
    r"(?:(?i:mr|mrs|ms|miss|mx|dr|prof|herr|frau|herrn|monsieur|madame|mme|señora?|sra?|signora?|sig|dhr"
    r"|mevr)"
    r"(?:\.\s{0,2}|\s{1,2}))"
)
_GREETING = (
    r"(?i:hi|hey|hello|hiya|dear|good (?:morning|afternoon|evening|day)|morning|greetings|hallo|guten (?:tag"
    r"|morgen|abend)"
    r"|liebe[r]?|sehr geehrte[r]?|bonjour|bonsoir|salut|ch[eè]re?|hola|buenos d[ií]as|estimad[oa]|ciao|salve"
    r"|gentile|beste"
    r"|geachte|ol[áa]|prezad[oa]|car[oa])"
)
_NAME_IS = (
    r"(?i:my (?:full |first |last )?name(?: is|['’]s|:)|the name['’]s|ich hei(?:ß|ss)e|mein name ist"
    r"|je m['’]appelle"
    r"|me llamo|mi nombre es|mi chiamo|mijn naam is|meu nome é)"
)

_GREETED = re.compile(
    rf"^(?P<before>[ \t>\"']{{0,8}}(?:@\S{{1,160}}\s{{1,3}}){{0,5}}{_GREETING}"
    rf"(?P<comma>[,!]?)\s{{1,3}}(?:there,?\s)?)"
    rf"(?P<title>{_TITLE}{{0,2}})(?P<first>{_WORD}){_MORE}(?P<end>\s?[,!.:;–—-]|\s?$|(?=\s)(?!\s[0-9]))",
    re.MULTILINE,
)
_ADDRESSED = re.compile(
    rf"^(?P<before>(?:@\S{{1,160}}\s{{1,3}}){{1,5}})(?P<first>{_CAPITALISED})(?P<end>,|\s[–—-]\s)",
    re.MULTILINE,
)
_INTRODUCED = re.compile(rf"\b(?P<before>{_NAME_IS}\s{{1,2}}{_TITLE}?)(?P<first>{_WORD}){_MORE}")
_SELF = re.compile(
    rf"\b(?P<before>(?i:this is|it['’]s|i['’]m|i am|here is|hier ist)\s{{1,2}}{_TITLE}?)"
    rf"(?P<first>{_CAPITALISED}){_MORE}(?=,?\s{{1,2}}(?i:from|over at|calling from|here)\b)"
)
_AFTER_CLOSING = re.compile(
    rf"^(?P<before>[ \t>]{{0,8}}(?i:{CLOSING})[ \t]?[,.!–—-]{{0,2}}[ \t]{{0,3}}\n{{1,2}}"
    rf"[ \t>]{{0,8}}[–—-]?[ \t]?)"
    rf"(?P<first>(?:[{_UPPER}]\.[ \t]?){{1,2}}{_CAPITALISED}|{_WORD}){_MORE}(?P<end>[,.]?[ \t]{{0,3}}$)",
    re.MULTILINE,
)
_ON_CLOSING_LINE = re.compile(
    rf"(?P<before>(?:^|[.!?]\s{{1,3}})(?i:{CLOSING})[,!]?[ \t]{{1,3}}[–—-]?[ \t]?)"
    rf"(?P<first>{_CAPITALISED}){_MORE}(?P<end>[.!]?[ \t]{{0,3}}$)",
    re.MULTILINE,
)
_DASHED = re.compile(
    rf"(?P<before>(?:^"
    rf"|(?<=[.!?)])[ \t]{{1,3}})[–—~/-]{{1,2}}[ \t]?)(?P<first>{_CAPITALISED}){_MORE}(?P<end>\s{{0,3}})\Z",
    re.MULTILINE,
)
_CARETED = re.compile(rf"(?P<before>\^[ \t]?)(?P<first>[{_UPPER}](?![{_UPPER}])[^\W\d_]{{1,30}}(?: [{_UPPER}])?(?!\w))")


# "BA", "LGA" and "Aaah", which stand where names do.
_CODE_OR_CRY = re.compile(r"^[A-Z]{2,3}$|([A-Za-z])\1\1")


def _replace(pattern: re.Pattern[str], text: str, tally: Tally, known: frozenset[str] = frozenset()) -> str:
    """Put placeholders for the names in this place; `known` are lower-case names that the export gives."""
    return pattern.sub(lambda match: _without_name(match, tally, known), text)


def _without_name(match: re.Match[str], tally: Tally, known: frozenset[str]) -> str:
    groups = match.groupdict("")
    if not _is_name(match, groups, known):
        return match.group()
    more = _words_after_name(groups.get("more", ""))
    return groups["before"] + groups.get("title", "") + tally.put("NAME") + more + groups.get("end", "")


def _closings(text: str, tally: Tally) -> str:
    """The two patterns of a closing, tried only where one begins."""
    pieces = []
    done = 0
    for begun in _CLOSING_BEGINS.finditer(text):
        start = begun.start() + (text[begun.start()] == "\n")
        if start < done:
            continue
        match = _AFTER_CLOSING.match(text, start) or _ON_CLOSING_LINE.match(text, start)
        if match is not None:
            pieces += [text[done:start], _without_name(match, tally, frozenset())]
            done = match.end()
    return "".join(pieces) + text[done:] if pieces else text


def _is_name(match: re.Match[str], groups: dict[str, str], known: frozenset[str]) -> bool:
    first = groups["first"]
    word = first.lower().replace("’", "'")
    is_written_as_name = first[0].isupper()
    if groups.get("title"):
        return is_written_as_name or word in known
    if word in NOT_NAMES or _CODE_OR_CRY.search(first):
        return False
    more = groups.get("more", "").lower().split()
    if more and more[-1] in NOT_NAMES and _is_closed(match):  # "Dear Acme Team,"
        return False
    if word in ALSO_WORDS or groups.get("comma"):
        return is_written_as_name and _is_closed(match)
    return is_written_as_name or word in known


def _is_closed(match: re.Match[str]) -> bool:
    """Whether punctuation or the end of the line follows, so that the words found are all there is."""
    if "end" not in match.re.groupindex or match["end"].strip():
        return True
    return match.string[match.end() : match.end() + 1] in ("", "\n")


_WITH_SPACE = re.compile(r"\s{1,99}(\S+)")


def _words_after_name(more: str) -> str:
    """What of the capitalised words after a first name is not the name: "Quinn Can you" keeps " Can"."""
    for part in _WITH_SPACE.finditer(more) if more else ():
        word = part[1].lower().replace("’", "'")
        if word in NOT_NAMES or word in ALSO_WORDS:
            return more[part.start() :]
    return ""


def _applied(pattern: re.Pattern[str]) -> Callable[[str, Tally], str]:
    return lambda text, tally: _replace(pattern, text, tally)


# For the gates: a capital letter, or a letter that ASCII does not know.
_CAPITAL = r"[^\x00-@\[-\x7f]"

_INTRODUCTIONS = ("name", "heiß", "heiss", "appelle", "llamo", "nombre", "chiamo", "naam", "nome")
_CLOSING_GATE = rf"(?:^|[.!?\n])[ \t>]{{0,8}}(?i:{CLOSING})[^\w]{{1,16}}{_CAPITAL}"
_CLOSING_BEGINS = re.compile(_CLOSING_GATE, re.ASCII | re.MULTILINE)

PLACES = (
    Rule(
        rf"^[ \t>\"']{{0,8}}(?:@\S{{1,160}}\s{{1,3}}){{0,5}}{_GREETING}[,!]?\s{{1,3}}(?:there,?\s)?"
        rf"(?:{_TITLE}|{_CAPITAL}[^\s’',.!?])",
        _applied(_GREETED),
        is_at_line_start=True,
        reaches_over=True,
    ),
    Rule(
        rf"^(?:@\S{{1,160}}\s{{1,3}}){{1,5}}{_CAPITAL}[^\s,]{{1,60}}(?:,|\s[–—-]\s)",
        _applied(_ADDRESSED),
        hints=("@",),
        is_at_line_start=True,
        reaches_over=True,
    ),
    Rule(
        r"(?i:name(?: is|['’]s|:)|hei(?:ß|ss)e|name ist|m['’]appelle|me llamo|nombre es|mi chiamo|naam is"
        r"|nome é)\s",
        _applied(_INTRODUCED),
        hints=_INTRODUCTIONS,
    ),
    Rule(
        rf"(?i:this is|it['’]s|i['’]m|i am|here is|hier ist)\s{{1,2}}(?:{_TITLE}|{_CAPITAL})",
        _applied(_SELF),
        hints=("this is", "it's", "it’s", "i'm", "i’m", "i am", "here is", "hier ist"),
    ),
    # Where a closing begins is what `_closings` looks for itself; the hints are test enough before that.
    Rule(_CLOSING_GATE, _closings, hints=CLOSING_HINTS, quick_gate="."),
    Rule(
        rf"(?:^|[.!?)\n])[ \t]{{0,3}}[–—~/-]{{1,2}}[ \t]?{_CAPITAL}",
        _applied(_DASHED),
        hints=("-", "–", "—", "~", "/"),
        quick_gate=rf"[–—~/-][ \t]?{_CAPITAL}",
    ),
    Rule(rf"\^[ \t]?{_CAPITAL}[^A-Z\s]", _applied(_CARETED), hints=("^",)),
)


def replace_known(text: str, tally: Tally, known: frozenset[str]) -> str:
    """Replace names in their places, in lower case too where they are `known` ("hi quinn,")."""
    lower = text.lower()
    text = _replace(_GREETED, text, tally, known)
    if any(hint in lower for hint in _INTRODUCTIONS):
        text = _replace(_INTRODUCED, text, tally, known)
    return _replace(_AFTER_CLOSING, text, tally, known) if "\n" in text else text
