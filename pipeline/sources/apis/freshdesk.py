"""Freshdesk's API v2: tickets by their last change with their conversations, ratings, contacts, agents, companies.

Sources: developers.freshdesk.com/api (`updated_since`, `order_by`, `include`, at most 100 a page and 300 pages, key as
the user of basic authentication, Retry-After; 20 lists a minute in the smallest plan that has a limit of its own);
singer-io/tap-freshdesk `streams/abstracts.py` (ascending by `updated_at`, begun anew at the limit of pages; spam and
deleted tickets are lists of their own, by `filter`). Ratings: "View All Satisfaction Ratings" (`created_since`).
"""

from __future__ import annotations

from pipeline.sources.apis.api import Api, Follow, Pages, Stream

_BY_CHANGE = {"order_by": "updated_at", "order_type": "asc"}
_NUMBERED = Pages(param="page", size_param="per_page", size=100)


def _gone(name: str) -> Stream:
    """Tickets that the usual list has no more. They are not asked for what was said."""
    return Stream(
        kind="tickets",
        name=f"{name} tickets",
        path="/api/v2/tickets",
        records="",
        order="moment",
        pages=_NUMBERED,
        since="updated_since",
        moment="updated_at",
        params=_BY_CHANGE | {"filter": name},
        says={name: True},
        per_minute=20,
    )


FRESHDESK = Api(
    name="freshdesk",
    title="Freshdesk",
    auth="key_as_user",
    token_env="FRESHDESK_KEY",
    headers={"Accept": "application/json"},
    streams=(
        Stream(
            kind="companies",
            path="/api/v2/companies",
            records="",
            order="whole",
            pages=_NUMBERED,
            per_minute=20,
        ),
        Stream(
            kind="contacts",
            path="/api/v2/contacts",
            records="",
            order="run",
            pages=_NUMBERED,
            since="_updated_since",
            per_minute=20,
        ),
        Stream(
            kind="agents",
            path="/api/v2/agents",
            records="",
            order="whole",
            pages=_NUMBERED,
            per_minute=20,
            may_be_refused=True,
        ),
        Stream(
            kind="tickets",
            path="/api/v2/tickets",
            records="",
            order="moment",
            pages=_NUMBERED,
            since="updated_since",
            moment="updated_at",
            params=_BY_CHANGE | {"include": "description,requester,stats"},
            per_minute=20,
            follow=Follow(
                path="/api/v2/tickets/{id}/conversations",
                into="all_conversations",
                pages=_NUMBERED,
                per_minute=120,
            ),
        ),
        _gone("deleted"),
        _gone("spam"),
        Stream(
            kind="satisfaction_ratings",
            path="/api/v2/surveys/satisfaction_ratings",
            records="",
            order="run",
            pages=_NUMBERED,
            since="created_since",
            per_minute=20,
            may_be_refused=True,
        ),
    ),
)
