"""The deliver step: tells people what was published. It comes after publishing and changes nothing that was published;
a channel that fails is written down and tried again, and never fails the night."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.config import Home, Settings
from pipeline.digest.send import OWNER, UNREACHABLE, for_owner, in_words, ping, send_message
from pipeline.steps.delivering.due import Due, alert_subject, due, last_told, without_address
from pipeline.steps.delivering.ledger import Line, drop, record
from pipeline.warehouse import Connection

# A channel that cannot be reached so often in a row is left alone until the next run.
_PATIENCE = 2


@dataclass
class DeliveryCounts:
    """Messages sent, failed (tried again) by channel and why, and owners who have no address."""

    sent: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    owners_without_address: list[str] = field(default_factory=list)


def deliver(con: Connection, home: Home, settings: Settings, at: datetime) -> DeliveryCounts:
    """Sends what is due and writes each message's fate down before the next goes out.

    Killed between the two, that one message goes out twice: better than not at all.
    """
    counts = DeliveryCounts()
    told = last_told(con) if settings.deliver else None
    if told is None:
        return counts
    waiting = list(due(con, home, settings, told, at))
    _drop_overtaken(con, settings, told.as_of, {alert_subject(lead) for lead in told.leads if lead.is_top})
    counts.owners_without_address = without_address(settings, told)
    in_a_row: dict[str, int] = {}
    for one in waiting:
        name = one.channel.name
        is_left_alone = in_a_row.get(name, 0) >= _PATIENCE
        error = "not_tried" if is_left_alone else send(one)
        in_a_row[name] = in_a_row.get(name, 0) + 1 if error in UNREACHABLE or is_left_alone else 0
        record(con, one.line, one.rows, error, tried=not is_left_alone, at=at)
        if error:
            counts.failed += 1
            counts.failures.append(f"{name}: {one.line.kind} not delivered, {in_words(error)}")
        else:
            counts.sent += 1
    return counts


def preview(con: Connection, home: Home, settings: Settings, at: datetime) -> Iterator[str]:
    """What `deliver` would send now, message by message."""
    told = last_told(con)
    if told is None:
        return
    for one in due(con, home, settings, told, at):
        yield f"--- {one.channel.name}: {one.line.kind}{f' to {one.owner}' if one.owner else ''}"
        yield one.message.title
        if one.message.body:
            yield f"\n{one.message.body}\n"


def send(one: Due) -> str:
    """Sends one message. Returns "" or the kind of failure; never raises for a channel's fault."""
    address = os.environ.get(one.channel.url_env, "").strip()
    if not address:
        return "not_set"
    if one.line.kind == "heartbeat":
        return ping(address, one.channel.timeout_seconds)
    if one.line.kind == "owner":
        if OWNER not in address:
            return "no_owner"
        address = for_owner(address, one.owner)
    return send_message(address, one.message.title, one.message.body, one.channel.timeout_seconds)


def _drop_overtaken(con: Connection, settings: Settings, as_of: date, alerts: set[str]) -> None:
    for channel in settings.deliver:
        drop(con, Line(channel.name, "heartbeat"), as_of)
        drop(con, Line(channel.name, "alerts"), as_of, keep=sorted(alerts))
