"""Days, numbers, yes and no as spreadsheets rewrite them. What is not certain is nothing, never a guess.

Excel keeps 15 digits of a number and shows long ones as 1.0E+06:
https://support.microsoft.com/office/1bf7b935-36e1-4985-842f-5dfa51f85fe7. Its days are counted from 1899-12-30:
https://support.microsoft.com/office/e7fe7167-48a9-4b96-bb53-5612a800b487.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import cache
from typing import Literal

DayOrder = Literal["day first", "month first", ""]
# What parts whole from fraction: seen in a file's other numbers, not seen at all, or contradictory.
DecimalMark = Literal[".", ",", "unseen", "mixed"]

_YES = frozenset("true yes y 1 x wahr ja vrai oui verdadero sí si vero waar sim verdadeiro prawda tak".split())
_NO = frozenset("false no n 0 falsch nein faux non falso onwaar nee não nao fałsz nie".split())
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_GERMAN = {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12}
_TIME = re.compile(r"(t|,? )\s{0,3}\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]\.?m\.?)?( ?(z|utc|[+-]\d{2}:?\d{2}))?$")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})\.?|(\d{2})(\d{2}))")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})\.?")
_DAY_NAMED = re.compile(r"(\d{1,2})\.?[ -]?([^\W\d_]{3,9})\.?[ -]?,?(\d{4}|\d{2})")
_MONTH_NAMED = re.compile(r"([^\W\d_]{3,9})\.? (\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d+)?")
_FIRST_DAY, _LAST_SERIAL = dt.date(1899, 12, 30), 73050
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_ERROR = re.compile(r"#+|#(NAME|REF|VALUE|DIV/0|N/A|NUM|NULL|SPILL|ERROR)[?!]?|Err:\d{3}", re.IGNORECASE)
_MONEY = re.compile(r"^([A-Z]{3}|[A-Z]{0,2}\$|kr\.?|Fr\.)? ?|(?<=\d) ?([A-Z]{3}|kr\.?|Fr\.|zł|Kč|Ft)$")


def is_error(cell: str) -> bool:
    """Whether a spreadsheet shows an error there, or a column too narrow: what was typed is not in the file."""
    return bool(_ERROR.fullmatch(cell.strip()))


def is_rounded_id(cell: str) -> bool:
    """Whether an id was taken for a number and rounded: which it was can no longer be told."""
    return "+" in cell and bool(_ROUNDED.fullmatch(cell.strip()))


def yes_or_no(cell: str) -> bool | None:
    """None where it is neither, in the languages that spreadsheets write."""
    word = _plain(cell)
    return True if word in _YES else False if word in _NO else None


def day_order(cells: Iterable[str]) -> DayOrder:
    """Whether a file's rewritten days have the day or the month first, by those that can only be one."""
    firsts = {
        order
        for cell in cells
        if (match := _YEAR_LAST.fullmatch(_without_time(cell))) and match[2] != "."
        for order, is_only in (("day first", int(match[1]) > 12), ("month first", int(match[3]) > 12))
        if is_only
    }
    return "" if len(firsts) != 1 else "day first" if "day first" in firsts else "month first"


def day_meant(cell: str, seen: Collection[str] = (), order: DayOrder = "") -> str:
    """The day meant, ISO 8601, or nothing where it is not certain. `seen` are days that stood there before: what can be
    read as one of them is that day. `order` is that of the file."""
    days = _days(_without_time(cell))
    found = sorted({day.isoformat() for day in days if day})
    before = [day for day in found if day in seen]
    if len(before) == 1 or len(found) == 1:
        return (before or found)[0]
    if len(found) == 2 and order:  # of two readings the day comes first, then the month
        chosen = days[0 if order == "day first" else 1]
        return chosen.isoformat() if chosen else ""
    return ""


