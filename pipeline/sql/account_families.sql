-- account_families: one row an account and each account above it, 1 level up or more.
-- Reads accounts. A ring of parents ends after ten levels, and nobody is above oneself.
WITH RECURSIVE above AS (
    SELECT account_id, parent_id AS ancestor_id, 1 AS level FROM accounts WHERE parent_id IS NOT NULL
    UNION
    SELECT b.account_id, a.parent_id, b.level + 1
    FROM above b JOIN accounts a ON a.account_id = b.ancestor_id
    WHERE a.parent_id IS NOT NULL AND b.level < 10
)
SELECT account_id, ancestor_id, min(level) AS level
FROM above
WHERE ancestor_id <> account_id AND ancestor_id IN (SELECT account_id FROM accounts)
GROUP BY account_id, ancestor_id
ORDER BY account_id, ancestor_id
