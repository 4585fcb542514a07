"""The day that customers' words name, counted from the day they were said."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.leads.dates import resolve

SAID_ON = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-12-03", date(2026, 12, 3)),
        ("3 December", date(2026, 12, 3)),
        ("the 3rd of December", date(2026, 12, 3)),
        ("Dec 3", date(2026, 12, 3)),
        ("December 3rd, 2027", date(2027, 12, 3)),
        ("18 November", date(2026, 11, 18)),
        ("17 November", date(2027, 11, 17)),
        ("January", date(2027, 1, 31)),
        ("mid November", date(2026, 11, 30)),
        ("February 2028", date(2028, 2, 29)),
        ("Q4", date(2026, 12, 31)),
        ("q1", date(2027, 3, 31)),
        ("next month", date(2026, 12, 31)),
        ("the end of next month", date(2026, 12, 31)),
        ("end of the month", date(2026, 11, 30)),
        ("month-end", date(2026, 11, 30)),
        ("the end of the quarter", date(2026, 12, 31)),
        ("year end", date(2026, 12, 31)),
        ("Christmas", date(2026, 12, 31)),
        ("within the next 2 weeks", date(2026, 12, 2)),
        ("in a week", date(2026, 11, 25)),
        ("in three days", date(2026, 11, 21)),
        ("this week", date(2026, 11, 20)),
        ("next week", date(2026, 11, 27)),
        ("today", SAID_ON),
        ("tomorrow", date(2026, 11, 19)),
        ("Friday", date(2026, 11, 20)),
        ("Wednesday", date(2026, 11, 25)),
        ("Tuesday", date(2026, 11, 24)),
        ("as soon as possible", None),
        ("the launch", None),
        ("31 February", None),
        ("", None),
    ],
)
def test_words_name_a_day(words: str, expected: date | None) -> None:
    assert resolve(words, SAID_ON) == expected


@pytest.mark.parametrize(
    ("words", "said_on", "expected"),
    [
        ("end of the month", date(2026, 11, 30), date(2026, 11, 30)),
        ("next month", date(2026, 12, 31), date(2027, 1, 31)),
        ("next month", date(2027, 1, 30), date(2027, 2, 28)),
        ("end of the quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("Monday", date(2026, 12, 31), date(2027, 1, 4)),
        ("this week", date(2026, 11, 21), date(2026, 11, 21)),
        ("next week", date(2026, 11, 22), date(2026, 11, 27)),
        ("29 February", date(2027, 6, 1), date(2028, 2, 29)),
    ],
)
def test_at_the_edges_of_the_calendar(words: str, said_on: date, expected: date) -> None:
    assert resolve(words, said_on) == expected