def decimal_mark(cells: Iterable[str], delimiter: str) -> DecimalMark:
    """By the numbers that can be read in one way only; where there are none, `;` says that the comma was taken."""
    marks = {mark for cell in cells if (mark := _own_mark(_core(cell)))}
    if len(marks) == 2:
        return "mixed"
    if marks:
        return "." if "." in marks else ","
    return "," if delimiter == ";" else "unseen"


def number_meant(cell: str, mark: DecimalMark) -> Decimal | None:
    """The number, or None where it is none or not certain: `12.000` may be twelve or twelve thousand."""
    core = _core(cell)
    if not re.fullmatch(r"[+-]?\d+([.,]\d+)*", core):
        return None
    own = _own_mark(core)
    if not own and not re.fullmatch(r"[+-]?\d+", core):
        counts = {found: core.count(found) for found in ",."}
        if sum(counts.values()) > 1:  # 1.000.000: it parts thousands
            own = "." if counts[","] else ","
        elif mark == "mixed" or (mark == "unseen" and "." in core):
            return None
        else:
            own = "." if mark == "unseen" else mark
    thousands = "," if own == "." else "."
    whole, _, fraction = core.partition(own) if own else (core, "", "")
    if thousands in whole and not _in_thousands(thousands).fullmatch(whole):
        return None
    if not re.fullmatch(r"\d*", fraction):
        return None
    return Decimal(whole.replace(thousands, "") + (f".{fraction}" if fraction else ""))


@cache
def _in_thousands(mark: str) -> re.Pattern[str]:
    return re.compile(rf"[+-]?\d{{1,3}}([{mark}]\d{{2,3}})*[{mark}]\d{{3}}")


def _own_mark(core: str) -> str:
    """The decimal mark that a number shows by itself, or nothing: 12.5, 0,125, 1.234,5 and 12,345.678 do."""
    last = max(core.rfind("."), core.rfind(","))
    if last < 0:
        return ""
    mark, other = core[last], "," if core[last] == "." else "."
    if other in core[:last]:
        return mark if core.count(mark) == 1 else ""
    before, after = core[:last].lstrip("+-"), core[last + 1 :]
    if mark in before:
        return ""
    return mark if len(after) != 3 or len(before) > 3 or before.startswith("0") else ""


_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def _core(cell: str) -> str:
    """Digits and marks, without currency and without what else parts thousands."""
    if _PLAIN_NUMBER.fullmatch(cell):
        return cell
    text = unicodedata.normalize("NFKC", cell).strip()
    text = "".join(" " if unicodedata.category(c) == "Sc" and c != "$" else c for c in text).strip()
    text = _MONEY.sub("", text.replace("−", "-")).strip(" $")
    return re.sub(r"(?<=\d)[ '’](?=\d{3}(?!\d))", "", text)


def _plain(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).split()).lower()


def _without_time(cell: str) -> str:
    return _TIME.sub("", _plain(cell))


def _days(text: str) -> list[dt.date | None]:
    """Every day that the text can be; of two readings the one with the day first stands first."""
    if match := _YEAR_FIRST.fullmatch(text):
        return [_day(match[1], match[2] or match[4], match[3] or match[5])]
    if match := _YEAR_LAST.fullmatch(text):
        first, between, second, year = match.groups()
        return [_day(year, second, first), *([_day(year, first, second)] if between != "." else [])]
    if match := _DAY_NAMED.fullmatch(text):
        return [_day(match[3], _month(match[2]), match[1])]
    if match := _MONTH_NAMED.fullmatch(text):
        return [_day(match[3], _month(match[1]), match[2])]
    if _SERIAL.fullmatch(text) and int(text[:5]) <= _LAST_SERIAL:
        return [_FIRST_DAY + dt.timedelta(days=int(text[:5]))]
    return []


def _month(name: str) -> str:
    number = _GERMAN.get(name[:3]) or (_MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0)
    return str(number)


def _day(year: str, month: str, day: str) -> dt.date | None:
    """Of years in two digits, 00 to 69 are 2000 on."""
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    try:
        return dt.date(full, int(month), int(day))
    except ValueError:
        return None
