"""HubSpot conversations: threads and their messages, together or apart, with actors, contacts and companies.

Field names: developers.hubspot.com, "Conversations inbox & messages" v3 (threads, messages, actors) and CRM objects v3.
The letter before an actor's id says what it is: A agent, V visitor, B bot, L language model, S system, I integration,
E e-mail (PipedreamHQ/pipedream `hubspot-get-actor`; HubSpot withdrew E). V has the contact's number.
A message that HubSpot cut keeps its whole text behind `original-content` of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.sources.hubspot.rows import QUERIES, SHARED
from pipeline.sources.hubspot.shapes import PROBLEMS, SHAPES
from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source

_ACTOR = re.compile(r"[A-Z]-.")


def read(records: pa.Table) -> Batch:
    """Canonical rows of threads, messages, actors, contacts and companies."""
    return read_json(records, SHAPES, PROBLEMS, QUERIES, shared=SHARED)


def _has_properties(*names: str) -> Any:
    def test(record: Mapping[str, Any]) -> bool:
        properties = record["properties"]
        return isinstance(properties, dict) and all(name in properties for name in names)

    return test


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS = (
    Kind(
        "threads",
        "whole",
        needs=_keys("id", "inboxId", "originalChannelId"),
        any_of=_keys("associatedContactId", "latestMessageTimestamp", "threadAssociations"),
        lists=("threads", "results"),
        key="$.id",
    ),
    Kind(
        "messages",
        "parts",
        needs=_keys("id", "conversationsThreadId", "type"),
        lists=("messages", "results"),
        key="$.conversationsThreadId",
    ),
    Kind(
        "actors",
        "people",
        needs=_keys("id", "type"),
        any_of=_keys("name", "email"),
        lists=("actors", "results"),
        test=lambda record: bool(_ACTOR.match(str(record["id"]))),
    ),
    Kind(
        "contacts",
        "people",
        needs=_keys("id", "properties", "archived"),
        lists=("contacts", "results"),
        test=_has_properties("email", "lastname"),
    ),
    Kind(
        "companies",
        "people",
        needs=_keys("id", "properties", "archived"),
        lists=("companies", "results"),
        test=_has_properties("name", "domain"),
    ),
)
HUBSPOT = Source("hubspot", "HubSpot conversations", KINDS, read)
