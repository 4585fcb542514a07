"""The decide step: what the signals ask of whom tonight, under the service-first rules, in SQL.

`pipeline/sql/` holds one file per table; this module only orders them, and writes what happened to each lead.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa

from pipeline.config import Settings
from pipeline.cores import one_core_less
from pipeline.errors import UsageError
from pipeline.leads.dates import resolve
from pipeline.leads.outcomes import CLOSING
from pipeline.leads.rules import holds_sql, in_force, variables
from pipeline.signals.spec import Signal
from pipeline.steps.kept import Anew, Kept
from pipeline.steps.keys import check_keys
from pipeline.steps.match import match_tickets
from pipeline.steps.replaying.history import record_history
from pipeline.steps.topics.group import group_needs
from pipeline.steps.wide_tables import WIDE, run_sql_wide
from pipeline.warehouse import (
    Connection,
    make_table,
    run_sql,
    scalar,
    set_variables,
    strings,
    transaction,
)

# In the order in which they read each other.
OF_TICKETS = "ticket_states"
READING = (
    OF_TICKETS,
    "signal_contexts",
    "signals",
    "marked_people",
    "account_states",
    "lost_sales",
    "prospects",
)
DECIDING = ("lead_history", "lead_evidence", "lead_proposals", "lead_states")
RANKING = ("lead_values", "listed_leads")
# Read by nobody after the decision, so not written into the file: that is half of what a table of leads costs.
PASSING = ("signal_contexts", "prospects", "lead_history", "lead_states")


def refuse_earlier_night(con: Connection, as_of: date) -> None:
    """Leads have a history: a night before the last one cannot be decided again. Raises UsageError."""
    last = scalar(con, "SELECT max(as_of) FROM nights")
    if last is not None and as_of < last:
        raise UsageError(
            f"--as-of {as_of} lies before the last night decided here ({last}): run that day or a later one, "
            "or use another --home."
        )


def begin_to_decide(con: Connection, settings: Settings, signals: dict[str, Signal], as_of: date) -> None:
    """Makes what a decision asks of tickets and not of scores, while a worker scores: `decide` finds it made, unless
    what it is made from has changed since."""
    prepare(con, settings, signals, as_of)
    with one_core_less(con), transaction(con):
        tables = Kept(con)
        match_tickets(con, as_of, tables)
        _note_last_heard(con)
        tables.make(OF_TICKETS, run_sql_wide)


def decide(con: Connection, settings: Settings, signals: dict[str, Signal], as_of: date) -> dict[str, int]:
    """Decides the night in one transaction; the same state twice gives the same rows. Returns counts by place."""
    refuse_earlier_night(con, as_of)
    prepare(con, settings, signals, as_of)
    with transaction(con):
        _forget_tonight(con, as_of)
        kept = Kept(con)
        match_tickets(con, as_of, kept)
        decide_leads(con, settings, kept)
        group_needs(con)
        con.execute("INSERT INTO nights VALUES (?, now()::TIMESTAMP)", [as_of])
        record_history(con, settings, as_of, kept)
        check_keys(con)
    return dict(con.execute("SELECT place, count(*) FROM listed_leads GROUP BY place ORDER BY place").fetchall())


def decide_leads(con: Connection, settings: Settings, tables: Anew) -> None:
    """From tickets that are matched to what becomes of each lead; what replays decide too."""
    _note_last_heard(con)
    for name in (*READING, *DECIDING):
        if name in PASSING:
            tables.make_for_now(name)
        else:
            tables.make(name, run_sql_wide if name in WIDE else run_sql)
    _resolve_dates(con)
    for name in ("lead_history", "lead_states"):
        tables.need(name)
    con.execute(f"CREATE OR REPLACE TABLE holds AS {holds_sql(in_force(settings.rules))}")
    for name in RANKING:
        tables.make(name)
    con.execute(_REGISTER_LEADS)
    con.execute(_RECORD)
    con.execute(_RECORD_ENDED)


def _note_last_heard(con: Connection) -> None:
    set_variables(con, {"last_heard_at": scalar(con, _LAST_HEARD)})


def prepare(con: Connection, settings: Settings, signals: dict[str, Signal], as_of: date) -> None:
    """Variables and small tables that the SQL files read."""
    set_night(con, settings, as_of)
    _make_specs(con, signals)


def set_night(con: Connection, settings: Settings, as_of: date) -> None:
    """Variables of the night, and which outcomes close a lead."""
    set_variables(
        con,
        {
            "as_of": as_of,
            "night_end": datetime.combine(as_of + timedelta(days=1), datetime.min.time()),
            "days_lead": settings.expiry.leads,
            "days_save": settings.expiry.saves,
            "cap_leads": settings.caps.leads,
            "cap_saves": settings.caps.saves,
            "cap_account": settings.caps.account,
            "ticket_url": settings.ticket_url,
            "upgrade_share": settings.value.upgrade_share,
            "put_away_days": settings.put_away_days,
            "cool_down_days": settings.cool_down_days,
            "minimum_accounts": settings.topics.minimum_accounts,
            **variables(settings.rules),
        },
    )
    make_table(con, "closing_outcomes", strings("outcome"), ((name,) for name in CLOSING))


def _make_specs(con: Connection, signals: dict[str, Signal]) -> None:
    make_table(
        con,
        "signal_specs",
        _SIGNAL_SPECS,
        (
            (
                s.name,
                s.title,
                s.list,
                s.half_life,
                s.motion,
                s.motion_when_asked,
                s.next_step,
                s.next_step_when_asked or s.next_step,
            )
            for s in signals.values()
        ),
    )
    make_table(
        con,
        "subtype_specs",
        strings("signal", "subtype", "title", "motion"),
        ((s.name, t.name, t.title, t.motion) for s in signals.values() for t in s.subtypes),
    )


_SIGNAL_SPECS = pa.schema(
    [
        ("signal", pa.string()),
        ("title", pa.string()),
        ("list", pa.string()),
        ("half_life", pa.int64()),
        ("motion", pa.string()),
        ("motion_when_asked", pa.string()),
        ("next_step", pa.string()),
        ("next_step_when_asked", pa.string()),
    ]
)


def _forget_tonight(con: Connection, as_of: date) -> None:
    """A night decided a second time replaces itself, but for leads that somebody answered meanwhile; earlier nights
    are never touched."""
    con.execute("DELETE FROM lead_events WHERE as_of >= ?", [as_of])
    con.execute("DELETE FROM leads WHERE opened_on >= ? AND lead_id NOT IN (SELECT lead_id FROM outcomes)", [as_of])
    con.execute("DELETE FROM nights WHERE as_of >= ?", [as_of])


def _resolve_dates(con: Connection) -> None:
    rows = con.execute(
        "SELECT DISTINCT needed_by_words, needed_by_said_at::DATE FROM lead_proposals "
        "WHERE needed_by_words IS NOT NULL ORDER BY ALL"
    ).fetchall()
    schema = pa.schema([("words", pa.string()), ("said_on", pa.date32()), ("needed_by", pa.date32())])
    make_table(con, "resolved_dates", schema, ((words, on, resolve(words, on)) for words, on in rows))


# What was heard by the end of the night is the same on the next one, if nothing came: tables that ask for no more than
# that are kept.
_LAST_HEARD = """
    SELECT coalesce(max(heard_at), getvariable('night_end'))
    FROM (SELECT said_at AS heard_at FROM messages UNION ALL SELECT created_at FROM tickets)
    WHERE heard_at < getvariable('night_end')
