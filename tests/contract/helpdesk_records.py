"""What the helpdesk on loopback has: one small made-up dataset, as each vendor's API writes it.

Field names are those of the fixtures in `tests/contract/sources`, which say where they come from.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

FIRST = datetime(2026, 11, 10, tzinfo=UTC)
# What customers say; no file of the home may hold the number, nor the name.
NAME = "Philippa Oystermouth"
SAID = (
    "Please call me back on +1 202-555-0143. We have outgrown our plan. Could you add 40 more seats to our Team plan? "
    "What would they cost us? Ticket {id}. {name}"
)
WISH = "outgrown our plan"
ANSWER, NOTE = "Thank you, I am asking our sales colleagues.", "Might buy more seats."
# Cases of the dataset: 2 is solved and rated good, 4 waits for the customer, everything else is open.
SOLVED, PENDING = 2, 4


def seconds(number: int) -> int:
    """When record `number` changed: a minute after the one before it, every fifth together with the one before."""
    return int((FIRST + timedelta(minutes=number - (number % 5 == 0))).timestamp())


def iso(number: int) -> str:
    return datetime.fromtimestamp(seconds(number), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(number: int) -> str:
    return SAID.format(id=number, name=NAME)


def zendesk_user(number: int, role: str) -> dict[str, Any]:
    name, place = (NAME, "elmcrest") if role == "end-user" else (f"Agent Number{number}", "desk")
    email = f"p{number}@{place}.example"
    return {"id": number, "name": name, "email": email, "role": role, "organization_id": 90 if number == 20 else None}


def zendesk_ticket(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "subject": f"A question of {NAME}",
        "description": said(number),
        "status": {SOLVED: "solved", PENDING: "pending"}.get(number, "open"),
        "requester_id": 20,
        "submitter_id": 20,
        "assignee_id": 10,
        "organization_id": 90,
        "group_id": 3,
        "satisfaction_rating": {"score": "good" if number == SOLVED else "unoffered"},
        "created_at": iso(number),
        "updated_at": iso(number),
    }


def zendesk_comments(ticket: int) -> list[dict[str, Any]]:
    """The customer, an agent who is nowhere but beside the comments, a note."""
    parts = ((20, True, said(ticket)), (11, True, ANSWER), (10, False, f"{NAME}: {NOTE}"))
    return [
        {
            "id": ticket * 100 + place,
            "type": "Comment",
            "author_id": author,
            "public": public,
            "created_at": iso(ticket),
            "plain_body": text,
        }
        for place, (author, public, text) in enumerate(parts, start=1)
    ]


_ANN = {"type": "admin", "id": "10", "name": "Agent Number10", "email": "p10@desk.example"}
_NORA = {"type": "user", "id": "20", "name": NAME, "email": "p20@elmcrest.example"}


def intercom_conversation(number: int) -> dict[str, Any]:
    rating = {"rating": 5, "remark": None, "created_at": seconds(number)} if number == SOLVED else None
    return {
        "type": "conversation",
        "id": str(number),
        "created_at": seconds(number),
        "updated_at": seconds(number),
        "state": {SOLVED: "closed", PENDING: "snoozed"}.get(number, "open"),
        "open": number != SOLVED,
        "source": {
            "type": "conversation",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": f"<p>{said(number)}</p>",
            "author": _NORA,
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "20"}]},
        "admin_assignee_id": 10,
        "team_assignee_id": 3,
        "conversation_rating": rating,
        "statistics": {"count_reopens": 1},
    }


def intercom_whole(number: int) -> dict[str, Any]:
    """With an answer, a note, and what closed it."""
    parts = [
        _intercom_part(number, 1, "comment", f"<p>{ANSWER}</p>"),
        _intercom_part(number, 2, "note", f"<p>{NAME}: {NOTE}</p>"),
    ]
    if number == SOLVED:
        parts.append(_intercom_part(number, 3, "close", None))
    count = 600 if number == 3 else len(parts)
    inside = {"type": "conversation_part.list", "conversation_parts": parts, "total_count": count}
    return intercom_conversation(number) | {"conversation_parts": inside}


def _intercom_part(number: int, place: int, part_type: str, body: str | None) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": f"{number}{place}",
        "part_type": part_type,
        "body": body,
        "created_at": seconds(number) + place,
        "author": _ANN,
    }


def freshdesk_ticket(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "subject": f"A question of {NAME}",
        "description": f"<div>{said(number)}</div>",
        "description_text": said(number),
        "status": {SOLVED: 4, PENDING: 3}.get(number, 2),
        "priority": 1,
        "source": 1,
        "requester_id": 20,
        "requester": {"id": 20, "name": NAME, "email": "p20@elmcrest.example"},
        "responder_id": 10,
        "company_id": 90,
        "group_id": 3,
        "fr_escalated": False,
        "spam": False,
        "created_at": iso(number),
        "updated_at": iso(number),
        "stats": {"status_updated_at": iso(number)},
    }


def freshdesk_conversations(ticket: int) -> list[dict[str, Any]]:
    """An answer and a note; of ticket 5 ten in all, which is as many as other ways of the API give, of 6 two more."""
    more = {5: 8, 6: 10}.get(ticket, 0)
    parts = [(False, ANSWER), (True, f"{NAME}: {NOTE}"), *((True, f"{NOTE} {n}") for n in range(more))]
    return [
        {
            "id": ticket * 100 + place,
            "ticket_id": ticket,
            "user_id": 10,
            "incoming": False,
            "private": private,
            "body": f"<div>{text}</div>",
            "body_text": text,
            "created_at": iso(ticket),
        }
        for place, (private, text) in enumerate(parts)
    ]


_AGENT = {"id": 10, "type": "user", "first": "Agent", "last": "Number10", "email": "p10@desk.example"}
_CUSTOMER = {
    "id": 20,
    "type": "customer",
    "first": NAME.split()[0],
    "last": NAME.split()[1],
    "email": "p20@elmcrest.example",
}


def helpscout_conversation(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "number": 1000 + number,
        "threads": 2,
        "type": "email",
        "status": {SOLVED: "closed", PENDING: "pending"}.get(number, "active"),
        "state": "published",
        "subject": f"A question of {NAME}",
        "mailboxId": 13,
        "assignee": _AGENT,
        "createdBy": _CUSTOMER,
        "primaryCustomer": _CUSTOMER,
        "createdAt": iso(number),
        "userUpdatedAt": iso(number),
    }


def helpscout_threads(number: int) -> list[dict[str, Any]]:
    """Newest first, the note an hour after the conversation was changed by its own account."""
    parts = (("customer", _CUSTOMER, said(number)), ("message", _AGENT, ANSWER), ("note", _AGENT, f"{NAME}: {NOTE}"))
    threads = [
        {
            "id": number * 100 + place,
            "type": kind,
            "status": "active",
            "state": "published",
            "body": text,
            "createdBy": who,
            "customer": _CUSTOMER,
            "createdAt": iso(number) if kind != "note" else iso(number + 60),
        }
        for place, (kind, who, text) in enumerate(parts, start=1)
    ]
    if number == SOLVED:
        threads[1]["rating"] = {"customerId": 20, "rating": "great", "comments": ""}
    return threads[::-1]
