-- lead_origins: one row a lead that a support ticket gave rise to: the signal it rests on, the latest where there are several.
-- Reads leads, lead_events, lead_proposals, scores, signals, messages, facts, ticket_states, signal_specs, subtype_specs,
-- lost_sales. Variables: night_end.
-- A lead that lives tonight rests on what speaks for it. Of one that has ended, events keep when the latest was said: with account
-- and product (of a signal that was taken back nobody knows the product any more) this finds the ticket again.
-- A return rests on the request that was refused. What sales heard itself (a wish) has no ticket and is not here.
-- handed_over_at: when an agent of the ticket first said, after that evidence, that sales will take over.
WITH living AS (
    SELECT p.lead_id, p.source, p.ticket_id, p.signal, p.subtype, p.said_at, t.team
    FROM lead_proposals p JOIN ticket_states t ON t.source = p.source AND t.ticket_id = p.ticket_id
    WHERE p.motion <> 'return'
), said AS (
    SELECT DISTINCT l.lead_id, l.account_id, l.product, l.motion = 'save' AS is_save, e.last_said_at
    FROM (FROM leads ANTI JOIN lead_proposals USING (lead_id)) l JOIN lead_events e USING (lead_id)
    WHERE e.last_said_at IS NOT NULL AND l.motion <> 'return'
), returned AS (
    SELECT l.lead_id, l.account_id, r.helpdesk, r.ticket_id FROM leads l
    JOIN lost_sales r ON r.account_id = l.account_id AND r.product = l.product AND r.source = 'ticket'
    WHERE l.motion = 'return'
), heard AS (
    -- Of the accounts asked for alone: what living leads rest on is known.
    SELECT s.source, s.ticket_id, s.signal, coalesce(s.subtype, '') AS subtype, s.probability, m.said_at, t.account_id, t.team,
        sp.motion = 'save' AS is_save, g.product,
        coalesce(p.motion, sp.motion, '') <> '' OR coalesce(sp.motion_when_asked, '') <> '' AS asks_something
    FROM (FROM ticket_states SEMI JOIN (SELECT account_id FROM said UNION SELECT account_id FROM returned) USING (account_id)) t
    JOIN scores s ON s.source = t.source AND s.ticket_id = t.ticket_id
    JOIN messages m ON m.source = s.source AND m.message_id = s.message_id
    JOIN signal_specs sp ON sp.signal = s.signal
    LEFT JOIN subtype_specs p ON p.signal = s.signal AND p.subtype = s.subtype
    LEFT JOIN signals g ON g.source = s.source AND g.ticket_id = s.ticket_id AND g.signal = s.signal
    WHERE s.is_signal AND m.said_at < getvariable('night_end')
), found AS (
    SELECT d.lead_id, h.* FROM said d
    JOIN heard h ON h.account_id = d.account_id AND h.said_at = d.last_said_at AND h.is_save = d.is_save
        AND (h.is_save OR h.product IS NULL OR h.product = d.product)
    UNION ALL
    SELECT r.lead_id, h.* FROM returned r
    JOIN heard h ON h.source = r.helpdesk AND h.ticket_id = r.ticket_id AND NOT h.is_save
), latest AS (
    FROM living
    UNION ALL
    SELECT lead_id, source, ticket_id, signal, subtype, said_at, team FROM found
    QUALIFY row_number() OVER (
        PARTITION BY lead_id ORDER BY said_at DESC, asks_something DESC, probability DESC, source, ticket_id, signal) = 1
), handed_over AS (
    SELECT o.lead_id, min(m.said_at) AS said_at
    FROM latest o
    JOIN facts f ON f.source = o.source AND f.ticket_id = o.ticket_id AND f.fact = 'handover'
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id AND m.role = 'agent' AND m.is_public
        AND m.said_at >= o.said_at AND m.said_at < getvariable('night_end')
    GROUP BY o.lead_id
)
SELECT o.lead_id, o.source, o.ticket_id, o.signal, o.subtype, coalesce(o.team, '') AS team, o.said_at,
    h.said_at AS handed_over_at
FROM latest o LEFT JOIN handed_over h USING (lead_id)
ORDER BY o.lead_id
