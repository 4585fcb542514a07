-- lead_proposals: one row a lead that has living evidence tonight; the latest evidence speaks for it.
-- Reads lead_evidence, lead_history. Variables: as_of. Of lead_evidence the later row is the later evidence.
-- One message may show several signals: it was said once (times_said), and what one of them counts as seats is seats.
-- Most leads have one piece of evidence: how often it was said is counted of the others alone.
WITH together AS (
    SELECT lead_id, max(rowid) AS last_row, count(*) AS evidence_count, max(said_at) AS last_said_at, max(probability) AS probability,
        max(expires_on) AS expires_on, bool_or(is_unsolved AND awaits_answer) AS customer_waits,
        arg_max(quantity, rowid) FILTER (quantity IS NOT NULL) AS quantity,
        coalesce(list_contains(list(quantity) FILTER (subtype = 'seats'), arg_max(quantity, rowid) FILTER (quantity IS NOT NULL)), false) AS counts_seats,
        arg_max(needed_by_words, rowid) FILTER (needed_by_words IS NOT NULL) AS needed_by_words,
        max(said_at) FILTER (needed_by_words IS NOT NULL) AS needed_by_said_at,
        arg_max(competitor, rowid) FILTER (competitor <> '') AS competitor,
        arg_min(ticket_id, (said_at, ticket_id)) FILTER (is_unsolved AND says_more) AS problem_ticket
    FROM lead_evidence GROUP BY lead_id
), several AS (
    SELECT lead_id, count(DISTINCT (source, ticket_id, message_id)) AS times_said
    FROM lead_evidence SEMI JOIN (FROM together WHERE evidence_count > 1) USING (lead_id) GROUP BY lead_id
)
SELECT b.lead_id, b.account_id, b.motion, b.product, b.sequence, b.signal, b.subtype, b.source, b.ticket_id,
    b.ticket_url, b.ticket_status, b.is_unsolved, b.message_id, b.contact_id, b.quote, b.said_at, b.match, b.likeness,
    t.* EXCLUDE (lead_id, last_row), coalesce(v.times_said, 1) AS times_said,
    h.lead_id IS NULL OR h.opened_on = getvariable('as_of') AS is_first_night, h.last_state, coalesce(h.was_listed, false) AS was_listed,
    h.listed_on, h.listed_evidence_count, h.listed_said_at, h.first_held_on, h.put_away_until, coalesce(h.outcome, '') AS outcome,
    coalesce(h.outcome_reason, '') AS outcome_reason, h.snooze_until
FROM lead_evidence b JOIN together t ON t.last_row = b.rowid
LEFT JOIN several v ON v.lead_id = b.lead_id
LEFT JOIN lead_history h ON h.lead_id = b.lead_id
ORDER BY b.lead_id
