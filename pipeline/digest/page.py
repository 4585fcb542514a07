"""The day as one self-contained page, from the digest tables. Nothing on it comes from the vault.

What customers wrote is hostile until escaped: the template escapes everything, and only http(s) addresses become links.
The same tables and manifest give the same bytes: no clock, no durations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.digest import charts
from pipeline.digest.heard import heard_bars, heard_by_day, heard_stage
from pipeline.digest.page_held import HELD, held
from pipeline.digest.page_words import currency, environment, totals
from pipeline.leads.rules import RULES
from pipeline.warehouse import Connection

Row = dict[str, Any]

SHOWN = 15
LISTS = ("leads", "saves")


@dataclass(frozen=True)
class Listing:
    """The first rows of a list, how many it has, and the file that has all of them."""

    rows: list[Any]
    total: int
    file: str


def render_page(con: Connection, as_of: date, manifest: dict[str, Any]) -> str:
    """`digest.html` of the night `as_of`. Reads the digest tables, signals, leads, lead_events, outcomes
    and accounts."""
    days, heard = charts.opened_by_day(con, as_of), heard_by_day(con, as_of)
    stages = [heard_stage(con, as_of), *charts.funnel(con, as_of)]
    currencies = [row["currency"] for row in _rows(con, _CURRENCIES)]
    waiting = held(_rows(con, HELD))
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
            today={name: _leads(con, name, _LISTED, "rank", f"{name}.csv") for name in LISTS},
            still_open={name: _leads(con, name, _OPEN, "priority DESC, lead_id", "open.csv") for name in LISTS},
            expected={name: _expected(con, name) for name in LISTS},
            held=_first(waiting.groups, "held.csv"),
            held_leads=waiting.leads,
            held_value=waiting.value,
            never_leads=waiting.never,
            needs=_first(_rows(con, _NEEDS), "needs.csv"),
            needs_left_out=manifest.get("counts", {}).get("topics", {}).get("left_out", 0),
            moving_needs=_count(con, "digest_needs", "status IN ('new', 'growing')"),
            market=_first(_rows(con, _MARKET), "market.csv"),
            faded=[row["competitor"] for row in _rows(con, _FADED)],
            currencies=currencies,
            one_currency=currencies[0] if len(currencies) == 1 else "",
            lost=_first(_rows(con, _LOST), "lost_sales.csv"),
            service=service,
            service_by_team=[(team, list(facts)) for team, facts in groupby(service.rows, key=itemgetter("team"))],
            praise=Listing(_rows(con, _PRAISE), _count(con, "digest_praise", _NOT_PASSED_ON), "praise.csv"),
            praise_passed_on=_count(con, "digest_praise", f"NOT ({_NOT_PASSED_ON})"),
            passed_on=[row for row in passed_on if row["team"]],
            passed_on_unshown=sum(row["leads"] for row in passed_on if not row["team"]),
            unmatched=Listing(_rows(con, _UNMATCHED), _count(con, f"({_UNMATCHED_TICKETS})", "true"), "unmatched.csv"),
            heard=heard,
            heard_chart=heard_bars(heard, (days[0].day, as_of)),
            days=days,
            day_chart=charts.day_bars(days),
            stages=stages,
            funnel_chart=charts.funnel_bars(stages),
            funnel_days=charts.FUNNEL_DAYS,
        )
    )
    return page.strip() + "\n"


_NEEDS = "SELECT * FROM digest_needs ORDER BY accounts DESC, tickets_28d DESC, revenue DESC, topic_id"
_CURRENCIES = "SELECT DISTINCT currency FROM accounts WHERE coalesce(currency, '') <> '' ORDER BY currency"
_MARKET = "SELECT * FROM digest_market WHERE mentions_7d > 0 ORDER BY mentions_7d DESC, competitor, about"
_FADED = """
    SELECT competitor FROM digest_market GROUP BY competitor HAVING sum(mentions_7d) = 0
    ORDER BY sum(change), competitor
"""
_LOST = """
    SELECT l.*, a.currency FROM digest_lost_sales l LEFT JOIN accounts a USING (account_id)
    ORDER BY l.value_waiting DESC, l.lost_id
"""
_SERVICE = """
    SELECT s.*, f.title FROM digest_service s JOIN fact_specs f USING (fact)
    ORDER BY sum(s.tickets_7d) OVER (PARTITION BY s.team) DESC, s.team, s.tickets_7d DESC, s.fact, s.should_have_been
"""
# Columns by name: contact_id and agent_id stay where they are.
_NOT_PASSED_ON = "passed_on = ''"
_PRAISE = f"""
    SELECT praise_id, subtype, account, team, quote, said_at, ticket_url FROM digest_praise
    WHERE {_NOT_PASSED_ON} ORDER BY said_at DESC, praise_id LIMIT {SHOWN}
"""
# Tens of thousands may be unmatched: only what is shown is put together.
_UNMATCHED_TICKETS = "SELECT DISTINCT ticket_id, ticket_url FROM digest_unmatched JOIN signal_specs USING (signal)"
_UNMATCHED = f"""
    SELECT u.ticket_id, u.ticket_url, string_agg(DISTINCT sp.title, ', ' ORDER BY sp.title) AS signals,
        min(u.quote) AS quote
    FROM digest_unmatched u JOIN signal_specs sp USING (signal)
    SEMI JOIN ({_UNMATCHED_TICKETS} ORDER BY ticket_id, ticket_url LIMIT {SHOWN}) s
        ON s.ticket_id = u.ticket_id AND s.ticket_url IS NOT DISTINCT FROM u.ticket_url
    GROUP BY u.ticket_id, u.ticket_url ORDER BY u.ticket_id, u.ticket_url
"""


_LISTED, _OPEN = "place = 'listed'", "place <> 'listed'"


def _leads(con: Connection, name: str, where: str, order: str, file: str) -> Listing:
    """Only what is shown is fetched: hundreds of thousands may be open."""
    columns = "* EXCLUDE (contact_id, outcome_reason)"
    chosen = f"SELECT {columns} FROM open_leads WHERE list = ? AND {where} ORDER BY {order} LIMIT {SHOWN}"
    return Listing(_rows(con, chosen, [name]), _count(con, "open_leads", f"list = '{name}' AND {where}"), file)


def _expected(con: Connection, name: str) -> str:
    sums = f"SELECT sum(expected_value), flags FROM digest_leads WHERE list = ? AND {_LISTED} GROUP BY flags"
    return totals((value, currency(flags)) for value, flags in con.execute(sums, [name]).fetchall())


def _rows(con: Connection, query: str, parameters: list[Any] | None = None) -> list[Row]:
    result = con.execute(query, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _first(rows: list[Any], file: str) -> Listing:
    return Listing(rows[:SHOWN], len(rows), file)


def _count(con: Connection, table: str, where: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    return int(row[0]) if row else 0
