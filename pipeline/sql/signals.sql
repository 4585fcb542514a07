-- signals: one row a ticket and signal that stands at the end of the night, with its evidence and what goes with it.
-- Reads signal_contexts, scores, ticket_states, signal_specs, subtype_specs.
-- A signal that the customer took back later in the same ticket does not stand.
-- says_more: the customer reports a problem, or has more to say than the wish.
SELECT c.source, c.ticket_id, c.signal, s.probability, c.message_id, s.quote, s.model_id, c.said_at, c.contact_id,
    t.account_id, t.match, t.likeness, t.url AS ticket_url, t.status AS ticket_status, t.is_unsolved, t.team,
    coalesce(s.subtype, '') AS subtype, coalesce(p.motion, sp.motion) AS motion_unasked, sp.motion_when_asked,
    c.asks,
    -- They wait while nobody answered, or while the answer was that sales will.
    NOT c.is_answered OR c.is_handed_over AS awaits_answer,
    c.has_problem OR c.has_more_words AS says_more,
    c.quantity, c.needed_by_words, c.product, c.competitor, c.refusal, c.refused_at, c.is_handed_over
FROM signal_contexts c
JOIN scores s USING (source, ticket_id, signal)
JOIN ticket_states t USING (source, ticket_id)
JOIN signal_specs sp USING (signal)
LEFT JOIN subtype_specs p ON p.signal = c.signal AND p.subtype = s.subtype
WHERE NOT c.is_withdrawn
ORDER BY c.source, c.ticket_id, c.signal
