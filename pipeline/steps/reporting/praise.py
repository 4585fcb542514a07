"""Praise heard, and passed on to whom it was meant for."""

from __future__ import annotations

from pipeline.digest.figures import Cell, Figures, Heading, Spread
from pipeline.leads.shares import Share
from pipeline.steps.last_night import rows_of
from pipeline.warehouse import Connection, run_sql_for_now

# Title -> SQL of the group's name, NULL for what is in no row.
_GROUPS = {
    "in all": "'all praise'",
    "by sub-type": "CASE WHEN subtype <> '' THEN subtype END",
    "by team": "shown_as",
}


def praise(con: Connection) -> Figures:
    """Praise said in the days, and what support leads marked of it."""
    run_sql_for_now(con, "praise_states")
    rows: list[tuple[Cell, ...]] = [
        (
            group,
            row["what"],
            row["heard"],
            row["accounts"],
            Share(row["passed_on"], row["heard"]),
            Spread(row["passed_on"], row["median"], row["lower_quartile"], row["upper_quartile"], "days"),
        )
        for group, name in _GROUPS.items()
        for row in rows_of(con, _PRAISE.format(name=name))
    ]
    headings = (
        Heading("by"),
        Heading("what"),
        Heading("heard", "heard", int),
        Heading("accounts", "accounts", int),
        Heading("passed_on", "passed on", Share),
        Heading("time_to_pass_on", "said to passed on", Spread),
    )
    note = "Passed on is what people typed into praise.csv; silence counts as no."
    return Figures("praise", "Praise heard, and passed on to whom it was meant for", headings, rows, note)


_PRAISE = """
    WITH named AS (
        SELECT {name} AS what, s.account_id, p.passed_on,
            CASE WHEN p.passed_on IS NOT NULL
                THEN greatest(date_diff('day', s.said_at::DATE, p.passed_on), 0) END AS days
        FROM signals s
        JOIN signal_specs sp USING (signal)
        JOIN shown_teams w ON w.team = coalesce(s.team, '')
        LEFT JOIN praise_states p USING (source, ticket_id, signal)
        WHERE sp.list = 'praise' AND s.said_at >= getvariable('period_start') AND s.said_at < getvariable('period_end')
    )
    SELECT what, count(*) AS heard, count(DISTINCT account_id) AS accounts, count(passed_on) AS passed_on,
        quantile_disc(days, 0.5) AS median, quantile_disc(days, 0.25) AS lower_quartile,
        quantile_disc(days, 0.75) AS upper_quartile
    FROM named WHERE what IS NOT NULL GROUP BY what ORDER BY what
"""
