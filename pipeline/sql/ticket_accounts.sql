-- ticket_accounts: one row a ticket that belongs to an account, how it was found, and how surely, 0 to 100.
-- Reads tickets, ticket_origins, organizations, accounts, account_domains, account_families, named_accounts.
-- Organization external id before domain before contact before company name: the surer way wins. A domain that several
-- accounts claim names the one that stands above all others, else nobody. A contact's other tickets name the account
-- only where they all name the same one. Where somebody belonged when they wrote counts, not where they are now.
-- It passes, and nobody reads it by its order: it has none.
WITH placed AS (
    SELECT t.source, t.ticket_id, t.requester_id, o.email_domain,
        coalesce(t.organization_id, o.organization_id) AS organization_id
    FROM tickets t LEFT JOIN ticket_origins o USING (source, ticket_id)
), claims AS (
    SELECT domain, account_id, count(*) OVER (PARTITION BY domain) AS claimants FROM account_domains
), heads AS (
    SELECT c.domain, c.account_id
    FROM claims c
    LEFT JOIN claims o ON o.domain = c.domain
    LEFT JOIN account_families f ON f.account_id = o.account_id AND f.ancestor_id = c.account_id
    GROUP BY c.domain, c.account_id, c.claimants
    HAVING c.claimants = 1 OR count(f.account_id) = c.claimants - 1
), by_organization AS (
    SELECT o.source, o.organization_id, a.account_id
    FROM organizations o JOIN accounts a ON a.account_id = o.external_id
), by_organization_domain AS (
    SELECT source, organization_id, min(account_id) AS account_id
    FROM (SELECT source, organization_id, unnest(domains) AS domain FROM organizations) o
    JOIN heads USING (domain)
    GROUP BY source, organization_id HAVING count(DISTINCT account_id) = 1
), direct AS (
    SELECT p.source, p.ticket_id, p.requester_id, p.organization_id,
        coalesce(o.account_id, od.account_id, d.account_id) AS account_id,
        CASE WHEN o.account_id IS NOT NULL THEN 'organization' ELSE 'domain' END AS match
    FROM placed p
    LEFT JOIN by_organization o USING (source, organization_id)
    LEFT JOIN by_organization_domain od USING (source, organization_id)
    LEFT JOIN heads d ON d.domain = p.email_domain
), by_contact AS (
    SELECT source, requester_id, min(account_id) AS account_id FROM direct
    WHERE account_id IS NOT NULL AND requester_id IS NOT NULL
    GROUP BY source, requester_id HAVING count(DISTINCT account_id) = 1
)
SELECT d.source, d.ticket_id, coalesce(d.account_id, c.account_id, n.account_id) AS account_id,
    CASE WHEN d.account_id IS NOT NULL THEN d.match WHEN c.account_id IS NOT NULL THEN 'contact' ELSE 'name' END AS match,
    CASE WHEN coalesce(d.account_id, c.account_id) IS NULL THEN n.likeness ELSE 100 END AS likeness
FROM direct d
LEFT JOIN by_contact c USING (source, requester_id)
LEFT JOIN named_accounts n ON n.source = d.source AND n.organization_id = d.organization_id
WHERE coalesce(d.account_id, c.account_id, n.account_id) IS NOT NULL
