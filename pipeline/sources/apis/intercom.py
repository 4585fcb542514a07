"""Intercom's API: conversations by their last change, each fetched whole, since parts stand only there.

Sources: developers.intercom.com "Pagination" (at most 150 a page, `pages.next.starting_after`), "Search contacts"
(times count by whole days, new contacts are found minutes later), "Rate limiting" (`X-RateLimit-Reset`, a Unix second;
1,000 requests a minute), "Retrieve a conversation" (at most 500 parts); singer-io/tap-intercom `streams.py` (search by
`updated_at`, sorted; scroll of companies, of which one may be open at a time: airbyte source-intercom BEHAVIOR.md).
"""

from __future__ import annotations

from pipeline.sources.apis.api import Api, Follow, Pages, Stream

_SEARCH = Pages(
    param="pagination.starting_after", next="pages.next.starting_after", size_param="pagination.per_page", size=150
)
_SINCE = {
    "query": {"field": "updated_at", "operator": ">", "value": 0},
    "sort": {"field": "updated_at", "order": "ascending"},
}
_DAY = 86_400

INTERCOM = Api(
    name="intercom",
    title="Intercom",
    auth="bearer",
    address="https://api.intercom.io",
    token_env="INTERCOM_TOKEN",
    headers={"Accept": "application/json", "Intercom-Version": "2.11"},
    wait_header="X-RateLimit-Reset",
    wait_is="until",
    streams=(
        Stream(
            kind="companies",
            path="/companies/scroll",
            records="data",
            order="whole",
            pages=Pages(param="scroll_param", next="scroll_param"),
            per_minute=600,
        ),
        Stream(
            kind="contacts",
            path="/contacts/search",
            records="data",
            order="run",
            pages=_SEARCH,
            since="query.value",
            since_is="seconds",
            body=_SINCE,
            overlap_seconds=2 * _DAY,
            per_minute=600,
        ),
        Stream(
            kind="conversations",
            path="/conversations/search",
            records="conversations",
            order="moment",
            pages=_SEARCH,
            since="query.value",
            since_is="seconds",
            moment="updated_at",
            body=_SINCE,
            overlap_seconds=600,
            per_minute=600,
            follow=Follow(
                path="/conversations/{id}",
                per_minute=1000,
                said_and_given=("conversation_parts.total_count", "conversation_parts.conversation_parts"),
            ),
        ),
    ),
)
