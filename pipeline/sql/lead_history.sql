-- lead_history: one row a lead that earlier nights opened, and where it stood before this night.
-- Reads leads, lead_events, outcomes, closing_outcomes. Variables: as_of, put_away_days.
-- A reason typed alone changes no outcome. closed_on: only what people close or what expires is over; a lead whose
-- evidence was away for a night (withdrawn) comes back as itself. Waiting for a place on the list is no state to come
-- back from: last_state is what it waited after. A lead opened tonight is here only when the night runs a second time
-- and somebody has typed an outcome for it meanwhile. shown_until: the last night that whoever typed the outcome can
-- have seen; what the customer said after it was not answered by it.
-- It passes, and nobody reads it by its order: it has none.
WITH current_outcome AS (
    SELECT lead_id, arg_max(outcome, read_order) FILTER (outcome <> '') AS outcome,
        arg_max(outcome_reason, read_order) AS outcome_reason,
        arg_max_null(snooze_until, read_order) FILTER (outcome <> '') AS snooze_until,
        arg_max(read_on, read_order) FILTER (outcome <> '') AS read_on
    FROM outcomes WHERE read_on <= getvariable('as_of') GROUP BY lead_id
), shown AS (
    SELECT o.lead_id, max(e.as_of) AS shown_until FROM current_outcome o JOIN lead_events e USING (lead_id)
    WHERE e.as_of < o.read_on GROUP BY o.lead_id
), events AS (
    SELECT lead_id,
        arg_max(event, as_of) FILTER (event IN ('listed', 'held', 'put_away', 'withdrawn')) AS last_state,
        arg_max(event, as_of) FILTER (event <> 'opened') AS last_event,
        max(as_of) FILTER (event = 'expired') AS expired_on,
        arg_max(evidence_count, as_of) FILTER (event = 'listed') AS listed_evidence_count,
        arg_max(last_said_at, as_of) FILTER (event = 'listed') AS listed_said_at,
        max(as_of) FILTER (event = 'listed') AS listed_on,
        min(as_of) FILTER (event = 'held') AS first_held_on,
        max(as_of) FILTER (event = 'listed') IS NOT NULL AS was_listed
    FROM lead_events WHERE as_of < getvariable('as_of') GROUP BY lead_id
)
SELECT l.lead_id, l.account_id, l.motion, l.product, l.sequence, l.opened_on, l.contact_id,
    e.last_state, e.last_event, coalesce(e.was_listed, false) AS was_listed, e.listed_on, e.listed_evidence_count, e.listed_said_at,
    e.first_held_on, e.expired_on, coalesce(s.shown_until, o.read_on) AS shown_until,
    coalesce(o.outcome, '') AS outcome, coalesce(o.outcome_reason, '') AS outcome_reason, o.snooze_until,
    o.read_on AS outcome_on,
    CASE WHEN o.outcome IN (SELECT outcome FROM closing_outcomes) THEN o.read_on ELSE e.expired_on END AS closed_on,
    coalesce(o.outcome IN (SELECT outcome FROM closing_outcomes), false) AS is_closed_by_people,
    CASE WHEN o.outcome IN ('bad_timing', 'snoozed')
        THEN coalesce(o.snooze_until, o.read_on + getvariable('put_away_days')) END AS put_away_until
FROM leads l
LEFT JOIN events e USING (lead_id)
LEFT JOIN shown s USING (lead_id)
LEFT JOIN current_outcome o USING (lead_id)
WHERE l.opened_on < getvariable('as_of') OR o.outcome IS NOT NULL
