-- crm_notes: one row a thing that a customer said, for the account's contact in the CRM, without names.
-- Reads crm_tasks, digest_praise, accounts, account_states, marked_people.
-- Praise of accounts or people that nobody may contact, or that are in hardship, stays out of the CRM.
SELECT listing_id AS note_id, account_id, domain, contact_id, said_on, note AS body FROM crm_tasks WHERE note IS NOT NULL
UNION ALL
SELECT p.praise_id, p.account_id, lower(trim(split_part(coalesce(a.domain, ''), ';', 1))), p.contact_id, p.said_at::DATE,
    concat_ws(' ', concat('Praise (', p.subtype, ') on ', p.said_at::DATE, ': “', p.quote, '”'), 'Ask before you quote it.',
        CASE WHEN coalesce(p.ticket_url, '') <> '' THEN 'Ticket: ' || p.ticket_url END)
FROM digest_praise p
JOIN accounts a USING (account_id)
JOIN account_states s USING (account_id)
WHERE NOT s.do_not_contact AND s.vulnerable_ticket IS NULL AND NOT s.is_vulnerable
    AND NOT EXISTS (FROM marked_people k WHERE k.contact_id = p.contact_id)
ORDER BY note_id
