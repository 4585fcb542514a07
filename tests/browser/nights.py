"""Made-up nights whose page is looked at: a crowded one with hostile text in every field, and an empty one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse_rows import fill

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.privacy.vault import open_vault
from pipeline.signals.spec import load_signals
from pipeline.steps.decide import decide
from pipeline.steps.publish import publish
from pipeline.warehouse import Connection

AS_OF = date(2026, 11, 20)
SAID = datetime(2026, 11, 20, 9, 30)
SCRIPT = "<script>document.title='taken'</script>"
IMAGE = "<img src=x onerror=\"document.title='taken'\">"
LONG_WORD = "W" * 400
AGENT, CUSTOMER = "Annika Oduya", "Bartholomew Quince"
MANIFEST: dict[str, Any] = {
    "counts": {
        "read": 1234,
        "stored": 1200,
        "set_aside": {"deleted": {"count": 34, "why": f"gone {SCRIPT}"}},
        "tickets": 5000,
    },
    "models": {"upgrade_intent": "abc123"},
    "rules": {"angry": {"kind": "hold", "days": {"days_angry": 7}}, "do_not_contact": {"kind": "never", "days": {}}},
    "durations": {"ingest": 1.5},
}

_URLS = (
    "javascript:alert(1)",
    "https://help.example/agent/tickets/2",
    "data:text/html,<script>alert(1)</script>",
    'https://help.example/" onclick="alert(1)',
    "//help.example/5",
    "https://me@help.example/6",
    "HTTPS://help.example/7",
    " javascript:alert(1)",
    "https://help.example/9\njavascript:alert(1)",
)


def empty_night(con: Connection, home: Home) -> Path:
    """Nothing was read, nothing is open. Returns the page's file."""
    home.create()
    decide(con, Settings(), load_signals(bundled.signal_specs()), AS_OF)
    publish(con, home, Settings(), AS_OF, {})
    return home.digests / AS_OF.isoformat() / "digest.html"


def crowded_night(con: Connection, home: Home) -> Path:
    """20 accounts that ask, one that leaves, one held by a problem, one never to be asked, praise, a rival, facts of
    service, a lost sale, somebody unknown; with hostile text wherever text comes from outside. Returns the page."""
    home.create()
    accounts = [
        {
            "account_id": f"A-{n:02}",
            "name": f"{SCRIPT} {IMAGE} {n}",
            "plan": f"<b>{LONG_WORD}",
            "seats": 10,
            "arr": Decimal(10_000 * n),
            "currency": "EUR" if n % 2 else "USD",
            "owner_email": f"rep{n % 3}@vendor.example",
            "do_not_contact": n == 23,
        }
        for n in range(1, 25)
    ]
    tickets, messages, scores, facts = [], [], [], []

    def say(n: int, signal: str, quote: str, account: int | None, said: dict[str, str], **ticket: Any) -> None:
        key = {"source": "zendesk", "ticket_id": str(n), "message_id": f"{n}:1"}
        tickets.append(
            {
                "ticket_id": str(n),
                "url": _URLS[n % len(_URLS)],
                "team": f"{IMAGE}{n % 2}",
                "created_at": SAID,
                "updated_at": SAID,
                "requester_id": f"C-{n}",
                "organization_id": f"O-{account}" if account else None,
                **ticket,
            }
        )
        messages.append({**key, "text": quote, "said_at": SAID, "author_id": f"C-{n}"})
        messages.append(
            {
                **key,
                "message_id": f"{n}:2",
                "position": 1,
                "role": "agent",
                "author_id": "C-agent",
                "text": "No.",
                "said_at": SAID.replace(hour=10),
            }
        )
        scores.append({**key, "signal": signal, "quote": quote})
        facts.extend({**key, "fact": fact, "value": value} for fact, value in said.items())

    for n in range(1, 21):
        say(
            n,
            "upgrade_intent",
            f"{SCRIPT}{IMAGE} {LONG_WORD} seats {n}",
            n,
            {
                "asks": "",
                "quantity": "1200",
                "product": f"Team{IMAGE}",
                "competitor": f"Rival{n}{SCRIPT}",
                "hold_time": "",
            },
        )
    say(21, "churn_risk", f"We leave. {IMAGE}", 21, {"angry": "", "competitor": f"{SCRIPT}{LONG_WORD}"})
    say(22, "upgrade_intent", f"Broken, but we would like more. {IMAGE}", 22, {"problem": ""}, status="open")
    say(23, "churn_risk", "Never to be shown here.", 23, {})
    say(24, "praise", f"What a team! {IMAGE}", 24, {"misrouted": f"billing{SCRIPT}"})
    say(25, "unmet_need", f"{IMAGE} please build it {LONG_WORD}", 24, {})
    say(26, "upgrade_intent", f"Who am I? {SCRIPT}", None, {"asks": ""})
    facts.append({"ticket_id": "20", "message_id": "20:2", "fact": "refused", "value": "not_offered"})
    fill(
        con,
        {
            "accounts": accounts,
            "tickets": tickets,
            "messages": messages,
            "scores": scores,
            "facts": facts,
            "organizations": [{"organization_id": f"O-{n}", "external_id": f"A-{n:02}"} for n in range(1, 25)],
        },
    )
    with open_vault(home.vault) as vault:
        vault.executemany(
            "INSERT INTO people VALUES ('zendesk', ?, ?, ?, ?, NULL, ?)",
            [(f"{n}", f"C-{n}", CUSTOMER, f"bart{n}@customer.example", False) for n in range(1, 27)]
            + [("agent", "C-agent", AGENT, "annika@vendor.example", True)],
        )
    decide(con, Settings(), load_signals(bundled.signal_specs()), AS_OF)
    publish(con, home, Settings(), AS_OF, dict(MANIFEST))
    return home.digests / AS_OF.isoformat() / "digest.html"
