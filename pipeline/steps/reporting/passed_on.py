"""Signals passed on and when, leads followed up and won, by signal, sub-type and team; revenue at risk and saved."""

from __future__ import annotations

from decimal import Decimal

from pipeline.digest.figures import Cell, Figures, Heading, Spread
from pipeline.leads.shares import Share
from pipeline.steps.last_night import Row, rows_of
from pipeline.warehouse import Connection

# Title -> SQL of the group's name, NULL for what is in no row. Rows stand in the order of names, never of rates.
_GROUPS = {
    "in all": "'every signal'",
    "by signal": "replace(signal, '_', ' ')",
    "by sub-type": "CASE WHEN subtype <> '' THEN replace(signal || ': ' || subtype, '_', ' ') END",
    "by team": "shown_as",
}


def passed_on(con: Connection) -> Figures:
    """Signals that ask something of sales or customer success, and whether an agent handed them over."""
    con.execute(_HEARD)
    rows: list[tuple[Cell, ...]] = [
        (
            group,
            row["what"],
            row["heard"],
            row["accounts"],
            Share(row["handed_over"], row["heard"]),
            _spread(row, row["handed_over"], "h"),
        )
        for group, name in _GROUPS.items()
        for row in rows_of(con, _PASSED_ON.format(name=name))
    ]
    headings = (
        Heading("by"),
        Heading("what"),
        Heading("heard", "heard", int),
        Heading("accounts", "accounts", int),
        Heading("passed_on", "handed over", Share),
        Heading("time_to_hand_over", "time to hand-over", Spread),
    )
    note = (
        "Handed over: an agent said, after the customer's words, that sales will take over. The rest Ticketscout found."
    )
    return Figures("passed_on", "Signals heard, and handed over by the team itself", headings, rows, note)


def followed_up(con: Connection) -> Figures:
    """Leads and saves opened in the days, by the ticket they come from, and what became of them."""
    rows: list[tuple[Cell, ...]] = [
        (
            group,
            row["what"],
            row["leads"],
            Share(row["followed_up"], row["listed"]),
            Share(row["won"], row["won"] + row["lost"]),
            _spread(row, row["spread_count"], "days"),
        )
        for group, name in _GROUPS.items()
        for row in rows_of(con, _FOLLOWED_UP.format(name=name))
    ]
    headings = (
        Heading("by"),
        Heading("what"),
        Heading("leads", "leads", int),
        Heading("followed_up", "followed up, of listed", Share),
        Heading("won", "won, of decided", Share),
        Heading("time_to_list", "said to listed", Spread),
    )
    note = (
        "Saves count as won when saved, as lost when churned. Followed up is what people typed; silence counts as no. "
        "Leads whose ticket is gone and wishes that only sales heard are not among them."
    )
    return Figures("followed_up", "Leads and saves, and what became of them", headings, rows, note)


def revenue(con: Connection) -> Figures:
    """Annual revenue of accounts with a save, each account once, by how its latest save stands."""
    rows: list[tuple[Cell, ...]] = [
        (row["state"], row["currency"], row["accounts"], row["revenue"], row["without_revenue"])
        for row in rows_of(con, _REVENUE)
    ]
    headings = (
        Heading("state"),
        Heading("currency", "currency"),
        Heading("accounts", "accounts", int),
        Heading("revenue", "revenue a year", Decimal),
        Heading("without_revenue", "revenue unknown", int),
    )
    note = (
        "Revenue is what the CRM says now; currencies are not added up. Saved is what people typed, not proof that "
        "they would have left."
    )
    return Figures("revenue", "Revenue at risk and saved", headings, rows, note)


def _spread(row: Row, count: int, unit: str) -> Spread:
    return Spread(count, row["median"], row["lower_quartile"], row["upper_quartile"], unit)


_HEARD = """
    CREATE OR REPLACE TEMP TABLE heard AS
    SELECT s.source, s.ticket_id, s.signal, s.subtype, s.account_id, s.said_at, any_value(w.shown_as) AS shown_as,
        min(m.said_at) AS handed_over_at
    FROM signals s
    JOIN shown_teams w ON w.team = coalesce(s.team, '')
    LEFT JOIN facts f ON f.source = s.source AND f.ticket_id = s.ticket_id AND f.fact = 'handover'
    LEFT JOIN messages m ON m.source = f.source AND m.message_id = f.message_id AND m.role = 'agent' AND m.is_public
        AND m.said_at >= s.said_at AND m.said_at < getvariable('night_end')
    WHERE s.said_at >= getvariable('period_start') AND s.said_at < getvariable('period_end')
        AND (coalesce(s.motion_unasked, '') <> '' OR coalesce(s.motion_when_asked, '') <> '')
    GROUP BY ALL
"""
_PASSED_ON = """
    WITH named AS (SELECT {name} AS what, *, date_diff('minute', said_at, handed_over_at) / 60 AS hours FROM heard)
    SELECT what, count(*) AS heard, count(DISTINCT account_id) AS accounts, count(handed_over_at) AS handed_over,
        quantile_disc(hours, 0.5) AS median, quantile_disc(hours, 0.25) AS lower_quartile,
        quantile_disc(hours, 0.75) AS upper_quartile
    FROM named WHERE what IS NOT NULL GROUP BY what ORDER BY what
"""
_FOLLOWED_UP = """
    WITH named AS (
        SELECT {name} AS what, r.*, date_diff('day', o.said_at::DATE, r.listed_on) AS days
        FROM lead_results r
        JOIN lead_origins o USING (lead_id)
        JOIN shown_teams w USING (team)
        WHERE r.opened_on >= getvariable('period_start') AND r.opened_on < getvariable('period_end')
    )
    SELECT what, count(*) AS leads, count(*) FILTER (is_listed) AS listed,
        count(*) FILTER (is_followed_up) AS followed_up,
        count(*) FILTER (result = 'won') AS won, count(*) FILTER (result = 'lost') AS lost, count(days) AS spread_count,
        quantile_disc(days, 0.5) AS median, quantile_disc(days, 0.25) AS lower_quartile,
        quantile_disc(days, 0.75) AS upper_quartile
    FROM named WHERE what IS NOT NULL GROUP BY what ORDER BY what
"""
# What was no save after all was never at risk.
_REVENUE = """
    WITH latest AS (
        SELECT account_id, result FROM lead_results
        WHERE motion = 'save' AND opened_on >= getvariable('period_start') AND opened_on < getvariable('period_end')
            AND result <> 'dismissed'
        QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY opened_on DESC, lead_id) = 1
    ), stands AS (
        SELECT l.account_id, coalesce(a.currency, '') AS currency, a.arr, s.place, s.state
        FROM latest l JOIN accounts a USING (account_id)
        JOIN (VALUES ('won', 2, 'of these saved'), ('lost', 3, 'of these churned'), ('open', 4, 'of these still open'),
            ('expired', 5, 'of these ended without an answer'), ('withdrawn', 6, 'of these taken back'))
            AS s(result, place, state) ON s.result = l.result
    )
    SELECT state, currency, count(*) AS accounts, coalesce(sum(arr), 0)::DECIMAL(18,2) AS revenue,
        count(*) FILTER (arr IS NULL) AS without_revenue
    FROM (FROM stands UNION ALL SELECT account_id, currency, arr, 1, 'at risk' FROM stands)
    GROUP BY state, place, currency ORDER BY place, currency
"""
