"""What sales knows of an account: leads and what came of them, lost sales and wishes, what support passed on."""

from __future__ import annotations

from typing import Any

from pipeline.digest.story import Entry, Section
from pipeline.leads.rules import RULES
from pipeline.steps.last_night import Row, rows_of
from pipeline.warehouse import Connection

Of = dict[str, Any]
_PLACES = {
    "listed": "on the night's list",
    "waiting": "waits for a place on the list",
    "open": "open",
    "held": "held",
    "put_away": "put away",
}


def leads(con: Connection, of: Of) -> Section:
    """Open and past leads: motion, where each stands, what holds it, what was typed."""
    entries = [
        Entry(
            row["opened_on"],
            f"{_kind(row)}: {_state(row)} ({row['lead_id']})",
            row["quote"] or "",
            tuple(_lead_notes(row)),
            row["ticket_id"] or "",
            row["url"] or "",
        )
        for row in rows_of(con, _LEADS, of)
    ]
    hidden = rows_of(con, "SELECT count(DISTINCT lead_id) AS n FROM never_shown")[0]["n"]
    note = f"{hidden} more must not be acted on: held.csv alone says which and why." if hidden else ""
    return Section("leads", "Leads and saves", "None was opened.", entries, note)


def _kind(row: Row) -> str:
    return f"{row['motion']}, {row['product']}" if row["product"] else str(row["motion"])


def _state(row: Row) -> str:
    """Tonight's place where it has one, else how it ended."""
    if row["place"]:
        return _PLACES[row["place"]] + (f", {_word(row['outcome'])}" if row["outcome"] else "")
    return _word(str(row["outcome"]) if row["outcome"] and row["result"] != "expired" else str(row["result"]))


def _word(outcome: str) -> str:
    return outcome.replace("_", " ")


def _lead_notes(row: Row) -> list[str]:
    notes = []
    if row["place"]:
        notes.append(f"for {row['owner']}, until {row['expires_on']}")
    for rule, ticket in row["holds"] or ():
        notes.append(RULES[rule].sentence + (f" Ticket {ticket}." if ticket else ""))
    if row["listed_on"]:
        notes.append(f"first listed {row['listed_on']}")
    if row["outcome"]:
        reason = f": {row['outcome_reason']}" if row["outcome_reason"] else ""
        notes.append(f"{_word(row['outcome'])}, read {row['outcome_on']}{reason}")
    return notes


def lost_sales(con: Connection, of: Of) -> Section:
    """What they wanted and were refused, heard by support or by sales, and whether it can be had now."""
    entries = [
        Entry(
            row["refused_on"] or row["asked_on"],
            f"{row['product'] or 'something that has no name here'}: "
            + (f"can be had since {row['available_from']}" if row["available_from"] else "not to be had yet"),
            row["quote"] or "",
            tuple(_lost_notes(row)),
            row["ticket_id"] or "",
            row["ticket_url"] or "",
        )
        for row in rows_of(con, _LOST, of)
    ]
    return Section("lost", "Lost sales and wishes", "None was heard.", entries)


def _lost_notes(row: Row) -> list[str]:
    heard = f"support, in ticket {row['ticket_id']}" if row["source"] == "ticket" else "sales"
    refusal = _word(row["refusal"]) if row["refusal"] else "no reason given"
    notes = [f"heard by {heard}; refused: {refusal}" + (f"; took {row['bought']} instead" if row["bought"] else "")]
    if row["lead_id"]:
        notes.append(f"came back as {row['lead_id']}: {_word(row['outcome']) or row['result']}")
    elif row["available_from"]:
        notes.append("nobody has told them yet, as far as this home knows")
    return notes


def passed_on(con: Connection, of: Of) -> Section:
    """What agents said that sales will take over, and what sales did with it."""
    entries = [
        Entry(
            row["said_on"],
            f"ticket {row['ticket_id']}: support said that sales will take over",
            "",
            tuple(_followed(lead) for lead in row["leads"] or ()) or ("no lead came of it",),
            row["ticket_id"],
            row["url"] or "",
        )
        for row in rows_of(con, _PASSED_ON, of)
    ]
    return Section("passed_on", "Promised and handed over", "Nothing was handed over to sales.", entries)


