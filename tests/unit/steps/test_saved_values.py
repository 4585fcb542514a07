"""Days, numbers and words of yes and no as programs show them: what they meant, or that nobody can tell."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.steps.feedback.saved_values import (
    DecimalMark,
    day_meant,
    day_order,
    decimal_mark,
    number_meant,
    yes_or_no,
)


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("2026-11-20", "2026-11-20"),
        ("11/20/2026", "2026-11-20"),
        ("11/20/26", "2026-11-20"),
        ("11/20/2026 12:00:00 AM", "2026-11-20"),
        ("20.11.2026", "2026-11-20"),
        ("3.4.27", "2027-04-03"),
        ("20.11.2026 00:00", "2026-11-20"),
        ("20-11-2026", "2026-11-20"),
        ("20-Nov-26", "2026-11-20"),
        ("20. Dez. 2026", "2026-12-20"),
        ("20 November 2026", "2026-11-20"),
        ("Nov 20, 2026", "2026-11-20"),
        ("2026. 11. 20.", "2026-11-20"),
        ("20261120", "2026-11-20"),
        ("2026-11-20T00:00:00.000Z", "2026-11-20"),
        ("2026-11-20 00:00:00+00:00", "2026-11-20"),
        ("46346", "2026-11-20"),
        ("46346,0", "2026-11-20"),
        ("5/5/2027", "2027-05-05"),
        ("03/04/2027", ""),
        ("20-Nov", ""),
        ("########", ""),
        ("2026", ""),
        ("123456", ""),
        ("31.11.2026", ""),
        ("", ""),
    ],
)
def test_day_as_programs_show_it(shown: str, meant: str) -> None:
    assert day_meant(shown) == meant


def test_day_that_could_be_two_is_told_by_the_file_or_by_what_stood_there() -> None:
    assert day_order(["12/28/2026", "3/4/2027"]) == "month first"
    assert day_order(["28/12/2026", "28.12.2026"]) == "day first"
    assert day_order(["28/12/2026", "12/28/2026"]) == day_order(["3/4/2027", "28.12.2026"]) == ""
    assert day_meant("3/4/2027", order="month first") == "2027-03-04"
    assert day_meant("3/4/2027", order="day first") == "2027-04-03"
    assert day_meant("28/12/2026", order="month first") == "2026-12-28"
    assert day_meant("3/4/2027", seen={"2027-04-03"}, order="month first") == "2027-04-03"


@pytest.mark.parametrize(
    ("shown", "mark", "meant"),
    [
        ("12000", "unseen", "12000"),
        ("12.000,50", "unseen", "12000.50"),
        ("12,000.50", "unseen", "12000.50"),
        ("1.234.567", "unseen", "1234567"),
        ("12,00,000", "unseen", "1200000"),
        ("12\u202f000,5", "unseen", "12000.5"),
        ("12 000", "unseen", "12000"),
        ("12'000.50", "unseen", "12000.50"),
        ("$12,000.00", "unseen", "12000.00"),
        ("US$ 12,000.00", "unseen", "12000.00"),
        ("12.000,00 €", "unseen", "12000.00"),
        ("EUR 12000", "unseen", "12000"),
        ("12000,5", "unseen", "12000.5"),
        ("-3,5", "unseen", "-3.5"),
        ("0,125", "unseen", "0.125"),
        ("12,000", "unseen", "12000"),
        ("12,000", ".", "12000"),
        ("12,000", ",", "12.000"),
        ("12.000", ",", "12000"),
        ("12.000", ".", "12.000"),
        ("12.000", "unseen", None),
        ("12.000", "mixed", None),
        ("12,000", "mixed", None),
        ("1.2E+06", "unseen", None),
        ("12k", "unseen", None),
        ("1.2.3", "unseen", None),
        ("12-13", "unseen", None),
        ("n/a", "unseen", None),
        ("", "unseen", None),
    ],
)
def test_number_as_programs_show_it(shown: str, mark: DecimalMark, meant: str | None) -> None:
    assert number_meant(shown, mark) == (None if meant is None else Decimal(meant))


def test_decimal_mark_is_told_by_the_other_numbers() -> None:
    assert decimal_mark(["12.000", "9.500,25"], ",") == ","
    assert decimal_mark(["12,000", "9500.25"], ";") == "."
    assert decimal_mark(["12,5", "12.5"], ",") == "mixed"
    assert [decimal_mark(["12.000", "120"], by) for by in ",;\t"] == ["unseen", ",", "unseen"]


def test_yes_and_no_in_the_languages_of_spreadsheets() -> None:
    assert {yes_or_no(word) for word in ("TRUE", "Wahr", "VRAI", "yes", "1", "x ")} == {True}
    assert {yes_or_no(word) for word in ("FALSE", "falsch", "FAUX", "No", "0")} == {False}
    assert yes_or_no("perhaps") is None
