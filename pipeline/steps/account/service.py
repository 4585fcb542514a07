"""What service knows of an account: signals with quotes, pain points, and the journey by touch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pipeline.config import Expiry
from pipeline.digest.story import Entry, Section
from pipeline.steps.last_night import Row, rows_of
from pipeline.warehouse import Connection

Of = dict[str, Any]


def journey(con: Connection, of: Of) -> Section:
    """Every ticket, newest first: how it came, where it stands, how long it waited, reopened, passed on, rated."""
    rows = rows_of(con, _JOURNEY, of)
    entries = [
        Entry(row["created_at"].date(), _touch(row), "", _steps(row), row["ticket_id"], row["url"] or "")
        for row in rows
    ]
    return Section("journey", "Journey by touch", "No ticket of theirs was read yet.", entries)


def _touch(row: Row) -> str:
    came = ", ".join(filter(None, (row["channel"], f"team {row['team']}" if row["team"] else "", row["contact"])))
    stands = row["status"] + (f", {row['priority']} priority" if row["priority"] in ("high", "urgent") else "")
    return f"ticket {row['ticket_id']}: {row['subject'] or 'no subject'} ({stands}; {came})"


def _steps(row: Row) -> tuple[str, ...]:
    stations = row["group_station_count"] or 1
    steps = [
        f"first answer after {span(row['answered_after'])}" if row["answered_after"] is not None else "",
        f"waits for an answer since {row['waiting_since']:%Y-%m-%d}" if row["is_waiting"] else "",
        f"reopened {_times(row['reopen_count'])}" if row["reopen_count"] else "",
        f"passed through {stations} teams" if stations > 1 else "",
        f"rated {row['rating']}" if row["rating"] else "",
    ]
    said = "; ".join(step for step in steps if step)
    return (said,) if said else ()


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def span(length: timedelta) -> str:
    """`40 min`, `5 h` or `3 days`: a length of time as people say it."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def pains(con: Connection, of: Of) -> Section:
    """Facts that make people leave, each with its tickets, latest first."""
    entries = [Entry(row["last_on"], _pain(row)) for row in rows_of(con, _PAINS, of)]
    return Section("pains", "Pain points", "None was read.", entries)


def _pain(row: Row) -> str:
    what = row["title"] + (f", {row['value'].replace('_', ' ')}" if row["value"] else "")
    tickets = row["tickets"]
    counted = f"{len(tickets)} tickets, " if len(tickets) > 1 else "ticket "
    return f"{what}: {counted}{', '.join(tickets[:5])}"


def signals(con: Connection, of: Of, expiry: Expiry) -> Section:
    """What they said that stands, what is past, and what they took back, with quotes."""
    days = {"days_save": expiry.saves, "days_lead": expiry.leads}
    entries = [
        Entry(
            row["said_at"].date(),
            f"{row['title']} ({row['state']}), ticket {row['ticket_id']}"
            + (f", {row['contact']}" if row["contact"] else ""),
            row["quote"] or "",
            (),
            row["ticket_id"],
            row["url"] or "",
        )
        for row in rows_of(con, _SIGNALS, {**of, **days})
    ]
    hidden = rows_of(con, "SELECT count(*) AS n FROM never_shown")[0]["n"]
    note = "What must never be acted on is left out here: held.csv alone says what and why." if hidden else ""
    return Section("signals", "Signals", "None was heard.", entries, note)


