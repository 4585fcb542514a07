"""Intercom's conversation 1, of Nora's, and its parts, as the API gives them."""

from __future__ import annotations

from typing import Any

from pipeline.warehouse import Connection

START = 1794268800  # 2026-11-10
NORA = {"type": "user", "id": "65f0aa01", "name": "Nora Quist", "email": "nora@elmcrest.example"}
ANN = {"type": "admin", "id": "501", "name": "Anneke Rood", "email": "anneke@desk.example"}
BUY = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"


def part_saying(part_id: int, body: str | None, author: dict[str, Any] = NORA, **other: Any) -> dict[str, Any]:
    """A part, as many minutes after the beginning as its id says."""
    said_at = START + part_id * 60
    part = {"id": str(part_id), "part_type": "comment", "body": body, "created_at": said_at, "author": author}
    return {"type": "conversation_part"} | part | other


def conversation_of(*parts: dict[str, Any], hour: int = 9, **other: Any) -> dict[str, Any]:
    """Conversation 1 of Nora's, changed at that hour."""
    return {
        "type": "conversation",
        "id": "1",
        "created_at": START,
        "updated_at": START + hour * 3600,
        "state": "open",
        "source": {"delivered_as": "customer_initiated", "body": "<p>Opening.</p>", "author": NORA},
        "contacts": {"contacts": [{"type": "contact", "id": NORA["id"]}]},
        "conversation_rating": None,
        "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
    } | other


def without_parts(conversation: dict[str, Any]) -> dict[str, Any]:
    """The conversation as a list of conversations has it."""
    return {key: value for key, value in conversation.items() if key != "conversation_parts"}


def all_said(con: Connection) -> list[tuple[str, str, bool, str]]:
    """Id, role, whether customers see it, and text of all messages in order."""
    return con.execute("SELECT message_id, role, is_public, text FROM messages ORDER BY ticket_id, position").fetchall()
