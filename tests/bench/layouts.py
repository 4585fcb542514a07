"""The same conversations written as each helpdesk exports them, to compare what comes of them.

Only what every layout can carry is written: who said what and when, a subject, and a status that follows from who spoke
last. Field names are those that the modules of `pipeline/sources` name their sources for.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

VENDOR = "vendor.example"


@dataclass(frozen=True)
class Person:
    """Somebody with a number, a name and an address."""

    number: int
    name: str
    email: str


@dataclass(frozen=True)
class Turn:
    """Something said; `number` counts over all conversations."""

    number: int
    by_customer: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Conversation:
    """A conversation with its people."""

    number: int
    turns: tuple[Turn, ...]
    customer: Person
    agent: Person

    @property
    def is_solved(self) -> bool:
        return not self.turns[-1].by_customer

    @property
    def subject(self) -> str:
        return f"Conversation {self.number}"

    @property
    def began_at(self) -> datetime:
        return self.turns[0].at

    @property
    def changed_at(self) -> datetime:
        return self.turns[-1].at

    def author(self, turn: Turn) -> Person:
        return self.customer if turn.by_customer else self.agent


def made_of(rows: Iterable[Sequence[tuple[str, str]]], accounts: int, start: datetime) -> list[Conversation]:
    """Conversations of (role, text) turns, each begun by a customer of one of `accounts` companies."""
    made, number = [], 0
    for place, turns in enumerate(rows):
        company = place % accounts
        customer = Person(1000 + place, f"Robin Vale{place}", f"person{place}@org{company}.example")
        agent = Person(100 + place % 7, f"Sasha Desk{place % 7}", f"agent{place % 7}@{VENDOR}")
        said = []
        for step, (role, text) in enumerate(turns):
            number += 1
            at = start + timedelta(minutes=place * 3 + step * 7)
            said.append(Turn(number, role == "customer", " ".join(text.split()), at))
        made.append(Conversation(place + 1, tuple(said), customer, agent))
    return made


def write_accounts(path: Path, accounts: int) -> Path:
    """The CRM's side: a company a domain."""
    rows = [
        [f"A{n:05}", f"Org {n}", f"org{n}.example", "team", 10 + n % 90, 1000 * (1 + n % 50), f"owner{n % 3}@{VENDOR}"]
        for n in range(accounts)
    ]
    return _csv(path, ["account_id", "name", "domain", "plan", "seats", "arr", "owner_email"], rows)


def _html(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _unix(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1)).total_seconds())  # all times here are UTC


