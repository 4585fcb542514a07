"""What a source is: how a file is recognised, and how its lines become canonical, still raw, rows.

The rows live in memory only; `steps.ingesting.partition` cleans and redacts them before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Kind = Literal["tickets", "users", "organizations"]

TIME = pa.timestamp("us")

RAW_TICKETS = pa.schema(
    [
        ("line", pa.int64()),
        ("ticket_id", pa.string()),
        ("url", pa.string()),
        ("subject", pa.string()),
        ("status", pa.string()),
        ("priority", pa.string()),
        ("channel", pa.string()),
        ("team", pa.string()),
        ("requester_id", pa.string()),
        ("organization_id", pa.string()),
        ("created_at", TIME),
        ("updated_at", TIME),
        ("status_updated_at", TIME),
        ("rating", pa.string()),
        ("reopen_count", pa.int32()),
        ("group_station_count", pa.int32()),
    ]
)
RAW_MESSAGES = pa.schema(
    [
        ("line", pa.int64()),
        ("ticket_id", pa.string()),
        ("message_id", pa.string()),
        ("place", pa.int32()),
        ("author_id", pa.string()),
        ("role_hint", pa.string()),
        ("is_public", pa.bool_()),
        ("said_at", TIME),
        ("body", pa.string()),
        ("is_html", pa.bool_()),
    ]
)
PARTICIPANTS = pa.schema(
    [
        ("line", pa.int64()),
        ("user_id", pa.string()),
        ("part", pa.string()),
    ]
)
PEOPLE = pa.schema(
    [
        ("user_id", pa.string()),
        ("name", pa.string()),
        ("email", pa.string()),
        ("role", pa.string()),
        ("organization_id", pa.string()),
    ]
)
RAW_ORGANIZATIONS = pa.schema(
    [
        ("organization_id", pa.string()),
        ("external_id", pa.string()),
        ("name", pa.string()),
        ("domains", pa.list_(pa.string())),
    ]
)
RAW_REJECTS = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])


def _empty(schema: pa.Schema) -> Callable[[], pa.Table]:
    return lambda: schema.empty_table()


@dataclass(frozen=True)
class Batch:
    """Canonical rows of some lines. `line` ties messages and participants to the version of the ticket
    they came with; `participants.part` is requester, staff (assignee) or other."""

    tickets: pa.Table = field(default_factory=_empty(RAW_TICKETS))
    messages: pa.Table = field(default_factory=_empty(RAW_MESSAGES))
    participants: pa.Table = field(default_factory=_empty(PARTICIPANTS))
    people: pa.Table = field(default_factory=_empty(PEOPLE))
    organizations: pa.Table = field(default_factory=_empty(RAW_ORGANIZATIONS))
    rejects: pa.Table = field(default_factory=_empty(RAW_REJECTS))


@dataclass(frozen=True)
class Source:
    """One export format.

    recognise: keys of a record -> what kind of file it is, or None if it is not of this source.
    read: (kind, table of `line` int64 and `text` string) -> Batch. Never raises for bad records.
    """

    name: str
    title: str
    recognise: Callable[[frozenset[str]], Kind | None]
    read: Callable[[Kind, pa.Table], Batch]
