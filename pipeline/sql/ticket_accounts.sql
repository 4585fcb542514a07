-- ticket_accounts: one row a ticket that belongs to an account, and how it was found.
-- Reads tickets, contacts, organizations, accounts, account_domains.
-- Organization external id before domain before contact: the surer way wins. A domain that two accounts claim names
-- neither. A contact's other tickets name the account only where they all name the same one.
WITH placed AS (
    SELECT t.source, t.ticket_id, t.requester_id, c.email_domain,
        coalesce(t.organization_id, c.organization_id) AS organization_id
    FROM tickets t
    LEFT JOIN contacts c ON c.source = t.source AND c.contact_id = t.requester_id
), sole_domains AS (
    SELECT domain, min(account_id) AS account_id FROM account_domains
    GROUP BY domain HAVING count(DISTINCT account_id) = 1
), by_organization AS (
    SELECT o.source, o.organization_id, a.account_id
    FROM organizations o JOIN accounts a ON a.account_id = o.external_id
), by_organization_domain AS (
    SELECT source, organization_id, min(account_id) AS account_id
    FROM (SELECT source, organization_id, unnest(domains) AS domain FROM organizations) o
    JOIN sole_domains USING (domain)
    GROUP BY source, organization_id HAVING count(DISTINCT account_id) = 1
), direct AS (
    SELECT p.source, p.ticket_id, p.requester_id,
        coalesce(o.account_id, od.account_id, d.account_id) AS account_id,
        CASE WHEN o.account_id IS NOT NULL THEN 'organization' ELSE 'domain' END AS match
    FROM placed p
    LEFT JOIN by_organization o USING (source, organization_id)
    LEFT JOIN by_organization_domain od USING (source, organization_id)
    LEFT JOIN sole_domains d ON d.domain = p.email_domain
), by_contact AS (
    SELECT source, requester_id, min(account_id) AS account_id FROM direct
    WHERE account_id IS NOT NULL AND requester_id IS NOT NULL
    GROUP BY source, requester_id HAVING count(DISTINCT account_id) = 1
)
SELECT d.source, d.ticket_id, coalesce(d.account_id, c.account_id) AS account_id,
    CASE WHEN d.account_id IS NOT NULL THEN d.match ELSE 'contact' END AS match
FROM direct d LEFT JOIN by_contact c USING (source, requester_id)
WHERE coalesce(d.account_id, c.account_id) IS NOT NULL
ORDER BY ALL
