"""Conversations as HubSpot writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.layouts.conversations import Conversation
from tests.bench.layouts.written import as_html, as_iso, write_pages


def hubspot(folder: Path, made: Sequence[Conversation]) -> None:
    """Threads, their messages apart, and the actors who speak in them."""
    folder.mkdir(parents=True, exist_ok=True)
    threads, messages, actors = [], [], {}
    for one in made:
        threads.append(
            {
                "id": str(one.number),
                "associatedContactId": str(one.customer.number),
                "createdAt": as_iso(one.began_at),
                "closedAt": as_iso(one.changed_at) if one.is_solved else None,
                "status": "CLOSED" if one.is_solved else "OPEN",
                "inboxId": "1",
                "assignedTo": f"A-{one.agent.number}",
                "spam": False,
                "archived": False,
                "latestMessageTimestamp": as_iso(one.changed_at),
                "originalChannelId": "1000",
            }
        )
        for turn in one.turns:
            author = one.author(turn)
            actor = f"{'V' if turn.by_customer else 'A'}-{author.number}"
            actors[actor] = {"id": actor, "name": author.name, "email": author.email}
            messages.append(
                {
                    "type": "MESSAGE",
                    "id": str(turn.number),
                    "conversationsThreadId": str(one.number),
                    "createdAt": as_iso(turn.at),
                    "updatedAt": as_iso(turn.at),
                    "createdBy": actor,
                    "client": {"clientType": "HUBSPOT"},
                    "senders": [
                        {
                            "actorId": actor,
                            "name": author.name,
                            "senderField": "FROM",
                            "deliveryIdentifier": {"type": "HS_EMAIL_ADDRESS", "value": author.email},
                        }
                    ],
                    "recipients": [],
                    "archived": False,
                    "text": turn.text,
                    "richText": as_html(turn.text),
                    "attachments": [],
                    "truncationStatus": "NOT_TRUNCATED",
                    "status": {"statusType": "RECEIVED" if turn.by_customer else "SENT"},
                    "direction": "INCOMING" if turn.by_customer else "OUTGOING",
                    "channelId": "1000",
                    "channelAccountId": "1",
                }
            )
    write_pages(folder, "threads", threads, 100, lambda page: {"results": page, "paging": {"next": {"after": "x"}}})
    write_pages(folder, "messages", messages, 500, lambda page: {"results": page, "paging": {"next": {"after": "x"}}})
    write_pages(folder, "actors", list(actors.values()), 500, lambda page: {"results": page})
