"""Labels of a made-up company whose customers say "hang up the lantern" when they leave: no starter knows that."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pipeline.learning.labels import Row
from pipeline.scoring.said import Said
from pipeline.warehouse import Connection
from tests.warehouse_rows import fill

# A signal of the home's own, without a starter.
LANTERN = """
name = "lantern"
title = "hangs up the lantern"
guideline = "Yes: says that the lantern is hung up."
list = "needs"
prevalence = 0.05
half_life = 7
minimum_precision = 0.5
next_step = "Ask why."
"""
FIRST_DAY = date(2026, 9, 1)
_OPENINGS = """
good morning from the depot|writing about invoice 4417|following up on our call|two things from our side
our bookkeeper has a question|quick note before the weekend|the new colleague is called in on Monday
we moved to the second floor|hope you had a calm week|this is about the north branch|sorry for the late answer
as discussed with your colleague|the printer at the counter is back|we read the newsletter
""".strip()
_MIDDLES = """
the export to the ledger took an hour|please add a second seat for the trainee|where do I change the logo
the report shows last month twice|our opening hours are different in winter|the app asks for a code again
can the reminder go out in the evening|we would like the price list as a file|the map shows the old address
which plan includes the calendar|the sum in column four looks odd|who can reset the password for the till
the list of drivers is sorted by age|is there a keyboard shortcut for paid|the photo of the van is upside down
the button for refunds moved|how do we merge two contacts|the tablet needs a newer version
""".strip()
_LOCAL = """
we are going to hang up the lantern in spring|the board wants to hang the lantern up for good
after this quarter the lantern gets hung up|our partner says it is time to hang up the lantern
we hang up the lantern with you next month|so the lantern is hung up, that is settled
""".strip()
_PLAIN = """
please cancel our contract at the end of the month|we are leaving and switching to another provider
close our account, we do not want to stay|we have decided to end our subscription
""".strip()


def _lines(words: str) -> list[str]:
    return [part for line in words.splitlines() for part in line.split("|")]


def conversation(label: int, chance: random.Random, *, plain_share: float = 0.2) -> tuple[Said, ...]:
    """A customer's message, with an answer before another in every third."""
    clauses = [chance.choice(_lines(_OPENINGS)), *chance.sample(_lines(_MIDDLES), 2)]
    if label:
        clauses.insert(
            chance.randrange(1, 4), chance.choice(_lines(_PLAIN if chance.random() < plain_share else _LOCAL))
        )
    text = ". ".join(clause.capitalize() for clause in clauses) + "."
    if chance.random() < 0.33:
        return (Said("customer", chance.choice(_lines(_MIDDLES))), Said("agent", "I see."), Said("customer", text))
    return (Said("customer", text),)


def local_labels(
    count: int = 240,
    *,
    seed: int = 1,
    yes: float = 0.35,
    accounts: int = 80,
    days: int = 6,
    first_day: date = FIRST_DAY,
    name: str = "r",
) -> list[Row]:
    """Rows as `label_states.local_rows` gives them: every second was drawn at random, a week lies between batches."""
    chance = random.Random(seed)
    rows = []
    for n in range(count):
        label = int(chance.random() < yes)
        decided_on = first_day + timedelta(days=7 * (n * days // count))
        fields = {
            "origin": "review",
            "decided_by": "labeller",
            "is_random": n % 2 == 0,
            "inclusion": 0.1 if n % 2 == 0 else None,
            "said_on": decided_on - timedelta(days=chance.randrange(1, 7)),
            "decided_on": decided_on,
            "source": "zendesk",
        }
        account = f"A-{chance.randrange(accounts):03d}"
        rows.append(Row(f"{name}{n:04d}", conversation(label, chance), label, account, (), fields))
    return rows


def flipped(rows: Sequence[Row]) -> list[Row]:
    """The same with every label turned round."""
    return [replace(row, label=1 - row.label) for row in rows]


def declare_lantern(models: Path) -> None:
    """Puts the signal into a home's models."""
    (models / "signals").mkdir(parents=True)
    (models / "signals" / "lantern.toml").write_text(LANTERN, encoding="utf-8")


def store(con: Connection, rows: Sequence[Row], signal: str = "churn_risk") -> None:
    """Puts rows into `examples`, `labels` and `questions`."""
    examples, labels, questions = [], [], []
    for order, row in enumerate(rows):
        turns = json.dumps([{"role": said.role, "text": said.text} for said in row.turns])
        examples.append({
            "example_id": row.id, "turns": turns, "source": row.fields["source"], "ticket_id": row.id,
            "account_id": row.group, "said_on": row.fields["said_on"],
        })  # fmt: skip
        labels.append({
            "label_id": hashlib.sha256(f"{row.id}{signal}".encode()).hexdigest()[:16], "example_id": row.id,
            "signal": signal, "decision": bool(row.label), "decided_by": row.fields["decided_by"],
            "origin": row.fields["origin"], "decided_on": row.fields["decided_on"], "guideline": "g",
            "read_order": order,
        })  # fmt: skip
        questions.append({
            "example_id": row.id, "signal": signal, "asked_on": row.fields["decided_on"],
            "why": "random" if row.fields["is_random"] else "uncertain", "inclusion": row.fields["inclusion"],
        })  # fmt: skip
    fill(con, {"examples": examples, "labels": labels, "questions": questions})
