-- account_reasons: one row an account: what happened to them in the last 28 days that makes people leave, in words.
-- Reads facts, messages, ticket_states, fact_specs. Variables: night_end.
WITH happened AS (
    SELECT t.account_id, sp.title, count(DISTINCT f.ticket_id) AS tickets
    FROM facts f
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    JOIN ticket_states t ON t.source = f.source AND t.ticket_id = f.ticket_id
    JOIN fact_specs sp ON sp.fact = f.fact
    WHERE t.account_id IS NOT NULL AND m.said_at < getvariable('night_end') AND m.said_at >= getvariable('night_end') - to_days(28)
        AND f.fact IN ('angry', 'hold_time', 'hours', 'passed_around', 'misrouted', 'treatment', 'coverage_surprise', 'repeated_problem', 'unresolved', 'refused')
    GROUP BY t.account_id, sp.title
    UNION ALL
    SELECT account_id, 'reopened', count(*) FROM ticket_states
    WHERE was_reopened AND account_id IS NOT NULL AND status_at >= getvariable('night_end') - to_days(28) GROUP BY account_id
    UNION ALL
    SELECT account_id, 'rated bad', count(*) FROM ticket_states
    WHERE rating = 'bad' AND account_id IS NOT NULL AND updated_at >= getvariable('night_end') - to_days(28) GROUP BY account_id
)
SELECT account_id, string_agg(title || CASE WHEN tickets > 1 THEN ' (' || tickets || ' tickets)' ELSE '' END, '; ' ORDER BY tickets DESC, title) AS reasons
FROM happened GROUP BY account_id ORDER BY account_id
