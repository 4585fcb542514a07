"""Canonical rows out of Help Scout's records, in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.sources.relations import Query

# Users and customers are counted apart.
_WHO = (
    "CASE lower({0}.type) WHEN 'customer' THEN 'customer:' WHEN 'team' THEN 'team:' ELSE 'user:' END "
    "|| coalesce(nullif({0}.id, '0'), {0}.email)"
)
_CUSTOMER = "'customer:' || coalesce(nullif({0}.id, '0'), {0}.email)"
# A thread under names of one spelling; places count from the oldest, which comes last. At the top of a
# record its own `type` is called type_1.
_THREAD = (
    "{{'id': present({0}id), 'type': lower({0}{1}), 'state': lower({0}state), 'status': lower({0}status), "
    "'action': lower(replace({0}action.type, '-', '')), 'body': {0}body, 'rating': lower({0}rating.rating), "
    "'at': moment(coalesce({0}createdAt, {0}created_at)), 'by': coalesce({0}createdBy, {0}created_by), "
    "'assigned': coalesce({0}assignedTo, {0}assigned_to), 'customer': {0}customer}}"
)


def _conversations(kind: str) -> str:
    return f"""
    SELECT *, id AS ticket_id, inside IS NOT NULL AND len(inside) >= coalesce(counted, 0) AS is_whole,
        [{_THREAD.format("t.", "type")} FOR t IN inside] AS said
    FROM (
        SELECT * EXCLUDE (threads), TRY_CAST(threads AS INTEGER) AS counted,
            coalesce(primaryCustomer, primary_customer) AS asked_by, coalesce(createdBy, created_by) AS begun_by,
            coalesce(moment(coalesce(createdAt, created_at)), moment(userUpdatedAt), moment(user_updated_at))
                AS opened_at,
            list_filter(_embedded.threads, lambda t: t IS NOT NULL) AS inside
        FROM {kind}
    )
    """


_INSIDE = """
    SELECT record, ticket_id, opened_at, false AS is_loose, unnest(said) AS t,
        len(said) + 1 - generate_subscripts(said, 1) AS place
    FROM all_conversations
"""


def _apart(kind: str) -> str:
    return f"""
    SELECT record, coalesce(conversationId, conversation_id) AS ticket_id, NULL::TIMESTAMP AS opened_at,
        true AS is_loose, {_THREAD.format("", "type_1")} AS t, 0 AS place
    FROM {kind}
    """


def _parts(rows: str) -> str:
    return f"""
    SELECT *, coalesce(t.at, opened_at) AS said_at, ticket_id || ':' || coalesce(t.id, '') || CASE
        WHEN t.id IS NULL OR NOT is_loose AND row_number() OVER (PARTITION BY record, t.id ORDER BY place) > 1
        THEN '#' || place ELSE '' END AS part_id
    FROM ({rows}) WHERE coalesce(t.state, 'published') NOT IN ('draft', 'review', 'underreview', 'deleted')
    """


SHARED: Mapping[str, Query] = {
    "all_conversations": (_conversations("conversations"), _conversations("stream_conversations")),
    "every_part": tuple(_parts(rows) for rows in (_INSIDE, _apart("threads"), _apart("conversation_threads"))),
}
# Nothing says when a customer's answer changed the conversation but the answer itself.
_TICKETS = f"""
    SELECT record, ticket_id, 'https://secure.helpscout.net/conversation/' || id || '/' || number || '/' AS url,
        subject, CASE WHEN lower(state) = 'deleted' OR lower(status) = 'spam' THEN 'deleted'
            WHEN lower(status) IN ('pending', 'closed')
            THEN lower(status) ELSE 'open' END AS status,
        lower(type_1) AS channel, coalesce(mailboxId, mailbox_id) AS team,
        {_CUSTOMER.format("asked_by")} AS requester_id,
        opened_at AS created_at,
        greatest(opened_at, moment(userUpdatedAt), moment(user_updated_at), moment(updated_at), moment(closedAt),
            moment(closed_at), moment(customerWaitingSince.time), moment(customer_waiting_since.time),
            list_max([t.at FOR t IN said])) AS updated_at,
        CASE WHEN lower(status) = 'closed' THEN moment(coalesce(closedAt, closed_at)) END AS status_updated_at, is_whole
    FROM all_conversations
"""
# `forwardparent` went to a third party, who answers in a conversation that begins with `forwardchild`.
_MESSAGES = f"""
    SELECT record, ticket_id, part_id AS message_id, place,
        {_WHO.format("t.by")} AS author_id,
        CASE WHEN t.by.type = 'system_user' THEN 'bot' WHEN t.type = 'customer' THEN 'customer'
             WHEN t.type IN ('message', 'note', 'forwardparent', 'forwardchild') THEN 'agent'
             WHEN t.by.type = 'customer' THEN 'customer' WHEN t.by.type = 'user' THEN 'agent' END AS role_hint,
        t.type NOT IN ('note', 'forwardparent') AS is_public, said_at, coalesce(t.body, '') AS body, true AS is_html,
        is_loose
    FROM every_part WHERE t.type <> 'lineitem'
