"""Comments that come apart from their tickets: pages of `GET /tickets/ID/comments`, streams `ticket_comments`.

Field names: Zendesk's support API reference ("Ticket Comments"); singer-io/tap-zendesk
`schemas/ticket_comments.json`; Airbyte source-zendesk-support `schemas/ticket_comments.json`, whose comments are
child events of the incremental ticket events and carry `timestamp` (Unix seconds) too. The API itself does not say
in a comment of which ticket it is; connectors and scripts add `ticket_id`. Without it a comment is set aside
(airbyte #7631): no other key of it tells, and a guess would put a customer's words on somebody else's account.
"""

from __future__ import annotations

from pipeline.sources.source import Kind
from pipeline.sources.zendesk import comment
from pipeline.sources.zendesk.layout import NO_TICKET, Layout

_COMMENT = f'{{{comment.FIELDS},"ticket_id":"VARCHAR","timestamp":"VARCHAR"}}'
_SAID_AT = "coalesce(moment(created_at), moment_of_unix(timestamp))"

_MESSAGES = f"""
    SELECT record, ticket_id, ticket_id || ':' || id AS message_id, 0 AS place, {comment.author("c")} AS author_id,
        {comment.role_hint("c.author_id", "c.via.channel")} AS role_hint, coalesce(public, true) AS is_public,
        {_SAID_AT} AS said_at, coalesce({comment.body("c")}, '') AS body, {comment.is_html("c")} AS is_html,
        true AS is_loose
    FROM comments c
"""
_PROBLEM = f"""coalesce({NO_TICKET}, CASE
    WHEN {_SAID_AT} IS NULL THEN 'no_time'
    WHEN coalesce(html_body, plain_body, body, data.transcription_text) IS NULL THEN 'no_text' END)"""

COMMENTS = Layout(
    kinds=(
        Kind(
            "comments",
            "parts",
            needs=frozenset({"id", "author_id", "public"}),
            any_of=frozenset({"plain_body", "html_body", "audit_id"}),
            lists=("comments", "ticket_comments"),
            key="$.ticket_id",
        ),
    ),
    shapes={"comments": _COMMENT},
    problems={"comments": _PROBLEM},
    queries={
        "messages": _MESSAGES,
        "participants": f"SELECT DISTINCT record, {comment.author('c')} AS user_id, 'other' AS part FROM comments c "
        "WHERE user_id IS NOT NULL",
        "people": "SELECT DISTINCT author.id AS user_id, author.name AS name, author.email AS email, "
        f"{comment.role('author.role')} AS role, author.organization_id AS organization_id "
        "FROM comments WHERE author.id IS NOT NULL",
    },
)
