"""Front: pages (`_results`, `_pagination`) or lines of conversations, messages and comments, each apart; events,
contacts, accounts and teammates beside them.

Customers have no id in a message but the handle they wrote from, which is their id here; teammates have theirs.
Comments are seen by teammates alone. Drafts are set aside; a conversation in the trash buries its ticket.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipeline.sources.front.shapes import KIND_OF, KINDS, PROBLEMS, SHAPES, TICKET
from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query
from pipeline.sources.sorting import sort_by
from pipeline.sources.source import Batch, Source

# `last_message` came with a conversation until Front left it out of lists: it is a message like any other.
_SAID = (
    f"""
        SELECT record, {TICKET} AS ticket_id, true AS is_loose, id, type_1 AS channel, is_inbound, created_at, body,
            text, author, recipients, attachments
        FROM messages
    """,
    """
        SELECT record, id AS ticket_id, false AS is_loose, last_message.id AS id, last_message.type AS channel,
            last_message.is_inbound AS is_inbound, last_message.created_at AS created_at, last_message.body AS body,
            last_message.text AS text, last_message.author AS author, last_message.recipients AS recipients,
            last_message.attachments AS attachments
        FROM conversations
        WHERE present(last_message.id) IS NOT NULL AND moment_of_unix(last_message.created_at) IS NOT NULL
            AND last_message.draft_mode IS NULL AND NOT coalesce(last_message.is_draft, false)
    """,
)
_SENT = "SELECT *, [lower(trim(r.handle)) FOR r IN recipients IF r.role = 'from'][1] AS sender FROM ({})"
_SHARED: Mapping[str, Query] = {"sent": tuple(map(_SENT.format, _SAID))}
_MACHINES = "('rule', 'macro', 'API', 'integration', 'CSAT')"
_ROLE = f"""
    CASE WHEN author.type IN {_MACHINES} THEN 'bot'
        WHEN author.id LIKE 'tea\\_%' ESCAPE '\\' THEN 'agent'
        WHEN is_inbound THEN 'customer' WHEN NOT is_inbound THEN 'agent' END
"""
_HTML = "regexp_matches({0}, '</?[a-zA-Z][a-zA-Z0-9]*(\\s[^<>]*)?/?>')"
# The status of a ticket counts for more than whether somebody archived it. Front's main recipient is generally the
# sender of the last message that came in.
_TICKETS = """
    SELECT record, id AS ticket_id, 'https://app.frontapp.com/open/' || id AS url, present(subject) AS subject,
        CASE WHEN status IN ('deleted', 'trashed') THEN 'deleted'
            WHEN status_category = 'resolved' THEN 'solved' WHEN status_category = 'waiting' THEN 'pending'
            WHEN status_category = 'open' THEN 'open'
            WHEN status = 'archived' THEN 'closed' ELSE 'open' END AS status,
        CASE last_message.type WHEN 'front_chat' THEN 'chat' ELSE last_message.type END AS channel,
        lower(present(recipient.handle)) AS requester_id,
        coalesce(moment_of_unix(created_at), moment_of_unix(updated_at)) AS created_at,
        greatest(moment_of_unix(updated_at), moment_of_unix(waiting_since), moment_of_unix(last_message.created_at),
            moment_of_unix(created_at)) AS updated_at,
        false AS is_whole
    FROM conversations
"""
# Twitter's texts are not given: they read [REDACTED].
_MESSAGES = f"""
    SELECT record, ticket_id, ticket_id || ':' || id AS message_id, 0 AS place,
        CASE WHEN author.id IS NOT NULL THEN author.id ELSE sender END AS author_id, {_ROLE} AS role_hint,
        true AS is_public, moment_of_unix(created_at) AS said_at,
        coalesce(present(body), present(text), '') AS body, {_HTML.format("coalesce(present(body), '')")} AS is_html,
        is_loose
    FROM sent
    WHERE (present(body) IS NOT NULL OR present(text) IS NOT NULL OR len(attachments) > 0)
        AND NOT (coalesce(channel, '') LIKE 'tweet%' AND coalesce(body, '') = '[REDACTED]')
"""
_COMMENTS = f"""
    SELECT record, {TICKET} AS ticket_id, {TICKET} || ':' || id AS message_id, 0 AS place, author.id AS author_id,
        CASE WHEN author.type IN {_MACHINES} THEN 'bot' ELSE 'agent' END AS role_hint, false AS is_public,
        moment_of_unix(posted_at) AS said_at, coalesce(body, '') AS body,
        {_HTML.format("coalesce(body, '')")} AS is_html, true AS is_loose
    FROM comments WHERE present(body) IS NOT NULL OR len(attachments) > 0