"""
_REGISTER_LEADS = """
    INSERT INTO leads BY NAME
    SELECT lead_id, account_id, motion, product, sequence, getvariable('as_of') AS opened_on, contact_id
    FROM lead_proposals WHERE is_first_night AND lead_id NOT IN (SELECT lead_id FROM leads)
"""
_RECORD = """
    INSERT INTO lead_events BY NAME
    SELECT l.lead_id, getvariable('as_of') AS as_of, l.place AS event,
        CASE WHEN l.place = 'held' THEN (
            SELECT string_agg(rule, ' ' ORDER BY rule) FROM holds h WHERE h.lead_id = l.lead_id AND h.kind <> 'known')
            ELSE l.status END AS detail,
        p.evidence_count, p.last_said_at
    FROM listed_leads l JOIN lead_proposals p USING (lead_id)
    UNION ALL
    SELECT lead_id, getvariable('as_of'), 'opened', motion, evidence_count, last_said_at
    FROM lead_proposals WHERE is_first_night
    UNION ALL
    SELECT lead_id, getvariable('as_of'), 'opened', motion, NULL, NULL FROM lead_history
    WHERE opened_on = getvariable('as_of') AND lead_id NOT IN (SELECT lead_id FROM lead_proposals)
"""
# What was open before and has no living evidence tonight: closed by somebody, on whatever day that was read; too old;
# or taken back, or its ticket is gone. Each is recorded once; what was taken back can still expire, or be closed.
_RECORD_ENDED = """
    INSERT INTO lead_events BY NAME
    SELECT lead_id, getvariable('as_of') AS as_of, event, nullif(outcome, '') AS detail, NULL AS evidence_count,
        NULL AS last_said_at
    FROM (
        SELECT h.lead_id, h.outcome, h.last_event,
            CASE WHEN h.is_closed_by_people THEN 'closed'
                 WHEN e.last_said_at::DATE
                    + CASE WHEN h.motion = 'save' THEN getvariable('days_save') ELSE getvariable('days_lead') END
                    < getvariable('as_of') THEN 'expired' ELSE 'withdrawn' END AS event
        FROM lead_history h
        LEFT JOIN (
            SELECT lead_id, max(last_said_at) AS last_said_at FROM lead_events
            WHERE as_of < getvariable('as_of') GROUP BY lead_id
        ) e USING (lead_id)
        WHERE h.lead_id NOT IN (SELECT lead_id FROM lead_proposals)
    )
    WHERE coalesce(last_event, '') NOT IN ('closed', 'expired') AND last_event IS DISTINCT FROM event
"""
