-- digest_needs: one row a topic of unmet needs. Reads topic_members, signals, signal_specs, accounts. Variables: as_of, night_end.
-- The title is the most central quote so far: the most probable one. Revenue is each account's once.
WITH members AS (
    SELECT m.topic_id, s.source, s.ticket_id, s.account_id, s.quote, s.said_at, s.probability, s.subtype
    FROM topic_members m
    JOIN (SELECT s.* FROM signals s JOIN signal_specs sp USING (signal) WHERE sp.list = 'needs') s USING (source, ticket_id)
    QUALIFY row_number() OVER (PARTITION BY s.source, s.ticket_id ORDER BY s.probability DESC, s.signal) = 1
), revenue AS (
    SELECT topic_id, sum(arr)::DECIMAL(18,2) AS revenue
    FROM (SELECT DISTINCT m.topic_id, a.account_id, a.arr FROM members m JOIN accounts a USING (account_id)) GROUP BY topic_id
), counted AS (
    SELECT topic_id, arg_max(quote, (probability, source, ticket_id)) AS title,
        count(DISTINCT account_id) AS accounts, count(*) AS tickets,
        count(*) FILTER (said_at >= getvariable('night_end') - to_days(7)) AS tickets_7d,
        count(*) FILTER (said_at >= getvariable('night_end') - to_days(28)) AS tickets_28d,
        min(said_at)::DATE AS first_seen, max(said_at)::DATE AS last_seen,
        (count(*) FILTER (subtype = 'plan_blocked') / count(*))::DECIMAL(5,2) AS plan_blocked,
        list(quote ORDER BY probability DESC, source, ticket_id)[1:3] AS quotes,
        list(ticket_id ORDER BY probability DESC, source, ticket_id)[1:3] AS example_ticket_ids
    FROM members GROUP BY topic_id
)
SELECT topic_id, CASE WHEN length(title) > 90 THEN left(title, 89) || '…' ELSE title END AS title,
    CASE WHEN first_seen > getvariable('as_of') - 7 THEN 'new' WHEN tickets_7d * 4 > tickets_28d AND tickets > 1 THEN 'growing' ELSE 'steady' END AS status,
    accounts, coalesce(revenue, 0)::DECIMAL(18,2) AS revenue, tickets_7d, tickets_28d, first_seen, last_seen, plan_blocked,
    array_to_string(quotes, ' | ') AS quotes, array_to_string(example_ticket_ids, ' ') AS example_ticket_ids
FROM counted LEFT JOIN revenue USING (topic_id)
WHERE tickets_28d > 0
ORDER BY accounts DESC, tickets_28d DESC, revenue DESC, topic_id
