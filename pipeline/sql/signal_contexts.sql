-- signal_contexts: one row a ticket and signal, where its evidence stands and what is said around it by the end of the night.
-- Reads scores, messages, facts. Variables: last_heard_at.
-- Quantity, date, product and rival come from the evidence message, else from the customer's nearest message to it.
-- has_more_words: the customer has more to say than the wish and a greeting (25 words).
WITH shown AS (
    SELECT s.source, s.ticket_id, s.signal, m.message_id, m.position, m.said_at, m.author_id AS contact_id,
        len(string_split(s.quote, ' ')) AS quote_words
    FROM scores s
    JOIN messages m ON m.source = s.source AND m.message_id = s.message_id
    WHERE s.is_signal AND m.said_at <= getvariable('last_heard_at') AND m.role = 'customer' AND m.is_public
), heard AS (
    SELECT m.source, m.ticket_id, m.message_id, m.role, m.position, m.said_at,
        CASE WHEN m.role = 'customer' THEN len(string_split(trim(m.text), ' ')) ELSE 0 END AS words
    FROM messages m SEMI JOIN shown USING (source, ticket_id)
    WHERE m.said_at <= getvariable('last_heard_at') AND m.is_public AND m.role IN ('customer', 'agent')
), facts_heard AS (
    SELECT h.source, h.ticket_id, h.role, h.position, h.said_at, f.fact, f.value
    FROM facts f JOIN heard h ON h.source = f.source AND h.message_id = f.message_id
), details AS (
    SELECT s.source, s.ticket_id, s.signal,
        arg_min(f.value, abs(f.position - s.position) * 1000 + f.position) FILTER (f.fact = 'quantity') AS quantity,
        arg_min(f.value, abs(f.position - s.position) * 1000 + f.position) FILTER (f.fact = 'needed_by') AS needed_by_words,
        arg_min(f.value, abs(f.position - s.position) * 1000 + f.position) FILTER (f.fact = 'product') AS product,
        arg_min(f.value, abs(f.position - s.position) * 1000 + f.position) FILTER (f.fact = 'competitor') AS competitor,
        coalesce(bool_or(f.fact = 'asks' AND f.position = s.position), false) AS asks,
        coalesce(bool_or(f.fact = 'problem'), false) AS has_problem,
        coalesce(bool_or(f.fact = 'withdrawn' AND f.position > s.position), false) AS is_withdrawn
    FROM shown s JOIN facts_heard f USING (source, ticket_id)
    WHERE f.role = 'customer'
        AND f.fact IN ('quantity', 'needed_by', 'product', 'competitor', 'asks', 'problem', 'withdrawn')
    GROUP BY s.source, s.ticket_id, s.signal
), replies AS (
    SELECT s.source, s.ticket_id, s.signal, bool_or(h.role = 'agent' AND h.position > s.position) AS is_answered,
        sum(h.words) AS words
    FROM shown s JOIN heard h USING (source, ticket_id)
    GROUP BY s.source, s.ticket_id, s.signal
), answers AS (
    SELECT s.source, s.ticket_id, s.signal, bool_or(f.fact = 'handover') AS is_handed_over,
        arg_max(f.value, f.position) FILTER (f.fact = 'refused') AS refusal,
        max(f.said_at) FILTER (f.fact = 'refused') AS refused_at
    FROM shown s JOIN facts_heard f USING (source, ticket_id)
    WHERE f.role = 'agent' AND f.position > s.position AND f.fact IN ('handover', 'refused')
    GROUP BY s.source, s.ticket_id, s.signal
)
SELECT s.source, s.ticket_id, s.signal, s.message_id, s.said_at, s.contact_id,
    TRY_CAST(d.quantity AS INTEGER) AS quantity, d.needed_by_words, coalesce(d.product, '') AS product,
    coalesce(d.competitor, '') AS competitor, coalesce(d.asks, false) AS asks, coalesce(d.has_problem, false) AS has_problem,
    coalesce(d.is_withdrawn, false) AS is_withdrawn, r.words - s.quote_words > 25 AS has_more_words,
    r.is_answered, coalesce(a.is_handed_over, false) AS is_handed_over, a.refusal, a.refused_at
FROM shown s
JOIN replies r USING (source, ticket_id, signal)
LEFT JOIN details d USING (source, ticket_id, signal)
LEFT JOIN answers a USING (source, ticket_id, signal)
ORDER BY s.source, s.ticket_id, s.signal
