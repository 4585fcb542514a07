-- lost_sales: one row a thing that an account wanted and was refused, and that nobody followed up.
-- Reads signals, wishes, availability, accounts, products. Variables: as_of.
-- From tickets: request, refusal by an agent, and no hand-over to sales after it. A bare feature request with a "no" is
-- a need, not a lost sale, unless it names something that has a name to be sold under.
WITH refused AS (
    SELECT account_id, product, ticket_id, ticket_url, quote, contact_id, source AS helpdesk,
        min(said_at)::DATE AS asked_on, max(refused_at)::DATE AS refused_on, arg_max(refusal, refused_at) AS refusal
    FROM (
        SELECT *, row_number() OVER (PARTITION BY source, ticket_id ORDER BY signal = 'upgrade_intent' DESC, probability DESC, signal) AS place
        FROM signals
        WHERE refusal IS NOT NULL AND NOT is_handed_over AND account_id IS NOT NULL
            AND (signal = 'upgrade_intent' OR (signal = 'unmet_need' AND product <> ''))
    )
    WHERE place = 1
    GROUP BY ALL
), heard AS (
    SELECT 'ticket' AS source, account_id, product, ticket_id, ticket_url, quote, contact_id, helpdesk, asked_on, refused_on, refusal
    FROM refused
    UNION ALL
    SELECT 'wish', w.account_id, coalesce(p.name, w.wanted), NULL, NULL, '', NULL, NULL, w.on_date, w.on_date, w.why
    FROM wishes w LEFT JOIN products p ON lower(p.name) = lower(w.wanted)
    WHERE w.on_date IS NULL OR w.on_date <= getvariable('as_of')
)
SELECT 'S-' || substr(sha256(concat_ws('|', h.source, h.account_id, h.product, h.asked_on, h.ticket_id)), 1, 10) AS lost_id,
    h.*, date_diff('day', h.refused_on, getvariable('as_of')) AS age_days,
    min(v.available_from) AS available_from,
    CASE WHEN min(v.available_from) IS NULL THEN 'waiting' ELSE 'available' END AS status
FROM heard h
LEFT JOIN accounts a USING (account_id)
LEFT JOIN availability v ON lower(v.product) = lower(h.product)
    AND (v.plan IS NULL OR lower(v.plan) = lower(a.plan)) AND (v.region IS NULL OR lower(v.region) = lower(a.region))
    AND v.available_from <= getvariable('as_of') AND v.available_from > coalesce(h.refused_on, DATE '1970-01-01')
GROUP BY ALL
ORDER BY lost_id
