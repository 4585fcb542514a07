"""What happened to tickets: audits, and ticket events with child events. Comments in them are those of the comments.

Field names: Zendesk's support API reference ("Ticket Audits", "Ticket Audit events reference", "Incremental Ticket
Event Export" with `include=comment_events`); singer-io/tap-zendesk `schemas/ticket_audits.json` and
`streams/incremental_ticket_events.py`, whose events are audits renamed; cloudbees-oss/zendesk-java-client #271. A
child event names what changed by the key itself
(`{"status":"solved","previous_value":"open","event_type":"Change"}`), an audit's event by `field_name` and `value`.
`metadata` and `system` hold IP addresses and locations and are not read.
"""

from __future__ import annotations

from pipeline.sources.source import Kind
from pipeline.sources.zendesk import comment
from pipeline.sources.zendesk.layout import NO_TICKET, Layout

_CHANGED = ("status", "group_id", "assignee_id", "satisfaction_score")
_EVENT = (
    f'{{{comment.FIELDS},"type":"VARCHAR","event_type":"VARCHAR","field_name":"VARCHAR","value":"VARCHAR",'
    '"previous_value":"VARCHAR","comment_id":"VARCHAR","comment_present":"BOOLEAN",'
    + ",".join(f'"{name}":"VARCHAR"' for name in _CHANGED)
    + "}"
)
_AUDIT = (
    '{"id":"VARCHAR","ticket_id":"VARCHAR","created_at":"VARCHAR","author_id":"VARCHAR","via":{"channel":"VARCHAR"},'
    f'"events":[{_EVENT}]}}'
)
_TICKET_EVENT = (
    '{"id":"VARCHAR","ticket_id":"VARCHAR","created_at":"VARCHAR","timestamp":"VARCHAR","updater_id":"VARCHAR",'
    f'"child_events":[{_EVENT}]}}'
)
_EVENT_TIME = "coalesce(moment(created_at), moment_of_unix(timestamp))"

# Both as one, a row an event `e`: what kind it is, and which field was changed from `before` to `value`.
_HAPPENED = f"""
    WITH updates AS (
        SELECT record, id AS audit_id, ticket_id, moment(created_at) AS happened_at, author_id AS actor_id,
            via.channel AS channel, events FROM audits
        UNION ALL
        SELECT record, id, ticket_id, {_EVENT_TIME}, updater_id, NULL, child_events FROM ticket_events
    ), parted AS (
        SELECT * EXCLUDE (events), unnest(events) AS e, generate_subscripts(events, 1) AS place FROM updates
    )
    SELECT *, coalesce(e.event_type, e.type) AS kind, present(e.previous_value) AS before,
        coalesce(e.field_name, {" ".join(f"CASE WHEN e.{name} IS NOT NULL THEN '{name}' END," for name in _CHANGED)}
            NULL) AS field,
        present(CASE WHEN e.field_name IS NOT NULL THEN e.value
            ELSE coalesce({", ".join(f"e.{name}" for name in _CHANGED)}) END) AS value
    FROM parted WHERE e IS NOT NULL
"""
_AUTHOR = "coalesce(e.author_id, e.author.id, actor_id)"
_IS_AGAIN = comment.is_again("e.id", "record", "place")
_IS_COMMENT = "kind IN ('Comment', 'VoiceComment', 'FacebookComment')"
# A comment that became private stands in its audit as it was first.
_MESSAGES = f"""
    WITH made AS (
        SELECT ticket_id, e.comment_id AS comment_id, arg_max(e.public, (happened_at, record, place)) AS public
        FROM happened WHERE kind = 'CommentPrivacyChange' AND e.comment_id IS NOT NULL GROUP BY ALL
    )
    SELECT record, h.ticket_id, {comment.message_id("h.ticket_id", "e.id", "place", _IS_AGAIN)} AS message_id,
        0 AS place, {_AUTHOR} AS author_id,
        {comment.role_hint(_AUTHOR, "coalesce(e.via.channel, channel)")} AS role_hint,
        coalesce(m.public, e.public, true) AS is_public, coalesce(moment(e.created_at), happened_at) AS said_at,
        {comment.body("e")} AS body, {comment.is_html("e")} AS is_html, true AS is_loose
    FROM happened h LEFT JOIN made m ON m.ticket_id = h.ticket_id AND m.comment_id = e.id
    WHERE {_IS_COMMENT} AND body IS NOT NULL
"""
# Transferred: from one group to another; the first group is where the ticket begins. To whom it was assigned is not
# said, so that no number of a colleague stands in a list of events.
_EVENTS = """
    WITH told AS (
        SELECT *, CASE
            WHEN field = 'group_id' AND before IS NOT NULL AND before <> value THEN [('transferred', value)]
            WHEN field = 'assignee_id' THEN [('assigned', NULL)]
            WHEN field = 'status' AND lower(before) IN ('solved', 'closed')
                AND lower(value) IN ('new', 'open', 'pending', 'hold')
                THEN [('status', lower(value)), ('reopened', NULL)]
            WHEN field = 'status' THEN [('status', lower(value))]
            WHEN field = 'satisfaction_score' AND (value LIKE 'good%' OR value LIKE 'bad%')
                THEN [('rated', split_part(value, '_', 1))] END AS became
        FROM happened WHERE kind = 'Change' AND value IS NOT NULL
    )
    SELECT record, ticket_id, ticket_id || ':' || coalesce(e.id, audit_id || '#' || place) || ':' || b[1] AS event_id,
        b[1] AS kind, happened_at, actor_id, b[2] AS value, true AS is_loose
    FROM (SELECT * EXCLUDE (kind, value), unnest(became) AS b FROM told)
"""
# Fetched without `include=comment_events`, an event says only that there was a comment (dlt verified-sources #579).
_REMARKS = f"""
    SELECT DISTINCT record, 'parts_missing' AS remark FROM happened
    WHERE {_IS_COMMENT} AND e.comment_present AND {comment.body("e")} IS NULL
"""
# Who was given the ticket is staff.
_PARTICIPANTS = f"""
    SELECT DISTINCT record, {_AUTHOR} AS user_id, 'other' AS part FROM happened
    WHERE {_IS_COMMENT} AND user_id IS NOT NULL
    UNION ALL
    SELECT DISTINCT record, value, 'staff' FROM happened
    WHERE kind IN ('Change', 'Create') AND field = 'assignee_id' AND value IS NOT NULL
"""

AUDITS = Layout(
    kinds=(
        Kind(
            "audits",
            "parts",
            needs=frozenset({"id", "ticket_id", "events"}),
            any_of=frozenset({"author_id", "via", "metadata"}),
            lists=("audits", "ticket_audits"),
            key="$.ticket_id",
        ),
        Kind(
            "ticket_events",
            "parts",
            needs=frozenset({"id", "ticket_id", "child_events"}),
            lists=("ticket_events", "incremental_ticket_events"),
            key="$.ticket_id",
        ),
    ),
    shapes={"audits": _AUDIT, "ticket_events": _TICKET_EVENT},
    problems={
        "audits": f"coalesce({NO_TICKET}, CASE WHEN moment(created_at) IS NULL THEN 'no_time' END)",
        "ticket_events": f"coalesce({NO_TICKET}, CASE WHEN {_EVENT_TIME} IS NULL THEN 'no_time' END)",
    },
    queries={"messages": _MESSAGES, "events": _EVENTS, "participants": _PARTICIPANTS, "remarks": _REMARKS},
    shared={"happened": _HAPPENED},
)
