"""Everything that was said in Intercom, whichever layout it came in: parts of conversations, their openings, remarks
given with a rating; and what happened meanwhile.

`SHARED` are tables for queries to start with: `listed`, a row a conversation, and `parts`, a row a part.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.sources.intercom.shapes import PART, UTC
from pipeline.sources.relations import Query

# The Singer tap takes nested seconds for milliseconds: a rating from before the conversation is given its last change.
# No conversation is whole: the API gives 500 parts at most, lists give none, and parts never go. So they join those
# stored, whichever version of the conversation they came with.
_LISTED = f"""
    SELECT *, coalesce(source, conversation_message) AS opening,
            coalesce(moment_of_unix(created_at), moment_of_unix(updated_at)) AS opened_at,
            TRY_CAST(json_extract_string(conversation_parts, '$.total_count') AS BIGINT) AS part_count,
            CASE WHEN moment_of_unix(conversation_rating.created_at) >= opened_at
                THEN moment_of_unix(conversation_rating.created_at)
                ELSE coalesce(moment_of_unix(updated_at), opened_at) END AS rated_at,
            from_json(CASE json_type(conversation_parts) WHEN 'ARRAY' THEN conversation_parts
                WHEN 'OBJECT' THEN json_extract(conversation_parts, '$.conversation_parts') END, '[{PART}]') AS parts,
            CASE json_type(contacts) WHEN 'ARRAY' THEN json_extract_string(contacts, '$[*].id')
                WHEN 'OBJECT' THEN json_extract_string(contacts, '$.contacts[*].id') END AS contact_ids
    FROM conversations
"""
_EVERY_PART = (
    """
        SELECT record, ticket_id, place, p.id AS part_id, p.part_type AS part_type, p.author AS author,
            coalesce(moment_of_unix(p.created_at), opened_at) AS said_at, p.body AS body, true AS may_be_html,
            coalesce(p.redacted, false) AS is_gone, coalesce(len(p.attachments), 0) > 0 AS has_files,
            p.assigned_to AS assigned_to, version
        FROM (
            SELECT record, id AS ticket_id, opened_at, coalesce(moment_of_unix(updated_at), opened_at) AS version,
                unnest(parts) AS p, generate_subscripts(parts, 1) AS place
            FROM listed
        ) WHERE p IS NOT NULL
    """,
    """
        SELECT record, conversation_id AS ticket_id, 0 AS place, id AS part_id, part_type, author,
            coalesce(moment_of_unix(created_at), moment_of_unix(conversation_created_at)) AS said_at, body,
            true AS may_be_html, coalesce(redacted, false) AS is_gone, coalesce(len(attachments), 0) > 0 AS has_files,
            assigned_to, coalesce(moment_of_unix(conversation_updated_at), moment_of_unix(updated_at)) AS version
        FROM conversation_parts
    """,
    f"""
        SELECT record, conversation_id AS ticket_id, 0 AS place, message_id AS part_id, message_type AS part_type,
            {{'type': message_author_type, 'id': present(message_author_id), 'name': message_author_name,
              'email': message_author_email, 'from_ai_agent': false, 'is_ai_answer': false}} AS author,
            {UTC.format("message_created_at")} AS said_at, message_body AS body, false AS may_be_html,
            false AS is_gone, false AS has_files, NULL::STRUCT("type" VARCHAR, id VARCHAR) AS assigned_to,
            NULL::TIMESTAMP AS version
        FROM export
    """,
)
_PARTS = """
    FROM every_part QUALIFY part_id IS NULL OR version IS NULL
        OR version = max(version) OVER (PARTITION BY ticket_id, part_id)
