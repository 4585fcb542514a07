"""Zendesk's full JSON export: one ticket a line with its comments, users and organizations beside it.

Field names: singer-io/tap-zendesk `schemas/` and Zendesk's support API reference ("Tickets", "Ticket Comments",
"Ticket Metrics"). `comments[].metadata` holds IP addresses and locations and is not read at all.
People may also be embedded as objects (`submitter{name,email}`), as in account-wide JSON exports.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source

_PERSON = '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR","role":"VARCHAR","organization_id":"VARCHAR"}'
_COMMENT = (
    f'{{"id":"VARCHAR","author_id":"VARCHAR","author":{_PERSON},"public":"BOOLEAN","created_at":"VARCHAR",'
    '"body":"VARCHAR","html_body":"VARCHAR","plain_body":"VARCHAR","via":{"channel":"VARCHAR"}}'
)
_TICKET = (
    '{"id":"VARCHAR","url":"VARCHAR","subject":"VARCHAR","description":"VARCHAR","status":"VARCHAR",'
    '"priority":"VARCHAR","created_at":"VARCHAR","updated_at":"VARCHAR","requester_id":"VARCHAR",'
    '"submitter_id":"VARCHAR","assignee_id":"VARCHAR","organization_id":"VARCHAR","group_id":"VARCHAR",'
    '"collaborator_ids":["VARCHAR"],"follower_ids":["VARCHAR"],"email_cc_ids":["VARCHAR"],'
    '"via":{"channel":"VARCHAR"},"satisfaction_rating":{"score":"VARCHAR"},'
    '"metric_set":{"reopens":"INTEGER","group_stations":"INTEGER","status_updated_at":"VARCHAR"},'
    f'"requester":{_PERSON},"submitter":{_PERSON},"assignee":{_PERSON},"comments":[{_COMMENT}]}}'
)
_ORGANIZATION = '{"id":"VARCHAR","name":"VARCHAR","external_id":"VARCHAR","domain_names":["VARCHAR"]}'


_TICKETS = """
    SELECT record, id AS ticket_id, url, subject, lower(coalesce(status, 'open')) AS status,
        lower(priority) AS priority, via.channel AS channel, group_id AS team,
        coalesce(requester_id, requester.id, submitter_id, submitter.id) AS requester_id, organization_id,
        coalesce(moment(created_at), moment(updated_at)) AS created_at,
        coalesce(moment(updated_at), moment(created_at)) AS updated_at,
        moment(metric_set.status_updated_at) AS status_updated_at,
        CASE WHEN satisfaction_rating.score LIKE 'good%' THEN 'good'
             WHEN satisfaction_rating.score LIKE 'bad%' THEN 'bad' END AS rating,
        metric_set.reopens AS reopen_count, metric_set.group_stations AS group_station_count,
        comments IS NOT NULL AS is_whole
    FROM tickets
"""
# The opening message is the first comment; `description` only repeats it, and stands alone where no comments came.
# Not every helpdesk counts comments over all tickets, so the ticket's id goes before theirs; one that comes twice
# in a ticket is told apart by its place.
_MESSAGES = """
    WITH comments AS (
        SELECT record, id AS ticket_id, coalesce(moment(created_at), moment(updated_at)) AS opened_at,
            unnest(comments) AS c, generate_subscripts(comments, 1) AS place
        FROM tickets
    )
    SELECT record, ticket_id, ticket_id || ':' || coalesce(c.id, '') || CASE WHEN c.id IS NULL
            OR row_number() OVER (PARTITION BY record, c.id ORDER BY place) > 1 THEN '#' || place
            ELSE '' END AS message_id, place,
        coalesce(c.author_id, c.author.id) AS author_id,
        CASE WHEN c.author_id = '-1' OR c.via.channel = 'system' THEN 'system' END AS role_hint,
        coalesce(c.public, true) AS is_public,
        coalesce(moment(c.created_at), opened_at) AS said_at,
        coalesce(c.html_body, c.plain_body, c.body) AS body, c.html_body IS NOT NULL AS is_html
    FROM comments WHERE c IS NOT NULL AND body IS NOT NULL
    UNION ALL
    SELECT record, id, id || ':description', 0, coalesce(requester_id, requester.id, submitter_id, submitter.id), NULL,
        true, coalesce(moment(created_at), moment(updated_at)), description, false
    FROM tickets WHERE coalesce(len(comments), 0) = 0 AND description <> ''
"""
_PARTICIPANTS = """
    SELECT record, coalesce(requester_id, requester.id, submitter_id, submitter.id) AS user_id, 'requester' AS part
    FROM tickets WHERE user_id IS NOT NULL
    UNION SELECT record, coalesce(assignee_id, assignee.id) AS user_id, 'staff' FROM tickets WHERE user_id IS NOT NULL
    UNION SELECT record, unnest(list_concat(coalesce(collaborator_ids, []), coalesce(follower_ids, []),
        coalesce(email_cc_ids, []), [submitter_id])) AS user_id, 'other' FROM tickets
    UNION SELECT record, unnest([coalesce(c.author_id, c.author.id) FOR c IN comments]), 'other' FROM tickets
"""
_PEOPLE = """
    WITH embedded AS (
        SELECT unnest([requester, submitter, assignee]) AS p FROM tickets
        UNION ALL SELECT unnest([c.author FOR c IN comments]) FROM tickets
    )
    SELECT DISTINCT p.id AS user_id, p.name AS name, p.email AS email, p.role AS role,
        p.organization_id AS organization_id
    FROM embedded WHERE p.id IS NOT NULL
    UNION ALL
    SELECT id, name, email, lower(role), organization_id FROM users
"""
_ORGANIZATIONS = """
    SELECT id AS organization_id, nullif(trim(external_id), '') AS external_id, name,
        coalesce(domain_names, []) AS domains
    FROM organizations
"""

_NO_ID = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN id IS NULL OR trim(id) = '' THEN 'no_id' END"
_NO_TIME = f"coalesce({_NO_ID}, CASE WHEN coalesce(moment(updated_at), moment(created_at)) IS NULL THEN 'no_time' END)"
_SHAPES = {"tickets": _TICKET, "users": _PERSON, "organizations": _ORGANIZATION}
_PROBLEMS = {"tickets": _NO_TIME, "users": _NO_ID, "organizations": _NO_ID}
_QUERIES = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "participants": _PARTICIPANTS,
    "people": _PEOPLE,
    "organizations": _ORGANIZATIONS,
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of tickets, users and organizations."""
    return read_json(records, _SHAPES, _PROBLEMS, _QUERIES)


KINDS = (
    Kind(
        "tickets",
        "whole",
        needs=frozenset({"id", "status"}),
        any_of=frozenset({"requester_id", "requester", "submitter", "comments"}),
        lists=("tickets",),
    ),
    Kind(
        "users",
        "people",
        needs=frozenset({"id", "role"}),
        any_of=frozenset({"email", "name"}),
        without=frozenset({"workspace_id", "has_hard_bounced"}),  # Intercom's contacts
        lists=("users",),
    ),
    Kind("organizations", "people", needs=frozenset({"id", "domain_names"}), lists=("organizations",)),
)
ZENDESK = Source("zendesk", "Zendesk", KINDS, read)
