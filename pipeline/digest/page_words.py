"""What every page is rendered with: words for dates, money and shares, safe links, and an environment that escapes.

What customers wrote is hostile until escaped: the environment escapes everything, and only http(s) addresses become
links.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_QUOTE_LENGTH = 500
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x20\x7f\\<>\"]")
# Flags of a lead that are no currency.
_FLAGS = {"value_unknown", "ticket_open"}


def long_date(value: date | datetime | None) -> str:
    """`20 November 2026`, whatever the machine's language."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if value else ""


def short_date(value: date) -> str:
    """`20 Nov`, under a chart."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]}"


def spoken(text: str) -> str:
    """A sentence with its ISO dates in words."""

    def words(found: re.Match[str]) -> str:
        try:
            return long_date(date.fromisoformat(found.group()))
        except ValueError:
            return found.group()

    return _ISO_DAY.sub(words, text)


def money(value: Decimal | None, of: str | None = "") -> str:
    """`4,840 EUR`: thousands separated, cents only where they matter; without a currency where none is known."""
    if value is None:
        return ""
    amount = Decimal(value)
    has_cents = abs(amount) < 100 and amount != amount.to_integral_value()
    return f"{amount:,.{2 if has_cents else 0}f}" + (f"\u00a0{of}" if of else "")


def totals(amounts: Iterable[tuple[Decimal | None, str | None]]) -> str:
    """Sums by currency, never across them: `12,000 EUR + 900 USD`."""
    sums: dict[str, Decimal] = {}
    for value, of in amounts:
        sums[of or ""] = sums.get(of or "", Decimal(0)) + (value or Decimal(0))
    return " + ".join(money(sums[of], of) for of in sorted(sums))


def currency(flags: str | None) -> str:
    """The currency among a lead's flags, or nothing."""
    return " ".join(flag for flag in (flags or "").split() if flag not in _FLAGS)


def link(url: str | None) -> str:
    """`url` where it is a plain http(s) address, else nothing: what is no such address never becomes a link."""
    if not url or _NOT_IN_ADDRESS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if is_plain else ""


def clipped(text: str | None) -> str:
    """A quote, cut where it is so long that the list's file is the better place to read it."""
    words = " ".join((text or "").split())
    return words if len(words) <= _QUOTE_LENGTH else words[:_QUOTE_LENGTH].rstrip() + "…"


def percent(share: float | Decimal | None) -> str:
    """`60 %`, of a share."""
    return f"{share:.0%}".replace("%", "\u00a0%") if share is not None else ""


def change(value: int | None) -> str:
    """`+2`, `−1` or `same`, against the week before."""
    return f"{value:+d}".replace("-", "−") if value else "same"


@cache
def environment() -> Environment:
    """What pages are rendered in: everything escaped, an unknown name is an error. Templates are compiled once."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "" if value is None else value,
    )
    environment.filters.update(
        long_date=long_date,
        short_date=short_date,
        spoken=spoken,
        money=money,
        currency=currency,
        link=link,
        clipped=clipped,
        percent=percent,
        change=change,
    )
    # A browser takes this style alone, told by its hash (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
    style = "\n" + (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    environment.globals["style"] = Markup(style)  # noqa: S704  our own file
    environment.globals["style_hash"] = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment
