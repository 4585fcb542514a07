-- open_leads: one row a lead of tonight's lists and of the open lists, without names: those come from the vault. In the
-- order of the open lists, one owner's after another's.
-- Reads listed_leads, lead_proposals, lead_values, accounts, signal_specs, subtype_specs, account_reasons.
-- Variables: as_of. The rank is by priority over the whole day's list; leads that are not on it have none.
-- It is counted apart: a window would drag every column of every open lead through a sort of its own.
WITH gathered AS (
    SELECT l.list, l.place, l.status, l.owner, p.lead_id, p.motion, p.account_id, a.name AS account, a.plan, a.seats,
        a.renewal_date, a.customer_since, p.contact_id, p.signal, p.subtype, p.product, p.quantity, v.needed_by,
        coalesce(p.competitor, '') AS competitor, p.probability, v.value_at_stake, v.value_basis, v.expected_value, v.urgency,
        v.decay, v.priority, p.quote, p.said_at, p.ticket_id, p.ticket_status, p.ticket_url, p.expires_on, p.is_unsolved,
        p.customer_waits, v.renews_soon, v.value_unknown, p.times_said, p.needed_by_words, a.currency,
        p.outcome, p.outcome_reason, p.snooze_until, p.was_listed, p.match, p.likeness, coalesce(r.reasons, '') AS reasons,
        coalesce(ss.title, sp.title) AS wants, sp.next_step, sp.next_step_when_asked
    FROM listed_leads l
    JOIN lead_proposals p USING (lead_id)
    JOIN lead_values v USING (lead_id)
    JOIN accounts a USING (account_id)
    JOIN signal_specs sp ON sp.signal = p.signal
    LEFT JOIN subtype_specs ss ON ss.signal = p.signal AND ss.subtype = p.subtype
    LEFT JOIN account_reasons r USING (account_id)
    WHERE l.place IN ('listed', 'waiting', 'open')
), ranked AS (
    SELECT l.lead_id, row_number() OVER (PARTITION BY l.list ORDER BY v.priority DESC, l.lead_id) AS rank
    FROM listed_leads l JOIN lead_values v USING (lead_id) WHERE l.place = 'listed'
)
SELECT list, place, owner, lead_id, status, motion, account_id, account, plan, seats, renewal_date, customer_since,
    contact_id, signal, subtype, product, quantity, needed_by, competitor, probability::DECIMAL(9,4) AS probability, value_at_stake, value_basis,
    expected_value, urgency, decay, priority,
    concat_ws('; ',
        wants,
        CASE WHEN quantity IS NOT NULL THEN 'names ' || quantity END,
        CASE WHEN needed_by_words IS NOT NULL THEN 'needed ' || coalesce('by ' || needed_by, needed_by_words) END,
        CASE WHEN competitor <> '' THEN 'names ' || competitor END,
        CASE WHEN renews_soon THEN 'renews in ' || date_diff('day', getvariable('as_of'), renewal_date) || ' days' END,
        CASE WHEN customer_waits THEN 'waits for an answer' END,
        CASE WHEN times_said > 1 THEN times_said || ' times' END
    ) AS why,
    quote, said_at, ticket_id, ticket_status, ticket_url,
    CASE WHEN motion = 'return' THEN 'Tell them that it can be had now.'
         WHEN motion = 'answer' AND is_unsolved THEN 'answer with support, ticket still open'
         WHEN motion = 'answer' THEN next_step_when_asked ELSE next_step END AS next_step,
    expires_on,
    CASE match WHEN 'organization' THEN 'organization id, certain' WHEN 'domain' THEN 'mail domain, likely'
        WHEN 'contact' THEN 'same contact, likely' WHEN 'name' THEN 'company name, alike by ' || likeness || ' of 100: check'
        ELSE 'the CRM, certain' END AS match,
    concat_ws(' ', CASE WHEN value_unknown THEN 'value_unknown' END, CASE WHEN is_unsolved THEN 'ticket_open' END,
        CASE WHEN currency IS NOT NULL THEN currency END) AS flags,
    outcome, outcome_reason, snooze_until, reasons, rank, was_listed
FROM gathered LEFT JOIN ranked USING (lead_id)
ORDER BY owner, list, place = 'listed' DESC, priority DESC, lead_id
