"""Canonical rows of general records, once these are said in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.generic.canonical import canonical
from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query
from pipeline.sources.source import Batch

_MESSAGE = (
    '"shape":"VARCHAR","own_id":"VARCHAR","message_id":"VARCHAR","author_id":"VARCHAR","author_name":"VARCHAR",'
    '"author_email":"VARCHAR","role":"VARCHAR","is_public":"BOOLEAN","is_draft":"BOOLEAN","body":"VARCHAR",'
    '"is_html":"BOOLEAN","said_at":"TIMESTAMP"'
)
_TICKET = (
    '"ticket_id":"VARCHAR","subject":"VARCHAR","url":"VARCHAR","channel":"VARCHAR","team":"VARCHAR",'
    '"organization":"VARCHAR","account_id":"VARCHAR","status":"VARCHAR","priority":"VARCHAR","rating":"VARCHAR",'
    '"requester_id":"VARCHAR","requester_email":"VARCHAR","requester_name":"VARCHAR","assignee_id":"VARCHAR",'
    '"assignee_email":"VARCHAR","assignee_name":"VARCHAR","opened_at":"TIMESTAMP","updated_at":"TIMESTAMP",'
    '"is_ambiguous":"BOOLEAN","has_no_zone":"BOOLEAN"'
)
_SHAPES = {
    "rows": f"{{{_MESSAGE},{_TICKET}}}",
    "conversations": f'{{{_MESSAGE},{_TICKET},"messages":[{{{_MESSAGE},"is_ambiguous":"BOOLEAN"}}]}}',
}

_ID = "coalesce(ticket_id, CASE WHEN shape <> 'messages' THEN own_id END)"
_WRONG = f"""
    CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN {_ID} IS NULL THEN 'no_id'
         WHEN status = 'spam' THEN 'spam' WHEN is_draft THEN 'draft'
         WHEN {{at}} IS NULL THEN CASE WHEN is_ambiguous THEN 'ambiguous_time' ELSE 'no_time' END END
"""
_ROW_AT = "coalesce(said_at, opened_at, updated_at)"
_FIRST = "list_min([m.said_at FOR m IN messages])"
_FIRST_CUSTOMER = "list_filter(messages, lambda m: m.role = 'customer' AND m.author_id IS NOT NULL)[1].author_id"
_LAST = "list_max([m.said_at FOR m IN messages])"
_PROBLEMS = {
    "rows": _WRONG.format(at=_ROW_AT),
    "conversations": _WRONG.format(at=f"coalesce({_ROW_AT}, {_FIRST})"),
}

# Of a ticket's rows the latest says what it says; what it leaves out, an earlier one.
_LATEST = "arg_max({0}, (last_at, record)) FILTER ({0} IS NOT NULL) AS {0}"
_KEPT = ", ".join(
    _LATEST.format(name) for name in "url subject status priority channel team organization rating".split()
)
_TICKETS = f"""
    WITH dated AS (
        SELECT *, {_ID} AS id, {_ROW_AT} AS first_at, greatest({_ROW_AT}, updated_at) AS last_at FROM rows
    ), merged AS (
        SELECT id, arg_max(record, (last_at, record)) AS record, {_KEPT}, max(last_at) AS updated_at,
            coalesce(min(opened_at), min(first_at)) AS created_at,
            arg_max(requester_id, (last_at, record)) FILTER (requester_id IS NOT NULL) AS requester_id,
            arg_min(author_id, (first_at, record)) FILTER (role = 'customer' AND author_id IS NOT NULL) AS customer
        FROM dated GROUP BY id
    )
    SELECT record, id AS ticket_id, url, subject, status, priority, channel, team,
        coalesce(requester_id, customer) AS requester_id, organization AS organization_id, created_at, updated_at,
        rating, false AS is_whole
    FROM merged
"""
_OWN_TICKETS = f"""
    SELECT record, {_ID} AS ticket_id, url, subject, status, priority, channel, team,
        coalesce(requester_id, {_FIRST_CUSTOMER}) AS requester_id, organization AS organization_id,
        coalesce(opened_at, said_at, {_FIRST}, updated_at) AS created_at,
        greatest(updated_at, {_LAST}, coalesce(opened_at, said_at)) AS updated_at, rating, true AS is_whole
    FROM conversations
"""
# Whose role nothing tells is unknown, unless they are the requester, the assignee, or the agent of another row of the
# ticket: being known by name makes nobody a customer.
_HINT = """
    CASE WHEN {0}.role IS NOT NULL THEN {0}.role WHEN {0}.author_id = requester THEN NULL
         WHEN {0}.author_id = assignee OR list_contains(agents, {0}.author_id) THEN 'agent' ELSE 'unknown' END
