"""What machines read of a night, made from the ledger and the decided tables."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pipeline.config import Home, Settings
from pipeline.leads.rules import in_force, variables
from pipeline.scoring.models import all_signals, current_folders, model_ids
from pipeline.sources.reasons import REASONS, REMARKS
from pipeline.steps.topics.listing import topic_counts
from pipeline.steps.watching.watched import watch_section
from pipeline.warehouse import Connection, scalar


def manifest(con: Connection, home: Home, settings: Settings, as_of: date, run_id: str) -> dict[str, Any]:
    """What machines read of a night. The same state gives the same manifest, but for `durations`."""
    counts = latest_counts(con, "ingest")
    signals = all_signals(home.models)
    models = model_ids(current_folders(home.models, signals))
    rules = in_force(settings.rules)
    return {
        "as_of": as_of.isoformat(),
        "counts": {
            "read": counts.get("read", 0),
            "stored": counts.get("stored", 0),
            "set_aside": {
                reason: {"count": count, "why": REASONS[reason].sentence}
                for reason, count in counts.get("set_aside", {}).items()
            },
            "remarks": {
                remark: {"count": count, "why": REMARKS[remark]} for remark, count in counts.get("remarks", {}).items()
            },
            "people_set_aside": counts.get("people_set_aside", {}),
            "crm": counts.get("crm", {}),
            "marked": counts.get("marked", {}),
            "outcomes_read": int(scalar(con, "SELECT count(*) FROM outcomes WHERE read_on = ?", [as_of])),
            "tickets": int(scalar(con, "SELECT count(*) FROM ticket_states")),
            "tickets_without_account": int(scalar(con, "SELECT count(*) FROM ticket_states WHERE account_id IS NULL")),
            "topics": topic_counts(con),
            "leads_by_place": dict(
                con.execute("SELECT place, count(*) FROM listed_leads GROUP BY place ORDER BY place").fetchall()
            ),
        },
        "models": models | _scored_by(con),
        "watch": watch_section(con, as_of),
        "rules": {
            rule.name: {"kind": rule.kind, "days": {v: variables(settings.rules)[v] for v, _ in rule.days}}
            for rule in rules
        },
        "taken_for": counts.get("taken_for", []),
        "skipped": {
            "files_passed_over": counts.get("passed_over", []),
            "messages_in_other_languages": dict(con.execute(_OTHER_LANGUAGES, [settings.languages]).fetchall()),
            "signals_without_model": sorted(set(signals) - set(models)),
            "rules_switched_off": sorted(set(settings.rules) - {rule.name for rule in rules}),
        },
        "durations": durations(con, run_id),
    }


_OTHER_LANGUAGES = """
    SELECT language, count(*) FROM messages
    WHERE role = 'customer' AND is_public AND language NOT IN (SELECT unnest(?)) GROUP BY language ORDER BY language
"""


def _scored_by(con: Connection) -> dict[str, str]:
    """Models that scored what is stored: another than the home's own where that was set aside."""
    return dict(con.execute("SELECT DISTINCT signal, model_id FROM scores ORDER BY signal, model_id").fetchall())


def durations(con: Connection, run_id: str) -> dict[str, float]:
    """Seconds by step of this run, as far as it has come."""
    return {
        step: round(seconds, 3)
        for step, seconds in con.execute(
            "SELECT step, seconds FROM runs WHERE run_id = ? ORDER BY started_at", [run_id]
        ).fetchall()
    }


def latest_counts(con: Connection, step: str) -> dict[str, Any]:
    """Counts of the last time a step ran."""
    text = scalar(con, "SELECT arg_max(counts, rowid) FROM runs WHERE step = ?", [step])
    return json.loads(text) if text else {}
