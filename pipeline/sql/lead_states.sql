-- lead_states: one row a proposed lead and all that the service-first rules ask about it; rules read nothing else.
-- Reads lead_proposals, account_states, account_families, marked, leads, outcomes, opportunities. Variables: as_of.
-- An opportunity of the account above counts as this one's.
-- asked means that somebody accepted or contacted on an offer, not that it was listed; whatever came of it later.
WITH asked AS (
    SELECT l.lead_id, l.account_id, l.contact_id, o.read_on AS asked_on FROM leads l JOIN outcomes o USING (lead_id)
    WHERE l.motion = 'offer' AND o.outcome IN ('accepted', 'contacted') AND o.read_on <= getvariable('as_of')
), saves AS (
    SELECT account_id, min(lead_id) AS save_id, arg_min(ticket_id, lead_id) AS save_ticket
    FROM lead_proposals WHERE motion = 'save' GROUP BY account_id
)
SELECT p.lead_id, p.account_id, p.motion, p.product, p.contact_id, p.ticket_id, p.ticket_status, p.problem_ticket,
    coalesce(s.do_not_contact, false)
        OR EXISTS (FROM marked m WHERE m.mark = 'opted_out' AND m.source = p.source AND m.contact_id = p.contact_id) AS do_not_contact,
    coalesce(s.is_vulnerable, false)
        OR EXISTS (FROM marked m WHERE m.mark = 'vulnerable' AND m.source = p.source AND m.contact_id = p.contact_id) AS is_vulnerable,
    s.urgent_ticket, s.reopened_ticket, s.waiting_ticket, s.bad_rating_ticket, s.angry_ticket, s.vulnerable_ticket,
    v.save_id, v.save_ticket,
    (SELECT max(a.asked_on) FROM asked a WHERE a.account_id = p.account_id AND a.lead_id <> p.lead_id) AS account_asked_on,
    (SELECT max(a.asked_on) FROM asked a WHERE a.contact_id = p.contact_id AND a.lead_id <> p.lead_id) AS contact_asked_on,
    (SELECT min(o.opportunity_id) FROM opportunities o
        WHERE coalesce(o.is_open, false)
            AND (o.account_id = p.account_id OR o.account_id IN (
                SELECT f.ancestor_id FROM account_families f WHERE f.account_id = p.account_id))
            AND (coalesce(o.product, '') = '' OR lower(o.product) = lower(p.product))) AS open_opportunity
FROM lead_proposals p
LEFT JOIN account_states s USING (account_id)
LEFT JOIN saves v USING (account_id)
ORDER BY p.lead_id