"""
# A ticket's own text is a message, unless it only says again what one of its messages says.
# Where no id is given, the second that it was said in and a count within it stand for it: the same row exported again
# is the same message, whatever stands around it. A row that stands twice in the files is one message.
_ROW_MESSAGES = f"""
    WITH said AS (
        SELECT record, {_ID} AS id, shape, CASE WHEN shape = 'messages' THEN coalesce(message_id, own_id) END AS own,
            CASE WHEN shape = 'messages' OR author_id IS NOT NULL THEN author_id ELSE requester_id END AS author_id,
            role, is_public, {_ROW_AT} AS said_at, body, is_html
        FROM rows WHERE body IS NOT NULL
    ), people AS (
        SELECT {_ID} AS id, list(DISTINCT author_id) FILTER (role = 'agent') AS agents,
            max(requester_id) AS requester, max(assignee_id) AS assignee
        FROM rows GROUP BY ALL
    ), once AS (
        SELECT * FROM said s
        WHERE shape = 'messages' OR (id, trim(body)) NOT IN (SELECT id, trim(body) FROM said WHERE shape = 'messages')
        QUALIFY row_number() OVER (PARTITION BY id, shape, own, author_id, role, said_at, body ORDER BY record) = 1
    )
    SELECT record, id AS ticket_id, 0 AS place, author_id, {_HINT.format("o")} AS role_hint, is_public, said_at, body,
        is_html, true AS is_loose,
        id || ':' || CASE WHEN shape <> 'messages' THEN 'opening' WHEN own IS NOT NULL THEN own
            ELSE '#' || epoch(said_at)::BIGINT || '.' || lpad((row_number() OVER (
                PARTITION BY id, shape, own IS NULL, said_at ORDER BY record))::VARCHAR, 4, '0') END AS message_id
    FROM once o JOIN people USING (id)
"""
_OWN_MESSAGES = f"""
    WITH said AS (
        SELECT record, {_ID} AS id, coalesce(opened_at, said_at, {_FIRST}, updated_at) AS opened,
            requester_id AS requester, assignee_id AS assignee,
            [a.author_id FOR a IN messages IF a.role = 'agent'] AS agents,
            unnest(messages) AS m, generate_subscripts(messages, 1) AS place
        FROM conversations
    )
    SELECT record, id AS ticket_id, place, m.author_id AS author_id, {_HINT.format("m")} AS role_hint,
        m.is_public AS is_public,
        coalesce(m.said_at, opened) AS said_at, m.body AS body, m.is_html AS is_html, false AS is_loose,
        id || ':' || coalesce(m.message_id, m.own_id, '') || CASE WHEN coalesce(m.message_id, m.own_id) IS NULL
            OR row_number() OVER (PARTITION BY record, coalesce(m.message_id, m.own_id) ORDER BY place) > 1
            THEN '#' || place ELSE '' END AS message_id
    FROM said WHERE m.body IS NOT NULL AND NOT coalesce(m.is_draft, false)
    UNION ALL BY NAME
    SELECT record, {_ID} AS ticket_id, 0 AS place, requester_id AS author_id, role AS role_hint, true AS is_public,
        coalesce(opened_at, said_at, {_FIRST}, updated_at) AS said_at, body, is_html, false AS is_loose,
        {_ID} || ':opening' AS message_id
    FROM conversations WHERE body IS NOT NULL
        AND NOT coalesce(list_contains([trim(m.body) FOR m IN messages], trim(body)), false)
"""
_EVERYBODY = """
    SELECT record, requester_id AS user_id, requester_name AS name, requester_email AS email, 'end-user' AS role,
        'requester' AS part, organization FROM {table}
    UNION ALL SELECT record, assignee_id, assignee_name, assignee_email, 'agent', 'staff', NULL FROM {table}
    UNION ALL SELECT record, author_id, author_name, author_email, role, 'other', NULL FROM {authors}
"""
_AUTHORS = "(SELECT record, unnest(messages, recursive := true) FROM conversations)"
_SHARED: Mapping[str, Query] = {
    "everybody": (
        _EVERYBODY.format(table="rows", authors="rows"),
        _EVERYBODY.format(table="conversations", authors=_AUTHORS),
    )
}
_QUERIES: Mapping[str, Query] = {
    "tickets": (_TICKETS, _OWN_TICKETS),
    "messages": (_ROW_MESSAGES, _OWN_MESSAGES),
    "participants": "SELECT DISTINCT record, user_id, part FROM everybody WHERE user_id IS NOT NULL",
    "people": """
        SELECT user_id, max(name) AS name, max(email) AS email,
            CASE WHEN bool_or(role = 'agent') THEN 'agent'
                 WHEN bool_or(role IN ('customer', 'end-user')) THEN 'end-user' END AS role,
            max(organization) AS organization_id
        FROM everybody WHERE user_id IS NOT NULL AND (name IS NOT NULL OR email IS NOT NULL OR role IS NOT NULL)
            AND role IS DISTINCT FROM 'bot' AND role IS DISTINCT FROM 'system'
        GROUP BY user_id
    """,
    "organizations": """
        SELECT organization AS organization_id, max(account_id) AS external_id, organization AS name,
            []::VARCHAR[] AS domains
        FROM (SELECT organization, account_id FROM rows UNION SELECT organization, account_id FROM conversations)
        WHERE organization IS NOT NULL GROUP BY organization
    """,
    "remarks": tuple(
        f"SELECT record, 'no_zone' AS remark FROM {kind} WHERE has_no_zone" for kind in ("rows", "conversations")
    ),
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of rows of messages, rows of tickets and conversations."""
    batch = read_json(canonical(records), _SHAPES, _PROBLEMS, _QUERIES, shared=_SHARED)
    return replace(batch, rejects=_as_given(batch.rejects, records))


def _as_given(rejects: pa.Table, records: pa.Table) -> pa.Table:
    """What is set aside is shown as it stood in the file."""
    place = pc.index_in(rejects["record"], records["record"].combine_chunks())
    return rejects.set_column(2, rejects.schema.field(2), records["text"].take(place))
