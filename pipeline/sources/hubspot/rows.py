"""Canonical rows out of HubSpot's records, in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.sources.hubspot.shapes import MESSAGE
from pipeline.sources.relations import Query

# People are called by what kind of actor they are; who has no actor is called by the address.
_WHO = "coalesce({0}.actorId, {0}.deliveryIdentifier.value)"
_MESSAGE = (
    "{{'id': present({0}id), 'type': upper({0}{1}), 'at': moment({0}createdAt), 'by': coalesce("
    + _WHO.format("{0}senders[1]")
    + ", {0}createdBy), 'created_by': {0}createdBy, 'people': list_concat(coalesce({0}senders, []), "
    "coalesce({0}recipients, [])), 'archived': {0}archived, 'html': {0}richText, 'plain': {0}text, "
    "'subject': {0}subject, 'cut': {0}truncationStatus, 'direction': {0}direction, 'new_status': {0}newStatus, "
    "'inbox': {0}toInboxId}}"
)
_THREADS = f"""
    SELECT *, [{_MESSAGE.format("m.", "type")} FOR m IN inside] AS said,
        inside IS NOT NULL AND NOT has_more AS is_whole
    FROM (
        SELECT *, id AS ticket_id,
            coalesce(moment(createdAt), moment(latestMessageTimestamp), moment(closedAt)) AS opened_at,
            list_filter(CASE json_type(messages) WHEN 'ARRAY' THEN from_json(messages, '[{MESSAGE}]')
                WHEN 'OBJECT' THEN from_json(messages, '{{"results":[{MESSAGE}]}}').results END,
                lambda m: m IS NOT NULL) AS inside,
            (messages ->> '$.paging.next.after') IS NOT NULL AS has_more
        FROM threads
    )
"""
_INSIDE = """
    SELECT record, ticket_id, opened_at, false AS is_loose, unnest(said) AS m, generate_subscripts(said, 1) AS place
    FROM all_threads
"""
_APART = f"""
    SELECT record, conversationsThreadId AS ticket_id, NULL::TIMESTAMP AS opened_at, true AS is_loose,
        {_MESSAGE.format("", "type_1")} AS m, 0 AS place
    FROM messages
"""


def _parts(rows: str) -> str:
    return f"""
    SELECT *, coalesce(m.at, opened_at) AS said_at, ticket_id || ':' || coalesce(m.id, '') || CASE
        WHEN m.id IS NULL OR NOT is_loose AND row_number() OVER (PARTITION BY record, m.id ORDER BY place) > 1
        THEN '#' || place ELSE '' END AS part_id
    FROM ({rows}) WHERE m.archived IS NOT true
    """


SHARED: Mapping[str, Query] = {"all_threads": _THREADS, "every_part": (_parts(_INSIDE), _parts(_APART))}
# A thread has no subject; the first of the messages that came with it has.
_TICKETS = """
    WITH subjects AS (
        SELECT record, arg_min(m.subject, (said_at, part_id)) AS subject FROM every_part
        WHERE NOT is_loose AND present(m.subject) IS NOT NULL GROUP BY record
    )
    SELECT record, ticket_id, subject,
        CASE WHEN spam OR archived THEN 'deleted' WHEN upper(status) = 'CLOSED' THEN 'closed' ELSE 'open' END AS status,
        CASE originalChannelId WHEN '1002' THEN 'email' END AS channel,
        inboxId AS team, 'V-' || associatedContactId AS requester_id, opened_at AS created_at,
        greatest(opened_at, moment(closedAt), moment(latestMessageTimestamp), moment(latestMessageSentTimestamp),
            moment(latestMessageReceivedTimestamp), list_max([m.at FOR m IN said])) AS updated_at,
        CASE WHEN upper(status) = 'CLOSED' THEN moment(closedAt) END AS status_updated_at, is_whole
    FROM all_threads LEFT JOIN subjects USING (record)
