"""Freshdesk's API v2: tickets by their last change with their conversations, contacts, companies.

Sources: developers.freshdesk.com/api (`updated_since`, `order_by`, `include`, at most 100 a page and 300 pages, key as
the user of basic authentication, Retry-After; 20 lists a minute in the smallest plan that has a limit of its own);
singer-io/tap-freshdesk `streams/abstracts.py` (ascending by `updated_at`, begun anew at the limit of pages; spam and
deleted tickets are lists of their own, which are not read here).
"""

from __future__ import annotations

from pipeline.sources.apis.api import Api, Follow, Pages, Stream

_NUMBERED = Pages(param="page", size_param="per_page", size=100)

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
            kind="tickets",
            path="/api/v2/tickets",
            records="",
            order="moment",
            pages=_NUMBERED,
            since="updated_since",
            moment="updated_at",
            params={"order_by": "updated_at", "order_type": "asc", "include": "description,requester,stats"},
            per_minute=20,
            follow=Follow(
                path="/api/v2/tickets/{id}/conversations",
                into="conversations",
                pages=_NUMBERED,
                per_minute=120,
            ),
        ),
    ),
)
