"""For each service-first rule the smallest cases in which it binds, and the nearest ones in which it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.unit.leads.small_nights import A_SECOND, AS_OF, Office, ago

Case = Callable[[Office], None]
MORE_WORDS = "We would like more seats. " + "There is one thing more to say. " * 4


def ticket(office: Office, **columns: Any) -> None:
    """Another ticket of A-1."""
    office.ticket("2", **columns)


def _waits(office: Office, **span: int) -> None:
    office.ticket("2", status="open")
    office.says("2", at=ago(**span))


def _answered(office: Office) -> None:
    _waits(office, days=4)
    office.says("2", role="agent", at=ago(days=4) + A_SECOND)


def _noted(office: Office) -> None:
    _waits(office, days=4)
    office.says("2", role="agent", at=ago(days=4) + A_SECOND, is_public=False)


def _said_in_anger(office: Office, then: str = "", **span: int) -> None:
    office.ticket("2")
    office.says("2", "angry", at=ago(**span))
    if then:
        office.says("2", role=then, at=ago(**span) + A_SECOND)


def _rated(office: Office, rating: str, **span: int) -> None:
    office.ticket("2", rating=rating, updated_at=ago(**span))


def _open_with_evidence(office: Office, *facts: str, text: str = "We would like more seats.") -> None:
    """The wish's own ticket, open again."""
    office.change("tickets", {"ticket_id": "1"}, status="open")
    office.change("messages", {"message_id": "1-0"}, text=text)
    for fact in facts:
        office.add("facts", ticket_id="1", message_id="1-0", fact=fact)


def save(office: Office, **columns: Any) -> None:
    """A ticket in which they say that they may leave."""
    office.ticket("2", **columns)
    office.says("2", signal="churn_risk", at=ago(days=20))


def asked(office: Office, days: int, account: str = "A-1", contact: str = "A-1-b", outcome: str = "accepted") -> None:
    """Another offer that somebody went after so many days before."""
    office.add(
        "leads",
        lead_id="L-old",
        account_id=account,
        motion="offer",
        product="Audit Log",
        sequence=1,
        opened_on=AS_OF - timedelta(days=90),
        contact_id=contact,
    )
    office.typed("L-old", outcome, AS_OF - timedelta(days=days))


def opportunity(office: Office, **columns: Any) -> None:
    """Of A-1, in the CRM."""
    office.add("opportunities", **({"opportunity_id": "O-1", "account_id": "A-1", "is_open": True} | columns))


def _opts_out(office: Office, who: str, author: str, days: int, account: str = "A-1") -> None:
    office.ticket("2", account)
    office.says("2", ("opt_out", who), author=author, at=ago(days=days))
    office.says("2", role="agent", at=ago(days=days) + A_SECOND)


def _asked_then_lost(office: Office) -> None:
    asked(office, 20)
    office.typed("L-old", "lost", AS_OF - timedelta(days=10))


