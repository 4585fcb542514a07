"""Conversations as Zendesk's export, its API and two connectors write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.layouts.conversations import Conversation, Turn
from tests.bench.layouts.written import as_iso, write_lines, write_pages


def _zendesk_comment(one: Conversation, turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.number,
        "type": "Comment",
        "author_id": one.author(turn).number,
        "public": True,
        "body": turn.text,
        "plain_body": turn.text,
        "created_at": as_iso(turn.at),
    }


def _zendesk_ticket(one: Conversation) -> dict[str, Any]:
    return {
        "id": one.number,
        "subject": one.subject,
        "description": one.turns[0].text,
        "status": "solved" if one.is_solved else "open",
        "priority": "normal",
        "requester_id": one.customer.number,
        "assignee_id": one.agent.number,
        "created_at": as_iso(one.began_at),
        "updated_at": as_iso(one.changed_at),
    }


def _zendesk_users(made: Sequence[Conversation]) -> list[dict[str, Any]]:
    people = {p.number: (p, role) for one in made for p, role in ((one.customer, "end-user"), (one.agent, "agent"))}
    return [{"id": p.number, "name": p.name, "email": p.email, "role": role} for _, (p, role) in sorted(people.items())]


def zendesk_export(folder: Path, made: Sequence[Conversation]) -> None:
    """One ticket a line with its comments, users beside it."""
    write_lines(folder / "users.ndjson", _zendesk_users(made))
    write_lines(
        folder / "tickets.ndjson",
        [_zendesk_ticket(one) | {"comments": [_zendesk_comment(one, t) for t in one.turns]} for one in made],
    )


def zendesk_pages(folder: Path, made: Sequence[Conversation]) -> None:
    """Pages of the incremental API: tickets, users, and comments with the ticket's id that connectors add."""
    comments = [_zendesk_comment(one, turn) | {"ticket_id": one.number} for one in made for turn in one.turns]
    write_pages(folder, "users", _zendesk_users(made), 500, lambda page: {"users": page, "end_of_stream": True})
    write_pages(folder, "comments", comments, 700, lambda page: {"comments": page, "next_page": None})
    write_pages(
        folder,
        "tickets",
        [_zendesk_ticket(one) for one in made],
        400,
        lambda page: {"tickets": page, "after_cursor": "x", "end_of_stream": True},
    )


def zendesk_singer(folder: Path, made: Sequence[Conversation]) -> None:
    """What tap-zendesk prints: streams mixed in one file."""

    def record(stream: str, row: dict[str, Any]) -> dict[str, Any]:
        return {"type": "RECORD", "stream": stream, "record": row, "time_extracted": "2026-11-20T00:00:00Z"}

    rows: list[Any] = [{"type": "SCHEMA", "stream": "tickets", "schema": {}, "key_properties": ["id"]}]
    rows += [record("users", user) for user in _zendesk_users(made)]
    for one in made:
        rows.append(record("tickets", _zendesk_ticket(one)))
        rows += [
            record("ticket_comments", _zendesk_comment(one, turn) | {"ticket_id": one.number}) for turn in one.turns
        ]
    rows.append({"type": "STATE", "value": {}})
    write_lines(folder / "tap.jsonl", rows)


def zendesk_airbyte(folder: Path, made: Sequence[Conversation]) -> None:
    """What Airbyte's file destinations write: a stream a file, each record wrapped."""

    def wrapped(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return ({"_airbyte_raw_id": str(n), "_airbyte_extracted_at": 0, "_airbyte_data": r} for n, r in enumerate(rows))

    write_lines(folder / "users.jsonl", wrapped(_zendesk_users(made)))
    write_lines(folder / "tickets.jsonl", wrapped(_zendesk_ticket(one) for one in made))
    comments = (_zendesk_comment(one, turn) | {"ticket_id": one.number} for one in made for turn in one.turns)
    write_lines(folder / "ticket_comments.jsonl", wrapped(comments))
