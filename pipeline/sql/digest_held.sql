-- digest_held: one row a lead and rule that holds it tonight. Reads holds, lead_proposals, lead_values, accounts, rule_specs,
-- ticket_states.
-- Variables: as_of. A lead under a `never` rule has no ticket whose solving would release it;
-- what no ticket would release stands last, because the reader looks for the ticket to solve.
WITH bound AS (
    SELECT *, CASE WHEN bool_or(kind = 'never') OVER (PARTITION BY lead_id) THEN NULL ELSE ticket_to_solve END AS releases
    FROM holds WHERE kind <> 'known'
)
SELECT h.lead_id, h.rule, r.sentence AS why_held, h.releases AS ticket_to_solve,
    t.url AS ticket_url, coalesce(p.first_held_on, getvariable('as_of')) AS since, v.value_at_stake AS value_waiting,
    p.account_id, a.name AS account, p.motion, p.quote, p.expires_on
FROM bound h
JOIN lead_proposals p USING (lead_id)
JOIN lead_values v USING (lead_id)
JOIN accounts a ON a.account_id = p.account_id
JOIN rule_specs r USING (rule)
LEFT JOIN ticket_states t ON t.source = p.source AND t.ticket_id = h.releases
ORDER BY h.releases IS NULL, v.value_at_stake DESC, h.lead_id, h.rule
