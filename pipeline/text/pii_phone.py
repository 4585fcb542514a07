"""Phone numbers: international (ITU-T E.164, E.123) and national forms.

A cheap pattern finds candidates; the words before them, their grouping and, where these leave doubt, Google's
numbering plans (`phonenumbers`) decide. Dates, prices, flights, orders, versions and measures stay.
"""

import re

import phonenumbers

from pipeline.text.placeholders import LONG_NUMBER, NEXT_DIGIT, Rule, Tally
from pipeline.text.word_lists import by_first_letter, either_case

_CANDIDATE = re.compile(
    r"(?:(?<![\w.@/#$€£-])|(?<=\]/)|(?<=wa\.me/))"
    r"(?:\+\s?)?\(?[0-9](?:[ ().\-/\u2010-\u2013]{0,3}[0-9]){6,16}(?![\w@%$€£])"
    r"(?:\s{0,2}(?:ext\.?|x|extension|durchwahl)\s{0,2}[0-9]{1,6}(?!\w))?",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(LONG_NUMBER)
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
_NO_DIGIT = re.compile(r"[^0-9]")
_CONTEXT = 40
_SURE = 9  # digits, of which some grouping alone tells a telephone's
_NO_PHONE = "(?! [a-z]{1,2}[0-9])"  # "cell b5" of a table
_WORDS = (
    rf"phone|telephone|tel|telefon|teléfono|téléphone|telefono|mobile|cell{_NO_PHONE}|cellphone|handy"
    r"|móvil"
    r"|whatsapp|signal|fax|wa\.me|telefone|telefoon|telefonnummer|telefonnumer|rufnummer|handynummer|mobil|mobilen|mobiel|gsm|natel"
    r"|celular|cel|telemóvel|zap|numara|telefonum|cellulare"
    r"|call|calls|called|calling|dial|dialed|ring|text|sms|reach|landline|hotline|contact|callback|ph|mob"
)
_MY_NUMBER = (
    r"(?:my|mein|meine|mit|min|mijn|mon|mi|meu|mój|moj|il mio|мой|мій)\s(?:number|nummer|numéro|número|numero|numer"
    r"|номер)"
)
_WITHIN_WORDS = r"телефон|тел\.|手机|手機|电话|電話|전화|연락처|โทร|טלפון|هاتف|τηλέφωνο"
_PHONE_WORDS = re.compile(rf"\b(?:{by_first_letter(_WORDS)}|{_MY_NUMBER})\b|{_WITHIN_WORDS}")
_OTHER = (
    r"order|orders|ticket|invoice|case|flight|ref|reference|booking|confirmation|tracking|account"
    r"|serial|sku|part|model"
    r"|item|id|version|build|receipt|skymiles|member|membership|customer number|batch|lot|imei|pnr|conf"
    r"|case no|parcel"
    r"|shipment|transaction|e-?ticket|licen[sc]e|error|code|lat|latitude|longitude|coordinates?|isbn|ean|upc|gtin|barcode|s/n|sn|vat"
    r"|usps|fedex|dhl|ups|hermes|flyer|loyalty|reservation|permit|policy|claim|product"
    r"|ordernummer|bestellnummer|bestelling|kundennummer|klantnummer|rechnungsnummer|vertragsnummer|seriennummer"
    r"|sendungsnummer|zamówienie|commande|dossier|colis|modèle|modell|modelo|modello|pedido|encomenda|ordine|série"
)
_OTHER_NUMBERS = re.compile(rf"\b(?:{by_first_letter(_OTHER)})\b|\bpo:?\s?$|#\s?$")
_DATE = re.compile(
    r"\(?(?:(?:19|20)[0-9]{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|[12][0-9]|3[01])[-/.](?:(?:19|20)[0-9]{2}|[0-9]{2}(?= |$)))"
)
_YEARS = re.compile(r"(?:19|20)[0-9]{2}\s?[-–/]\s?(?:19|20)[0-9]{2}")
_NORTH_AMERICAN = re.compile(
    r"(?:1[ .-]?)?(?:\([2-9][0-9]{2}\)[ .-]{0,3}|[2-9][0-9]{2}[ .-]{1,3})[0-9]{3}[ .-]{1,3}[0-9]{4}"
)
_GROUPED_AMOUNT = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3}){2,}")
_AMOUNT_AROUND = re.compile(
    r"\s?(?:[$€£%]|,[0-9]|usd|eur|gbp|euros?|dollars?|rows?|records?|users?|seats?|views?|km|kg|mb|gb|points"
    r"|miles|million)",
    re.IGNORECASE,
)
_TRUNK_REGIONS = ("GB", "DE", "FR", "NL", "AU", "IT", "BE", "CH", "AT", "IE", "SE", "ZA", "IN", "JP", "NZ", "PH", "TR")
_PLAIN_REGIONS = ("ES", "PT", "PL", "NO", "DK", "CZ")


