"""Intercom's conversations as tickets, and who takes part in them."""

from __future__ import annotations

from pipeline.sources.intercom.shapes import UTC

_CUSTOMERS = "('user', 'lead', 'contact', 'visitor')"
# Who it is with: its first contact, else whoever opened it. "0" and "nobody" are nobody.
_ASKED = f"""
    asked AS (
        SELECT *, coalesce(contact_ids[1], customers[1].id, "user".id,
                CASE WHEN opening.author.type IN {_CUSTOMERS} THEN opening.author.id END) AS requester_id,
            nullif(coalesce(admin_assignee_id, CASE WHEN assignee.type = 'admin' THEN assignee.id END), '0')
                AS assignee_id
        FROM listed
    )
"""
# Subjects of mail come in a paragraph of HTML.
_PLAIN = (
    "present(replace(replace(replace(replace(regexp_replace({0}, '<[^<>]*>', '', 'g'), '&lt;', '<'), '&gt;', '>'), "
    "'&quot;', '\"'), '&amp;', '&'))"
)
_OF_CONVERSATIONS = f"""
    WITH {_ASKED}
    SELECT record, id AS ticket_id,
        CASE WHEN opening.subject LIKE '<%' THEN {_PLAIN.format("opening.subject")}
            ELSE coalesce(present(opening.subject), present(title)) END AS subject,
        CASE WHEN state = 'snoozed' THEN 'hold' WHEN state IN ('open', 'closed', 'deleted') THEN state
            WHEN open = false THEN 'closed' ELSE 'open' END AS status,
        CASE priority WHEN 'priority' THEN 'high' WHEN 'not_priority' THEN 'normal' WHEN 'medium' THEN 'normal'
            WHEN 'low' THEN 'low' WHEN 'high' THEN 'high' WHEN 'urgent' THEN 'urgent' END AS priority,
        CASE opening.type WHEN 'conversation' THEN 'chat' WHEN 'conversation_message' THEN NULL ELSE opening.type END
            AS channel,
        nullif(coalesce(team_assignee_id, CASE WHEN assignee.type = 'team' THEN assignee.id END), '0') AS team,
        requester_id, opened_at AS created_at,
        coalesce(moment_of_unix(updated_at), moment_of_unix(created_at)) AS updated_at,
        CASE WHEN state = 'closed' AND moment_of_unix(statistics.last_close_at) >= opened_at
            THEN moment_of_unix(statistics.last_close_at) END AS status_updated_at,
        CASE WHEN TRY_CAST(conversation_rating.rating AS DOUBLE) IN (4, 5) THEN 'good'
            WHEN TRY_CAST(conversation_rating.rating AS DOUBLE) IN (1, 2) THEN 'bad' END AS rating,
        statistics.count_reopens AS reopen_count, false AS is_whole
    FROM asked
"""
_OF_TABLE = f"""
    SELECT min(record) AS record, conversation_id AS ticket_id,
        CASE arg_max(conversation_state, said_at) WHEN 'closed' THEN 'closed' WHEN 'snoozed' THEN 'hold' ELSE 'open' END
            AS status,
        arg_min(message_author_id, (said_at, message_id)) FILTER (message_author_type IN {_CUSTOMERS}) AS requester_id,
        coalesce(min(opened_at), min(said_at)) AS created_at,
        greatest(max(said_at), max(closed_at)) AS updated_at,
        CASE WHEN arg_max(conversation_state, said_at) = 'closed' THEN max(closed_at) END AS status_updated_at,
        false AS is_whole
    FROM (
        SELECT *, {UTC.format("message_created_at")} AS said_at, {UTC.format("conversation_created_at")} AS opened_at,
            {UTC.format("conversation_closed_at")} AS closed_at
        FROM export
    ) GROUP BY conversation_id
"""
TICKETS = (_OF_CONVERSATIONS, _OF_TABLE)

PARTICIPANTS = (
    f"""
    WITH {_ASKED}
    SELECT record, requester_id AS user_id, 'requester' AS part FROM asked WHERE user_id IS NOT NULL
    UNION SELECT record, assignee_id, 'staff' FROM asked WHERE assignee_id IS NOT NULL
    UNION SELECT record, unnest(contact_ids), 'other' FROM asked
    UNION SELECT record, opening.author.id, 'other' FROM listed WHERE opening.author.id IS NOT NULL
    """,
    f"""
    SELECT DISTINCT record, message_author_id AS user_id, 'requester' AS part FROM export
    WHERE message_author_type IN {_CUSTOMERS} AND present(message_author_id) IS NOT NULL
    """,
    "SELECT DISTINCT record, author.id AS user_id, 'other' AS part FROM parts WHERE author.id IS NOT NULL",
)
# Bots are no people: their names (Operator, Fin) are words that customers use.
_AUTHORS = f"""
    SELECT DISTINCT author.id AS user_id, present(author.name) AS name, present(author.email) AS email,
        CASE author.type WHEN 'admin' THEN 'agent' ELSE 'end-user' END AS role
    FROM ({{}}) WHERE author.id IS NOT NULL AND (author.type IN {_CUSTOMERS} OR author.type = 'admin')
"""
_CONTACTS = """
    SELECT id AS user_id, present(name) AS name, present(email) AS email, 'end-user' AS role,
        CASE json_type(companies) WHEN 'ARRAY' THEN json_extract_string(companies, '$[0].id')
            WHEN 'OBJECT' THEN coalesce(json_extract_string(companies, '$.data[0].id'),
                json_extract_string(companies, '$.companies[0].id')) END AS organization_id
    FROM contacts
"""
PEOPLE = (
    _AUTHORS.format("SELECT author FROM parts"),
    _AUTHORS.format("SELECT opening.author AS author FROM listed"),
    _CONTACTS,
    "SELECT id AS user_id, present(name) AS name, present(email) AS email, 'agent' AS role FROM admins",
)
# `company_id` is the number that the company has in one's own books; Intercom makes some up for leads.
ORGANIZATIONS = """
    SELECT id AS organization_id,
        CASE WHEN company_id NOT LIKE '%-qualification-company' THEN present(company_id) END AS external_id,
        present(name) AS name,
        [host FOR host IN [regexp_extract(lower(website), '^\\s*(?:[a-z]+://)?(?:www\\.)?([^/\\s:?#]+)', 1)]
            IF host LIKE '%.%'] AS domains
    FROM companies
"""
