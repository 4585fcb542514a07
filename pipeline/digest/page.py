"""The day as one self-contained page, from the digest tables. Nothing on it comes from the vault.

What customers wrote is hostile until escaped: the template escapes everything, and only http(s) addresses become links.
The same tables and manifest give the same bytes: no clock, no durations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.digest import charts
from pipeline.leads.rules import RULES
from pipeline.warehouse import Connection

Row = dict[str, Any]

SHOWN = 15
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
# What these bind appears in held.csv alone.
_NEVER = {rule.name for rule in RULES.values() if rule.kind == "never"}


@dataclass(frozen=True)
class Listing:
    """The first rows of a list, how many it has, and the file that has all of them."""

    rows: list[Any]
    total: int
    file: str


@dataclass(frozen=True)
class HeldLead:
    """A lead that waits, all the rules that hold it, and the other tickets that do."""

    row: Row
    reasons: list[str]
    other_tickets: list[str]


@dataclass(frozen=True)
class HeldGroup:
    """What waits on one ticket; `ticket` is empty where no ticket would release it."""

    ticket: str
    url: str
    leads: list[HeldLead]

    @property
    def value(self) -> str:
        return totals((held.row["value_waiting"], held.row["currency"]) for held in self.leads)


def render_page(con: Connection, as_of: date, manifest: dict[str, Any]) -> str:
    """`digest.html` of the night `as_of`. Reads the digest tables, leads, lead_events, outcomes and accounts."""
    days, stages = charts.opened_by_day(con, as_of), charts.funnel(con, as_of)
    lists = {name: _leads(con, name, "place = 'listed'", "rank") for name in ("leads", "saves")}
    still_open = {name: _leads(con, name, "place <> 'listed'", "priority DESC, lead_id") for name in ("leads", "saves")}
    held_rows = _held_rows(con)
    never = {row["lead_id"] for row in held_rows if row["rule"] in _NEVER}
    waiting = [row for row in held_rows if row["lead_id"] not in never]
    service = _first(_rows(con, _SERVICE), "service.csv")
    passed_on = _rows(con, "FROM digest_passed_on ORDER BY team NULLS LAST")
    page = (
        environment()
        .get_template("page.html.j2")
        .render(
            as_of=as_of,
            manifest=manifest,
            shown=SHOWN,
            rules=RULES,
            today={name: _first(rows, f"{name}.csv") for name, rows in lists.items()},
            still_open={name: _first(rows, "open.csv") for name, rows in still_open.items()},
            expected={
                name: totals((r["expected_value"], currency(r["flags"])) for r in rows) for name, rows in lists.items()
            },
            held=_first(_by_ticket(waiting), "held.csv"),
            held_leads=len({row["lead_id"] for row in waiting}),
            held_value=totals({row["lead_id"]: (row["value_waiting"], row["currency"]) for row in waiting}.values()),
            never_leads=len(never),
            needs=_first(_rows(con, _NEEDS), "needs.csv"),
            moving_needs=_count(con, "digest_needs", "status IN ('new', 'growing')"),
            market=_first(_rows(con, _MARKET), "market.csv"),
            lost=_first(_rows(con, _LOST), "lost_sales.csv"),
            service=service,
            service_by_team=[(team, list(facts)) for team, facts in groupby(service.rows, key=itemgetter("team"))],
            praise=_first(_rows(con, _PRAISE), "praise.csv"),
            passed_on=[row for row in passed_on if row["team"]],
            passed_on_unshown=sum(row["leads"] for row in passed_on if not row["team"]),
            unmatched=_first(_rows(con, _UNMATCHED), "unmatched.csv"),
            days=days,
            day_chart=charts.day_bars(days),
            stages=stages,
            funnel_chart=charts.funnel_bars(stages),
            funnel_days=charts.FUNNEL_DAYS,
        )
    )
    return page.strip() + "\n"


_NEEDS = "SELECT * FROM digest_needs ORDER BY accounts DESC, tickets_28d DESC, revenue DESC, topic_id"
_MARKET = "SELECT * FROM digest_market ORDER BY mentions_7d DESC, competitor, about"
_LOST = """
    SELECT l.*, a.currency FROM digest_lost_sales l LEFT JOIN accounts a USING (account_id)
    ORDER BY l.value_waiting DESC, l.lost_id
"""
_SERVICE = """
    SELECT s.*, f.title FROM digest_service s JOIN fact_specs f USING (fact)
    ORDER BY sum(s.tickets_7d) OVER (PARTITION BY s.team) DESC, s.team, s.tickets_7d DESC, s.fact, s.should_have_been
"""
# Columns by name: contact_id and agent_id stay where they are.
_PRAISE = """
    SELECT praise_id, subtype, account, team, quote, said_at, ticket_url FROM digest_praise
    WHERE coalesce(passed_on, '') = '' ORDER BY said_at DESC, praise_id
"""
_UNMATCHED = """
    SELECT u.ticket_id, u.ticket_url, string_agg(DISTINCT sp.title, ', ' ORDER BY sp.title) AS signals,
        min(u.quote) AS quote
    FROM digest_unmatched u JOIN signal_specs sp USING (signal)
    GROUP BY u.ticket_id, u.ticket_url ORDER BY u.ticket_id, u.ticket_url
"""


def _leads(con: Connection, name: str, where: str, order: str) -> list[Row]:
    chosen = f"list = ? AND {where} ORDER BY {order}"
    return _rows(con, f"SELECT * EXCLUDE (contact_id, outcome_reason) FROM digest_leads WHERE {chosen}", [name])


def _held_rows(con: Connection) -> list[Row]:
    return _rows(
        con,
        """
        SELECT h.*, a.currency FROM digest_held h LEFT JOIN accounts a USING (account_id)
        ORDER BY h.value_waiting DESC, h.lead_id, h.rule
    """,
    )


def _by_ticket(rows: list[Row]) -> list[HeldGroup]:
    """Held leads by the ticket to solve, most valuable first; those that no ticket would release come last."""
    tickets = list(dict.fromkeys(row["ticket_to_solve"] or "" for row in rows))
    groups = []
    for ticket in sorted(tickets, key=lambda name: name == ""):
        mine = [row for row in rows if (row["ticket_to_solve"] or "") == ticket]
        leads = []
        for row in {row["lead_id"]: row for row in mine}.values():
            lead_id = row["lead_id"]
            reasons = [r["why_held"] for r in mine if r["lead_id"] == lead_id]
            others = {r["ticket_to_solve"] for r in rows if r["lead_id"] == lead_id} - {None, "", ticket}
            leads.append(HeldLead(row, reasons, sorted(others)))
        groups.append(HeldGroup(ticket, next((r["ticket_url"] for r in mine if r["ticket_url"]), ""), leads))
    return groups


def _rows(con: Connection, query: str, parameters: list[Any] | None = None) -> list[Row]:
    result = con.execute(query, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _first(rows: list[Any], file: str) -> Listing:
    return Listing(rows[:SHOWN], len(rows), file)


def _count(con: Connection, table: str, where: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    return int(row[0]) if row else 0


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


def environment() -> Environment:
    """What pages are rendered in: everything escaped, an unknown name is an error."""
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
    return environment
