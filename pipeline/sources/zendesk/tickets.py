"""Tickets: of the full JSON export with their comments inside, of API pages and streams without; deleted ones.

Field names: singer-io/tap-zendesk `schemas/` (`tickets`, `ticket_metrics`, `deleted_tickets`) and Zendesk's support API
reference ("Tickets", "Ticket Metrics", "Incremental Exports", "List Deleted Tickets"). People may also be embedded as
objects (`submitter{name,email}`), as in account-wide JSON exports. Metric sets stand in the ticket or beside it
(side-loaded, streamed); beside it they are read where the ticket is read with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.sources.source import Kind
from pipeline.sources.zendesk import comment
from pipeline.sources.zendesk.layout import NO_ID, Layout

_METRICS = '"reopens":"INTEGER","group_stations":"INTEGER","status_updated_at":"VARCHAR"'
_TICKET = (
    '{"id":"VARCHAR","url":"VARCHAR","subject":"VARCHAR","description":"VARCHAR","status":"VARCHAR",'
    '"priority":"VARCHAR","created_at":"VARCHAR","updated_at":"VARCHAR","requester_id":"VARCHAR",'
    '"submitter_id":"VARCHAR","assignee_id":"VARCHAR","organization_id":"VARCHAR","group_id":"VARCHAR",'
    '"collaborator_ids":["VARCHAR"],"follower_ids":["VARCHAR"],"email_cc_ids":["VARCHAR"],'
    f'"via":{{"channel":"VARCHAR"}},"satisfaction_rating":{{"score":"VARCHAR"}},"metric_set":{{{_METRICS}}},'
    f'"requester":{comment.PERSON},"submitter":{comment.PERSON},"assignee":{comment.PERSON},'
    f'"comments":[{{{comment.FIELDS}}}]}}'
)
_METRIC_SET = f'{{"id":"VARCHAR","ticket_id":"VARCHAR","updated_at":"VARCHAR",{_METRICS}}}'
_DELETED = '{"id":"VARCHAR","subject":"VARCHAR","deleted_at":"VARCHAR"}'

_REQUESTER = "coalesce(requester_id, requester.id, submitter_id, submitter.id)"

_TICKETS = f"""
    WITH metrics AS (
        SELECT ticket_id, arg_max(m, (moment(updated_at), record)) AS beside
        FROM (SELECT ticket_id, updated_at, record, ticket_metrics AS m FROM ticket_metrics) GROUP BY ticket_id
    )
    SELECT record, id AS ticket_id, url, subject,
        CASE WHEN lower(status) IN ('new', 'pending', 'hold', 'solved', 'closed', 'deleted') THEN lower(status)
            ELSE 'open' END AS status,
        CASE WHEN lower(priority) IN ('low', 'normal', 'high', 'urgent') THEN lower(priority) END AS priority,
        via.channel AS channel, group_id AS team,
        {_REQUESTER} AS requester_id, organization_id,
        coalesce(moment(created_at), moment(updated_at)) AS created_at,
        coalesce(moment(updated_at), moment(created_at)) AS updated_at,
        moment(coalesce(metric_set.status_updated_at, beside.status_updated_at)) AS status_updated_at,
        CASE WHEN satisfaction_rating.score LIKE 'good%' THEN 'good'
             WHEN satisfaction_rating.score LIKE 'bad%' THEN 'bad' END AS rating,
        coalesce(metric_set.reopens, beside.reopens) AS reopen_count,
        coalesce(metric_set.group_stations, beside.group_stations) AS group_station_count,
        comments IS NOT NULL AS is_whole
    FROM tickets LEFT JOIN metrics ON metrics.ticket_id = tickets.id
"""
# A deletion is a version of the ticket like any other: what is newer than it stands.
_DELETIONS = """
    SELECT record, id AS ticket_id, subject, 'deleted' AS status, moment(deleted_at) AS created_at,
        moment(deleted_at) AS updated_at, true AS is_whole
    FROM deleted_tickets
