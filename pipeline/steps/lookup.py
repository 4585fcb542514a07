"""What `status` and `explain` print, read from the warehouse."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import UsageError
from pipeline.leads.rules import RULES
from pipeline.sources.reasons import REASONS
from pipeline.warehouse import Connection, scalar


def status_lines(con: Connection) -> Iterator[str]:
    """The last nights, what is stored, what was set aside."""
    nights = con.execute("SELECT as_of, decided_at FROM nights ORDER BY as_of DESC LIMIT 5").fetchall()
    yield f"last night: {nights[0][0]} (decided {nights[0][1]:%Y-%m-%d %H:%M} UTC)" if nights else "no night was run here yet"
    for table in ("tickets", "messages", "accounts", "leads", "outcomes"):
        yield f"{table:<10} {scalar(con, f'SELECT count(*) FROM {table}'):>12,}"
    for reason, count in con.execute("SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY reason").fetchall():
        yield f"set aside  {count:>12,}  {REASONS[reason].sentence}"
    yield ""
    runs = con.execute(
        "SELECT step, as_of, started_at, seconds FROM runs WHERE run_id = (SELECT arg_max(run_id, started_at) FROM runs) ORDER BY started_at"
    ).fetchall()
    for step, as_of, started_at, seconds in runs:
        yield f"{step:<10} {as_of}  {started_at:%Y-%m-%d %H:%M:%S}  {seconds:8.1f} s"


def explain_lines(con: Connection, lead_id: str) -> Iterator[str]:
    """From the messages to the rank. Raises UsageError for an id that nobody knows."""
    lead = con.execute("SELECT motion, account_id, product, opened_on FROM leads WHERE lead_id = ?", [lead_id]).fetchone()
    if lead is None:
        raise UsageError(f"{lead_id} is no lead here: copy the id from a list.")
    yield f"{lead_id}: {lead[0]} for account {lead[1]}{f', {lead[2]}' if lead[2] else ''}, opened {lead[3]}"
    yield "\nEvidence"
    for ticket, signal, probability, said_at, quote in con.execute(
        "SELECT ticket_id, signal, probability, said_at, quote FROM lead_evidence WHERE lead_id = ? ORDER BY said_at", [lead_id]
    ).fetchall():
        yield f"  {said_at:%Y-%m-%d} ticket {ticket}  {signal} {probability:.3f}  “{quote}”"
    for signal, reasons in con.execute(
        "SELECT DISTINCT s.signal, s.reasons FROM scores s JOIN lead_evidence e USING (source, ticket_id, signal) WHERE e.lead_id = ? ORDER BY ALL", [lead_id]
    ).fetchall():
        yield f"  {signal} because of {reasons}"
    yield "\nRules"
    held = con.execute("SELECT rule, ticket_to_solve FROM holds WHERE lead_id = ? ORDER BY rule", [lead_id]).fetchall()
    for rule, ticket in held:
        yield f"  {rule}: {RULES[rule].sentence}{f' Ticket {ticket}.' if ticket else ''}"
    if not held:
        yield "  none binds"
    value = con.execute(
        "SELECT value_at_stake, value_basis, expected_value, urgency, decay, priority FROM lead_values WHERE lead_id = ?", [lead_id]
    ).fetchone()
    if value:
        yield "\nRank"
        yield f"  at stake {value[0]} ({value[1]}); expected {value[2]}; urgency {value[3]} × decay {value[4]} → priority {value[5]}"
    yield "\nHistory"
    for as_of, event, detail in con.execute("SELECT as_of, event, detail FROM lead_events WHERE lead_id = ? ORDER BY as_of, event", [lead_id]).fetchall():
        yield f"  {as_of}  {event}{f': {detail}' if detail else ''}"
    for read_on, outcome, reason in con.execute("SELECT read_on, outcome, outcome_reason FROM outcomes WHERE lead_id = ? ORDER BY read_order", [lead_id]).fetchall():
        yield f"  {read_on}  outcome {outcome}{f': {reason}' if reason else ''}"
