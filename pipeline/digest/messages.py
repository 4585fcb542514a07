"""What messages say: short plain text. No quote, no contact: those stay in the lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

TOP = 5


@dataclass(frozen=True)
class Lead:
    """A lead or save that a list shows; evidence is what stood behind it when it was last listed."""

    lead_id: str
    list: str
    owner: str
    account: str
    motion: str
    priority: Decimal
    next_step: str
    ticket_id: str
    renewal_date: date | None
    is_top: bool
    listed_on: date
    evidence_count: int
    last_said_at: datetime


@dataclass(frozen=True)
class Waiting:
    """A lead that is held until a ticket is solved."""

    account: str
    owner: str
    ticket_id: str


@dataclass(frozen=True)
class Reading:
    """What a night read: tickets; None where it read no export."""

    read: int | None
    set_aside: int


@dataclass(frozen=True)
class Message:
    """Plain text."""

    title: str
    body: str


def digest(
    leads: Sequence[Lead],
    waiting: Sequence[Waiting],
    reading: Reading,
    since: date,
    as_of: date,
    files: str,
    unusual: Sequence[str] = (),
) -> Message:
    """What a channel hears of the day: counts, what is seriously unusual, top leads, what waits on which ticket, where
    the files lie."""
    opening = _counted(leads) + " to act on" if leads else "Nothing new"
    blocks = [f"{opening}; {_read(reading)}.{_nights(since, as_of)}"]
    blocks += ["\n".join(["Unlike other nights", *(plain(one, 200) for one in unusual)])] if unusual else []
    blocks += _listed(leads)
    blocks += _waits(waiting)
    blocks.append(f"Files: {files}")
    return Message(_title(leads, as_of), "\n\n".join(blocks))


def owners_own(
    leads: Sequence[Lead], waiting: Sequence[Waiting], open_count: int, since: date, as_of: date, file: str
) -> Message:
    """What one owner hears: the same of their own, and how much stands on their list."""
    opening = f"{_counted(leads)} of yours to act on" if leads else "Nothing new for you"
    blocks = [f"{opening}; {open_count} on your list.{_nights(since, as_of)}"]
    blocks += _listed(leads)
    blocks += _waits(waiting)
    blocks.append(f"Your list: {file}")
    return Message(_title(leads, as_of), "\n\n".join(blocks))


def alert(saves: Sequence[Lead], as_of: date) -> Message:
    """Accounts of the top decile of revenue that may be leaving."""
    blocks = []
    for save in saves:
        facts = [f"save, priority {_whole(save.priority)}"]
        facts += [f"renews {save.renewal_date}"] if save.renewal_date else []
        facts += [f"owner {plain(save.owner)}", f"ticket {plain(save.ticket_id)}"]
        blocks.append(f"{plain(save.account)}: {', '.join(facts)}.\n{plain(save.next_step, 200)}")
    return Message(f"Ticketscout {as_of}: {_many(len(saves), 'top account')} may be leaving", "\n\n".join(blocks))


def plain(text: str, length: int = 60) -> str:
    """A name as one short line that no service takes for markup or a mention."""
    printable = "".join(c if c.isprintable() else " " for c in text if c not in "<>`|")
    line = " ".join(re.sub(r"(?<!\w)@", "", printable).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _title(leads: Sequence[Lead], as_of: date) -> str:
    return f"Ticketscout {as_of}: {_counted(leads) if leads else 'nothing new'}"


def _counted(leads: Sequence[Lead]) -> str:
    count = Counter(lead.list for lead in leads)
    parts = [_many(count["leads"], "lead"), _many(count["saves"], "save")]
    return " and ".join(part for part, name in zip(parts, ("leads", "saves"), strict=True) if count[name])


def _read(reading: Reading) -> str:
    if reading.read is None:
        return "no export was read"
    return f"{_many(reading.read, 'ticket')} read" + (f", {reading.set_aside} set aside" if reading.set_aside else "")


def _nights(since: date, as_of: date) -> str:
    return f" This also tells of the nights from {since} on, which could not be told before." if since < as_of else ""


def _listed(leads: Sequence[Lead]) -> list[str]:
    blocks = []
    for name in ("leads", "saves"):
        rows = [lead for lead in leads if lead.list == name]
        lines = [
            f"{rank}. {plain(row.account)}: {row.motion}, priority {_whole(row.priority)}. {plain(row.next_step, 200)}"
            for rank, row in enumerate(rows[:TOP], 1)
        ]
        if len(rows) > TOP:
            lines.append(f"and {len(rows) - TOP} more")
        blocks += ["\n".join([name.capitalize(), *lines])] if rows else []
    return blocks


def _waits(waiting: Sequence[Waiting]) -> list[str]:
    held = Counter((one.account, one.ticket_id) for one in waiting)
    lines = [
        f"{plain(account)}: {_many(count, 'lead')}, ticket {plain(ticket)}"
        for (account, ticket), count in list(held.items())[:TOP]
    ]
    if len(held) > TOP:
        lines.append(f"and {len(held) - TOP} more")
    return ["\n".join(["Held until a ticket is solved", *lines])] if held else []


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _whole(amount: Decimal) -> str:
    return f"{amount:,.0f}"
