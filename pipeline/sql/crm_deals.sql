-- crm_deals: one row a lead that somebody accepted and that nothing holds tonight. Reads digest_leads, accounts.
-- Variables: as_of, days_close. A save is no deal. An amount that would be a guess is left empty.
SELECT d.lead_id, d.account_id, d.account, lower(trim(split_part(coalesce(a.domain, ''), ';', 1))) AS domain, d.owner,
    concat(d.account, ': ', CASE WHEN d.product <> '' THEN d.product ELSE split_part(d.why, ';', 1) END) AS name,
    CASE WHEN NOT contains(d.flags, 'value_unknown') THEN d.value_at_stake END AS amount,
    CASE WHEN d.needed_by > getvariable('as_of') THEN d.needed_by ELSE getvariable('as_of') + getvariable('days_close') END AS close_on,
    d.next_step,
    concat_ws(' ', 'Why: ' || d.why || '.', 'Value: ' || d.value_basis || '.',
        CASE WHEN coalesce(d.quote, '') <> '' THEN 'Said on ' || d.said_at::DATE || ': “' || d.quote || '”' END,
        CASE WHEN coalesce(d.ticket_id, '') <> '' THEN concat('Ticket ', d.ticket_id, ': ', d.ticket_url) END) AS body
FROM digest_leads d
JOIN accounts a USING (account_id)
WHERE d.list = 'leads' AND d.outcome = 'accepted'
ORDER BY d.lead_id