"""
SHARED: Mapping[str, Query] = {"listed": _LISTED, "every_part": _EVERY_PART, "parts": _PARTS}
# An opening and a remark belong to the conversation's own record, so they are not loose; every part is.
# What the helpdesk redacted is an empty message: text stored before goes with it.
_SAID = (
    """
        SELECT record, ticket_id, true AS is_loose,
            ticket_id || ':' || CASE WHEN part_type = 'conversation_message' THEN 'opening'
                WHEN part_id IS NULL OR place > min(place) OVER (PARTITION BY record, part_id)
                THEN coalesce(part_id, '') || '#' || place ELSE part_id END AS message_id,
            author, said_at, CASE WHEN is_gone OR is_redacted THEN '' ELSE body END AS body, may_be_html,
            CASE WHEN author.type = 'bot' OR author.from_ai_agent OR author.is_ai_answer THEN 'bot'
                WHEN part_type LIKE 'note%' OR author.type IN ('admin', 'team') THEN 'agent'
                WHEN author.type IN ('user', 'lead', 'contact', 'visitor') THEN 'customer' END AS role_hint,
            coalesce(part_type, '') NOT LIKE 'note%' AS is_public
        FROM (SELECT *, part_id IS NOT NULL AND bool_or(is_gone) OVER (PARTITION BY ticket_id, part_id) AS is_redacted
            FROM parts)
        WHERE is_redacted OR is_gone OR body <> '' OR has_files
    """,
    """
        SELECT record, id AS ticket_id, false AS is_loose, id || ':opening' AS message_id, opening.author AS author,
            opened_at AS said_at, CASE WHEN opening.redacted THEN '' ELSE opening.body END AS body,
            true AS may_be_html,
            CASE WHEN opening.delivered_as IN ('automated', 'campaigns_initiated', 'operator_initiated')
                    OR opening.author.type = 'bot' OR opening.author.from_ai_agent THEN 'bot'
                WHEN opening.delivered_as = 'admin_initiated' OR opening.author.type IN ('admin', 'team') THEN 'agent'
                ELSE 'customer' END AS role_hint,
            true AS is_public
        FROM listed WHERE opening.redacted OR opening.body <> '' OR len(opening.attachments) > 0
    """,
    """
        SELECT record, id AS ticket_id, false AS is_loose, id || ':remark' AS message_id,
            {'id': requester_id} AS author, rated_at AS said_at, conversation_rating.remark AS body,
            false AS may_be_html, 'customer' AS role_hint, true AS is_public
        FROM (SELECT *, coalesce(contact_ids[1], customers[1].id, "user".id) AS requester_id FROM listed)
        WHERE present(conversation_rating.remark) IS NOT NULL
    """,
)


def _message(said: str) -> str:
    return f"""
    SELECT record, ticket_id, message_id, 0 AS place, author.id AS author_id, role_hint, is_public, said_at,
        coalesce(body, '') AS body,
        may_be_html AND regexp_matches(coalesce(body, ''), '</?[a-zA-Z][a-zA-Z0-9]*(\\s[^<>]*)?/?>') AS is_html,
        is_loose
    FROM ({said})
    """


MESSAGES = tuple(map(_message, _SAID))

# A team that gets a conversation from another is a transfer; the first team, and every person, is an assignment.
_OF_PARTS = """
    WITH kept AS (
        SELECT record, ticket_id, ticket_id || ':' || part_id AS part_key, part_type, said_at AS happened_at,
            author.id AS actor_id, assigned_to.type AS assigned, nullif(assigned_to.id, '0') AS assignee_id,
            TRY_CAST(part_id AS HUGEINT) AS number
        FROM parts WHERE part_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY ticket_id, part_id ORDER BY record DESC, place DESC) = 1
    ), handed AS (
        SELECT *, lag(assignee_id) OVER (PARTITION BY ticket_id ORDER BY happened_at, number, part_key) AS team_before
        FROM kept WHERE assigned = 'team' AND assignee_id IS NOT NULL
    )
    SELECT record, ticket_id, part_key || ':assigned' AS event_id,
        CASE WHEN team_before <> assignee_id THEN 'transferred' ELSE 'assigned' END AS kind, happened_at, actor_id,
        assignee_id AS value, true AS is_loose
    FROM handed
    UNION ALL
    SELECT record, ticket_id, part_key || ':assigned', 'assigned', happened_at, actor_id, assignee_id, true
    FROM kept WHERE assigned = 'admin' AND assignee_id IS NOT NULL
    UNION ALL
    SELECT record, ticket_id, part_key || ':reopened', 'reopened', happened_at, actor_id, NULL, true
    FROM kept WHERE part_type = 'open' OR part_type LIKE '%\\_and\\_reopen' ESCAPE '\\'
    UNION ALL
    SELECT record, ticket_id, part_key || ':status', 'status', happened_at, actor_id,
        CASE part_type WHEN 'close' THEN 'closed' WHEN 'snoozed' THEN 'hold' ELSE 'open' END, true
    FROM kept WHERE part_type IN ('close', 'snoozed', 'unsnoozed', 'timer_unsnooze')
"""
_OF_CONVERSATIONS = """
    SELECT record, id AS ticket_id, id || ':rated' AS event_id, 'rated' AS kind, rated_at AS happened_at,
        coalesce(contact_ids[1], customers[1].id, "user".id) AS actor_id,
        CASE WHEN TRY_CAST(conversation_rating.rating AS DOUBLE) >= 4 THEN 'good' ELSE 'bad' END AS value,
        false AS is_loose
    FROM listed WHERE TRY_CAST(conversation_rating.rating AS DOUBLE) IN (1, 2, 4, 5)
    UNION ALL
    SELECT record, id, id || ':breached', 'breached', coalesce(moment_of_unix(updated_at), opened_at), NULL, NULL, false
    FROM listed WHERE sla_applied.sla_status = 'missed'
"""
EVENTS = (_OF_PARTS, _OF_CONVERSATIONS)
REMARKS = "SELECT record, 'parts_missing' AS remark FROM listed WHERE part_count > len(parts)"
