"""The day that a customer names: "by 3 December", "end of the month", "next week", counted from when it was said."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_DAYS |= {name.lower(): i for i, name in enumerate(calendar.day_abbr)}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def resolve(words: str, said_on: date) -> date | None:
    """The last day that `words` allow, at or after `said_on`; None where they name none that can be told."""
    text = " ".join(words.lower().replace(",", " ").split())
    try:
        for pattern, read in _READERS:
            if match := re.search(pattern, text):
                return read(match, said_on)
    except (ValueError, OverflowError):
        return None
    return None


def _iso(match: re.Match[str], said_on: date) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _day_month(match: re.Match[str], said_on: date) -> date:
    return _in_year(int(match["day"]), _MONTHS[match["month"]], match["year"], said_on)


def _in_year(day: int, month: int, year: str | None, said_on: date) -> date:
    if year:
        return date(int(year), month, day)
    if (month, day) == (2, 29):  # the next year that has one; a century's turn may skip it
        leap_years = (y for y in range(said_on.year, said_on.year + 9) if calendar.isleap(y))
        return next(date(y, 2, 29) for y in leap_years if date(y, 2, 29) >= said_on)
    this_year = date(said_on.year, month, day)
    return this_year if this_year >= said_on else date(said_on.year + 1, month, day)


def _month(match: re.Match[str], said_on: date) -> date:
    month = _MONTHS[match["month"]]
    year = int(match["year"]) if match["year"] else said_on.year + (month < said_on.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _month_end(match: re.Match[str], said_on: date) -> date:
    return date(said_on.year, said_on.month, calendar.monthrange(said_on.year, said_on.month)[1])


def _next_month_end(match: re.Match[str], said_on: date) -> date:
    following = _month_end(match, said_on) + timedelta(days=1)
    return _month_end(match, following)


def _year_end(match: re.Match[str], said_on: date) -> date:
    return date(said_on.year, 12, 31)


def _quarter(match: re.Match[str], said_on: date) -> date:
    month = int(match[1]) * 3
    year = said_on.year + (month < said_on.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _quarter_end(match: re.Match[str], said_on: date) -> date:
    month = (said_on.month - 1) // 3 * 3 + 3
    return date(said_on.year, month, calendar.monthrange(said_on.year, month)[1])


def _weekday(match: re.Match[str], said_on: date) -> date:
    ahead = (_DAYS[match["day"]] - said_on.weekday()) % 7 or 7
    return said_on + timedelta(days=ahead)


def _week_end(match: re.Match[str], said_on: date) -> date:
    weeks = 1 if "next" in match[0] else 0
    return said_on + timedelta(days=4 - said_on.weekday() % 7 + 7 * weeks if said_on.weekday() < 5 or weeks else 0)


def _in_some(match: re.Match[str], said_on: date) -> date:
    count = _NUMBERS.get(match[1]) or int(match[1])
    return said_on + timedelta(days=count * {"day": 1, "week": 7, "month": 30}[match[2]])


def _tomorrow(match: re.Match[str], said_on: date) -> date:
    return said_on + timedelta(days=1 if match[0] == "tomorrow" else 0)


_READERS = (
    (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _iso),
    (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?(?: (?P<year>20\d\d))?", _day_month),
    (rf"\b(?P<month>{_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?: (?P<year>20\d\d)\b)?", _day_month),
    (rf"\b(?P<month>{_MONTH})\b\.?(?: (?P<year>20\d\d))?", _month),
    (r"\bq([1-4])\b", _quarter),
    (r"\bnext month\b", _next_month_end),
    (r"\b(?:end of (?:the |this )?|this )month\b|\bmonth[- ]end\b|\beom\b", _month_end),
    (r"\b(?:end of (?:the |this )?|this )quarter\b|\bquarter[- ]end\b", _quarter_end),
    (r"\b(?:end of (?:the |this )?|this )year\b|\byear[- ]end\b|\beoy\b|\bchristmas\b|\bnew year", _year_end),
    (r"\b(?:in|within)(?: the next)? (\d{1,3}|a|one|two|three|four|five|six) (day|week|month)s?\b", _in_some),
    (r"\b(?:end of (?:the |this |next )?|this |next )week\b|\bweekend\b", _week_end),
    (r"\b(?:today|tonight|tomorrow)\b", _tomorrow),
    (rf"\b(?P<day>{_DAY})\b", _weekday),
)
