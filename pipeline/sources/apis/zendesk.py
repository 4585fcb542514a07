"""Zendesk's Support API: incremental exports, and the comments of each changed ticket.

Sources: developer.zendesk.com "Using the Incremental Exports API" and "Incremental Exports" (10 requests a minute,
`after_cursor`, `end_of_stream`, the last minute is left out, organizations by time only), "Ticket Comments" (cursor
pages `page[size]`, `meta.has_more`, `meta.after_cursor`), "Side-Loading", "Rate limits" (200 a minute in the smallest
plan); singer-io/tap-zendesk `streams/`. Metric sets come beside the tickets or inside them, connectors report both.

Who wrote comes beside tickets and comments too: their own lists hold only who changed since `start`. A deleted ticket
comes in the export once more, its status `deleted`.

Comments are asked for ticket by ticket, not taken from `ticket_events`: a ticket is then stored whole or not at all,
and one that began before `start` has its beginning (airbyte #8519 lost comments between two time-based streams).
"""

from __future__ import annotations

from pipeline.sources.apis.api import Api, Follow, Pages, Stream

_EXPORT = Pages(param="cursor", next="after_cursor", end="end_of_stream", size_param="per_page", size=1000)
_BY_TIME = Pages(param="start_time", next="end_time", end="end_of_stream", size_param="per_page", size=1000)
# A page is stored with the comments of its tickets, so that many small ones lose less than a few big ones.
_TICKETS = Pages(param="cursor", next="after_cursor", end="end_of_stream", size_param="per_page", size=100)

ZENDESK = Api(
    name="zendesk",
    title="Zendesk",
    auth="zendesk",
    token_env="ZENDESK_TOKEN",
    login="the agent's e-mail address of an API token; empty for an OAuth token",
    headers={"Accept": "application/json"},
    streams=(
        Stream(
            kind="organizations",
            path="/api/v2/incremental/organizations.json",
            records="organizations",
            order="cursor",
            pages=_BY_TIME,
            since="start_time",
            since_is="seconds",
            per_minute=10,
        ),
        Stream(
            kind="users",
            path="/api/v2/incremental/users/cursor.json",
            records="users",
            order="cursor",
            pages=_EXPORT,
            since="start_time",
            since_is="seconds",
            per_minute=10,
        ),
        Stream(
            kind="tickets",
            path="/api/v2/incremental/tickets/cursor.json",
            records="tickets",
            order="cursor",
            pages=_TICKETS,
            since="start_time",
            since_is="seconds",
            params={"include": "users,organizations,metric_sets"},
            beside={"users": "users", "organizations": "organizations"},
            joined=(("metric_sets", "ticket_id", "metric_set"),),
            per_minute=10,
            follow=Follow(
                path="/api/v2/tickets/{id}/comments.json",
                records="comments",
                into="comments",
                params={"include": "users"},
                beside={"users": "users"},
                pages=Pages(
                    param="page[after]",
                    next="meta.after_cursor",
                    more="meta.has_more",
                    size_param="page[size]",
                    size=100,
                ),
                per_minute=200,
                unless=("deleted",),
            ),
        ),
    ),
)