def _followed(lead: Row) -> str:
    if lead["is_never"]:
        return "must not be acted on: held.csv says why"
    listed = f"listed {lead['listed_on']}" if lead["listed_on"] else "not listed"
    done = _word(lead["outcome"]) if lead["outcome"] else "nobody has said what came of it"
    return f"{lead['motion']} {lead['lead_id']}: {listed}; {done}"


_LEADS = """
    SELECT r.lead_id, r.motion, r.product, r.opened_on, r.listed_on, r.result, r.outcome, r.outcome_on,
        (SELECT arg_max(outcome_reason, read_order) FROM outcomes o
            WHERE o.lead_id = r.lead_id AND o.read_on <= getvariable('as_of')) AS outcome_reason,
        g.ticket_id, t.url, s.quote, l.place, l.owner, p.expires_on,
        (SELECT list((h.rule, h.ticket_to_solve) ORDER BY h.rule) FROM holds h WHERE h.lead_id = r.lead_id) AS holds
    FROM lead_results r
    LEFT JOIN lead_origins g USING (lead_id)
    LEFT JOIN ticket_states t ON t.source = g.source AND t.ticket_id = g.ticket_id
    LEFT JOIN scores s ON s.source = g.source AND s.ticket_id = g.ticket_id AND s.signal = g.signal
    LEFT JOIN listed_leads l ON l.lead_id = r.lead_id
    LEFT JOIN lead_proposals p ON p.lead_id = r.lead_id
    WHERE r.account_id = $account AND r.lead_id NOT IN (SELECT lead_id FROM never_shown)
    ORDER BY r.opened_on DESC, r.lead_id
"""
_LOST = """
    SELECT l.source, l.product, l.asked_on, l.refused_on, l.refusal, l.ticket_id, l.ticket_url, l.quote,
        l.available_from, w.bought, r.lead_id, r.result, r.outcome
    FROM lost_sales l
    LEFT JOIN wishes w ON l.source = 'wish' AND w.account_id = l.account_id
        AND w.on_date IS NOT DISTINCT FROM l.asked_on AND lower(w.wanted) = lower(l.product)
    LEFT JOIN (
        SELECT * FROM lead_results WHERE motion = 'return'
            AND lead_id NOT IN (SELECT lead_id FROM never_shown)
        QUALIFY row_number() OVER (PARTITION BY account_id, product ORDER BY opened_on DESC, lead_id) = 1
    ) r ON r.account_id = l.account_id AND r.product = l.product
    WHERE l.account_id = $account
    ORDER BY coalesce(l.refused_on, l.asked_on) DESC NULLS LAST, l.lost_id
"""
_PASSED_ON = """
    WITH handed AS (
        SELECT t.source, t.ticket_id, t.url, min(m.said_at)::DATE AS said_on
        FROM facts f
        JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
        JOIN ticket_states t ON t.source = f.source AND t.ticket_id = f.ticket_id
        WHERE t.account_id = $account AND f.fact = 'handover' AND m.is_public AND m.role = 'agent'
            AND m.said_at < getvariable('night_end')
        GROUP BY t.source, t.ticket_id, t.url
    )
    SELECT h.ticket_id, h.url, h.said_on,
        list({'lead_id': r.lead_id, 'motion': r.motion, 'listed_on': r.listed_on, 'outcome': r.outcome,
            'is_never': r.lead_id IN (SELECT lead_id FROM never_shown)} ORDER BY r.lead_id)
            FILTER (r.lead_id IS NOT NULL) AS leads
    FROM handed h
    LEFT JOIN lead_origins g ON g.source = h.source AND g.ticket_id = h.ticket_id
    LEFT JOIN lead_results r ON r.lead_id = g.lead_id AND r.account_id = $account
    GROUP BY h.source, h.ticket_id, h.url, h.said_on
    ORDER BY h.said_on DESC, h.source, h.ticket_id
"""