def _apply(text: str, tally: Tally) -> str:
    pieces = []
    done = place = 0
    while (number := _LONG_NUMBER.search(text, place)) is not None:
        start = _with_prefix(text, number.start(), done)
        found = _phone_at(text, start)
        if found is None:
            # A date or an id may stand before the telephone number: go on behind this group of digits.
            date = _DATE.match(text, start)
            place = date.end() if date is not None else _end_of_digits(text, number.start())
            continue
        pieces += [text[done:start], tally.put("PHONE")]
        done = place = found
    return "".join(pieces) + text[done:] if pieces else text


def _with_prefix(text: str, start: int, floor: int) -> int:
    """Where the number begins with its "+" and bracket: "+44", "+ 44", "(020)"."""
    for prefix in ("+ (", "+(", "+ ", "+", "("):
        if start - len(prefix) >= floor and text.startswith(prefix, start - len(prefix)):
            return start - len(prefix)
    return start


def _end_of_digits(text: str, place: int) -> int:
    while place < len(text) and text[place].isdigit():
        place += 1
    return place


def _phone_at(text: str, start: int) -> int | None:
    """Where the telephone number that begins here ends; None if none does."""
    candidate = _CANDIDATE.match(text, start)
    if candidate is None:
        return None
    if _is_phone(candidate):
        return candidate.end()
    shorter = _NORTH_AMERICAN.match(text, start)  # "202-555-0143 2 seats"
    if (
        shorter is not None
        and text[shorter.end() : shorter.end() + 1] in (" ", "/", ",")
        and not _is_other_number(text, start)
    ):
        return shorter.end()
    return None


def _is_other_number(text: str, start: int) -> bool:
    return _nearest_context(_own_context(text[max(0, start - _CONTEXT) : start])) is False


def _is_phone(match: re.Match[str]) -> bool:
    found = _LETTER.split(match.group(), maxsplit=1)[0].strip()
    digits = _NO_DIGIT.sub("", found)
    text = match.string
    if not 7 <= len(digits) <= 15 or (len(set(digits)) == 1 and len(digits) > 10):
        return False
    if _DATE.match(found) or _YEARS.fullmatch(found) or _AMOUNT_AROUND.match(text, match.end()):
        return False
    if found.startswith("+"):
        return len(digits) >= 8
    before = _own_context(text[max(0, match.start() - _CONTEXT) : match.start()])
    # So short a number is a telephone's where a word says so, or where it stands alone.
    if len(digits) < _SURE and not _PHONE_WORDS.search(before) and not _stands_alone(match):
        return False
    asked_for = _nearest_context(before)
    if asked_for is not None:
        return asked_for and not (_GROUPED_AMOUNT.fullmatch(found) and digits.endswith("000"))
    return _looks_national(found, digits) or (_stands_alone(match) and _is_valid(digits, ("US", *_TRUNK_REGIONS)))


def _own_context(before: str) -> str:
    """Words before another placeholder were about that one. Lower case: to ignore case takes three times as long."""
    return before[before.rfind("]") + 1 :].lower()


def _nearest_context(before: str) -> bool | None:
    """Whether the words before ask for a phone number (True) or number something else (False)."""
    phone = _last(_PHONE_WORDS, before)
    other = _last(_OTHER_NUMBERS, before)
    return None if phone == other == -1 else phone > other


def _last(pattern: re.Pattern[str], text: str) -> int:
    place = -1
    for match in pattern.finditer(text):
        place = match.start()
    return place


def _looks_national(found: str, digits: str) -> bool:
    """Without a word on what it is: the grouping must be a phone's, or the numbering plan must know the
    number."""
    if _NORTH_AMERICAN.fullmatch(found):
        return True
    if found.startswith("00"):
        return found != digits and len(digits) >= 10 and _is_valid("+" + digits[2:], (None,))
    if found.startswith(("0", "(0")):
        return len(digits) >= 9 and _is_valid(digits, _TRUNK_REGIONS)
    is_spaced = " " in found and "." not in found and "/" not in found and not found.startswith("(")
    return is_spaced and len(digits) == 9 and not digits.endswith("000") and _is_valid(digits, _PLAIN_REGIONS)


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether the number is all there is on its line: the answer to "what is your number?"."""
    text = match.string
    line_start = text.rfind("\n", 0, match.start()) + 1
    line_end = text.find("\n", match.end())
    rest = text[line_start : match.start()] + text[match.end() : len(text) if line_end < 0 else line_end]
    return not rest.strip(" .,-")


def _is_valid(digits: str, regions: tuple[str | None, ...]) -> bool:
    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


# A number of fewer than nine digits is a telephone's behind a "+" or a word for one, or where its line holds no more.
# Of a word that begins before the context only the end is seen, so that the gate asks for no boundary there.
_ASKED_FOR = either_case(
    rf"(?i:(?:{_WORDS.replace(_NO_PHONE, '')}|{_MY_NUMBER})(?:$|[^A-Za-z])|{_WITHIN_WORDS})(?s:.*){LONG_NUMBER}"
)
_GATE = rf"{LONG_NUMBER}{NEXT_DIGIT}{{2}}|\+[ (]{{0,2}}{LONG_NUMBER}|(?:^|\n)[ .,+(-]*{LONG_NUMBER}|{_ASKED_FOR}"

PHONE = Rule(_GATE, _apply, quick_gate=LONG_NUMBER, digits=2, reaches_over=True)