# The rule, what is so, and how it comes to be so in an office with a wish.
BINDS: list[tuple[str, str, Case]] = [
    ("evidence_problem", "open, and reports a problem", lambda o: _open_with_evidence(o, "problem")),
    ("evidence_problem", "open, and says much else", lambda o: _open_with_evidence(o, text=MORE_WORDS)),
    ("urgent_open", "high", lambda o: ticket(o, status="open", priority="high")),
    ("urgent_open", "on hold is unsolved", lambda o: ticket(o, status="hold", priority="urgent")),
    ("reopened", "14 days ago", lambda o: ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=14))),
    ("waiting_long", "a second over 3 days", lambda o: _waits(o, days=3, seconds=1)),
    ("waiting_long", "an internal note is no answer", _noted),
    ("bad_rating", "a second under 14 days", lambda o: _rated(o, "bad", days=13, hours=23, minutes=59, seconds=59)),
    ("angry", "7 days ago", lambda o: _said_in_anger(o, days=7)),
    ("angry", "an agent's answer does not undo it", lambda o: _said_in_anger(o, "agent", days=1)),
    ("churn_live", "an open save", save),
    ("asked_lately", "the account 29 days ago", lambda o: asked(o, 29)),
    ("asked_lately", "the contact 59 days ago", lambda o: asked(o, 59, contact="A-1-a")),
    ("asked_lately", "the contact, at another account", lambda o: asked(o, 59, account="A-2", contact="A-1-a")),
    ("asked_lately", "whatever came of it", _asked_then_lost),
    ("open_opportunity", "any product", lambda o: opportunity(o)),
    (
        "open_opportunity",
        "the same product",
        lambda o: (
            o.add("facts", ticket_id="1", message_id="1-0", fact="product", value="Audit Log"),
            opportunity(o, product="audit log"),
        )[0],
    ),
    ("do_not_contact", "marked", lambda o: o.change("accounts", {"account_id": "A-1"}, do_not_contact=True)),
    ("do_not_contact", "their contact said so", lambda o: _opts_out(o, "person", "A-1-a", days=300)),
    ("do_not_contact", "a colleague spoke for all", lambda o: _opts_out(o, "account", "A-1-b", days=300)),
    ("vulnerable", "ever said", lambda o: (o.ticket("2"), o.says("2", ("vulnerable", "illness"), at=ago(days=300)))[0]),
]
FREE: list[tuple[str, str, Case]] = [
    ("evidence_problem", "open, and only the wish", lambda o: _open_with_evidence(o)),
    (
        "evidence_problem",
        "a problem, but solved",
        lambda o: o.add("facts", ticket_id="1", message_id="1-0", fact="problem"),
    ),
    ("urgent_open", "normal", lambda o: ticket(o, status="open", priority="normal")),
    ("urgent_open", "solved", lambda o: ticket(o, status="solved", priority="urgent")),
    ("urgent_open", "another account's", lambda o: ticket(o, account="A-2", status="open", priority="urgent")),
    (
        "reopened",
        "longer ago",
        lambda o: ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=14, seconds=1)),
    ),
    ("reopened", "15 days ago", lambda o: ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=15))),
    ("reopened", "solved since", lambda o: ticket(o, status="solved", reopen_count=1, status_updated_at=ago(days=1))),
    ("waiting_long", "3 days", lambda o: _waits(o, days=3)),
    ("waiting_long", "answered", _answered),
    ("bad_rating", "14 days ago", lambda o: _rated(o, "bad", days=14)),
    ("bad_rating", "good", lambda o: _rated(o, "good", days=1)),
    (
        "bad_rating",
        "a good one since",
        lambda o: (_rated(o, "bad", days=5), o.ticket("3", rating="good", updated_at=ago(days=4)))[0],
    ),
    ("angry", "over 7 days ago", lambda o: _said_in_anger(o, days=7, seconds=1)),
    ("angry", "calm since", lambda o: _said_in_anger(o, "customer", days=1)),
    (
        "churn_live",
        "another account's",
        lambda o: (o.ticket("2", "A-2"), o.says("2", signal="churn_risk", author="A-2-a"))[0],
    ),
    ("churn_live", "taken back", lambda o: (save(o), o.says("2", "withdrawn", at=ago(days=19)))[0]),
    ("asked_lately", "the account 30 days ago", lambda o: asked(o, 30)),
    ("asked_lately", "the contact 60 days ago", lambda o: asked(o, 60, contact="A-1-a")),
    ("asked_lately", "only looked at", lambda o: asked(o, 1, outcome="snoozed")),
    ("open_opportunity", "closed", lambda o: opportunity(o, is_open=False)),
    ("open_opportunity", "another product", lambda o: opportunity(o, product="Audit Log")),
    ("do_not_contact", "a colleague, of themselves", lambda o: _opts_out(o, "person", "A-1-b", days=1)),
    ("do_not_contact", "said tomorrow", lambda o: _opts_out(o, "account", "A-1-a", days=-1)),
    ("do_not_contact", "another account's", lambda o: _opts_out(o, "account", "A-2-a", days=1, account="A-2")),
    ("do_not_contact", "says no", lambda o: o.change("accounts", {"account_id": "A-1"}, do_not_contact=False)),
    (
        "vulnerable",
        "another account's",
        lambda o: (o.ticket("2", "A-2"), o.says("2", ("vulnerable", "illness"), author="A-2-a"))[0],
    ),
]


# Cases in which the rule's own days leave the lead free, with days by which it binds.
DAYS: list[tuple[str, int, Case]] = [
    ("reopened", 15, lambda o: ticket(o, status="open", reopen_count=1, status_updated_at=ago(days=15))),
    ("waiting_long", 2, lambda o: _waits(o, days=2, seconds=1)),
    ("bad_rating", 15, lambda o: _rated(o, "bad", days=14)),
    ("angry", 8, lambda o: _said_in_anger(o, days=8)),
    ("asked_lately", 31, lambda o: asked(o, 30)),
]
