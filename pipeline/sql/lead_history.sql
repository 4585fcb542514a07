-- lead_history: one row a lead that earlier nights opened, and where it stood before this night.
-- Reads leads, lead_events, outcomes, closing_outcomes. Variables: as_of, put_away_days.
WITH current_outcome AS (
    SELECT lead_id, arg_max(outcome, read_order) AS outcome, arg_max(outcome_reason, read_order) AS outcome_reason,
        arg_max(snooze_until, read_order) AS snooze_until, max(read_on) AS read_on
    FROM outcomes WHERE read_on <= getvariable('as_of') GROUP BY lead_id
), events AS (
    SELECT lead_id,
        arg_max(event, as_of) FILTER (event IN ('listed', 'waiting', 'held', 'put_away', 'known')) AS last_state,
        max(as_of) FILTER (event IN ('expired', 'withdrawn')) AS ended_on,
        arg_max(evidence_count, as_of) FILTER (event = 'listed') AS listed_evidence_count,
        arg_max(last_said_at, as_of) FILTER (event = 'listed') AS listed_said_at,
        max(as_of) FILTER (event = 'listed') AS listed_on,
        min(as_of) FILTER (event = 'held') AS first_held_on,
        max(as_of) FILTER (event = 'listed') IS NOT NULL AS was_listed
    FROM lead_events WHERE as_of < getvariable('as_of') GROUP BY lead_id
)
SELECT l.lead_id, l.account_id, l.motion, l.product, l.sequence, l.opened_on, l.contact_id,
    e.last_state, coalesce(e.was_listed, false) AS was_listed, e.listed_on, e.listed_evidence_count, e.listed_said_at,
    e.first_held_on, e.ended_on,
    coalesce(o.outcome, '') AS outcome, coalesce(o.outcome_reason, '') AS outcome_reason, o.snooze_until,
    o.read_on AS outcome_on,
    CASE WHEN o.outcome IN (SELECT outcome FROM closing_outcomes) THEN o.read_on ELSE e.ended_on END AS closed_on,
    CASE WHEN o.outcome IN ('bad_timing', 'snoozed')
        THEN coalesce(o.snooze_until, o.read_on + getvariable('put_away_days')) END AS put_away_until
FROM leads l
LEFT JOIN events e USING (lead_id)
LEFT JOIN current_outcome o USING (lead_id)
WHERE l.opened_on < getvariable('as_of')
ORDER BY l.lead_id
