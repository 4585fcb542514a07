"""Conversations as Intercom's API and its own export write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.layouts.conversations import Conversation, Turn
from tests.bench.layouts.written import as_html, as_unix, write_csv, write_lines


def _intercom_author(one: Conversation, turn: Turn) -> dict[str, Any]:
    person = one.author(turn)
    return {
        "type": "user" if turn.by_customer else "admin",
        "id": str(person.number),
        "name": person.name,
        "email": person.email,
    }


def intercom(folder: Path, made: Sequence[Conversation]) -> None:
    """Conversations with their parts, one a line, as the API gives a single one."""
    records = []
    for one in made:
        first, rest = one.turns[0], one.turns[1:]
        parts = [
            {
                "type": "conversation_part",
                "id": str(turn.number),
                "part_type": "comment",
                "body": as_html(turn.text),
                "created_at": as_unix(turn.at),
                "updated_at": as_unix(turn.at),
                "author": _intercom_author(one, turn),
                "attachments": [],
                "redacted": False,
            }
            for turn in rest
        ]
        records.append(
            {
                "type": "conversation",
                "id": str(one.number),
                "title": one.subject,
                "created_at": as_unix(one.began_at),
                "updated_at": as_unix(one.changed_at),
                "open": not one.is_solved,
                "state": "closed" if one.is_solved else "open",
                "read": True,
                "priority": "not_priority",
                "admin_assignee_id": one.agent.number,
                "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": str(one.customer.number)}]},
                "source": {
                    "type": "conversation",
                    "id": str(first.number),
                    "delivered_as": "customer_initiated" if first.by_customer else "admin_initiated",
                    "subject": one.subject,
                    "body": as_html(first.text),
                    "author": _intercom_author(one, first),
                    "attachments": [],
                    "redacted": False,
                },
                "conversation_parts": {
                    "type": "conversation_part.list",
                    "conversation_parts": parts,
                    "total_count": len(parts),
                },
            }
        )
    write_lines(folder / "conversations.jsonl", records)


def intercom_csv(folder: Path, made: Sequence[Conversation]) -> None:
    """Intercom's own export, a row a message."""
    header = (
        "message_id message_body message_type message_created_at message_author_type message_author_id "
        "message_author_name message_author_email conversation_id conversation_state conversation_created_at"
    ).split()
    rows = [
        [
            turn.number,
            turn.text,
            "comment",
            f"{turn.at:%Y-%m-%d %H:%M:%S}",
            "user" if turn.by_customer else "admin",
            one.author(turn).number,
            one.author(turn).name,
            one.author(turn).email,
            one.number,
            "closed" if one.is_solved else "open",
            f"{one.began_at:%Y-%m-%d %H:%M:%S}",
        ]
        for one in made
        for turn in one.turns
    ]
    write_csv(folder / "intercom.csv", header, rows)