"""
# A thread's status is `nochange` unless it changed with it, so a conversation is opened again by what follows `closed`.
_ACTOR = _WHO.format("t.by")
_HOLDER = _WHO.format("t.assigned")
_IN_ORDER = (
    "WINDOW in_order AS (PARTITION BY ticket_id, CASE WHEN NOT is_loose THEN record END "
    "ORDER BY said_at, TRY_CAST(t.id AS BIGINT), part_id)"
)
_EVENTS = f"""
    WITH changed AS (
        SELECT *, lag(t.status) OVER in_order AS before FROM every_part
        WHERE t.status IN ('active', 'pending', 'closed') {_IN_ORDER}
    ), handed AS (
        SELECT *, {_HOLDER} AS holder, lag({_HOLDER}) OVER in_order AS holder_before
        FROM every_part WHERE {_HOLDER} IS NOT NULL {_IN_ORDER}
    )
    SELECT record, ticket_id, part_id || ':status' AS event_id, 'status' AS kind, said_at AS happened_at,
        {_ACTOR} AS actor_id, CASE t.status WHEN 'active' THEN 'open' ELSE t.status END AS value, is_loose
    FROM changed WHERE before IS DISTINCT FROM t.status
    UNION ALL SELECT record, ticket_id, part_id || ':reopened', 'reopened', said_at, {_ACTOR}, NULL, is_loose
    FROM changed WHERE before = 'closed' AND t.status <> 'closed'
    UNION ALL SELECT record, ticket_id, part_id || ':assigned', 'assigned', said_at, {_ACTOR}, NULL, is_loose
    FROM handed WHERE holder IS DISTINCT FROM holder_before
    UNION ALL SELECT record, ticket_id, part_id || ':moved', 'transferred', said_at, {_ACTOR}, NULL, is_loose
    FROM every_part WHERE t.action = 'movedfrommailbox'
    UNION ALL SELECT record, ticket_id, part_id || ':handed', 'transferred', said_at, {_ACTOR}, t.assigned.id, is_loose
    FROM handed WHERE holder <> holder_before AND holder LIKE 'team:%' AND t.action IS DISTINCT FROM 'movedfrommailbox'
    UNION ALL SELECT record, ticket_id, part_id || ':rating', 'rated', said_at, {_CUSTOMER.format("t.customer")},
        CASE t.rating WHEN 'great' THEN 'good' ELSE 'bad' END, is_loose
    FROM every_part WHERE t.rating = 'great' OR t.rating SIMILAR TO 'not.?good'
"""
_RATINGS = """
    SELECT record, conversation_id AS ticket_id, conversation_id || ':' || coalesce(thread_id, '') || ':rating'
            AS event_id, 'rated' AS kind,
        coalesce(moment(thread_created_at), moment(rating_created_at)) AS happened_at,
        'customer:' || rating_customer_id AS actor_id,
        CASE TRY_CAST(rating_id AS DOUBLE) WHEN 1 THEN 'good' ELSE 'bad' END AS value, true AS is_loose
    FROM happiness_ratings_report WHERE TRY_CAST(rating_id AS DOUBLE) IN (1, 3)
"""
_PARTICIPANTS = f"""
    SELECT record, {_CUSTOMER.format("asked_by")} AS user_id, 'requester' AS part FROM all_conversations
    WHERE user_id IS NOT NULL
    UNION SELECT record, {_WHO.format("assignee")} AS user_id, 'staff' FROM all_conversations WHERE user_id IS NOT NULL
    UNION SELECT record, {_WHO.format("t.by")} AS user_id, 'other' FROM every_part WHERE user_id IS NOT NULL
"""
_PEOPLE = f"""
    WITH met AS (
        SELECT 'customer' AS type, asked_by AS p FROM all_conversations
        UNION ALL SELECT assignee.type, assignee FROM all_conversations
        UNION ALL SELECT begun_by.type, begun_by FROM all_conversations
        UNION ALL SELECT t.by.type, t.by FROM every_part
        UNION ALL SELECT 'customer', t.customer FROM every_part
    ), named AS (
        SELECT type, p, CASE type WHEN 'customer' THEN {_CUSTOMER.format("p")} ELSE {_WHO.format("p")} END AS user_id
        FROM met WHERE p IS NOT NULL
    )
    SELECT DISTINCT user_id, present(concat_ws(' ', p.first, p.last)) AS name, p.email AS email,
        CASE type WHEN 'customer' THEN 'end-user' WHEN 'user' THEN 'agent' END AS role
    FROM named WHERE user_id IS NOT NULL AND type <> 'team'
"""
_NAME = "present(concat_ws(' ', coalesce(firstName, first_name), coalesce(lastName, last_name)))"
_USERS = f"SELECT 'user:' || id AS user_id, {_NAME} AS name, email, 'agent' AS role FROM {{}}"
_CUSTOMERS = (
    f"SELECT 'customer:' || id AS user_id, {_NAME} AS name, coalesce(_embedded.emails, emails)[1].value AS email, "
    "'end-user' AS role FROM {}"
)
_REMARKS = """
    SELECT record, 'parts_missing' AS remark FROM all_conversations WHERE inside IS NOT NULL AND NOT is_whole
"""
QUERIES: Mapping[str, Query] = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "events": (_EVENTS, _RATINGS),
    "participants": _PARTICIPANTS,
    "people": (
        _PEOPLE,
        *(_USERS.format(kind) for kind in ("users", "stream_users")),
        *(_CUSTOMERS.format(kind) for kind in ("customers", "stream_customers")),
    ),
    "remarks": _REMARKS,
}
