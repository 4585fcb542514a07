-- digest_service: one row a service fact and team (and, for misrouted, the team it belonged to) over the last 7 days.
-- Teams are named as agents say them: case, articles, and words such as team or desk make no team of its own.
-- Reads facts, messages, ticket_states, accounts. Variables: night_end. change: against the 7 days before.
WITH happened AS (
    SELECT f.fact, coalesce(t.team, '') AS team, CASE WHEN f.fact = 'misrouted' THEN
            regexp_replace(regexp_replace(lower(trim(coalesce(f.value, ''))), '^(the|an?|our|my|your|their)\s+', ''),
                '(^|\s+)(agents?|teams?|departments?|dept|desk|office|staff|colleagues?)$', '') ELSE '' END AS should_have_been,
        t.source, t.ticket_id, t.account_id, m.said_at >= getvariable('night_end') - to_days(7) AS is_recent
    FROM facts f
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    JOIN ticket_states t ON t.source = f.source AND t.ticket_id = f.ticket_id
    WHERE f.fact IN ('hold_time', 'hours', 'passed_around', 'misrouted', 'treatment', 'coverage_surprise', 'refused', 'unresolved')
        AND m.said_at < getvariable('night_end') AND m.said_at >= getvariable('night_end') - to_days(14)
        -- unresolved is a fact of the last word only
        AND (f.fact <> 'unresolved' OR m.said_at = t.last_customer_at)
), revenue AS (
    SELECT fact, team, should_have_been, sum(arr)::DECIMAL(18,2) AS revenue
    FROM (SELECT DISTINCT h.fact, h.team, h.should_have_been, a.account_id, a.arr FROM happened h JOIN accounts a USING (account_id) WHERE h.is_recent)
    GROUP BY ALL
)
SELECT h.fact, h.team, h.should_have_been,
    count(DISTINCT h.ticket_id) FILTER (is_recent) AS tickets_7d,
    count(DISTINCT h.ticket_id) FILTER (is_recent) - count(DISTINCT h.ticket_id) FILTER (NOT is_recent) AS change,
    count(DISTINCT h.account_id) FILTER (is_recent) AS accounts, coalesce(any_value(r.revenue), 0)::DECIMAL(18,2) AS revenue,
    array_to_string(list(DISTINCT h.ticket_id ORDER BY h.ticket_id DESC) FILTER (is_recent)[1:3], ' ') AS example_ticket_ids
FROM happened h LEFT JOIN revenue r USING (fact, team, should_have_been)
GROUP BY h.fact, h.team, h.should_have_been
ORDER BY tickets_7d DESC, h.fact, h.team, h.should_have_been
