"""What deciding and publishing cost where much is open: `python -m tests.bench.leads`.

A warehouse is filled with made-up accounts and tickets with a wish each, several to an account, of which each names
another product; one account in five may leave, which makes one save of all its tickets: so there are more tickets than
leads. One night opens them; what is timed is the second, which reads, decides and publishes again what is still open.
Seconds on the clock, and of all cores together: where a machine is shared, only the latter compare.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from pipeline.config import Home, Settings
from pipeline.config_run import MEMORY_LIMIT
from pipeline.scoring.models import all_signals
from pipeline.steps.decide import decide, prepare
from pipeline.steps.feedback.read import read_feedback
from pipeline.steps.publish import publish
from pipeline.warehouse import Connection, open_warehouse, scalar

AS_OF = date(2026, 11, 20)
OWNERS = 400


def main() -> None:
    """Prints seconds by step of the second night."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--accounts", type=int, default=100_000)
    arguments.add_argument("--leads", type=int, default=500_000)
    arguments.add_argument("--memory", default=MEMORY_LIMIT)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.create()
        with open_warehouse(home, memory_limit=given.memory) as con:
            fill(con, given.accounts, _tickets(given.accounts, given.leads))
        _night(home, AS_OF, given.memory)
        for step, (seconds, of_cores) in _night(home, AS_OF + timedelta(days=1), given.memory).items():
            print(f"{step:<10}{seconds:8.1f} s{of_cores:8.1f} s of all cores")
        with open_warehouse(home, memory_limit=given.memory) as con:
            print(f"{scalar(con, 'SELECT count(*) FROM listed_leads')} open leads")


def _tickets(accounts: int, leads: int) -> int:
    """How many tickets make so many leads: a fifth of the accounts have one save each, the others a lead a ticket."""
    return (leads - accounts // 5) * 5 // 4


def _night(home: Home, as_of: date, memory: str) -> dict[str, tuple[float, float]]:
    """Of each step seconds on the clock, and of all cores together."""
    settings, signals = Settings(), all_signals(home.models)
    seconds = {}
    for step in ("feedback", "decide", "publish"):
        with open_warehouse(home, memory_limit=memory) as con:
            began, worked = time.perf_counter(), time.process_time()
            if step == "feedback":
                read_feedback(con, home, as_of)
            elif step == "decide":
                decide(con, settings, signals, as_of)
            else:
                prepare(con, settings, signals, as_of)
                publish(con, home, settings, as_of, {})
            seconds[step] = time.perf_counter() - began, time.process_time() - worked
    return seconds


def fill(con: Connection, accounts: int, tickets: int) -> None:
    """`accounts` accounts with `tickets` tickets between them, each a wish for a product of its own: an answer, an
    offer or a save. Columns that nothing here turns on are left out."""
    con.execute(
        f"""
        INSERT INTO accounts BY NAME SELECT 'A-' || i AS account_id, 'Company ' || i AS name, 'Team' AS plan,
            10 AS seats, 1000 + i % 977 * 100 AS arr, 'owner' || i % {OWNERS} || '@vendor.example' AS owner_email,
            'cs' || i % {OWNERS} || '@vendor.example' AS cs_owner_email FROM range({accounts}) t(i);
        INSERT INTO organizations BY NAME SELECT 'zendesk' AS source, 'O-' || i AS organization_id,
            'A-' || i AS external_id, [] AS domains FROM range({accounts}) t(i);
        CREATE TEMP TABLE wishes_made AS SELECT i::VARCHAR AS ticket_id, i % {accounts} AS account,
            i // {accounts} AS nth, TIMESTAMP '2026-11-10' + to_seconds(i % 800000) AS said FROM range({tickets}) t(i);
        INSERT INTO tickets BY NAME SELECT 'zendesk' AS source, ticket_id, 'solved' AS status, 'h' AS ticket_hash,
            'O-' || account AS organization_id, 'C-' || account AS requester_id, said AS created_at, said AS updated_at
            FROM wishes_made;
        INSERT INTO messages BY NAME SELECT 'zendesk' AS source, ticket_id, ticket_id || ':' || p AS message_id,
            p AS position, CASE p WHEN 0 THEN 'customer' ELSE 'agent' END AS role, true AS is_public,
            'C-' || account AS author_id, said + to_seconds(p) AS said_at,
            'We would like more of it.' AS text, [] AS marks
            FROM wishes_made, range(2) t(p);
        INSERT INTO scores BY NAME SELECT 'zendesk' AS source, ticket_id, 'h' AS ticket_hash, 'm' AS model_id,
            CASE WHEN account % 5 = 4 THEN 'churn_risk' ELSE 'upgrade_intent' END AS signal,
            CASE WHEN account % 5 = 4 THEN 'cancel' ELSE 'tier' END AS subtype,
            0.6 + (account % 40) / 100 AS probability, true AS is_signal, ticket_id || ':0' AS message_id,
            'We would like more of it.' AS quote, '[]' AS reasons FROM wishes_made;
        INSERT INTO facts BY NAME SELECT 'zendesk' AS source, ticket_id, ticket_id || ':0' AS message_id,
            'product' AS fact, 'Product ' || nth AS value FROM wishes_made;
        DROP TABLE wishes_made;
        """
    )


if __name__ == "__main__":
    main()
