"""Conversations as Front writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.layouts.conversations import Conversation
from tests.bench.layouts.written import as_html, as_unix, write_pages


def front(folder: Path, made: Sequence[Conversation]) -> None:
    """Conversations and messages, a page a file, as the API lists them."""
    conversations, messages = [], []
    for one in made:
        link = f"https://api2.frontapp.com/conversations/cnv_{one.number}"
        conversations.append(
            {
                "_links": {"self": link},
                "id": f"cnv_{one.number}",
                "subject": one.subject,
                "status": "archived" if one.is_solved else "assigned",
                "assignee": {
                    "id": f"tea_{one.agent.number}",
                    "email": one.agent.email,
                    "first_name": one.agent.name.split()[0],
                    "last_name": one.agent.name.split()[1],
                },
                "recipient": {"handle": one.customer.email, "role": "from"},
                "tags": [],
                "is_private": False,
                "created_at": as_unix(one.began_at),
                "last_message": {"created_at": as_unix(one.changed_at)},
            }
        )
        for turn in one.turns:
            author, other = (one.customer, one.agent) if turn.by_customer else (one.agent, one.customer)
            messages.append(
                {
                    "_links": {"related": {"conversation": link}},
                    "id": f"msg_{turn.number}",
                    "type": "email",
                    "is_inbound": turn.by_customer,
                    "created_at": float(as_unix(turn.at)),
                    "blurb": turn.text[:60],
                    "body": as_html(turn.text),
                    "text": turn.text,
                    "subject": one.subject,
                    "author": None
                    if turn.by_customer
                    else {
                        "id": f"tea_{author.number}",
                        "email": author.email,
                        "first_name": author.name.split()[0],
                        "last_name": author.name.split()[1],
                    },
                    "recipients": [
                        {"name": author.name, "handle": author.email, "role": "from"},
                        {"name": other.name, "handle": other.email, "role": "to"},
                    ],
                    "attachments": [],
                    "metadata": {},
                    "draft_mode": None,
                }
            )
    write_pages(
        folder, "conversations", conversations, 100, lambda page: {"_pagination": {"next": None}, "_results": page}
    )
    write_pages(folder, "messages", messages, 100, lambda page: {"_pagination": {"next": None}, "_results": page})
