"""What the page makes of an address, an amount and a day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.digest.page_words import link, money, spoken, totals


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//help.example/1",
        "/tickets/1",
        "help.example/1",
        "https:///1",
        "",
        None,
        "https://[help.example/1",
        "https://a@help.example/1",
        "https://help.example\\@evil.example",
        "https://help.example/ 1",
        'https://help.example/"x',
    ],
)
def test_any_other_address_is_no_link(url: str | None) -> None:
    assert link(url) == ""


def test_a_web_address_stays_as_it_is() -> None:
    assert link("https://help.example:8443/t/5?x=1&y=2#c") == "https://help.example:8443/t/5?x=1&y=2#c"


def test_money_is_never_added_across_currencies() -> None:
    assert totals([(Decimal("1000.40"), "EUR"), (Decimal(900), "USD"), (Decimal("0.20"), "EUR"), (None, "USD")]) == (
        "1,001\u00a0EUR + 900\u00a0USD"
    )
    assert totals([]) == ""
    assert money(Decimal("12.50")) == "12.50" and money(Decimal("1234567.00"), "EUR") == "1,234,567\u00a0EUR"


def test_dates_are_words() -> None:
    assert spoken("needed by 2026-12-03; order 2026-13-99") == "needed by 3 December 2026; order 2026-13-99"
