-- digest_unmatched: one row a signal of the last 28 days in a ticket that belongs to no account.
-- Reads signals, contacts. Variables: night_end.
SELECT s.ticket_id, coalesce(c.email_domain, '') AS contact_domain, s.signal, s.quote, s.ticket_url
FROM signals s
LEFT JOIN contacts c ON c.source = s.source AND c.contact_id = s.contact_id
WHERE s.account_id IS NULL AND s.said_at >= getvariable('night_end') - to_days(28)
ORDER BY s.probability DESC, s.source, s.ticket_id, s.signal
