"""Conversations as Freshdesk writes them, inside their tickets or apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.layouts.conversations import Conversation
from tests.bench.layouts.written import as_html, as_iso, write_lines


def _freshdesk(one: Conversation) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    first, rest = one.turns[0], one.turns[1:]
    ticket = {
        "id": one.number,
        "subject": one.subject,
        "description": as_html(first.text),
        "description_text": first.text,
        "status": 4 if one.is_solved else 2,
        "priority": 2,
        "source": 7,
        "requester_id": one.customer.number,
        "responder_id": one.agent.number,
        "created_at": as_iso(one.began_at),
        "updated_at": as_iso(one.changed_at),
        "spam": False,
        "fr_escalated": False,
        "requester": {"id": one.customer.number, "name": one.customer.name, "email": one.customer.email},
    }
    conversations = [
        {
            "id": turn.number,
            "ticket_id": one.number,
            "user_id": one.author(turn).number,
            "body": as_html(turn.text),
            "body_text": turn.text,
            "incoming": turn.by_customer,
            "private": False,
            "source": 0,
            "created_at": as_iso(turn.at),
            "updated_at": as_iso(turn.at),
        }
        for turn in rest
    ]
    return ticket, conversations


def freshdesk(folder: Path, made: Sequence[Conversation]) -> None:
    """Tickets with their conversations inside."""
    write_lines(folder / "tickets.jsonl", [ticket | {"conversations": said} for ticket, said in map(_freshdesk, made)])


def freshdesk_apart(folder: Path, made: Sequence[Conversation]) -> None:
    """Tickets and conversations in files of their own."""
    pairs = [_freshdesk(one) for one in made]
    write_lines(folder / "tickets.jsonl", [ticket for ticket, _ in pairs])
    write_lines(folder / "conversations.jsonl", [one for _, said in pairs for one in said])