"""
_EVENTS = """
    SELECT record, conversation.id AS ticket_id, conversation.id || ':' || id AS event_id,
        CASE type_1 WHEN 'assign' THEN 'assigned' WHEN 'move' THEN 'transferred' WHEN 'reopen' THEN 'reopened'
            ELSE 'status' END AS kind,
        moment_of_unix(emitted_at) AS happened_at, source.data.id AS actor_id,
        CASE type_1 WHEN 'archive' THEN 'closed' WHEN 'trash' THEN 'deleted' WHEN 'restore' THEN 'open'
            WHEN 'assign' THEN json_extract_string(target.data, '$.id')
            WHEN 'move' THEN coalesce(json_extract_string(target.data, '$[0].id'),
                json_extract_string(target.data, '$.id')) END AS value,
        true AS is_loose
    FROM events
"""
_PARTICIPANTS = (
    """
    SELECT record, lower(present(recipient.handle)) AS user_id, 'requester' AS part FROM conversations
    WHERE recipient.handle IS NOT NULL
    UNION SELECT record, assignee.id, 'staff' FROM conversations WHERE assignee.id IS NOT NULL
    """,
    """
    SELECT record, author.id AS user_id, 'other' AS part FROM sent WHERE author.id IS NOT NULL
    UNION SELECT record, sender, 'other' FROM sent WHERE sender IS NOT NULL
    UNION SELECT record, unnest([lower(trim(r.handle)) FOR r IN recipients IF r.handle <> '']), 'other' FROM sent
    """,
    "SELECT DISTINCT record, author.id AS user_id, 'other' AS part FROM comments WHERE author.id IS NOT NULL",
)
# A company's own addresses are recipients too: only who wrote, or whom Front calls the recipient, is a customer.
_COLLEAGUE = (
    "SELECT {0}.id AS id, {0}.email AS email, {0}.first_name AS first_name, {0}.last_name AS last_name, "
    "{0}.is_admin AS is_admin, {0}.type AS type FROM {1}"
)


def _staff(rows: str) -> str:
    return f"""
    SELECT DISTINCT id AS user_id, present(concat_ws(' ', first_name, last_name)) AS name, present(email) AS email,
        CASE WHEN is_admin THEN 'admin' ELSE 'agent' END AS role, NULL AS organization_id
    FROM ({rows})
    WHERE id LIKE 'tea\\_%' ESCAPE '\\' AND coalesce(type, 'user') NOT IN {_MACHINES}
    """


def _customers(rows: str) -> str:
    return f"""
    SELECT DISTINCT handle AS user_id, present(name) AS name, CASE WHEN handle LIKE '%@%' THEN handle END AS email,
        'end-user' AS role
    FROM ({rows}) WHERE handle <> ''
    """


_PEOPLE = (
    _staff("SELECT id, email, first_name, last_name, is_admin, type_1 AS type FROM teammates"),
    _staff(_COLLEAGUE.format("author", "sent")),
    _staff(_COLLEAGUE.format("author", "comments")),
    _staff(_COLLEAGUE.format("assignee", "conversations")),
    _customers("SELECT lower(trim(recipient.handle)) AS handle, recipient.name AS name FROM conversations"),
    _customers(
        "SELECT sender AS handle, [r.name FOR r IN recipients IF r.role = 'from'][1] AS name FROM sent "
        "WHERE is_inbound AND author.id IS NULL"
    ),
    """
    SELECT lower(trim(h.handle)) AS user_id, present(name) AS name,
        CASE WHEN h.handle LIKE '%@%' THEN lower(trim(h.handle)) END AS email, 'end-user' AS role,
        account_id AS organization_id
    FROM (SELECT unnest(handles) AS h, name, account.id AS account_id FROM contacts) WHERE trim(h.handle) <> ''
    """,
)
_ORGANIZATIONS = """
    SELECT id AS organization_id, present(external_id) AS external_id, present(name) AS name,
        [lower(d) FOR d IN coalesce(domains, []) IF d IS NOT NULL] AS domains
    FROM accounts
"""
_QUERIES: Mapping[str, Query] = {
    "tickets": _TICKETS,
    "messages": (_MESSAGES, _COMMENTS),
    "events": _EVENTS,
    "participants": _PARTICIPANTS,
    "people": _PEOPLE,
    "organizations": _ORGANIZATIONS,
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of conversations, messages, comments, events, teammates, contacts and accounts."""
    return read_json(sort_by(records, KIND_OF), SHAPES, PROBLEMS, _QUERIES, shared=_SHARED)


FRONT = Source("front", "Front", KINDS, read)
