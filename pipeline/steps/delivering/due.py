"""What is due to be told, from the last night's tables and what was told before. Reads only.

A message is made when it is sent, not when it first failed: what is held or answered meanwhile is no longer in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.config import Channel, Home, Settings
from pipeline.digest.folder import folder_name
from pipeline.digest.messages import Lead, Message, Reading, Waiting, alert, digest, owners_own
from pipeline.steps.delivering.ledger import Line, hashed, known_since, subjects, untold_since
from pipeline.steps.watching.watched import serious
from pipeline.warehouse import Connection, scalar

# One plain address: what could be read as two, or as a header, gets no mail.
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"'\\]+@[^\s@,;:<>()\[\]\"'\\]+")
# A sign of life says that a night ended lately.
_ALIVE = timedelta(hours=24)


@dataclass(frozen=True)
class Due:
    """One message to be sent, or one sign of life; `rows` are the ledger's (night, subject) that it answers."""

    channel: Channel
    line: Line
    owner: str
    message: Message
    rows: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Told:
    """What the last published night has to tell."""

    as_of: date
    decided_at: datetime
    leads: list[Lead]
    open_leads: dict[str, int]
    waiting: list[Waiting]
    reading: Reading
    unusual: list[str]


def last_told(con: Connection) -> Told | None:
    """The last night, where it is published; None where it is not, or none was run."""
    night = con.execute(_LAST_NIGHT).fetchone()
    if night is None:
        return None
    counts = json.loads(
        scalar(con, "SELECT arg_max(counts, rowid) FROM runs WHERE step = 'ingest' AND as_of = ?", [night[0]]) or "{}"
    )
    return Told(
        night[0],
        night[1],
        [Lead(*row) for row in con.execute(_LEADS).fetchall()],
        dict(con.execute(_OPEN).fetchall()),
        [Waiting(*row) for row in con.execute(_WAITING).fetchall()],
        Reading(counts.get("read"), sum(counts.get("set_aside", {}).values())),
        serious(con, night[0]),
    )


def due(con: Connection, home: Home, settings: Settings, told: Told, at: datetime) -> Iterator[Due]:
    """Messages in the channels' order, signs of life last: they say that all the rest was done."""
    for channel in settings.deliver:
        if "digest" in channel.send:
            yield from _digest(con, home, channel, told)
        if "alerts" in channel.send:
            yield from _alerts(con, channel, told)
        if "owner" in channel.send:
            yield from _owners(con, home, channel, told)
    for channel in settings.deliver:
        line = Line(channel.name, "heartbeat")
        if "heartbeat" in channel.send and untold_since(con, line, told.as_of) and at - told.decided_at < _ALIVE:
            yield Due(channel, line, "", Message("a sign of life", ""), ((told.as_of, ""),))


def without_address(settings: Settings, told: Told) -> list[str]:
    """Owners of leads who cannot get a mail."""
    if not any("owner" in channel.send for channel in settings.deliver):
        return []
    return [owner for owner in told.open_leads if not _ADDRESS.fullmatch(owner)]


def _digest(con: Connection, home: Home, channel: Channel, told: Told) -> Iterator[Due]:
    line = Line(channel.name, "digest")
    since = untold_since(con, line, told.as_of)
    if since is None:
        return
    leads = [lead for lead in told.leads if lead.listed_on >= since]
    if leads or told.unusual or channel.quiet_days:
        files = str(home.digests / told.as_of.isoformat())
        message = digest(leads, told.waiting, told.reading, since, told.as_of, files, told.unusual)
        yield Due(channel, line, "", message, ((told.as_of, ""),))


def _owners(con: Connection, home: Home, channel: Channel, told: Told) -> Iterator[Due]:
    for owner, count in told.open_leads.items():
        line = Line(channel.name, "owner", hashed(owner))
        since = untold_since(con, line, told.as_of) if _ADDRESS.fullmatch(owner) else None
        if since is None:
            continue
        leads = [lead for lead in told.leads if lead.owner == owner and lead.listed_on >= since]
        if leads or channel.quiet_days:
            waiting = [one for one in told.waiting if one.owner == owner]
            file = str(home.owners / folder_name(owner) / "open.csv")
            message = owners_own(leads, waiting, count, since, told.as_of, file)
            yield Due(channel, line, owner, message, ((told.as_of, ""),))


def _alerts(con: Connection, channel: Channel, told: Told) -> Iterator[Due]:
    line = Line(channel.name, "alerts")
    sent, failed = subjects(con, line, "sent"), subjects(con, line, "failed")
    # A night that nobody delivered is made up for; a new channel begins with tonight.
    known = known_since(con, channel.name) or told.as_of - timedelta(days=1)
    saves = {
        alert_subject(save): save
        for save in told.leads
        if save.is_top and (save.listed_on > known or save.listed_on == told.as_of or alert_subject(save) in failed)
    }
    new = {subject: save for subject, save in saves.items() if subject not in sent}
    if new:
        rows = tuple((failed.get(subject, told.as_of), subject) for subject in new)
        yield Due(channel, line, "", alert(list(new.values()), told.as_of), rows)


def alert_subject(save: Lead) -> str:
    """A lead and its evidence: more of it, or later, is news."""
    return f"{save.lead_id} {save.evidence_count} {save.last_said_at:%Y-%m-%dT%H:%M:%S}"


_LAST_NIGHT = """
    SELECT n.as_of, n.decided_at FROM nights n
    WHERE n.as_of = (SELECT max(as_of) FROM nights) AND EXISTS (
        FROM runs r WHERE r.step = 'publish' AND r.as_of = n.as_of AND r.started_at >= n.decided_at)
"""
_OPEN = """
    SELECT owner, count(*) FROM listed_leads WHERE place IN ('listed', 'waiting', 'open') GROUP BY owner ORDER BY owner
"""
# Held leads are not among digest_leads, so nobody is sent to a customer who waits for help.
_LEADS = """
    SELECT d.lead_id, d.list, d.owner, d.account, d.motion, d.priority, d.next_step, d.ticket_id, d.renewal_date,
        l.is_never_capped, e.listed_on, e.evidence_count, e.last_said_at
    FROM digest_leads d
    JOIN listed_leads l USING (lead_id)
    JOIN (
        SELECT lead_id, max(as_of) AS listed_on, arg_max(evidence_count, as_of) AS evidence_count,
            arg_max(last_said_at, as_of) AS last_said_at
        FROM lead_events WHERE event = 'listed' GROUP BY lead_id
    ) e USING (lead_id)
    WHERE NOT l.is_known
    ORDER BY d.list, d.priority DESC, d.lead_id
"""
_WAITING = """
    SELECT h.account, l.owner, h.ticket_to_solve
    FROM digest_held h JOIN listed_leads l USING (lead_id)
    WHERE h.ticket_to_solve IS NOT NULL AND h.lead_id NOT IN (SELECT lead_id FROM holds WHERE kind = 'never')
    GROUP BY h.lead_id, h.account, l.owner, h.ticket_to_solve
    ORDER BY max(h.value_waiting) DESC NULLS LAST, h.account, h.ticket_to_solve, h.lead_id
"""