# Contacts in the order in which they first wrote: no order depends on a pseudonym.
_CONTACTS = """
    contacts_here AS (
        SELECT source, author_id, 'contact ' || row_number() OVER (ORDER BY first_words) AS contact
        FROM (
            SELECT m.source, m.author_id, min((m.said_at, m.ticket_id, m.position)) AS first_words
            FROM messages m JOIN ticket_states t ON t.source = m.source AND t.ticket_id = m.ticket_id
            WHERE t.account_id = $account AND m.role = 'customer' AND m.author_id IS NOT NULL
            GROUP BY m.source, m.author_id
        )
    )
"""
_JOURNEY = f"""
    WITH {_CONTACTS}, heard AS (
        SELECT m.source, m.ticket_id, min(m.said_at) FILTER (m.role = 'customer') AS asked_at,
            min(m.said_at) FILTER (m.role = 'agent' AND m.is_public) AS answered_at
        FROM messages m JOIN ticket_states t ON t.source = m.source AND t.ticket_id = m.ticket_id
        WHERE t.account_id = $account AND m.said_at < getvariable('night_end') GROUP BY m.source, m.ticket_id
    )
    SELECT t.ticket_id, t.created_at, t.status, t.priority, t.team, t.url, t.rating, k.subject, k.channel,
        k.reopen_count, k.group_station_count, t.waiting_since, c.contact,
        t.is_unsolved AND t.waiting_since IS NOT NULL AS is_waiting,
        CASE WHEN h.answered_at >= h.asked_at THEN h.answered_at - h.asked_at END AS answered_after
    FROM ticket_states t
    JOIN tickets k ON k.source = t.source AND k.ticket_id = t.ticket_id
    LEFT JOIN heard h ON h.source = t.source AND h.ticket_id = t.ticket_id
    LEFT JOIN contacts_here c ON c.source = t.source AND c.author_id = t.requester_id
    WHERE t.account_id = $account
    ORDER BY t.created_at DESC, t.source, t.ticket_id DESC
"""
# Unresolved is a fact of the last word only.
_PAINS = """
    SELECT sp.title, coalesce(f.value, '') AS value, max(m.said_at)::DATE AS last_on,
        list(DISTINCT f.ticket_id ORDER BY f.ticket_id DESC) AS tickets
    FROM facts f
    JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    JOIN ticket_states t ON t.source = f.source AND t.ticket_id = f.ticket_id
    JOIN fact_specs sp ON sp.fact = f.fact
    WHERE t.account_id = $account AND m.is_public AND m.said_at < getvariable('night_end')
        AND f.fact IN ('angry', 'hold_time', 'hours', 'passed_around', 'misrouted', 'treatment', 'coverage_surprise',
            'repeated_problem', 'unresolved', 'refused')
        AND (f.fact <> 'unresolved' OR m.said_at = t.last_customer_at)
    GROUP BY sp.title, value ORDER BY last_on DESC, sp.title, value
"""
_SIGNALS = f"""
    WITH {_CONTACTS}
    SELECT m.said_at, s.ticket_id, t.url, s.quote, c.contact,
        sp.title || CASE WHEN p.title IS NULL THEN '' ELSE ', ' || p.title END AS title,
        CASE WHEN g.signal IS NULL THEN 'taken back'
             WHEN m.said_at::DATE + CASE sp.list WHEN 'saves' THEN $days_save::INTEGER ELSE $days_lead::INTEGER END
                 < getvariable('as_of') THEN 'past' ELSE 'now' END AS state
    FROM scores s
    JOIN messages m ON m.source = s.source AND m.message_id = s.message_id
    JOIN ticket_states t ON t.source = s.source AND t.ticket_id = s.ticket_id
    JOIN signal_specs sp ON sp.signal = s.signal
    LEFT JOIN subtype_specs p ON p.signal = s.signal AND p.subtype = s.subtype
    LEFT JOIN signals g ON g.source = s.source AND g.ticket_id = s.ticket_id AND g.signal = s.signal
    LEFT JOIN contacts_here c ON c.source = m.source AND c.author_id = m.author_id
    WHERE t.account_id = $account AND s.is_signal AND m.is_public AND m.role = 'customer'
        AND m.said_at < getvariable('night_end')
        AND (s.source, s.ticket_id, s.signal) NOT IN (SELECT (source, ticket_id, signal) FROM never_shown)
    ORDER BY m.said_at DESC, s.source, s.ticket_id, s.signal
"""