"""
# What an agent sends from a mailbox of their own comes in as a customer's mail does, so the actor goes before the
# direction. An integration writes for both sides.
_MESSAGES = """
    SELECT record, ticket_id, part_id AS message_id, place, m.by AS author_id,
        CASE WHEN m.type = 'WELCOME_MESSAGE' OR left(m.by, 2) IN ('B-', 'L-') THEN 'bot'
             WHEN m.type = 'COMMENT' OR m.by LIKE 'A-%' THEN 'agent' WHEN m.by LIKE 'S-%' THEN 'system'
             WHEN m.by LIKE 'V-%' OR m.direction = 'INCOMING' THEN 'customer'
             WHEN m.direction = 'OUTGOING' THEN 'agent' END AS role_hint,
        m.type <> 'COMMENT' AS is_public, said_at, coalesce(present(m.html), m.plain, '') AS body,
        present(m.html) IS NOT NULL AS is_html, is_loose
    FROM every_part WHERE m.type IN ('MESSAGE', 'COMMENT', 'WELCOME_MESSAGE')
"""
_EVENTS = """
    WITH changed AS (
        SELECT *, lag(m.new_status) OVER (
            PARTITION BY ticket_id, CASE WHEN NOT is_loose THEN record END ORDER BY said_at, part_id) AS before
        FROM every_part WHERE m.type = 'THREAD_STATUS_CHANGE'
    )
    SELECT record, ticket_id, part_id AS event_id, 'status' AS kind, said_at AS happened_at, m.created_by AS actor_id,
        lower(m.new_status) AS value, is_loose
    FROM changed WHERE m.new_status IN ('OPEN', 'CLOSED')
    UNION ALL SELECT record, ticket_id, part_id || ':reopened', 'reopened', said_at, m.created_by, NULL, is_loose
    FROM changed WHERE before = 'CLOSED' AND m.new_status = 'OPEN'
    UNION ALL SELECT record, ticket_id, part_id, 'assigned', said_at, m.created_by, NULL, is_loose
    FROM every_part WHERE m.type = 'ASSIGNMENT'
    UNION ALL SELECT record, ticket_id, part_id, 'transferred', said_at, m.created_by, m.inbox, is_loose
    FROM every_part WHERE m.type = 'THREAD_INBOX_CHANGE'
"""
_PARTICIPANTS = f"""
    WITH met AS (SELECT record, unnest(m.people) AS p FROM every_part)
    SELECT record, 'V-' || associatedContactId AS user_id, 'requester' AS part FROM all_threads
    WHERE user_id IS NOT NULL
    UNION SELECT record, assignedTo, 'staff' FROM all_threads WHERE assignedTo IS NOT NULL
    UNION SELECT record, {_WHO.format("p")} AS user_id, 'other' FROM met WHERE user_id IS NOT NULL
    UNION SELECT record, m.created_by, 'other' FROM every_part WHERE m.created_by IS NOT NULL
"""
_ROLE = "CASE WHEN user_id LIKE 'A-%' THEN 'agent' WHEN user_id LIKE 'V-%' THEN 'end-user' END AS role"
_PEOPLE = f"""
    WITH met AS (SELECT unnest(m.people) AS p FROM every_part)
    SELECT DISTINCT {_WHO.format("p")} AS user_id, p.name AS name,
        CASE WHEN p.deliveryIdentifier.type = 'HS_EMAIL_ADDRESS' THEN p.deliveryIdentifier.value END AS email,
        {_ROLE}, NULL AS organization_id
    FROM met WHERE user_id IS NOT NULL
"""
_ACTORS = f"SELECT id AS user_id, name, email, {_ROLE} FROM actors"
_CONTACTS = """
    SELECT 'V-' || id AS user_id, present(concat_ws(' ', properties.firstname, properties.lastname)) AS name,
        properties.email AS email, 'end-user' AS role, properties.associatedcompanyid AS organization_id
    FROM contacts
"""
_ORGANIZATIONS = """
    SELECT id AS organization_id, properties.name AS name,
        CASE WHEN present(properties.domain) IS NULL THEN [] ELSE [properties.domain] END AS domains
    FROM companies
"""
_REMARKS = (
    "SELECT DISTINCT record, 'parts_missing' AS remark FROM all_threads WHERE has_more",
    "SELECT DISTINCT record, 'truncated' AS remark FROM every_part WHERE m.cut LIKE 'TRUNCATED%'",
)
QUERIES: Mapping[str, Query] = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "events": _EVENTS,
    "participants": _PARTICIPANTS,
    "people": (_PEOPLE, _ACTORS, _CONTACTS),
    "organizations": _ORGANIZATIONS,
    "remarks": _REMARKS,
}
