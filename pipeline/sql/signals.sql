-- signals: one row a ticket and signal that stands at the end of the night, with its evidence and what goes with it.
-- Reads scores, messages, facts, ticket_states, signal_specs, subtype_specs. Variables: night_end.
-- A signal that the customer took back later in the same ticket does not stand.
-- says_more: the customer reports a problem, or has more to say than the wish and a greeting (25 words).
-- Quantity, date, product and rival come from the evidence message, else from the customer's nearest message to it.
WITH evidence AS (
    SELECT s.source, s.ticket_id, s.signal, s.probability, s.message_id, s.quote, s.subtype, s.model_id,
        m.said_at, m.position, m.author_id AS contact_id
    FROM scores s
    JOIN messages m ON m.source = s.source AND m.message_id = s.message_id
    WHERE s.is_signal AND m.said_at < getvariable('night_end') AND m.role = 'customer' AND m.is_public
), said AS (
    SELECT f.source, f.ticket_id, f.fact, f.value, m.role, m.position, m.message_id
    FROM facts f JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    WHERE m.said_at < getvariable('night_end') AND m.is_public
), details AS (
    SELECT e.source, e.ticket_id, e.signal,
        arg_min(f.value, abs(f.position - e.position) * 1000 + f.position) FILTER (f.fact = 'quantity') AS quantity,
        arg_min(f.value, abs(f.position - e.position) * 1000 + f.position) FILTER (f.fact = 'needed_by') AS needed_by_words,
        arg_min(f.value, abs(f.position - e.position) * 1000 + f.position) FILTER (f.fact = 'product') AS product,
        arg_min(f.value, abs(f.position - e.position) * 1000 + f.position) FILTER (f.fact = 'competitor') AS competitor,
        coalesce(bool_or(f.fact = 'asks' AND f.position = e.position), false) AS asks,
        coalesce(bool_or(f.fact = 'problem'), false) AS has_problem,
        coalesce(bool_or(f.fact = 'withdrawn' AND f.position > e.position), false) AS is_withdrawn
    FROM evidence e JOIN said f ON f.source = e.source AND f.ticket_id = e.ticket_id AND f.role = 'customer'
    GROUP BY e.source, e.ticket_id, e.signal
), other_words AS (
    SELECT e.source, e.ticket_id, e.signal,
        sum(len(string_split(trim(m.text), ' '))) - any_value(len(string_split(e.quote, ' '))) AS other_words
    FROM evidence e JOIN messages m ON m.source = e.source AND m.ticket_id = e.ticket_id
    WHERE m.role = 'customer' AND m.is_public AND m.said_at < getvariable('night_end')
    GROUP BY e.source, e.ticket_id, e.signal
), replies AS (
    SELECT e.source, e.ticket_id, e.signal,
        bool_or(m.role = 'agent') AS is_answered,
        bool_or(f.fact = 'handover') AS is_handed_over,
        arg_max(f.value, m.position) FILTER (f.fact = 'refused') AS refusal,
        max(m.said_at) FILTER (f.fact = 'refused') AS refused_at
    FROM evidence e
    JOIN messages m ON m.source = e.source AND m.ticket_id = e.ticket_id AND m.position > e.position
        AND m.is_public AND m.role = 'agent' AND m.said_at < getvariable('night_end')
    LEFT JOIN facts f ON f.source = m.source AND f.message_id = m.message_id AND f.fact IN ('handover', 'refused')
    GROUP BY e.source, e.ticket_id, e.signal
)
SELECT e.source, e.ticket_id, e.signal, e.probability, e.message_id, e.quote, e.model_id, e.said_at, e.contact_id,
    t.account_id, t.match, t.likeness, t.url AS ticket_url, t.status AS ticket_status, t.is_unsolved, t.team,
    coalesce(e.subtype, '') AS subtype, coalesce(p.motion, sp.motion) AS motion_unasked, sp.motion_when_asked,
    coalesce(d.asks, false) AS asks,
    -- They wait while nobody answered, or while the answer was that sales will.
    NOT coalesce(r.is_answered, false) OR coalesce(r.is_handed_over, false) AS awaits_answer,
    coalesce(d.has_problem, false) OR w.other_words > 25 AS says_more,
    TRY_CAST(d.quantity AS INTEGER) AS quantity, d.needed_by_words, coalesce(d.product, '') AS product,
    coalesce(d.competitor, '') AS competitor, r.refusal, r.refused_at, coalesce(r.is_handed_over, false) AS is_handed_over
FROM evidence e
JOIN ticket_states t ON t.source = e.source AND t.ticket_id = e.ticket_id
JOIN signal_specs sp ON sp.signal = e.signal
LEFT JOIN subtype_specs p ON p.signal = e.signal AND p.subtype = e.subtype
LEFT JOIN details d ON d.source = e.source AND d.ticket_id = e.ticket_id AND d.signal = e.signal
LEFT JOIN other_words w ON w.source = e.source AND w.ticket_id = e.ticket_id AND w.signal = e.signal
LEFT JOIN replies r ON r.source = e.source AND r.ticket_id = e.ticket_id AND r.signal = e.signal
WHERE NOT coalesce(d.is_withdrawn, false)
ORDER BY e.source, e.ticket_id, e.signal
