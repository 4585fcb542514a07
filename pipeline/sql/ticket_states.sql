-- ticket_states: one row a ticket that existed by the end of the night, and where it stands.
-- Reads tickets, ticket_accounts, messages. Variables: last_heard_at, ticket_url.
-- url: the page that a person opens, where the export has the API's address; a template in settings wins.
-- waiting_since: the customer's last message that no agent has answered in public, NULL when all are answered.
WITH heard AS (
    SELECT source, ticket_id,
        max(said_at) FILTER (role = 'customer') AS last_customer_at,
        max(said_at) FILTER (role = 'agent' AND is_public) AS last_agent_at
    FROM messages WHERE said_at <= getvariable('last_heard_at') GROUP BY source, ticket_id
)
SELECT t.source, t.ticket_id, a.account_id, a.match, a.likeness, t.status, t.priority, t.team,
    CASE WHEN getvariable('ticket_url') <> '' THEN replace(getvariable('ticket_url'), '{ticket_id}', t.ticket_id)
        ELSE regexp_replace(coalesce(t.url, ''), '/api/v2/tickets/(\d+)\.json$', '/agent/tickets/\1') END AS url, t.requester_id,
    t.created_at, t.updated_at, t.rating,
    t.status NOT IN ('solved', 'closed') AS is_unsolved,
    coalesce(t.reopen_count, 0) > 0 AS was_reopened,
    coalesce(t.status_updated_at, t.updated_at) AS status_at,
    h.last_customer_at, h.last_agent_at,
    CASE WHEN h.last_agent_at IS NULL OR h.last_customer_at > h.last_agent_at THEN h.last_customer_at END AS waiting_since
FROM tickets t
LEFT JOIN ticket_accounts a USING (source, ticket_id)
LEFT JOIN heard h USING (source, ticket_id)
WHERE t.created_at <= getvariable('last_heard_at')
ORDER BY t.source, t.ticket_id
