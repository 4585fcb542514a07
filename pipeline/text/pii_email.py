"""E-mail addresses, as RFC 5322 (3.4.1) and RFC 6531 allow them, and as people spell them out."""

import re

from pipeline.text.placeholders import Rule, Tally
from pipeline.text.word_lists import word_set

# The domain is matched and the local part is then read backwards: a pattern that begins with the local part
# would try every word of every text.
_DOMAIN = re.compile(
    r"[@＠](?:(?:[^\W_][\w-]{0,62}\.{1,2}){1,8}(?:xn--[\w-]{2,59}|[^\W\d_]{2,24})|\[[0-9a-fA-F:.]{3,45}\])"
)
_SPELLED = re.compile(
    r"[(\[{<]\s?(?:at|arroba)\s?[)\]}>]\s{0,2}"
    r"[\w-]{1,63}(?:(?:\s{0,2}[(\[{<]\s?(?:dot|punkt|punto|point)\s?[)\]}>]\s{0,2}|\s{1,2}dot\s{1,2}"
    r"|\.)[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"\bat\s{1,2}[\w-]{1,63}(?:\s{1,2}dot\s{1,2}[\w-]{2,63}){1,3}", re.IGNORECASE)
_LOCAL_PUNCTUATION = frozenset(".!#$%&'*+^_`{|}~-")
_LOCAL_LENGTH = 64

# "we work at acme dot com" names a site, not a mailbox.
_BEFORE_A_SITE = word_set(
    "look looking work working works am is are was be been buy bought shop order ordered see find found us"
    " me you it"
    " here there not only product page account"
)


def _written(text: str, tally: Tally) -> str:
    return _replace(text, _DOMAIN, tally)


def _spelled_out(text: str, tally: Tally) -> str:
    return _replace(_replace(text, _SPELLED, tally), _SPOKEN, tally, is_spoken=True)


def _replace(text: str, pattern: re.Pattern[str], tally: Tally, *, is_spoken: bool = False) -> str:
    pieces = []
    done = 0
    for match in pattern.finditer(text):
        start = _local_start(text, match.start(), done, may_space=pattern is not _DOMAIN)
        if start is None or (is_spoken and text[start : match.start()].strip().lower() in _BEFORE_A_SITE):
            continue
        pieces.append(text[done:start])
        pieces.append(tally.put("EMAIL"))
        done = match.end()
    return "".join(pieces) + text[done:] if pieces else text


def _local_start(text: str, at: int, floor: int, *, may_space: bool) -> int | None:
    """Where the local part that ends before `at` begins; None if there is none."""
    end = at
    if may_space:
        while end > floor and at - end < 2 and text[end - 1] == " ":
            end -= 1
    if text[end - 1 : end] == '"':
        opening = text.rfind('"', max(floor, end - _LOCAL_LENGTH), end - 1)
        return opening if opening >= 0 and "\n" not in text[opening:end] else None
    floor = max(floor, end - _LOCAL_LENGTH)
    start = end
    while start > floor and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_PUNCTUATION):
        start -= 1
    while start < end and not text[start].isalnum() and text[start] != "_":
        start += 1
    return start if start < end else None


EMAIL = Rule(
    r"[^\s@＠][@＠][^\s@＠]",
    _written,
    hints=("@", "＠"),
    quick_gate=r"@(?<=[^\s@＠]@)[^\s@＠]|＠",
    reaches_over=True,
)
SPELLED_EMAIL = Rule(
    r"[(\[{<]\s?(?i:at|arroba)\s?[)\]}>]|(?i:at\s{1,2}\S{1,80}\s{1,2}dot\s)",
    _spelled_out,
    hints=("at)", "at]", "at}", "at>", "at )", "at ]", "at }", "at >", "arroba", " dot "),
    reaches_over=True,
)
