"""Tables and JSON of no helpdesk in particular: a row a message, a row a ticket, or conversations with their messages.

Columns are found by `aliases.toml`. Read so as well: ConvoKit's `utterances.jsonl` (`id speaker conversation_id
reply_to timestamp text meta`, ConvoKit `doc/source/data_format.rst`), the conversation reports that chatwoot #15243
and #13366 ask for (one row a conversation, without its text), and the format of `predict` where it has a `created_at`.

A message needs its conversation's id, a text and a time; a ticket its id, a time, and a text, a subject or a status.
Rows of tickets and of messages are joined by the conversation's id, in one file or several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pipeline.sources.generic.columns import columns_of, is_of_others, paths_of
from pipeline.sources.generic.read import read
from pipeline.sources.generic.times import Order, order_told
from pipeline.sources.source import Holds, Kind, Source

_LIST_OF = ("text", "html", "said_at")
_TIMES = ("said_at", "opened_at", "updated_at")


def _shape(record: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What a record is (messages, tickets, conversations or nothing), and the keys that told."""
    found = columns_of(paths_of(record))
    if is_of_others(record):
        return "", ()
    for path in found.get("messages", []):
        items = record.get(path[0])
        if isinstance(items, list) and items and isinstance(items[0], dict) and _is_message(items[0]):
            own = found.get("ticket_id") or found.get("own_id")
            return ("conversations", (own[0][0], path[0])) if own else ("", ())
    ticket_id, said_at = found.get("ticket_id"), found.get("said_at") or found.get("opened_at")
    text = found.get("text") or found.get("html")
    if ticket_id and said_at and text:
        return "messages", _told(ticket_id, said_at, text)
    own_id, about = found.get("own_id"), found.get("subject") or found.get("status") or found.get("requester_email")
    if ticket_id and said_at and (description := found.get("description") or about):
        return "tickets", _told(ticket_id, said_at, description)
    if own_id and said_at and (found.get("description") or text) and (subject := found.get("subject")):
        return "tickets", _told(own_id, said_at, subject)
    return "", ()


def _is_message(item: Mapping[str, Any]) -> bool:
    found = columns_of(paths_of(item))
    return bool(found.get("text") or found.get("html"))


def _told(*columns: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(".".join(found[0]) for found in columns)


def _is_shape(shape: str, order: Order, record: Mapping[str, Any]) -> bool:
    if _shape(record)[0] != shape:
        return False
    if not order:
        return True
    found = columns_of(paths_of(record))
    return order_told(record.get(path[0]) for name in _TIMES for path in found.get(name, [])) == order


def _told_by(record: Mapping[str, Any]) -> tuple[str, ...]:
    return _shape(record)[1]


def _kind(shape: str, holds: Holds, order: Order, framings: frozenset[str]) -> Kind:
    test: Callable[[Mapping[str, Any]], bool] = partial(_is_shape, shape, order)
    name = f"{shape}, {order}" if order else shape
    return Kind(name, holds, needs=frozenset(), framings=framings, test=test, told_by=_told_by)


_TABLES, _BOTH = frozenset({"table"}), frozenset({"table", "json"})
_ORDERS: tuple[Order, ...] = ("day first", "month first")
# A table's kind says the order of day and month, so that all of its rows are read alike: the first kind that one of its
# rows is of is that of the table.
KINDS = (
    *(_kind(shape, "parts", order, _TABLES) for shape in ("messages", "tickets") for order in _ORDERS),
    _kind("conversations", "whole", "", frozenset({"json"})),
    _kind("messages", "parts", "", _BOTH),
    _kind("tickets", "parts", "", _BOTH),
)
GENERIC = Source("generic", "General", KINDS, read, is_general=True)
