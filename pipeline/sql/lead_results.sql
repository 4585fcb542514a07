-- lead_results: one row a lead and how far it has come by the night. Reads leads, lead_events, outcomes, closing_outcomes.
-- Variables: as_of. The outcome is what was typed last.
-- Followed up: somebody accepted it or made contact, or says how it ended; then it was listed, too, whatever list it came from.
-- result: won (or saved), lost (or churned), dismissed (no lead after all), expired, withdrawn (taken back), open.
-- It passes, and nobody reads it by its order: it has none.
WITH typed AS (
    SELECT lead_id, arg_max(outcome, read_order) AS outcome, max(read_on) AS outcome_on,
        min(read_on) FILTER (outcome IN ('accepted', 'contacted')) AS taken_on
    FROM outcomes WHERE read_on <= getvariable('as_of') AND outcome <> '' GROUP BY lead_id
), happened AS (
    SELECT lead_id, min(as_of) FILTER (event = 'listed') AS listed_on,
        arg_max(event, as_of) FILTER (event <> 'opened') AS last_event
    FROM lead_events WHERE as_of <= getvariable('as_of') GROUP BY lead_id
)
SELECT l.lead_id, l.account_id, l.motion, l.product, l.opened_on, e.listed_on, e.last_event, coalesce(t.outcome, '') AS outcome,
    t.outcome_on,
    coalesce(t.taken_on IS NOT NULL OR t.outcome IN ('won', 'saved', 'lost', 'churned'), false) AS is_followed_up,
    e.listed_on IS NOT NULL OR is_followed_up AS is_listed,
    CASE WHEN t.outcome IN ('won', 'saved') THEN 'won'
         WHEN t.outcome IN ('lost', 'churned') THEN 'lost'
         WHEN t.outcome IN (SELECT outcome FROM closing_outcomes) THEN 'dismissed'
         WHEN e.last_event IN ('expired', 'withdrawn') THEN e.last_event
         ELSE 'open' END AS result
FROM leads l
LEFT JOIN typed t USING (lead_id)
LEFT JOIN happened e USING (lead_id)
WHERE l.opened_on <= getvariable('as_of')
