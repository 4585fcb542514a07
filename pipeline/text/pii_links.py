"""Links (RFC 3986): what opens something goes whole, other addresses lose only their query."""

import re

from pipeline.text.placeholders import Rule, Tally
from pipeline.text.word_lists import word_set

_CHARS = r"[^\s<>\"\[\]{}|\\^`"
_LINK = re.compile(
    rf"(?:(?:https?|ftps?)://|\bwww\.|\b[a-z][a-z0-9+.-]{{1,20}}://(?=[^\s/@]{{1,200}}@)){_CHARS}]{{1,4000}}",
    re.IGNORECASE,
)
# "acme.example/reset?token=…": without a scheme only what has a query is a link, the rest is a name.
_BARE_LINK = re.compile(
    rf"(?<![\w.@/-])[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,5}}{_CHARS}?]{{0,400}}\?{_CHARS}]{{1,2000}}",
    re.IGNORECASE,
)
_AFTER_A_LINK = ".,;:!?)'*_"
_SEPARATORS = re.compile(r"[?&;#/]")
_KEY_WORDS = re.compile(r"[^a-z0-9]+")
_OPENS_SOMETHING = word_set(
    "token key apikey sig signature code password passwd pass pwd session sessionid sid jsessionid phpsessid"
    " auth"
    " authorization reset secret jwt otp ticket invite confirm confirmation verify verification hash hmac"
    " access"
    " credential credentials login email mail e mobile phone user username state nonce"
)
_HARMLESS = word_set("utm_source utm_medium utm_campaign lang language locale hl page tab plan section topic")
_HARMLESS_VALUE = re.compile(r"[A-Za-z0-9._-]{0,20}")
_SLUG = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,60}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_TURNS = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")


def _links(text: str, tally: Tally) -> str:
    return _LINK.sub(lambda match: _safe(match.group(), tally), text)


def _bare_links(text: str, tally: Tally) -> str:
    return _BARE_LINK.sub(lambda match: _safe(match.group(), tally), text)


def _safe(found: str, tally: Tally) -> str:
    link = found.rstrip(_AFTER_A_LINK)
    tail = found[len(link) :]
    scheme, mark, rest = link.partition("://") if "://" in link[:24] else ("", "", link)
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    beyond = rest[len(authority) :]
    if "@" in authority or _opens_something(beyond):
        return tally.put("LINK") + tail
    path, _, fragment = beyond.partition("#")
    path, question, query = path.partition("?")
    kept = scheme + mark + authority + path
    if question and _is_harmless(query):
        kept += question + query
    if fragment and _SLUG.fullmatch(fragment):
        kept += "#" + fragment
    return kept + tail


def _opens_something(beyond: str) -> bool:
    for part in _SEPARATORS.split(beyond):
        key, equals, _ = part.partition("=")
        if equals and not _OPENS_SOMETHING.isdisjoint(_KEY_WORDS.split(key.lower())):
            return True
        if is_random(part) or "%40" in part:
            return True
    return False


def _is_harmless(query: str) -> bool:
    pairs = [pair.partition("=") for pair in query.split("&")]
    return all(key in _HARMLESS and _HARMLESS_VALUE.fullmatch(value) for key, _, value in pairs)


def is_random(word: str) -> bool:
    """Whether a word looks drawn by a machine (a token, a hash, a UUID) rather than written by a person."""
    if len(word) < 16:
        return False
    if _UUID.search(word):
        return True
    if any(len(_TURNS.findall(run)) >= 4 for run in _RUN.findall(word)):
        return True
    is_mixed = word.lower() != word and word.upper() != word
    return len(word) >= 20 and is_mixed and len(_TURNS.findall(word)) >= 4


LINK = Rule(r"(?i:://|www\.)", _links, hints=("://", "www."))
BARE_LINK = Rule(r"[^\s?]\?[^\s?]", _bare_links, hints=("?",), quick_gate=r"\?(?<=[^\s?]\?)[^\s?]", reaches_over=True)
