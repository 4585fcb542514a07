"""Help Scout's API v2: conversations that changed, each with its threads.

Sources: developer.helpscout.com/mailbox-api "List Conversations" (`modifiedSince`, `status=all`, `sortField`; threads
embedded in the list are cut short where they are chats, so they are asked for each by itself), "List Threads",
"Authentication" (OAuth2 client credentials, form-encoded), "Rate limiting" (`X-RateLimit-Retry-After`; 200 requests a
minute in the smallest plan); singer-io/tap-helpscout `streams/`.

The list is in the order of creation: that of change would move records from page to page while they are read, and no
field of a conversation says when it changed; what is deleted, or called spam, therefore is so from when it was read.
"""

from __future__ import annotations

from pipeline.sources.apis.api import Api, Follow, Pages, Stream

_NUMBERED = Pages(param="page", count="page.totalPages")

HELPSCOUT = Api(
    name="helpscout",
    title="Help Scout",
    auth="client_credentials",
    address="https://api.helpscout.net",
    token_env="HELPSCOUT_SECRET",
    login="the application's id",
    token_path="/v2/oauth2/token",
    headers={"Accept": "application/json"},
    wait_header="X-RateLimit-Retry-After",
    streams=(
        Stream(
            kind="conversations",
            path="/v2/conversations",
            records="_embedded.conversations",
            order="run",
            pages=_NUMBERED,
            since="modifiedSince",
            params={"status": "all", "sortField": "createdAt", "sortOrder": "asc"},
            per_minute=200,
            follow=Follow(
                path="/v2/conversations/{id}/threads",
                records="_embedded.threads",
                into="_embedded.threads",
                pages=_NUMBERED,
                per_minute=200,
                unless=("deleted", "spam"),
                gone={"state": "deleted"},
                gone_at="updated_at",
            ),
        ),
    ),
)
