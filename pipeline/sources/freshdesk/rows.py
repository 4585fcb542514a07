"""Canonical rows out of Freshdesk's records, in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.sources.relations import Query

# Singer writes numbers of the schema's type `number` with a point: 3.0.
_WHOLE_NUMBER = r"regexp_replace({}, '\.0$', '')"
# What `include=conversations` gives at most.
_MOST_INSIDE = 10
_FULL = f"(all_conversations IS NULL AND coalesce(len(conversations), 0) = {_MOST_INSIDE})"
# What is no object has none of its keys.
_IS_ONE = "coalesce({0}.id, {0}.user_id, {0}.body, {0}.created_at) IS NOT NULL"
# Tickets of both shapes under one name each; a ticket with as many conversations as fit is not taken to be whole,
# unless our own sync read them to their end.
_EVERY_TICKET = (
    f"""
        SELECT record, id AS ticket_id, subject, status, priority, source, deleted, spam, requester_id, requester,
            responder_id, {_WHOLE_NUMBER.format("company_id")} AS company_id,
            {_WHOLE_NUMBER.format("group_id")} AS group_id, created_at, updated_at, stats, fr_escalated, fr_due_by,
            is_escalated, due_by, description AS html, description_text AS plain,
            [{{'id': present(c.id), 'user_id': c.user_id, 'incoming': c.incoming, 'private': c.private,
              'created_at': c.created_at, 'html': c.body, 'plain': c.body_text, 'deleted': c.deleted}}
              FOR c IN coalesce(all_conversations, tickets.conversations) IF {_IS_ONE.format("c")}] AS said,
            coalesce(all_conversations, tickets.conversations) IS NOT NULL AND NOT {_FULL} AS is_whole,
            NULL::INTEGER AS reopens, NULL::INTEGER AS transfers
        FROM tickets
    """,
    f"""
        SELECT record, h.display_id AS ticket_id, h.subject AS subject, h.status AS status, h.priority AS priority,
            h.source AS source, h.deleted AS deleted, h.spam AS spam, h.requester_id AS requester_id,
            h.requester AS requester, h.responder_id AS responder_id, h.company_id AS company_id,
            h.group_id AS group_id, h.created_at AS created_at, h.updated_at AS updated_at, h.ticket_states AS stats,
            h.fr_escalated AS fr_escalated, coalesce(h.fr_due_by, h.frDueBy) AS fr_due_by,
            h.isescalated AS is_escalated, h.due_by AS due_by, h.description_html AS html, h.description AS plain,
            [{{'id': present(coalesce(n.id, n.note.id)), 'user_id': coalesce(n.user_id, n.note.user_id),
              'incoming': coalesce(n.incoming, n.note.incoming), 'private': coalesce(n.private, n.note.private),
              'created_at': coalesce(n.created_at, n.note.created_at),
              'html': coalesce(n.body_html, n.note.body_html), 'plain': coalesce(n.body, n.note.body),
              'deleted': coalesce(n.deleted, n.note.deleted)}} FOR n IN h.notes
              IF {_IS_ONE.format("n")} OR {_IS_ONE.format("n.note")}] AS said,
            h.notes IS NOT NULL AS is_whole, h.reports_data.reopened_count AS reopens,
            h.reports_data.group_reassigned_count AS transfers
        FROM (SELECT record, helpdesk_ticket AS h FROM exported_tickets)
    """,
)


def _dated(tickets: str) -> str:
    return f"""
        SELECT *, coalesce(requester_id, requester.id) AS asked_by,
            coalesce(moment(created_at), moment(updated_at)) AS opened_at,
            coalesce(moment(updated_at), moment(created_at)) AS changed_at,
            TRY_CAST(source AS DOUBLE) = 10 AS is_outbound
        FROM ({tickets})
    """


SHARED: Mapping[str, Query] = {"all_tickets": tuple(map(_dated, _EVERY_TICKET))}
# What is called spam after it was stored goes as what is deleted. 6 and 7 are the two further statuses that every
# account is given; what a team made up itself is not solved.
_TICKETS = """
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
    WITH parts AS (
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
"""
_APART = f"""
    SELECT record, ticket_id, ticket_id || ':' || id AS message_id, 0 AS place, user_id AS author_id,
        {_ROLE.format("")} AS role_hint, NOT coalesce(private, false) AS is_public, moment(created_at) AS said_at,
        coalesce(present(body), body_text, '') AS body, present(body) IS NOT NULL AS is_html, true AS is_loose
    FROM conversations WHERE NOT coalesce(deleted, false)
"""
# Smileys count up to 103 and down to -103; 100 is neither.
_RATINGS = """
    SELECT record, ticket_id, ticket_id || ':rating:' || id AS event_id, 'rated' AS kind,
        coalesce(moment(created_at), moment(updated_at)) AS happened_at, user_id AS actor_id,
        CASE WHEN score > 100 THEN 'good' ELSE 'bad' END AS value, true AS is_loose
    FROM (
        SELECT *, TRY_CAST(coalesce(ratings ->> '$.default_question', list_filter(
            from_json(ratings, '[{"question":"VARCHAR","value":"VARCHAR"}]'),
            lambda one: one.question = 'default_question')[1].value) AS DOUBLE) AS score
        FROM satisfaction_ratings
    ) WHERE score > 100 OR score < 0
"""
_EVENTS = """
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
"""
_PARTICIPANTS = """
    SELECT record, asked_by AS user_id, 'requester' AS part FROM all_tickets WHERE asked_by IS NOT NULL
    UNION SELECT record, responder_id, 'staff' FROM all_tickets WHERE responder_id IS NOT NULL
    UNION SELECT record, unnest([c.user_id FOR c IN said IF c.user_id IS NOT NULL]), 'other' FROM all_tickets
"""
_AUTHORS = "SELECT DISTINCT record, user_id, 'other' AS part FROM conversations WHERE user_id IS NOT NULL"
_PEOPLE = (
    """
    SELECT DISTINCT requester.id AS user_id, requester.name AS name, requester.email AS email, NULL AS role,
        company_id AS organization_id
    FROM all_tickets WHERE requester.id IS NOT NULL
    """,
    f"""
    SELECT id AS user_id, name, email, 'end-user' AS role, {_WHOLE_NUMBER.format("company_id")} AS organization_id
    FROM contacts
    """,
    "SELECT id AS user_id, contact.name AS name, contact.email AS email, 'agent' AS role FROM agents",
    """
    SELECT u.id AS user_id, u.name AS name, u.email AS email,
        CASE WHEN u.helpdesk_agent THEN 'agent' ELSE 'end-user' END AS role,
        coalesce(u.company_id, u.customer_id) AS organization_id
    FROM (SELECT "user" AS u FROM exported_users)
    """,
)
_ORGANIZATIONS = (
    "SELECT id AS organization_id, name, coalesce(domains, []) AS domains FROM companies",
    """
    SELECT company.id AS organization_id, company.name AS name,
        coalesce([d.domain FOR d IN company.company_domains], []) AS domains
    FROM exported_companies
    """,
)
_REMARKS = f"SELECT record, 'parts_full' AS remark FROM tickets WHERE {_FULL}"

QUERIES: Mapping[str, Query] = {
    "tickets": _TICKETS,
    "messages": (_MESSAGES, _APART),
    "events": (_EVENTS, _RATINGS),
    "participants": (_PARTICIPANTS, _AUTHORS),
    "people": _PEOPLE,
    "organizations": _ORGANIZATIONS,
    "remarks": _REMARKS,
}
