"""What waits on which ticket: held leads as the page groups them, by the ticket whose solving would let them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.digest.page_words import totals
from pipeline.leads.rules import RULES

Row = dict[str, Any]

HELD = """
    SELECT h.*, a.currency FROM digest_held h LEFT JOIN accounts a USING (account_id)
    ORDER BY h.value_waiting DESC, h.lead_id, h.rule
"""
# What these bind appears in held.csv alone.
_NEVER = {rule.name for rule in RULES.values() if rule.kind == "never"}


@dataclass(frozen=True)
class HeldLead:
    """A lead that waits, all the rules that hold it, and the other tickets that do."""

    row: Row
    reasons: list[str]
    other_tickets: list[str]


@dataclass(frozen=True)
class HeldGroup:
    """What waits on one ticket; `ticket` is empty where no ticket would release it."""

    ticket: str
    url: str
    leads: list[HeldLead]

    @property
    def value(self) -> str:
        return totals((held.row["value_waiting"], held.row["currency"]) for held in self.leads)


@dataclass(frozen=True)
class Held:
    """The night's held leads: by ticket, how many there are, what they are worth, and how many are never shown."""

    groups: list[HeldGroup]
    leads: int
    value: str
    never: int


def held(rows: list[Row]) -> Held:
    """From the rows of `HELD`, one a lead and rule. Leads under a `never` rule are counted and left out."""
    never = {row["lead_id"] for row in rows if row["rule"] in _NEVER}
    waiting = [row for row in rows if row["lead_id"] not in never]
    values = {row["lead_id"]: (row["value_waiting"], row["currency"]) for row in waiting}
    return Held(_by_ticket(waiting), len(values), totals(values.values()), len(never))


def _by_ticket(rows: list[Row]) -> list[HeldGroup]:
    """Held leads by the ticket to solve, most valuable first; those that no ticket would release come last."""
    tickets = list(dict.fromkeys(row["ticket_to_solve"] or "" for row in rows))
    groups = []
    for ticket in sorted(tickets, key=lambda name: name == ""):
        mine = [row for row in rows if (row["ticket_to_solve"] or "") == ticket]
        leads = []
        for row in {row["lead_id"]: row for row in mine}.values():
            lead_id = row["lead_id"]
            reasons = [r["why_held"] for r in mine if r["lead_id"] == lead_id]
            others = {r["ticket_to_solve"] for r in rows if r["lead_id"] == lead_id} - {None, "", ticket}
            leads.append(HeldLead(row, reasons, sorted(others)))
        groups.append(HeldGroup(ticket, next((r["ticket_url"] for r in mine if r["ticket_url"]), ""), leads))
    return groups
