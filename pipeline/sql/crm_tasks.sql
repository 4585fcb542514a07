-- crm_tasks: one row a lead or save of the day's lists, as a task for its owner, without names. Reads digest_leads, lead_events, accounts.
-- Variables: as_of, days_due, days_due_waiting. Never held leads: those are on no list.
-- listing_id: the lead's id, with a number from its second listing on, for CRMs whose import cannot update a task.
WITH listings AS (
    SELECT lead_id, count(*) AS listings FROM lead_events
    WHERE event = 'listed' AND as_of <= getvariable('as_of') GROUP BY lead_id
)
SELECT d.lead_id, CASE WHEN l.listings > 1 THEN d.lead_id || '.' || l.listings ELSE d.lead_id END AS listing_id,
    d.account_id, d.account, lower(trim(split_part(coalesce(a.domain, ''), ';', 1))) AS domain, d.contact_id, d.owner,
    concat(CASE d.motion WHEN 'answer' THEN 'Answer' WHEN 'save' THEN 'Save' WHEN 'return' THEN 'Can be had now' ELSE 'Offer' END,
        ': ', d.account, CASE WHEN d.product <> '' THEN ', ' || d.product END) AS subject,
    CASE WHEN d.motion IN ('answer', 'save') THEN 'high' ELSE 'normal' END AS urgency,
    greatest(getvariable('as_of'), least(d.expires_on, d.needed_by, getvariable('as_of')
        + CASE WHEN d.motion IN ('answer', 'save') THEN getvariable('days_due_waiting') ELSE getvariable('days_due') END)) AS due_on,
    d.said_at::DATE AS said_on,
    concat_ws(' ', 'Why: ' || d.why || '.', nullif('Reasons: ' || d.reasons || '.', 'Reasons: .'),
        CASE WHEN coalesce(d.quote, '') <> '' THEN 'Said on ' || d.said_at::DATE || ': “' || d.quote || '”' END,
        'Next step: ' || rtrim(d.next_step, '.') || '.',
        CASE WHEN coalesce(d.ticket_id, '') <> '' THEN concat('Ticket ', d.ticket_id, ' (', d.ticket_status, '): ', d.ticket_url) END
    ) AS body,
    CASE WHEN coalesce(d.quote, '') <> '' THEN concat_ws(' ', 'Said to support on ' || d.said_at::DATE || ': “' || d.quote || '”',
        'That is why: ' || d.why || '.',
        CASE WHEN coalesce(d.ticket_id, '') <> '' THEN concat('Ticket ', d.ticket_id, ': ', d.ticket_url) END) END AS note
FROM digest_leads d
JOIN listings l USING (lead_id)
JOIN accounts a USING (account_id)
WHERE d.place = 'listed'
ORDER BY d.list, d.rank
