"""What service was measured by, apart from its tickets: satisfaction ratings, and promises of time that were broken.

Field names: Zendesk's support API reference ("Satisfaction Ratings", "Ticket Metric Events"); singer-io/tap-zendesk
`schemas/satisfaction_ratings.json`, `ticket_metric_events.json`. A rating is there from the day it is asked for, so
that its time is that of its last change; what the customer writes beside it is a message of theirs.
"""

from __future__ import annotations

from pipeline.sources.source import Kind
from pipeline.sources.zendesk.layout import NO_TICKET, Layout

_RATING = (
    '{"id":"VARCHAR","ticket_id":"VARCHAR","score":"VARCHAR","comment":"VARCHAR","requester_id":"VARCHAR",'
    '"created_at":"VARCHAR","updated_at":"VARCHAR"}'
)
_METRIC_EVENT = '{"id":"VARCHAR","ticket_id":"VARCHAR","metric":"VARCHAR","time":"VARCHAR","deleted":"BOOLEAN"}'
_RATED_AT = "coalesce(moment(updated_at), moment(created_at))"
_SCORE = "CASE WHEN score LIKE 'good%' THEN 'good' WHEN score LIKE 'bad%' THEN 'bad' END"
# `type` is the JSON type in tables of records; the event's own is looked up.
_BREACHES = (
    "SELECT record FROM records WHERE kind = 'metric_events' "
    "AND CASE WHEN json_valid(text) THEN json_extract_string(text, '$.type') END = 'breach'"
)

_MESSAGES = f"""
    SELECT record, ticket_id, ticket_id || ':rating:' || id AS message_id, 0 AS place, requester_id AS author_id,
        'customer' AS role_hint, true AS is_public, {_RATED_AT} AS said_at, comment AS body, false AS is_html,
        true AS is_loose
    FROM satisfaction_ratings WHERE present(comment) IS NOT NULL
"""
_EVENTS = f"""
    SELECT record, ticket_id, ticket_id || ':' || id || ':rated' AS event_id, 'rated' AS kind,
        {_RATED_AT} AS happened_at, requester_id AS actor_id, {_SCORE} AS value, true AS is_loose
    FROM satisfaction_ratings WHERE {_SCORE} IS NOT NULL
    UNION ALL BY NAME
    SELECT record, ticket_id, ticket_id || ':' || id || ':breached' AS event_id, 'breached' AS kind,
        moment(time) AS happened_at, metric AS value, true AS is_loose
    FROM metric_events
"""

RATINGS = Layout(
    kinds=(
        Kind(
            "satisfaction_ratings",
            "parts",
            needs=frozenset({"id", "ticket_id", "score", "requester_id"}),
            any_of=frozenset({"assignee_id", "reason", "reason_id", "group_id"}),
            lists=("satisfaction_ratings",),
            key="$.ticket_id",
        ),
        Kind(
            "metric_events",
            "parts",
            needs=frozenset({"id", "ticket_id", "metric", "instance_id", "time"}),
            lists=("ticket_metric_events",),
            key="$.ticket_id",
        ),
    ),
    shapes={"satisfaction_ratings": _RATING, "metric_events": _METRIC_EVENT},
    problems={
        "satisfaction_ratings": f"""coalesce({NO_TICKET}, CASE
            WHEN {_SCORE} IS NULL AND present(comment) IS NULL THEN 'not_read'
            WHEN {_RATED_AT} IS NULL THEN 'no_time' END)""",
        "metric_events": f"""coalesce({NO_TICKET}, CASE
            WHEN coalesce(deleted, false) OR k.record NOT IN ({_BREACHES}) THEN 'not_read'
            WHEN moment(time) IS NULL THEN 'no_time' END)""",
    },
    queries={
        "messages": _MESSAGES,
        "events": _EVENTS,
        "participants": "SELECT record, requester_id AS user_id, 'requester' AS part FROM satisfaction_ratings "
        "WHERE user_id IS NOT NULL",
    },
)
