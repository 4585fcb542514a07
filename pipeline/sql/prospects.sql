-- prospects: one row a piece of evidence that asks something of a reader: an account, a motion, a product.
-- Reads signals, lost_sales, accounts. Variables: as_of, days_lead, days_save.
-- A customer who asks and waits is answered; one who only lets it show may be offered something. Evidence past its
-- expiry asks for nothing any more. A `return` starts when the thing can be sold.
-- It passes, and nobody reads it by its order: it has none.
WITH moved AS (
    SELECT *, CASE WHEN motion_when_asked IS NOT NULL AND asks AND awaits_answer THEN motion_when_asked
        ELSE motion_unasked END AS motion
    FROM signals WHERE account_id IS NOT NULL
)
SELECT account_id, motion, CASE WHEN motion = 'save' THEN '' ELSE product END AS product, signal, subtype, source,
    ticket_id, ticket_url, ticket_status, is_unsolved, says_more, message_id, contact_id, quote, said_at,
    probability, quantity, needed_by_words, competitor, match, likeness, awaits_answer,
    said_at::DATE + CASE WHEN motion = 'save' THEN getvariable('days_save') ELSE getvariable('days_lead') END AS expires_on
FROM moved
WHERE coalesce(motion, '') <> '' AND said_at::DATE
    + CASE WHEN motion = 'save' THEN getvariable('days_save') ELSE getvariable('days_lead') END >= getvariable('as_of')
UNION ALL
SELECT l.account_id, 'return', l.product, coalesce(s.signal, 'upgrade_intent'), l.refusal, coalesce(l.helpdesk, 'crm'),
    l.ticket_id, l.ticket_url, coalesce(s.ticket_status, ''), coalesce(s.is_unsolved, false), coalesce(s.says_more, false),
    l.lost_id, l.contact_id, l.quote, l.available_from::TIMESTAMP, coalesce(s.probability, 0.5), s.quantity, NULL, '',
    coalesce(s.match, 'crm'), coalesce(s.likeness, 100), false, l.available_from + getvariable('days_lead')
FROM lost_sales l
LEFT JOIN (SELECT * FROM signals QUALIFY row_number() OVER (
    PARTITION BY source, ticket_id ORDER BY signal = 'upgrade_intent' DESC, probability DESC, signal) = 1
) s ON s.source = l.helpdesk AND s.ticket_id = l.ticket_id
WHERE l.status = 'available' AND l.available_from + getvariable('days_lead') >= getvariable('as_of')
    AND l.account_id IN (SELECT account_id FROM accounts)
