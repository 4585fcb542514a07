"""IP addresses: IPv4 (RFC 791) with valid octets, IPv6 as RFC 4291 writes it; version numbers stay."""

import ipaddress
import re

from pipeline.text.placeholders import Rule, Tally

_V4 = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_VERSION_BEFORE = re.compile(
    r"\b(?:version|vers|ver|v|beta|alpha|build|release|firmware|kernel|patch|sdk|driver|update|upgraded?|section|chapter)\b"
    r"|ファームウェア|バージョン|版本",
    re.IGNORECASE,
)
_WINDOW = 24
# "upgraded from 10.4.2.77 to 10.5.0.3": of the second the first tells what it is.
_SECOND = re.compile(r"(?<![\w.])[0-9]{1,4}(?:\.[0-9]{1,6}){3} (?:to|and|or|vs\.?|→|->) \Z")


def _all_v4(text: str, tally: Tally) -> str:
    return _V4.sub(lambda match: _v4(match, tally), text)


def _all_v6(text: str, tally: Tally) -> str:
    return _V6.sub(lambda match: _v6(match, tally), text)


def _v4(match: re.Match[str], tally: Tally) -> str:
    found = match.group()
    if any(int(octet) > 255 for octet in found.split(".")):
        return found
    before = match.string[max(0, match.start() - 2 * _WINDOW) : match.start()]
    first = _SECOND.search(before)
    before = before[: first.start()] if first else before[-_WINDOW:]
    return found if _VERSION_BEFORE.search(before) else tally.put("IP")


def _v6(match: re.Match[str], tally: Tally) -> str:
    found = match.group()
    # "a::b" is C++ and "::" is nobody's address: ask for digits and three groups before trusting the short
    # form.
    if found.count(":") < 7 and (sum(map(bool, found.split(":"))) < 3 or not any(map(str.isdigit, found))):
        return found
    if all(len(group) == 2 for group in found.split(":")):  # an address of storage or of a network card
        return found
    try:
        ipaddress.IPv6Address(found)
    except ValueError:
        return found
    return tally.put("IP")


IPV4 = Rule(r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]", _all_v4, digits=1)
IPV6 = Rule(r":[0-9A-Fa-f]{0,4}:", _all_v6, hints=(":",), digits=1)
