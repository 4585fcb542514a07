-- digest_praise: one row a praise of the last 28 days, without names; what waits to be passed on comes first.
-- Reads signals, signal_specs, messages, accounts, praise_states. Variables: night_end.
-- agent_id: who last answered in public before the praise, else who answered first after it.
WITH praise AS (
    SELECT s.* FROM signals s JOIN signal_specs sp USING (signal)
    WHERE sp.list = 'praise' AND s.said_at >= getvariable('night_end') - to_days(28)
), agents AS (
    SELECT p.source, p.ticket_id, p.signal,
        coalesce(arg_max(m.author_id, m.position) FILTER (m.said_at <= p.said_at), arg_min(m.author_id, m.position)) AS agent_id
    FROM praise p JOIN messages m ON m.source = p.source AND m.ticket_id = p.ticket_id
    WHERE m.role = 'agent' AND m.is_public AND m.said_at < getvariable('night_end')
    GROUP BY p.source, p.ticket_id, p.signal
)
SELECT 'P-' || substr(sha256(concat_ws('|', p.source, p.ticket_id, p.signal)), 1, 10) AS praise_id, p.subtype,
    p.account_id, a.name AS account, p.contact_id, p.team, g.agent_id, p.quote, p.said_at, p.ticket_url,
    'ask' AS may_publish, coalesce(o.passed_on::VARCHAR, '') AS passed_on, p.source, p.ticket_id, p.signal
FROM praise p
LEFT JOIN agents g USING (source, ticket_id, signal)
LEFT JOIN praise_states o USING (source, ticket_id, signal)
LEFT JOIN accounts a USING (account_id)
ORDER BY o.passed_on IS NOT NULL, p.said_at DESC, praise_id
