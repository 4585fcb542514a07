"""Conversations as Help Scout writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.layouts.conversations import Conversation
from tests.bench.layouts.written import as_html, as_iso, write_pages


def helpscout(folder: Path, made: Sequence[Conversation]) -> None:
    """Pages of conversations with embedded threads, newest first."""
    records = []
    for one in made:
        threads = []
        for turn in reversed(one.turns):
            who = one.author(turn)
            person = {
                "id": who.number,
                "type": "customer" if turn.by_customer else "user",
                "first": who.name.split()[0],
                "last": who.name.split()[1],
                "email": who.email,
            }
            threads.append(
                {
                    "id": turn.number,
                    "type": "customer" if turn.by_customer else "message",
                    "status": "active",
                    "state": "published",
                    "action": {"type": "default", "text": ""},
                    "body": as_html(turn.text),
                    "source": {"type": "email", "via": "customer" if turn.by_customer else "user"},
                    "createdBy": person,
                    "createdAt": as_iso(turn.at),
                }
            )
        customer = one.customer
        records.append(
            {
                "id": one.number,
                "number": one.number,
                "threads": len(threads),
                "type": "email",
                "folderId": 1,
                "status": "closed" if one.is_solved else "active",
                "state": "published",
                "subject": one.subject,
                "preview": one.turns[-1].text[:80],
                "mailboxId": 1,
                "createdBy": {"id": customer.number, "type": "customer", "email": customer.email},
                "createdAt": as_iso(one.began_at),
                "userUpdatedAt": as_iso(one.changed_at),
                "primaryCustomer": {
                    "id": customer.number,
                    "type": "customer",
                    "first": customer.name.split()[0],
                    "last": customer.name.split()[1],
                    "email": customer.email,
                },
                "_embedded": {"threads": threads},
            }
        )
    write_pages(
        folder,
        "conversations",
        records,
        50,
        lambda page: {"_embedded": {"conversations": page}, "page": {"size": 50, "totalElements": len(records)}},
    )
