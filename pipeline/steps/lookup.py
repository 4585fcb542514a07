"""What `status` and `explain` print, read from the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.errors import UsageError
from pipeline.leads.rules import RULES
from pipeline.sources.reasons import REASONS, REMARKS
from pipeline.steps.delivering.ledger import channel_lines
from pipeline.steps.watching.watched import watch_lines
from pipeline.warehouse import Connection, scalar


def status_lines(con: Connection) -> Iterator[str]:
    """The last nights, what is stored, what was set aside, what was delivered, what is unusual."""
    nights = con.execute("SELECT as_of, decided_at FROM nights ORDER BY as_of DESC LIMIT 5").fetchall()
    yield (
        f"last night: {nights[0][0]} (decided {nights[0][1]:%Y-%m-%d %H:%M} UTC)"
        if nights
        else "no night was run here yet"
    )
    for table in ("tickets", "messages", "accounts", "leads", "outcomes"):
        yield f"{table:<10} {scalar(con, f'SELECT count(*) FROM {table}'):>12,}"
    for reason, count, places in con.execute(_SET_ASIDE).fetchall():
        yield f"set aside  {count:>12,}  {REASONS[reason].sentence}"
        yield f"{'':<25}{', '.join(places)}{', …' if count > len(places) else ''}"
    for remark, count in con.execute(_REMARKS).fetchall():
        yield f"remarked   {count:>12,}  {REMARKS[remark]}"
    yield from channel_lines(con)
    yield from watch_lines(con)
    yield ""
    for step, as_of, started_at, seconds in con.execute(_LAST_RUN).fetchall():
        yield f"{step:<10} {as_of}  {started_at:%Y-%m-%d %H:%M:%S}  {seconds:8.1f} s"


def age_of_last_night(con: Connection, at: datetime) -> timedelta | None:
    """How long ago the last night was decided that was also published; None where there is none."""
    decided_at = scalar(
        con,
        "SELECT max(n.decided_at) FROM nights n JOIN runs r USING (as_of) "
        "WHERE r.step = 'publish' AND r.started_at >= n.decided_at",
    )
    return at - decided_at if decided_at else None


def explain_lines(con: Connection, lead_id: str) -> Iterator[str]:
    """From the messages to the rank. Raises UsageError for an id that nobody knows."""
    lead = con.execute(_LEAD, [lead_id]).fetchone()
    if lead is None:
        raise UsageError(f"{lead_id} is no lead here: copy the id from a list.")
    motion, account_id, product, opened_on, name, currency = lead
    account = f"{name} ({account_id})" if name else f"account {account_id}"
    unit = f" {currency}" if currency else ""
    yield f"{lead_id}: {motion} for {account}{f', {product}' if product else ''}, opened {opened_on}"
    yield "\nEvidence"
    for ticket, signal, probability, said_at, quote, reasons in con.execute(_EVIDENCE, [lead_id]).fetchall():
        yield f"  {said_at:%Y-%m-%d} ticket {ticket}  {signal} {probability:.3f}  “{quote}”"
        yield f"    because of {_words(reasons)}"
    yield "\nRules"
    held = con.execute("SELECT rule, ticket_to_solve FROM holds WHERE lead_id = ? ORDER BY rule", [lead_id]).fetchall()
    for rule, ticket in held:
        yield f"  {rule}: {RULES[rule].sentence}{f' Ticket {ticket}.' if ticket else ''}"
    if not held:
        yield "  none binds"
    for stake, basis, expected, urgency, decay, priority in con.execute(_VALUE, [lead_id]).fetchall():
        yield "\nRank"
        yield f"  at stake {stake:,}{unit} ({basis}); expected {expected:,}{unit}"
        yield f"  urgency {urgency} × decay {decay} → priority {priority}"
    yield "\nHistory"
    for as_of, event, detail in con.execute(_HISTORY, [lead_id]).fetchall():
        yield f"  {as_of}  {event}{f': {detail}' if detail else ''}"
    for read_on, outcome, reason in con.execute(_TYPED, [lead_id]).fetchall():
        yield f"  {read_on}  outcome {outcome}{f': {reason}' if reason else ''}"


def _words(reasons: str | None) -> str:
    """Features and their weights, for and against."""
    return (
        ", ".join(f"{name} {weight:+.2f}" for name, weight in json.loads(reasons or "[]")) or "nothing that stands out"
    )


_SET_ASIDE = """
    SELECT reason, sum(count)::BIGINT, list(path || ':' || line ORDER BY path, line, digest) FILTER (place <= 3)
    FROM (
        SELECT reason, path, line, digest, 1 AS count,
            row_number() OVER (PARTITION BY reason ORDER BY path, line, digest) AS place FROM rejects
    ) GROUP BY reason ORDER BY reason
"""
_REMARKS = "SELECT remark, sum(record_count)::BIGINT FROM input_remarks GROUP BY remark ORDER BY remark"
_LAST_RUN = """
    SELECT step, as_of, started_at, seconds FROM runs
    WHERE run_id = (SELECT arg_max(run_id, rowid) FROM runs) ORDER BY started_at
"""
_LEAD = """
    SELECT l.motion, l.account_id, l.product, l.opened_on, a.name, a.currency
    FROM leads l LEFT JOIN accounts a USING (account_id) WHERE l.lead_id = ?
"""
_EVIDENCE = """
    SELECT e.ticket_id, e.signal, e.probability, e.said_at, e.quote, s.reasons
    FROM lead_evidence e
    LEFT JOIN scores s ON s.source = e.source AND s.ticket_id = e.ticket_id AND s.signal = e.signal
    WHERE e.lead_id = ? ORDER BY e.said_at, e.ticket_id, e.signal
"""
_VALUE = """
    SELECT value_at_stake, value_basis, expected_value, urgency, decay, priority FROM lead_values WHERE lead_id = ?
"""
_HISTORY = "SELECT as_of, event, detail FROM lead_events WHERE lead_id = ? ORDER BY as_of, event"
_TYPED = "SELECT read_on, outcome, outcome_reason FROM outcomes WHERE lead_id = ? ORDER BY read_order"
