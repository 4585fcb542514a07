"""Records of Zendesk as they come apart: tickets, comments and audits, each by itself or on a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.warehouse import Connection
from tests.contract.homes import user

NORA = user(20, "Nora Quist", "nora@elmcrest.example", organization_id=90)
GRACE = user(10, "Grace Ashdown", "grace@tidewater.example", role="agent")


def ticket_of(ticket_id: int, **other: Any) -> dict[str, Any]:
    """As the incremental export has it, without comments."""
    return {
        "id": ticket_id,
        "subject": "A question",
        "description": "How do we begin?",
        "status": "open",
        "requester_id": 20,
        "submitter_id": 20,
        "assignee_id": 10,
        "organization_id": 90,
        "created_at": "2026-11-10T09:00:00Z",
        "updated_at": "2026-11-10T12:00:00Z",
    } | other


def comment_of(comment_id: int, ticket_id: int | None, author: int, text: str, **other: Any) -> dict[str, Any]:
    """One that may say which ticket it is of."""
    comment = {"id": comment_id, "author_id": author, "public": True, "plain_body": text, "audit_id": comment_id * 10}
    return comment | {"created_at": "2026-11-10T09:00:00Z", "ticket_id": ticket_id} | other


def audit_of(audit_id: int, ticket_id: int, author: int, *events: dict[str, Any], hour: int = 9) -> dict[str, Any]:
    """What happened in a ticket at that hour."""
    time = f"2026-11-10T{hour:02}:00:00Z"
    return {
        "id": audit_id,
        "ticket_id": ticket_id,
        "author_id": author,
        "created_at": time,
        "metadata": {},
        "events": [*events],
    }


def write_page(path: Path, **lists: Any) -> Path:
    """A page of these lists; returns where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(lists), encoding="utf-8")
    return path


def all_said(con: Connection) -> list[tuple[str, str, bool]]:
    """Text, role and whether customers see it, of all messages in order."""
    return con.execute("SELECT text, role, is_public FROM messages ORDER BY ticket_id, position").fetchall()
