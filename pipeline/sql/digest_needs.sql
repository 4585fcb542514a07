-- digest_needs: one row a topic of unmet needs. Reads placed_needs, topic_titles, signals, signal_specs, accounts. Variables: as_of, night_end, minimum_accounts.
-- Revenue is each account's once. A topic grows where so many of its last 28 days' tickets in the last 7 would be a chance of
-- at most 1 in 20 at an even pace (binomial; a topic younger than 28 days is held against its own age).
WITH members AS (
    SELECT m.topic_id, s.source, s.ticket_id, s.account_id, s.quote, s.said_at, s.probability, s.subtype
    FROM placed_needs m
    JOIN (SELECT s.* FROM signals s JOIN signal_specs sp USING (signal) WHERE sp.list = 'needs') s USING (source, ticket_id)
    QUALIFY row_number() OVER (PARTITION BY s.source, s.ticket_id ORDER BY s.probability DESC, s.signal) = 1
), revenue AS (
    SELECT topic_id, sum(arr)::DECIMAL(18,2) AS revenue
    FROM (SELECT DISTINCT m.topic_id, a.account_id, a.arr FROM members m JOIN accounts a USING (account_id)) GROUP BY topic_id
), counted AS (
    SELECT topic_id, count(DISTINCT account_id) AS accounts, count(*) AS tickets,
        count(*) FILTER (said_at >= getvariable('night_end') - to_days(7)) AS tickets_7d,
        count(*) FILTER (said_at >= getvariable('night_end') - to_days(28)) AS tickets_28d,
        min(said_at)::DATE AS first_seen, max(said_at)::DATE AS last_seen,
        (count(*) FILTER (subtype = 'plan_blocked') / count(*))::DECIMAL(5,2) AS plan_blocked,
        list(quote ORDER BY probability DESC, source, ticket_id)[1:3] AS quotes,
        list(ticket_id ORDER BY probability DESC, source, ticket_id)[1:3] AS example_ticket_ids
    FROM members GROUP BY topic_id
), paced AS (
    SELECT *, 7.0 / least(28, getvariable('as_of') - first_seen + 1) AS share_7d FROM counted
), tested AS (
    SELECT *, list_sum(list_transform(range(tickets_7d, tickets_28d + 1), lambda k: exp(
        lgamma(tickets_28d + 1) - lgamma(k + 1) - lgamma(tickets_28d - k + 1)
        + k * ln(share_7d) + (tickets_28d - k) * ln(1 - share_7d)))) AS chance
    FROM paced WHERE share_7d < 1
)
SELECT c.topic_id, t.title,
    CASE WHEN c.first_seen > getvariable('as_of') - 7 THEN 'new'
         WHEN coalesce(g.chance, 1) <= 0.05 THEN 'growing' ELSE 'steady' END AS status,
    c.accounts, coalesce(r.revenue, 0)::DECIMAL(18,2) AS revenue, c.tickets_7d, c.tickets_28d, c.first_seen, c.last_seen,
    c.plan_blocked, array_to_string(c.quotes, ' | ') AS quotes, array_to_string(c.example_ticket_ids, ' ') AS example_ticket_ids
FROM counted c JOIN topic_titles t USING (topic_id) LEFT JOIN revenue r USING (topic_id) LEFT JOIN tested g USING (topic_id)
WHERE c.tickets_28d > 0 AND c.accounts >= getvariable('minimum_accounts')
ORDER BY c.accounts DESC, c.tickets_28d DESC, r.revenue DESC, c.topic_id
