-- account_states: one row an account, and for each service-first rule the ticket that makes it bind, or NULL.
-- Reads accounts, account_families, marked, ticket_states, messages, facts. Variables: night_end, days_reopened, days_waiting_long,
-- days_bad_rating, days_angry.
-- What is marked do not contact, on the list of opt-outs, or opted out in the words of somebody there who spoke for all
-- of them, binds every account under it.
-- Where several tickets bind, the oldest waits longest and is named.
WITH latest_rating AS (
    SELECT account_id, arg_max(ticket_id, (updated_at, ticket_id, source)) AS ticket_id, max(updated_at) AS rated_at,
        arg_max(rating, (updated_at, ticket_id, source)) AS rating
    FROM ticket_states WHERE rating IS NOT NULL AND account_id IS NOT NULL GROUP BY account_id
), latest_words AS (
    SELECT t.account_id, arg_max(
        {'source': m.source, 'ticket_id': m.ticket_id, 'message_id': m.message_id},
        (m.said_at, m.ticket_id, m.source, m.position)
    ) AS latest
    FROM messages m JOIN ticket_states t USING (source, ticket_id)
    WHERE m.role = 'customer' AND m.is_public AND m.said_at < getvariable('night_end')
        AND m.said_at >= getvariable('night_end') - to_days(getvariable('days_angry')) AND t.account_id IS NOT NULL
    GROUP BY t.account_id
), angry AS (
    SELECT w.account_id, w.latest.ticket_id AS ticket_id
    FROM latest_words w
    JOIN facts f ON f.source = w.latest.source AND f.message_id = w.latest.message_id AND f.fact = 'angry'
), vulnerable AS (
    SELECT t.account_id, min(f.ticket_id) AS ticket_id, min(f.value) AS kind
    FROM facts f JOIN ticket_states t USING (source, ticket_id)
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    WHERE f.fact = 'vulnerable' AND m.said_at < getvariable('night_end') AND t.account_id IS NOT NULL
    GROUP BY t.account_id
), marked_accounts AS (
    SELECT account_id, bool_or(mark = 'opted_out') AS do_not_contact, bool_or(mark = 'vulnerable') AS is_vulnerable
    FROM (
        SELECT account_id, mark FROM marked WHERE account_id <> ''
        UNION ALL
        SELECT account_id, 'opted_out' FROM accounts WHERE do_not_contact
        UNION ALL
        SELECT t.account_id, 'opted_out'
        FROM facts f JOIN ticket_states t USING (source, ticket_id)
        JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
        WHERE f.fact = 'opt_out' AND f.value = 'account' AND m.said_at < getvariable('night_end') AND t.account_id IS NOT NULL
    )
    GROUP BY account_id
), off_limits AS (
    SELECT account_id FROM marked_accounts WHERE do_not_contact
    UNION
    SELECT f.account_id FROM account_families f JOIN marked_accounts m ON m.account_id = f.ancestor_id WHERE m.do_not_contact
), tickets_of AS (
    SELECT account_id,
        arg_min(ticket_id, (created_at, ticket_id)) FILTER (is_unsolved AND priority IN ('high', 'urgent')) AS urgent_ticket,
        arg_min(ticket_id, (status_at, ticket_id)) FILTER (
            was_reopened AND is_unsolved AND status_at >= getvariable('night_end') - to_days(getvariable('days_reopened'))
        ) AS reopened_ticket,
        arg_min(ticket_id, (waiting_since, ticket_id)) FILTER (
            is_unsolved AND waiting_since < getvariable('night_end') - to_days(getvariable('days_waiting_long'))
        ) AS waiting_ticket
    FROM ticket_states WHERE account_id IS NOT NULL GROUP BY account_id
)
SELECT a.account_id, o.account_id IS NOT NULL AS do_not_contact, coalesce(k.is_vulnerable, false) AS is_vulnerable,
    t.urgent_ticket, t.reopened_ticket, t.waiting_ticket,
    CASE WHEN r.rating = 'bad' AND r.rated_at > getvariable('night_end') - to_days(getvariable('days_bad_rating'))
        THEN r.ticket_id END AS bad_rating_ticket,
    g.ticket_id AS angry_ticket, v.ticket_id AS vulnerable_ticket, v.kind AS vulnerable_kind
FROM accounts a
LEFT JOIN tickets_of t USING (account_id)
LEFT JOIN latest_rating r USING (account_id)
LEFT JOIN angry g USING (account_id)
LEFT JOIN vulnerable v USING (account_id)
LEFT JOIN off_limits o USING (account_id)
LEFT JOIN marked_accounts k USING (account_id)
ORDER BY a.account_id
