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
    of_ticket: dict[str, list[Row]] = {}
    of_lead: dict[str, list[Row]] = {}
    for row in rows:
        of_ticket.setdefault(row["ticket_to_solve"] or "", []).append(row)
        of_lead.setdefault(row["lead_id"], []).append(row)
    groups = []
    for ticket, mine in sorted(of_ticket.items(), key=lambda item: item[0] == ""):
        reasons: dict[str, list[Row]] = {}
        for row in mine:
            reasons.setdefault(row["lead_id"], []).append(row)
        leads = []
        for lead_id, binding in reasons.items():
            others = {row["ticket_to_solve"] for row in of_lead[lead_id]} - {None, "", ticket}
            leads.append(HeldLead(binding[-1], [row["why_held"] for row in binding], sorted(others)))
        groups.append(HeldGroup(ticket, next((row["ticket_url"] for row in mine if row["ticket_url"]), ""), leads))
    return groups
