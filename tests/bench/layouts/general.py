"""Conversations of no helpdesk in particular: a message a line or a row, and mail."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.bench.layouts.conversations import VENDOR, Conversation
from tests.bench.layouts.written import as_iso, write_lines


def generic_lines(folder: Path, made: Sequence[Conversation]) -> None:
    """A message a line."""
    write_lines(folder / "messages.jsonl", _generic_rows(made))


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
            "created_at": as_iso(turn.at),
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