"""
# The opening message is the first comment; `description` only repeats it, and stands alone where no comments came.
# "The submitter always becomes the author of the first comment on the ticket" (API reference, `submitter_id`): a ticket
# that an agent opens for somebody begins with the agent.
# Which comes again is asked of the tickets alone in which an id does, since to order rows is to copy every body.
_UNNESTED = "unnest(comments) AS c, generate_subscripts(comments, 1) AS place FROM tickets"
_IS_SAID = f"c IS NOT NULL AND {comment.body('c')} IS NOT NULL"
_MESSAGES = f"""
    WITH comments AS (
        SELECT record, id AS ticket_id, created_at, updated_at, {_UNNESTED}
    ), again AS (
        SELECT record, place FROM (
            SELECT record, {_UNNESTED} WHERE len(comments) > list_unique([present(c.id) FOR c IN comments])
        ) WHERE {_IS_SAID} QUALIFY {comment.is_again("c.id", "record", "place")}
    )
    SELECT record, ticket_id, {comment.message_id("ticket_id", "c.id", "place", "(record, place) IN (FROM again)")}
            AS message_id,
        place, {comment.author("c")} AS author_id, {comment.role_hint("c.author_id", "c.via.channel")} AS role_hint,
        coalesce(c.public, true) AS is_public,
        coalesce(moment(c.created_at), moment(created_at), moment(updated_at)) AS said_at,
        {comment.body("c")} AS body, {comment.is_html("c")} AS is_html
    FROM comments WHERE {_IS_SAID}
    UNION ALL BY NAME
    SELECT record, id AS ticket_id, id || ':description' AS message_id, 0 AS place,
        coalesce(submitter_id, submitter.id, requester_id, requester.id) AS author_id,
        CASE WHEN submitter_id = '-1' THEN 'system' END AS role_hint, true AS is_public,
        coalesce(moment(created_at), moment(updated_at)) AS said_at, description AS body, false AS is_html
    FROM tickets WHERE coalesce(len(comments), 0) = 0 AND description <> '' AND lower(status) IS DISTINCT FROM 'deleted'
"""
_PARTICIPANTS = f"""
    FROM (
        SELECT record, {_REQUESTER} AS user_id, 'requester' AS part FROM tickets
        UNION ALL SELECT record, coalesce(assignee_id, assignee.id), 'staff' FROM tickets
        UNION ALL SELECT record, unnest(list_concat(coalesce(collaborator_ids, []), coalesce(follower_ids, []),
            coalesce(email_cc_ids, []), [submitter_id, submitter.id])), 'other' FROM tickets
        UNION ALL SELECT record, unnest([coalesce(c.author_id, c.author.id) FOR c IN comments]), 'other' FROM tickets
    ) WHERE user_id IS NOT NULL
"""
_PEOPLE = f"""
    WITH embedded AS (
        SELECT unnest([requester, submitter, assignee]) AS p FROM tickets
        UNION ALL SELECT unnest([c.author FOR c IN comments]) FROM tickets
    )
    SELECT DISTINCT p.id AS user_id, p.name AS name, p.email AS email, {comment.role("p.role")} AS role,
        p.organization_id AS organization_id
    FROM embedded WHERE p.id IS NOT NULL
"""
_NO_TIME = "coalesce({no_id}, CASE WHEN {time} IS NULL THEN 'no_time' END)"

_PEOPLE_KEYS = frozenset({"requester_id", "requester", "submitter"})


def _is_ticket(record: Mapping[str, Any]) -> bool:
    """Statuses are words here; elsewhere they are numbers."""
    return not isinstance(record["status"], (int, float, dict))


TICKETS = Layout(
    kinds=(
        Kind(
            "tickets",
            "whole",
            needs=frozenset({"id", "status"}),
            any_of=_PEOPLE_KEYS | {"comments"},
            without=frozenset({"responder_id"}),  # Freshdesk's
            key="$.id",
            test=lambda record: _is_ticket(record) and ("comments" in record or record["status"] == "deleted"),
        ),
        # Without comments: they come apart, and are read with it, so that it is known who asked.
        Kind(
            "bare_tickets",
            "parts",
            needs=frozenset({"id", "status"}),
            any_of=_PEOPLE_KEYS,
            without=frozenset({"responder_id"}),
            lists=("tickets",),
            key="$.id",
            test=_is_ticket,
        ),
        Kind(
            "deleted_tickets",
            "whole",
            needs=frozenset({"id", "deleted_at", "previous_state"}),
            lists=("deleted_tickets",),
            key="$.id",
        ),
        Kind(
            "ticket_metrics",
            "parts",
            needs=frozenset({"ticket_id", "reopens", "group_stations"}),
            lists=("ticket_metrics", "metric_sets"),
            key="$.ticket_id",
        ),
    ),
    shapes={"tickets": _TICKET, "deleted_tickets": _DELETED, "ticket_metrics": _METRIC_SET},
    problems={
        "tickets": _NO_TIME.format(no_id=NO_ID, time="coalesce(moment(updated_at), moment(created_at))"),
        "deleted_tickets": _NO_TIME.format(no_id=NO_ID, time="moment(deleted_at)"),
        "ticket_metrics": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' "
        "WHEN coalesce(ticket_id NOT IN (SELECT id FROM tickets), true) THEN 'not_read' END",
    },
    queries={
        "tickets": (_TICKETS, _DELETIONS),
        "messages": _MESSAGES,
        "participants": _PARTICIPANTS,
        "people": _PEOPLE,
    },
)
