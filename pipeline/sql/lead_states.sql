-- lead_states: one row a proposed lead and all that the service-first rules ask about it; rules read nothing else.
-- Reads lead_proposals, account_states, account_families, marked_people, leads, outcomes, opportunities. Variables: as_of.
-- An opportunity of the account above counts as this one's.
-- Little is asked, marked or in sale: each is looked up from its own side, not for every lead.
-- asked means that somebody accepted or contacted on an offer, not that it was listed; whatever came of it later.
-- It passes, and nobody reads it by its order: it has none.
WITH asked AS (
    SELECT l.lead_id, l.account_id, l.contact_id, o.read_on AS asked_on FROM leads l JOIN outcomes o USING (lead_id)
    WHERE l.motion = 'offer' AND o.outcome IN ('accepted', 'contacted') AND o.read_on <= getvariable('as_of')
), asked_account AS (
    SELECT p.lead_id, max(a.asked_on) AS asked_on
    FROM lead_proposals p JOIN asked a ON a.account_id = p.account_id AND a.lead_id <> p.lead_id GROUP BY p.lead_id
), asked_contact AS (
    SELECT p.lead_id, max(a.asked_on) AS asked_on
    FROM lead_proposals p JOIN asked a ON a.contact_id = p.contact_id AND a.lead_id <> p.lead_id GROUP BY p.lead_id
), reached AS (
    SELECT account_id, opportunity_id, product FROM opportunities WHERE is_open
    UNION ALL
    SELECT f.account_id, o.opportunity_id, o.product
    FROM opportunities o JOIN account_families f ON f.ancestor_id = o.account_id WHERE o.is_open
), in_sale AS (
    SELECT p.lead_id, min(o.opportunity_id) AS opportunity_id
    FROM lead_proposals p
    JOIN reached o ON o.account_id = p.account_id AND (coalesce(o.product, '') = '' OR lower(o.product) = lower(p.product))
    GROUP BY p.lead_id
), saves AS (
    SELECT account_id, min(lead_id) AS save_id, arg_min(ticket_id, lead_id) AS save_ticket
    FROM lead_proposals WHERE motion = 'save' GROUP BY account_id
)
SELECT p.lead_id, p.account_id, p.motion, p.product, p.contact_id, p.ticket_id, p.ticket_status, p.problem_ticket,
    coalesce(s.do_not_contact, false) OR coalesce(m.is_opted_out, false) AS do_not_contact,
    coalesce(s.is_vulnerable, false) OR coalesce(m.is_vulnerable, false) AS is_vulnerable,
    s.urgent_ticket, s.reopened_ticket, s.waiting_ticket, s.bad_rating_ticket, s.angry_ticket, s.vulnerable_ticket,
    v.save_id, v.save_ticket, a.asked_on AS account_asked_on, c.asked_on AS contact_asked_on,
    o.opportunity_id AS open_opportunity
FROM lead_proposals p
LEFT JOIN account_states s USING (account_id)
LEFT JOIN saves v USING (account_id)
LEFT JOIN marked_people m ON m.source = p.source AND m.contact_id = p.contact_id
LEFT JOIN asked_account a ON a.lead_id = p.lead_id
LEFT JOIN asked_contact c ON c.lead_id = p.lead_id
LEFT JOIN in_sale o ON o.lead_id = p.lead_id
