"""Canonical rows out of Freshdesk's records, in SQL."""

from __future__ import annotations

# Singer writes numbers of the schema's type `number` with a point: 3.0.
_WHOLE_NUMBER = r"regexp_replace({}, '\.0$', '')"
# What `include=conversations` gives at most.
_MOST_INSIDE = 10
_FULL = f"(all_conversations IS NULL AND coalesce(len(conversations), 0) = {_MOST_INSIDE})"
# What is no object has none of its keys.
_IS_ONE = "coalesce({0}.id, {0}.user_id, {0}.body, {0}.created_at) IS NOT NULL"
# Tickets of both shapes under one name each; a ticket with as many conversations as fit is not taken to be whole,
# unless our own sync read them to their end.
_ALL = f"""
    every_ticket AS (
        SELECT record, id AS ticket_id, subject, status, priority, source, deleted, spam, requester_id, requester,
            responder_id, {_WHOLE_NUMBER.format("company_id")} AS company_id,
            {_WHOLE_NUMBER.format("group_id")} AS group_id, created_at, updated_at, stats, fr_escalated, fr_due_by,
            is_escalated, due_by, description AS html, description_text AS plain,
            [{{'id': present(c.id), 'user_id': c.user_id, 'incoming': c.incoming, 'private': c.private,
              'created_at': c.created_at, 'html': c.body, 'plain': c.body_text, 'deleted': c.deleted}}
              FOR c IN coalesce(all_conversations, conversations) IF {_IS_ONE.format("c")}] AS said,
            coalesce(all_conversations, conversations) IS NOT NULL AND NOT {_FULL} AS is_whole,
            NULL::INTEGER AS reopens, NULL::INTEGER AS transfers
        FROM tickets
        UNION ALL
        SELECT record, h.display_id, h.subject, h.status, h.priority, h.source, h.deleted, h.spam, h.requester_id,
            h.requester, h.responder_id, h.company_id, h.group_id, h.created_at, h.updated_at, h.ticket_states,
            h.fr_escalated, coalesce(h.fr_due_by, h.frDueBy), h.isescalated, h.due_by, h.description_html,
            h.description,
            [{{'id': present(coalesce(n.id, n.note.id)), 'user_id': coalesce(n.user_id, n.note.user_id),
              'incoming': coalesce(n.incoming, n.note.incoming), 'private': coalesce(n.private, n.note.private),
              'created_at': coalesce(n.created_at, n.note.created_at),
              'html': coalesce(n.body_html, n.note.body_html), 'plain': coalesce(n.body, n.note.body),
              'deleted': coalesce(n.deleted, n.note.deleted)}} FOR n IN h.notes
              IF {_IS_ONE.format("n")} OR {_IS_ONE.format("n.note")}],
            h.notes IS NOT NULL, h.reports_data.reopened_count, h.reports_data.group_reassigned_count
        FROM (SELECT record, helpdesk_ticket AS h FROM exported_tickets)
    ), all_tickets AS (
        SELECT *, coalesce(requester_id, requester.id) AS asked_by,
            coalesce(moment(created_at), moment(updated_at)) AS opened_at,
            coalesce(moment(updated_at), moment(created_at)) AS changed_at,
            TRY_CAST(source AS DOUBLE) = 10 AS is_outbound
        FROM every_ticket
    )
"""
# What is called spam after it was stored goes as what is deleted. 6 and 7 are the two further statuses that every
# account is given; what a team made up itself is not solved.
_TICKETS = f"""
    WITH {_ALL}
    SELECT record, ticket_id, subject,
        CASE WHEN deleted OR spam THEN 'deleted'
            ELSE CASE coalesce(TRY_CAST(TRY_CAST(status AS DOUBLE) AS BIGINT)::VARCHAR, lower(status))
            WHEN '3' THEN 'pending' WHEN 'pending' THEN 'pending' WHEN '6' THEN 'pending' WHEN '7' THEN 'hold'
            WHEN '4' THEN 'solved' WHEN 'resolved' THEN 'solved' WHEN '5' THEN 'closed' WHEN 'closed' THEN 'closed'
            ELSE 'open' END END AS status,
        CASE coalesce(TRY_CAST(TRY_CAST(priority AS DOUBLE) AS BIGINT)::VARCHAR, lower(priority))
            WHEN '1' THEN 'low' WHEN 'low' THEN 'low' WHEN '2' THEN 'normal' WHEN 'medium' THEN 'normal'
            WHEN '3' THEN 'high' WHEN 'high' THEN 'high' WHEN '4' THEN 'urgent' WHEN 'urgent' THEN 'urgent'
            END AS priority,
        CASE TRY_CAST(TRY_CAST(source AS DOUBLE) AS BIGINT) WHEN 1 THEN 'email' WHEN 2 THEN 'web' WHEN 3 THEN 'phone'
            WHEN 5 THEN 'twitter' WHEN 6 THEN 'facebook' WHEN 7 THEN 'chat' WHEN 9 THEN 'widget'
            WHEN 10 THEN 'email' END AS channel,
        group_id AS team, asked_by AS requester_id, company_id AS organization_id, opened_at AS created_at,
        changed_at AS updated_at, moment(stats.status_updated_at) AS status_updated_at,
        reopens AS reopen_count, transfers + 1 AS group_station_count, is_whole
    FROM all_tickets
"""
# HTML before plain text, which has lost its lines and quotes. What is private is among colleagues, whoever wrote it:
# a third party's answer to a forwarded ticket is private and incoming.
_ROLE = "CASE WHEN {0}private OR NOT {0}incoming THEN 'agent' WHEN {0}incoming THEN 'customer' END"
_MESSAGES = f"""
    WITH {_ALL}, parts AS (
        SELECT record, ticket_id, opened_at, unnest(said) AS c, generate_subscripts(said, 1) AS place
        FROM all_tickets
    )
    SELECT record, ticket_id, ticket_id || ':' || coalesce(c.id, '') || CASE WHEN c.id IS NULL
            OR row_number() OVER (PARTITION BY record, c.id ORDER BY place) > 1 THEN '#' || place
            ELSE '' END AS message_id, place,
        c.user_id AS author_id, {_ROLE.format("c.")} AS role_hint, NOT coalesce(c.private, false) AS is_public,
        coalesce(moment(c.created_at), opened_at) AS said_at, coalesce(present(c.html), c.plain, '') AS body,
        present(c.html) IS NOT NULL AS is_html, false AS is_loose
    FROM parts WHERE NOT coalesce(c.deleted, false)
    UNION ALL
    SELECT record, ticket_id, ticket_id || ':opening', 0, CASE WHEN is_outbound THEN responder_id ELSE asked_by END,
        CASE WHEN is_outbound THEN 'agent' END, true, opened_at, coalesce(present(html), plain, ''),
        present(html) IS NOT NULL, false
    FROM all_tickets WHERE coalesce(html, plain) IS NOT NULL
    UNION ALL
    SELECT record, ticket_id, ticket_id || ':' || id, 0, user_id, {_ROLE.format("")}, NOT coalesce(private, false),
        moment(created_at), coalesce(present(body), body_text, ''), present(body) IS NOT NULL, true
    FROM conversations WHERE NOT coalesce(deleted, false)
"""
# Smileys count up to 103 and down to -103; 100 is neither.
_EVENTS = f"""
    WITH {_ALL}, rated AS (
        SELECT *, TRY_CAST(coalesce(ratings ->> '$.default_question', list_filter(
            from_json(ratings, '[{{"question":"VARCHAR","value":"VARCHAR"}}]'),
            lambda one: one.question = 'default_question')[1].value) AS DOUBLE) AS score
        FROM satisfaction_ratings
    )
    SELECT record, ticket_id, ticket_id || ':breached:first' AS event_id, 'breached' AS kind,
        coalesce(moment(fr_due_by), changed_at) AS happened_at, NULL AS actor_id, NULL AS value, false AS is_loose
    FROM all_tickets WHERE fr_escalated
    UNION ALL SELECT record, ticket_id, ticket_id || ':breached:solution', 'breached',
        coalesce(moment(due_by), changed_at), NULL, NULL, false
    FROM all_tickets WHERE is_escalated
    UNION ALL SELECT record, ticket_id, ticket_id || ':reopened:' || epoch_us(moment(stats.reopened_at)), 'reopened',
        moment(stats.reopened_at), NULL, NULL, false
    FROM all_tickets WHERE moment(stats.reopened_at) IS NOT NULL
    UNION ALL SELECT record, ticket_id, ticket_id || ':solved:' || epoch_us(moment(stats.resolved_at)), 'status',
        moment(stats.resolved_at), NULL, 'solved', false
    FROM all_tickets WHERE moment(stats.resolved_at) IS NOT NULL
    UNION ALL SELECT record, ticket_id, ticket_id || ':closed:' || epoch_us(moment(stats.closed_at)), 'status',
        moment(stats.closed_at), NULL, 'closed', false
    FROM all_tickets WHERE moment(stats.closed_at) IS NOT NULL
    UNION ALL SELECT record, ticket_id, ticket_id || ':rating:' || id, 'rated',
        coalesce(moment(created_at), moment(updated_at)), user_id,
        CASE WHEN score > 100 THEN 'good' ELSE 'bad' END, true
    FROM rated WHERE score > 100 OR score < 0
"""
_PARTICIPANTS = f"""
    WITH {_ALL}
    SELECT record, asked_by AS user_id, 'requester' AS part FROM all_tickets WHERE asked_by IS NOT NULL
    UNION SELECT record, responder_id, 'staff' FROM all_tickets WHERE responder_id IS NOT NULL
    UNION SELECT record, unnest([c.user_id FOR c IN said IF c.user_id IS NOT NULL]), 'other' FROM all_tickets
    UNION SELECT record, user_id, 'other' FROM conversations WHERE user_id IS NOT NULL
"""
_PEOPLE = f"""
    WITH {_ALL}
    SELECT DISTINCT requester.id AS user_id, requester.name AS name, requester.email AS email, NULL AS role,
        company_id AS organization_id
    FROM all_tickets WHERE requester.id IS NOT NULL
    UNION ALL SELECT id, name, email, 'end-user', {_WHOLE_NUMBER.format("company_id")} FROM contacts
    UNION ALL SELECT id, contact.name, contact.email, 'agent', NULL FROM agents
    UNION ALL SELECT u.id, u.name, u.email, CASE WHEN u.helpdesk_agent THEN 'agent' ELSE 'end-user' END,
        coalesce(u.company_id, u.customer_id) FROM (SELECT "user" AS u FROM exported_users)
"""
_ORGANIZATIONS = """
    SELECT id AS organization_id, name, coalesce(domains, []) AS domains FROM companies
    UNION ALL SELECT company.id, company.name, coalesce([d.domain FOR d IN company.company_domains], [])
    FROM exported_companies
"""
_REMARKS = f"SELECT record, 'parts_full' AS remark FROM tickets WHERE {_FULL}"

QUERIES = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "events": _EVENTS,
    "participants": _PARTICIPANTS,
    "people": _PEOPLE,
    "organizations": _ORGANIZATIONS,
    "remarks": _REMARKS,
}
