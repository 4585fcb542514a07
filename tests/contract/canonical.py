"""Canonical rows of a warehouse as tables that a person can review; pseudonyms vary by home and are named by order."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from pipeline.warehouse import Connection

TICKETS = """
    SELECT ticket_id, status, priority, channel, team, requester_id AS requester, organization_id, created_at,
        updated_at, status_updated_at, rating, reopen_count, group_station_count, subject
    FROM tickets ORDER BY try_cast(ticket_id AS HUGEINT), ticket_id
"""
MESSAGES = """
    SELECT ticket_id, position, message_id, role, author_id AS author, is_public, said_at, text,
        list_transform(marks, lambda m: concat_ws(' ', m.kind, m.start_offset, m.end_offset)) AS marks
    FROM messages ORDER BY try_cast(ticket_id AS HUGEINT), ticket_id, position
"""
EVENTS = """
    SELECT ticket_id, event_id, kind, happened_at, actor_id AS actor, value
    FROM ticket_events ORDER BY try_cast(ticket_id AS HUGEINT), ticket_id, happened_at, event_id
"""
REJECTS = "SELECT path, line, reason, extract FROM rejects ORDER BY ALL"
QUERIES = {"tickets.csv": TICKETS, "messages.csv": MESSAGES, "events.csv": EVENTS, "rejects.csv": REJECTS}


def canonical(con: Connection) -> dict[str, str]:
    """File name -> CSV text."""
    people: dict[str, str] = {}
    return {name: _csv(con, query, people) for name, query in QUERIES.items()}


def state(con: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """What depends on the tickets alone, not on how they came: tables without paths and places."""
    return {
        "tickets": con.execute("SELECT * FROM tickets ORDER BY ALL").fetchall(),
        "messages": con.execute("SELECT * FROM messages ORDER BY ALL").fetchall(),
        "events": con.execute("SELECT * FROM ticket_events ORDER BY ALL").fetchall(),
        "contacts": con.execute("SELECT * FROM contacts ORDER BY ALL").fetchall(),
        "tombstones": con.execute("SELECT * FROM tombstones ORDER BY ALL").fetchall(),
        "faults": con.execute(
            "SELECT reason, extract FROM rejects WHERE reason NOT IN ('superseded', 'deleted') ORDER BY ALL"
        ).fetchall(),
    }


def write(folder: Path, con: Connection) -> None:
    """Writes the expected files anew, to be read before they are committed."""
    folder.mkdir(exist_ok=True)
    for name, text in canonical(con).items():
        (folder / name).write_text(text, encoding="utf-8")


def _csv(con: Connection, query: str, people: dict[str, str]) -> str:
    found = con.execute(query)
    columns = [column[0] for column in found.description or ()]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in found.fetchall():
        writer.writerow([_cell(name, value, people) for name, value in zip(columns, row, strict=True)])
    return out.getvalue()


def _cell(name: str, value: Any, people: dict[str, str]) -> str:
    if value is None:
        return ""
    if name in ("requester", "author", "actor"):
        return people.setdefault(value, f"person {len(people) + 1}")
    if isinstance(value, list):
        return "; ".join(value)
    return str(value)
