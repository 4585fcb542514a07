"""Payment cards (ISO/IEC 7812: prefix, length, Luhn) and bank accounts (ISO 13616; US, UK by context)."""

import re

from stdnum import iban, luhn
from stdnum.us import rtn

from pipeline.text.placeholders import Rule, Tally

_DIGIT_CHUNK = re.compile(r"(?<![0-9+])[0-9](?:[ .\-/_]{0,2}[0-9]){12,}")
_DIGITS = re.compile(r"[0-9]+")
_MAX_GROUPS = 19
_FIRST_DIGITS = "234568"
# ISO/IEC 7812 issuer prefixes with the lengths in which they are issued.
_ISSUERS = (
    (re.compile(r"4"), (13, 16, 19)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"6011|64[4-9]|65"), (16, 17, 18, 19)),  # Discover
    (re.compile(r"30[0-5]|36|38|39"), (14, 16)),  # Diners Club
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),  # JCB
    (re.compile(r"62|81"), (16, 17, 18, 19)),  # UnionPay
    (re.compile(r"50|5[6-8]|6[37]"), (13, 14, 15, 16, 17, 18, 19)),  # Maestro
)


def _cards(text: str, tally: Tally) -> str:
    return _DIGIT_CHUNK.sub(lambda match: _without_cards(match.group(), tally), text)


def _without_cards(chunk: str, tally: Tally) -> str:
    """The chunk with every run of whole digit groups that is a card number replaced ("4111 … 1111 12 28")."""
    groups = [group.span() for group in _DIGITS.finditer(chunk)]
    if len(groups) == 2 and "." in chunk:  # 2.718281828459045
        return chunk
    pieces = []
    done = first = 0
    while first < len(groups):
        is_issued = chunk[groups[first][0]] in _FIRST_DIGITS
        last = _card_end(chunk, groups, first) if is_issued else None
        if last is None:
            first += 1
            continue
        pieces += [chunk[done : groups[first][0]], tally.put("CARD")]
        done = groups[last][1]
        first = last + 1
    return "".join(pieces) + chunk[done:]


def _card_end(chunk: str, groups: list[tuple[int, int]], first: int) -> int | None:
    number = ""
    for last in range(first, min(first + _MAX_GROUPS, len(groups))):
        start, end = groups[last]
        if len(number) + end - start > 19:
            return None
        number += chunk[start:end]
        if len(number) >= 13 and _is_card(number):
            return last
    return None


def _is_card(number: str) -> bool:
    issued = any(len(number) in lengths and prefix.match(number) for prefix, lengths in _ISSUERS)
    return issued and len(set(number)) > 1 and luhn.is_valid(number)


_IBAN_START = re.compile(r"[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})(?<![A-Za-z0-9][A-Za-z]{2}[0-9]{2})")


def _ibans(text: str, tally: Tally) -> str:
    pieces = []
    done = 0
    for match in _IBAN_START.finditer(text):
        start = match.start() - 2
        end = _iban_end(text, start) if start >= done else None
        if end is not None:
            pieces += [text[done:start], tally.put("BANK_ACCOUNT")]
            done = end
    return "".join(pieces) + text[done:] if pieces else text


def _iban_end(text: str, start: int) -> int | None:
    """Where the IBAN that begins here ends: words may follow it without a break that tells them apart."""
    number = ""
    for place in range(start, min(start + 48, len(text))):
        char = text[place]
        if char in " -.\n":
            continue
        if not (char.isascii() and char.isalnum()):
            return None
        number += char
        is_end = not text[place + 1 : place + 2].isalnum()
        if len(number) >= 15 and is_end and iban.is_valid(number):
            return place + 1
        if len(number) == 34:
            return None
    return None


_US_ROUTING = re.compile(r"\b(?:routing|aba|rtn)\b[^\n0-9]{0,20}([0-9]{9})(?![0-9])", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\b(?:account|acct|acc|a/c|konto)\b[^\n0-9]{0,20}([0-9](?:[ -]?[0-9]){5,16})(?![0-9])", re.IGNORECASE
)
_UK_PAIR = re.compile(r"(?<![\w-])[0-9]{2}[- ][0-9]{2}[- ][0-9]{2}[ ,/]{1,3}[0-9]{8}(?!\w)")
_SORT_CODE = re.compile(
    r"\b(?:sort(?:[ -]?code)?|bsb)\b[^\n0-9]{0,12}([0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}|[0-9]{3}-[0-9]{3})(?![0-9])",
    re.IGNORECASE,
)
_BANK_WORDS = (
    r"(?i:bank|routing|checking|savings|sort[ -]?code|bsb|swift|iban|direct debit"
    r"|wire transfer|aba[^\n0-9]{0,20}[0-9]{9})"
)
_AT_A_BANK = re.compile(rf"\b{_BANK_WORDS}")
_SIX_DIGITS = "[0-9](?:[ -]{0,3}[0-9]){5}"


def _accounts(text: str, tally: Tally) -> str:
    """Numbers that are an account only because the words say so: "account 1234567" alone is a customer's
    id."""
    if not _AT_A_BANK.search(text):
        return text

    def put(match: re.Match[str]) -> str:
        start, end = match.span(1)
        whole = match.group()
        return whole[: start - match.start()] + tally.put("BANK_ACCOUNT") + whole[end - match.start() :]

    def put_routing(match: re.Match[str]) -> str:
        return put(match) if rtn.is_valid(match.group(1)) else match.group()

    text = _UK_PAIR.sub(lambda _: tally.put("BANK_ACCOUNT"), text)
    text = _SORT_CODE.sub(put, text)
    text = _US_ROUTING.sub(put_routing, text)
    return _ACCOUNT.sub(put, text)


CARD = Rule(r"[0-9](?:[ .\-/_]{0,2}[0-9]){12}", _cards, digits=1)
IBAN = Rule(
    r"[A-Za-z]{2}[0-9]{2}(?:[ .\n-]?[A-Za-z0-9]){4,9}[ .\n-]?[0-9](?:[ .\n-]?[0-9]){2}",
    _ibans,
    quick_gate=r"[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})(?:[ .\n-]?[A-Za-z0-9]){4,9}[ .\n-]?[0-9](?:[ .\n-]?[0-9]){2}",
    digits=1,
)
BANK_ACCOUNT = Rule(
    rf"{_BANK_WORDS}[^\n]*{_SIX_DIGITS}|{_SIX_DIGITS}[^\n]*{_BANK_WORDS}|(?i:aba[^\n0-9]{{0,20}}[0-9]{{9}})",
    _accounts,
    hints=("bank", "routing", "checking", "savings", "sort", "bsb", "swift", "iban", "debit", "wire", "aba"),
    quick_gate=_SIX_DIGITS,
    digits=1,
    reaches_over=True,
)
