-- digest_lost_sales: one row a lost sale, oldest value first. Reads lost_sales, accounts.
-- Variables: upgrade_share. Its value is that of an upgrade nobody counted: a share of the account's revenue.
SELECT l.lost_id, l.account_id, coalesce(a.name, '') AS account, l.product, l.asked_on, l.refused_on, l.refusal, l.source, l.age_days,
    (coalesce(a.arr, 0) * getvariable('upgrade_share')::DECIMAL(9,4))::DECIMAL(18,2) AS value_waiting,
    l.quote, l.ticket_url, l.status
FROM lost_sales l LEFT JOIN accounts a USING (account_id)
ORDER BY value_waiting DESC, l.lost_id
