"""Nights in this process, from files to decided leads, and what they stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.signals.spec import load_signals
from pipeline.steps.decide import decide
from pipeline.steps.score import score
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, user, write_lines

BUY = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"
NEED = "It would be great if you offered an export of the Gantt chart as PDF. Is there any way? We miss that feature."
NORA = user(20, "Nora Quist", "nora@elmcrest.example", organization_id=90)
ELMCREST = {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]}
AS_OF = date(2026, 11, 12)


def stored_texts(con: Connection) -> dict[str, list[str]]:
    """Ticket id -> its texts in order."""
    return dict(
        con.execute(
            "SELECT ticket_id, list(text ORDER BY position) FROM messages GROUP BY ticket_id ORDER BY ticket_id"
        ).fetchall()
    )


def whole_night(con: Connection, home: Path, tickets: list[Any], export: Path, as_of: date = AS_OF) -> None:
    """Ingest, score and decide with the models that ship."""
    write_lines(export / "tickets", tickets)
    write_lines(export / "users", [NORA])
    write_lines(export / "organizations", [ELMCREST])
    ingest_into(con, home, export)
    con.execute("DELETE FROM accounts")
    con.execute("INSERT INTO accounts (account_id, name, plan, arr) VALUES ('A-1', 'Elmcrest', 'team', 1000)")
    score_and_decide(con, home, as_of)


def score_and_decide(con: Connection, home: Path, as_of: date = AS_OF) -> None:
    """By the models and rules that ship."""
    settings = Settings()
    score(
        con,
        Home(home),
        settings,
        work=home / "work",
        engine="local",
        workers=1,
        dask_address=None,
        progress=lambda step, done, total: None,
    )
    decide(con, settings, load_signals(bundled.signal_specs()), as_of)
