-- digest_passed_on: one row a team and what became of the leads and saves that its tickets gave rise to.
-- Reads lead_origins, lead_results, shown_teams. Variables: period_start. Only of leads opened since period_start.
SELECT w.shown_as AS team, count(*) AS leads,
    count(*) FILTER (o.handed_over_at IS NOT NULL) AS handed_over,
    count(*) FILTER (r.is_listed) AS listed,
    count(*) FILTER (r.is_followed_up) AS followed_up,
    count(*) FILTER (r.result = 'won') AS won,
    count(*) FILTER (r.result = 'lost') AS lost,
    count(*) FILTER (r.result = 'open') AS still_open
FROM lead_results r
JOIN lead_origins o USING (lead_id)
JOIN shown_teams w USING (team)
WHERE r.opened_on >= getvariable('period_start')
GROUP BY w.shown_as
ORDER BY w.shown_as NULLS LAST
