"""How waiting, transfers, reopenings and ratings go with churn signals and leads, ticket by ticket; not why."""

from __future__ import annotations

from pipeline.digest.figures import Cell, Figures, Heading
from pipeline.leads.shares import Difference, Share
from pipeline.steps.last_night import rows_of
from pipeline.warehouse import Connection

# Column of `service_of_tickets` (NULL where the export does not say) -> what it means.
_WHAT = {
    "waited_long": "waited over {days} days",
    "was_transferred": "passed between teams",
    "was_reopened": "reopened",
    "was_rated_bad": "rated bad, not good",
}
_OUTCOMES = {"has_churn_signal": "with a churn signal", "has_lead": "with a lead for sales"}


def goes_together(con: Connection, days_waiting_long: int) -> Figures:
    """For each of the four, the share of tickets with a churn signal (a lead) where so and where not, and the gap."""
    con.execute(_TICKETS, {"days": days_waiting_long})
    rows: list[tuple[Cell, ...]] = []
    for outcome, group in _OUTCOMES.items():
        for column, what in _WHAT.items():
            counts = rows_of(con, _COUNTS.format(column=column, outcome=outcome))[0]
            with_it = Share(counts["hits_with"], counts["among_with"])
            without_it = Share(counts["hits_without"], counts["among_without"])
            said = what.format(days=days_waiting_long)
            rows.append((group, said, with_it, without_it, Difference(with_it, without_it)))
    headings = (
        Heading("outcome"),
        Heading("what", "tickets that were"),
        Heading("with_it", "share where so", Share),
        Heading("without_it", "share where not", Share),
        Heading("difference", "difference, points", Difference),
    )
    note = (
        "Tickets of the days that belong to an account. Where the export does not say whether a ticket was passed on "
        "or reopened, or nobody rated it, it is left out of that row. A wait is counted from each message of the "
        "customer to the next public answer; it may lie before the signal or after it."
    )
    return Figures("goes_together", "What goes together with what service did", headings, rows, note)


_TICKETS = """
    CREATE OR REPLACE TEMP TABLE service_of_tickets AS
    WITH turns AS (
        SELECT m.source, m.ticket_id, m.role, m.said_at,
            min(m.said_at) FILTER (m.role = 'agent') OVER (
                PARTITION BY m.source, m.ticket_id ORDER BY m.position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
            ) AS answered_at
        FROM messages m
        WHERE m.is_public AND m.role IN ('customer', 'agent') AND m.said_at < getvariable('night_end')
    ), waits AS (
        -- What stays unanswered in a solved ticket ("thanks!") waits for nothing.
        SELECT u.source, u.ticket_id,
            max(coalesce(u.answered_at, CASE WHEN t.is_unsolved THEN getvariable('night_end') END) - u.said_at)
                AS longest
        FROM turns u JOIN ticket_states t ON t.source = u.source AND t.ticket_id = u.ticket_id
        WHERE u.role = 'customer' GROUP BY u.source, u.ticket_id
    )
    SELECT t.source, t.ticket_id, w.longest > to_days($days::INTEGER) AS waited_long,
        k.group_station_count > 1 AS was_transferred, k.reopen_count > 0 AS was_reopened,
        t.rating = 'bad' AS was_rated_bad,
        EXISTS (SELECT 1 FROM signals s JOIN signal_specs sp USING (signal)
            WHERE s.source = t.source AND s.ticket_id = t.ticket_id AND sp.motion = 'save') AS has_churn_signal,
        EXISTS (SELECT 1 FROM lead_origins o JOIN leads l USING (lead_id)
            WHERE o.source = t.source AND o.ticket_id = t.ticket_id AND l.motion <> 'save') AS has_lead
    FROM ticket_states t
    JOIN tickets k ON k.source = t.source AND k.ticket_id = t.ticket_id
    LEFT JOIN waits w ON w.source = t.source AND w.ticket_id = t.ticket_id
    WHERE t.account_id IS NOT NULL
        AND t.created_at >= getvariable('period_start') AND t.created_at < getvariable('period_end')
"""
_COUNTS = """
    SELECT count(*) FILTER ({column}) AS among_with, count(*) FILTER ({column} AND {outcome}) AS hits_with,
        count(*) FILTER (NOT {column}) AS among_without, count(*) FILTER (NOT {column} AND {outcome}) AS hits_without
    FROM service_of_tickets
"""
