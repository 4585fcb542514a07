-- digest_market: one row a rival and what is said of it over the last 7 days. Reads facts, messages, ticket_states, accounts,
-- signals. Variables: night_end. change: against the 7 days before. A mention is a ticket. Quotes name the rival: what
-- a signal quotes of it, else the sentence of the message; a long one is cut.
WITH mentions AS (
    SELECT f.value AS competitor, t.source, t.ticket_id, t.account_id, m.text, m.said_at >= getvariable('night_end') - to_days(7) AS is_recent,
        CASE WHEN regexp_matches(m.text, '(?i)\b(switch|moving|move|leav|migrat|chang(e|ing) (to|over)|cancel)') THEN 'switch'
             WHEN regexp_matches(m.text, '(?i)(\b(price|cheap|cost|expensive|charge|fee|quote)|[$€£]\s?\d)') THEN 'price'
             WHEN regexp_matches(m.text, '(?i)\b(support|service|answer|reply|replies|help ?desk|staff|rude)') THEN 'service'
             ELSE 'feature' END AS about,
        list_filter(regexp_extract_all(m.text, '[^.!?\n]+([.!?]+[^\s.!?][^.!?\n]*)*[.!?]*'), lambda said: regexp_matches(said, '(^|\W)' || regexp_escape(f.value) || '(\W|$)', 'i'))[1] AS words,
        CASE WHEN length(trim(words)) > 300 THEN rtrim(left(trim(words), 299)) || '…' ELSE trim(words) END AS sentence
    FROM facts f
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    JOIN ticket_states t ON t.source = f.source AND t.ticket_id = f.ticket_id
    WHERE f.fact = 'competitor' AND coalesce(f.value, '') <> ''
        AND m.said_at < getvariable('night_end') AND m.said_at >= getvariable('night_end') - to_days(14)
), quoted AS (
    SELECT n.*, coalesce(s.quote, n.sentence) AS quote FROM mentions n
    LEFT JOIN signals s ON s.source = n.source AND s.ticket_id = n.ticket_id AND contains(lower(s.quote), lower(n.competitor))
    QUALIFY row_number() OVER (PARTITION BY n.source, n.ticket_id, n.competitor, n.about ORDER BY s.probability DESC NULLS LAST, s.signal) = 1
), revenue AS (
    SELECT competitor, about, sum(arr)::DECIMAL(18,2) AS revenue
    FROM (SELECT DISTINCT q.competitor, q.about, a.account_id, a.arr FROM quoted q JOIN accounts a USING (account_id) WHERE q.is_recent) GROUP BY ALL
)
SELECT q.competitor, count(*) FILTER (is_recent) AS mentions_7d,
    count(*) FILTER (is_recent) - count(*) FILTER (NOT is_recent) AS change,
    count(DISTINCT account_id) FILTER (is_recent) AS accounts, coalesce(any_value(r.revenue), 0)::DECIMAL(18,2) AS revenue, q.about,
    coalesce(array_to_string(list(DISTINCT q.quote ORDER BY q.quote) FILTER (is_recent AND q.quote IS NOT NULL)[1:3], ' | '), '') AS quotes
FROM quoted q LEFT JOIN revenue r USING (competitor, about)
GROUP BY q.competitor, q.about
ORDER BY mentions_7d DESC, q.competitor, q.about