def _lines(path: Path, records: Iterable[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def _pages(folder: Path, name: str, records: Sequence[Any], size: int, page: Callable[[list[Any]], Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(records), size)):
        text = json.dumps(page(list(records[start : start + size])), ensure_ascii=False)
        (folder / f"{name}-{number:04}.json").write_text(text, encoding="utf-8")


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _zendesk_comment(one: Conversation, turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.number,
        "type": "Comment",
        "author_id": one.author(turn).number,
        "public": True,
        "body": turn.text,
        "plain_body": turn.text,
        "created_at": _iso(turn.at),
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
        "created_at": _iso(one.began_at),
        "updated_at": _iso(one.changed_at),
    }


def _zendesk_users(made: Sequence[Conversation]) -> list[dict[str, Any]]:
    people = {p.number: (p, role) for one in made for p, role in ((one.customer, "end-user"), (one.agent, "agent"))}
    return [{"id": p.number, "name": p.name, "email": p.email, "role": role} for _, (p, role) in sorted(people.items())]


def zendesk_export(folder: Path, made: Sequence[Conversation]) -> None:
    """One ticket a line with its comments, users beside it."""
    _lines(folder / "users.ndjson", _zendesk_users(made))
    _lines(
        folder / "tickets.ndjson",
        [_zendesk_ticket(one) | {"comments": [_zendesk_comment(one, t) for t in one.turns]} for one in made],
    )


def zendesk_pages(folder: Path, made: Sequence[Conversation]) -> None:
    """Pages of the incremental API: tickets, users, and comments with the ticket's id that connectors add."""
    comments = [_zendesk_comment(one, turn) | {"ticket_id": one.number} for one in made for turn in one.turns]
    _pages(folder, "users", _zendesk_users(made), 500, lambda page: {"users": page, "end_of_stream": True})
    _pages(folder, "comments", comments, 700, lambda page: {"comments": page, "next_page": None})
    _pages(
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
    _lines(folder / "tap.jsonl", rows)


def zendesk_airbyte(folder: Path, made: Sequence[Conversation]) -> None:
    """What Airbyte's file destinations write: a stream a file, each record wrapped."""

    def wrapped(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return ({"_airbyte_raw_id": str(n), "_airbyte_extracted_at": 0, "_airbyte_data": r} for n, r in enumerate(rows))

    _lines(folder / "users.jsonl", wrapped(_zendesk_users(made)))
    _lines(folder / "tickets.jsonl", wrapped(_zendesk_ticket(one) for one in made))
    comments = (_zendesk_comment(one, turn) | {"ticket_id": one.number} for one in made for turn in one.turns)
    _lines(folder / "ticket_comments.jsonl", wrapped(comments))


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
                "body": _html(turn.text),
                "created_at": _unix(turn.at),
                "updated_at": _unix(turn.at),
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
                "created_at": _unix(one.began_at),
                "updated_at": _unix(one.changed_at),
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
                    "body": _html(first.text),
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
    _lines(folder / "conversations.jsonl", records)


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
    _csv(folder / "intercom.csv", header, rows)


def _freshdesk(one: Conversation) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    first, rest = one.turns[0], one.turns[1:]
    ticket = {
        "id": one.number,
        "subject": one.subject,
        "description": _html(first.text),
        "description_text": first.text,
        "status": 4 if one.is_solved else 2,
        "priority": 2,
        "source": 7,
        "requester_id": one.customer.number,
        "responder_id": one.agent.number,
        "created_at": _iso(one.began_at),
        "updated_at": _iso(one.changed_at),
        "spam": False,
        "fr_escalated": False,
        "requester": {"id": one.customer.number, "name": one.customer.name, "email": one.customer.email},
    }
    conversations = [
        {
            "id": turn.number,
            "ticket_id": one.number,
            "user_id": one.author(turn).number,
            "body": _html(turn.text),
            "body_text": turn.text,
            "incoming": turn.by_customer,
            "private": False,
            "source": 0,
            "created_at": _iso(turn.at),
            "updated_at": _iso(turn.at),
        }
        for turn in rest
    ]
    return ticket, conversations


def freshdesk(folder: Path, made: Sequence[Conversation]) -> None:
    """Tickets with their conversations inside."""
    _lines(folder / "tickets.jsonl", [ticket | {"conversations": said} for ticket, said in map(_freshdesk, made)])


def freshdesk_apart(folder: Path, made: Sequence[Conversation]) -> None:
    """Tickets and conversations in files of their own."""
    pairs = [_freshdesk(one) for one in made]
    _lines(folder / "tickets.jsonl", [ticket for ticket, _ in pairs])
    _lines(folder / "conversations.jsonl", [one for _, said in pairs for one in said])


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
                    "body": _html(turn.text),
                    "source": {"type": "email", "via": "customer" if turn.by_customer else "user"},
                    "createdBy": person,
                    "createdAt": _iso(turn.at),
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
                "createdAt": _iso(one.began_at),
                "userUpdatedAt": _iso(one.changed_at),
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
    _pages(
        folder,
        "conversations",
        records,
        50,
        lambda page: {"_embedded": {"conversations": page}, "page": {"size": 50, "totalElements": len(records)}},
    )


def generic_lines(folder: Path, made: Sequence[Conversation]) -> None:
    """A message a line."""
    _lines(folder / "messages.jsonl", _generic_rows(made))


def generic_csv(folder: Path, made: Sequence[Conversation]) -> None:
    """A message a row, as a spreadsheet of a European office saves it."""
    rows = _generic_rows(made)
    path = folder / "messages.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def _generic_rows(made: Sequence[Conversation]) -> list[dict[str, Any]]:
    return [
        {
            "ticket_id": one.number,
            "message_id": turn.number,
            "created_at": _iso(turn.at),
            "author_role": "customer" if turn.by_customer else "agent",
            "author_name": one.author(turn).name,
            "author_email": one.author(turn).email,
            "subject": one.subject,
            "status": "solved" if one.is_solved else "open",
            "body": turn.text,
        }
        for one in made
        for turn in one.turns
    ]


def mailbox(folder: Path, made: Sequence[Conversation]) -> None:
    """Mail in one mailbox, threaded by its ids."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "all.mbox", "wb") as stream:
        for one in made:
            ids: list[str] = []
            for turn in one.turns:
                mail = EmailMessage()
                author, other = (one.customer, one.agent) if turn.by_customer else (one.agent, one.customer)
                mail["From"] = f"{author.name} <{author.email}>"
                mail["To"] = f"{other.name} <{other.email}>"
                mail["Date"] = format_datetime(turn.at).replace("-0000", "+0000")
                mail["Subject"] = one.subject
                own = f"<{turn.number}@{VENDOR}>"
                mail["Message-ID"] = own
                if ids:
                    mail["In-Reply-To"] = ids[-1]
                    mail["References"] = " ".join([ids[0], ids[-1]])
                ids.append(own)
                mail.set_content(turn.text.replace("\r", " "), cte="base64")
                stream.write(b"From x@y.example Tue Nov 10 09:00:00 2026\n" + mail.as_bytes().rstrip(b"\n") + b"\n\n")


def hubspot(folder: Path, made: Sequence[Conversation]) -> None:
    """Threads, their messages apart, and the actors who speak in them."""
    folder.mkdir(parents=True, exist_ok=True)
    threads, messages, actors = [], [], {}
    for one in made:
        threads.append(
            {
                "id": str(one.number),
                "associatedContactId": str(one.customer.number),
                "createdAt": _iso(one.began_at),
                "closedAt": _iso(one.changed_at) if one.is_solved else None,
                "status": "CLOSED" if one.is_solved else "OPEN",
                "inboxId": "1",
                "assignedTo": f"A-{one.agent.number}",
                "spam": False,
                "archived": False,
                "latestMessageTimestamp": _iso(one.changed_at),
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
                    "createdAt": _iso(turn.at),
                    "updatedAt": _iso(turn.at),
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
                    "richText": _html(turn.text),
                    "attachments": [],
                    "truncationStatus": "NOT_TRUNCATED",
                    "status": {"statusType": "RECEIVED" if turn.by_customer else "SENT"},
                    "direction": "INCOMING" if turn.by_customer else "OUTGOING",
                    "channelId": "1000",
                    "channelAccountId": "1",
                }
            )
    _pages(folder, "threads", threads, 100, lambda page: {"results": page, "paging": {"next": {"after": "x"}}})
    _pages(folder, "messages", messages, 500, lambda page: {"results": page, "paging": {"next": {"after": "x"}}})
    _pages(folder, "actors", list(actors.values()), 500, lambda page: {"results": page})


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
                "created_at": _unix(one.began_at),
                "last_message": {"created_at": _unix(one.changed_at)},
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
                    "created_at": float(_unix(turn.at)),
                    "blurb": turn.text[:60],
                    "body": _html(turn.text),
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
    _pages(folder, "conversations", conversations, 100, lambda page: {"_pagination": {"next": None}, "_results": page})
    _pages(folder, "messages", messages, 100, lambda page: {"_pagination": {"next": None}, "_results": page})


LAYOUTS: dict[str, Callable[[Path, Sequence[Conversation]], None]] = {
    "zendesk_export": zendesk_export,
    "zendesk_pages": zendesk_pages,
    "zendesk_singer": zendesk_singer,
    "zendesk_airbyte": zendesk_airbyte,
    "intercom": intercom,
    "intercom_csv": intercom_csv,
    "freshdesk": freshdesk,
    "freshdesk_apart": freshdesk_apart,
    "helpscout": helpscout,
    "hubspot": hubspot,
    "front": front,
    "generic_lines": generic_lines,
    "generic_csv": generic_csv,
    "mailbox": mailbox,
}
