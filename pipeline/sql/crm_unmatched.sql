-- crm_unmatched: one row a person who belongs to no account and wants to buy, without name.
-- Reads signals, signal_specs, ticket_states, facts, messages, contacts, marked_people.
-- Variables: night_end, days_lead, days_waiting_long, days_bad_rating, days_angry, days_reopened.
-- Service first here too, on the person's own tickets: who is in hardship or on a list of the never pitched never is, who has trouble only when they asked and wait.
WITH said AS (
    SELECT s.*, s.asks AND s.awaits_answer AS waits_for_sales
    FROM signals s JOIN signal_specs sp USING (signal)
    WHERE s.account_id IS NULL AND s.contact_id IS NOT NULL AND sp.list = 'leads'
        AND s.said_at >= getvariable('night_end') - to_days(getvariable('days_lead'))
), words AS (
    SELECT t.requester_id AS contact_id, t.source, bool_or(f.fact = 'vulnerable') AS is_vulnerable,
        bool_or(f.fact = 'angry' AND m.said_at >= getvariable('night_end') - to_days(getvariable('days_angry'))) AS is_angry
    FROM ticket_states t
    JOIN facts f ON f.source = t.source AND f.ticket_id = t.ticket_id
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    WHERE f.fact IN ('vulnerable', 'angry') AND m.said_at < getvariable('night_end')
    GROUP BY t.requester_id, t.source
), trouble AS (
    SELECT requester_id AS contact_id, source, bool_or(
        is_unsolved AND priority IN ('high', 'urgent')
        OR is_unsolved AND was_reopened AND status_at >= getvariable('night_end') - to_days(getvariable('days_reopened'))
        OR is_unsolved AND waiting_since < getvariable('night_end') - to_days(getvariable('days_waiting_long'))
        OR rating = 'bad' AND updated_at > getvariable('night_end') - to_days(getvariable('days_bad_rating'))) AS has_trouble
    FROM ticket_states GROUP BY requester_id, source
)
SELECT s.source, s.contact_id, s.ticket_id, coalesce(c.email_domain, '') AS email_domain,
    concat_ws(' ', 'Said to support on ' || s.said_at::DATE || ': “' || s.quote || '”',
        concat('Ticket ', s.ticket_id, ' (', s.ticket_status, '): ', s.ticket_url),
        CASE WHEN s.waits_for_sales THEN 'They asked and wait for an answer.' END) AS body
FROM said s
LEFT JOIN words w ON w.source = s.source AND w.contact_id = s.contact_id
LEFT JOIN trouble t ON t.source = s.source AND t.contact_id = s.contact_id
LEFT JOIN contacts c ON c.source = s.source AND c.contact_id = s.contact_id
ANTI JOIN marked_people k ON k.source = s.source AND k.contact_id = s.contact_id
WHERE NOT coalesce(w.is_vulnerable, false) AND NOT coalesce(c.is_staff, false)
    AND (s.waits_for_sales
        OR NOT (s.is_unsolved AND s.says_more) AND NOT coalesce(w.is_angry, false) AND NOT coalesce(t.has_trouble, false))
QUALIFY row_number() OVER (PARTITION BY s.source, s.contact_id ORDER BY s.said_at DESC, s.probability DESC, s.ticket_id, s.signal) = 1
ORDER BY s.source, s.ticket_id, s.message_id
