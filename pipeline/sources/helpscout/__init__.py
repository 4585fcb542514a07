"""Help Scout: conversations of its API (v2 and v3) with threads inside or apart, and as singer-io/tap-helpscout streams
them, all names in snake case.

Field names: developer.helpscout.com/mailbox-api "Get Conversation (v3)", "List Threads (v3)"; states and types of
threads: its legacy "Thread Object"; singer-io/tap-helpscout `tap_helpscout/schemas/`. Threads come newest first. Only
v3 says `system_user` of what an AI wrote. A page of threads does not say whose they are: whoever saves one must add
`conversationId`.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.sources.helpscout.rows import QUERIES, SHARED
from pipeline.sources.helpscout.shapes import PROBLEMS, SHAPES
from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source


def read(records: pa.Table) -> Batch:
    """Canonical rows of conversations, threads, ratings, users and customers."""
    return read_json(records, SHAPES, PROBLEMS, QUERIES, shared=SHARED)


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS = (
    Kind(
        "conversations",
        "whole",
        needs=_keys("id", "number", "mailboxId", "state"),
        lists=("_embedded.conversations",),
        key="$.id",
    ),
    Kind(
        "stream_conversations",
        "whole",
        needs=_keys("id", "number", "mailbox_id", "state"),
        lists=("conversations",),
        key="$.id",
    ),
    Kind(
        "threads",
        "parts",
        needs=_keys("id", "type", "state", "createdBy", "source"),
        without=_keys("mailboxId"),
        lists=("_embedded.threads",),
        key="$.conversationId",
    ),
    Kind(
        "conversation_threads",
        "parts",
        needs=_keys("id", "type", "state", "created_by", "conversation_id"),
        lists=("conversation_threads",),
        key="$.conversation_id",
    ),
    Kind(
        "happiness_ratings_report",
        "parts",
        needs=_keys("conversation_id", "rating_id", "rating_customer_id"),
        lists=("happiness_ratings_report",),
        key="$.conversation_id",
    ),
    Kind("users", "people", needs=_keys("id", "firstName", "lastName", "email", "role"), lists=("_embedded.users",)),
    Kind("stream_users", "people", needs=_keys("id", "first_name", "last_name", "email", "role"), lists=("users",)),
    Kind(
        "customers",
        "people",
        needs=_keys("id", "firstName", "lastName"),
        any_of=_keys("photoType", "jobTitle", "conversationCount"),
        lists=("_embedded.customers",),
    ),
    Kind(
        "stream_customers",
        "people",
        needs=_keys("id", "first_name", "last_name", "emails"),
        lists=("customers",),
    ),
)
HELPSCOUT = Source("helpscout", "Help Scout", KINDS, read)
