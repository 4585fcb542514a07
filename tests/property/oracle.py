"""The contract's rules over an invented world, in plain Python: written from CONTRACT.md's table, not from the SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.property.nights import Night
from tests.property.worlds import Message, Ticket, World
from tests.warehouse_rows import Row

PITCH = {"offer", "return"}
SALES = PITCH | {"answer"}
NEVER = {"do_not_contact", "vulnerable"}
CLOSING = {"won", "lost", "saved", "churned", "not_a_signal", "wrong_account", "already_known"}
LIFE = {"answer": 30, "offer": 30, "return": 30, "save": 45}


@dataclass(frozen=True)
class Wish:
    """What a ticket asks of a reader on a night."""

    account: str
    motion: str
    product: str
    said_at: datetime
    ticket: Ticket


@dataclass(frozen=True)
class Case:
    """A lead on a night, with the account's tickets so far."""

    world: World
    night: Night
    lead: Row

    @property
    def tickets(self) -> list[Ticket]:
        return [t for t in self.world.tickets if t.account == self.lead["account_id"] and t.created_at < self.night.end]

    @property
    def unsolved(self) -> list[Ticket]:
        return [t for t in self.tickets if is_unsolved(t, self.night)]

    def messages(self, role: str = "customer") -> list[tuple[Ticket, Message]]:
        return [(t, m) for t in self.tickets for m in t.messages if m.role == role and m.said_at < self.night.end]

    def within(self, moment: datetime, days: int) -> bool:
        return moment >= self.night.end - timedelta(days=days)


def is_unsolved(ticket: Ticket, night: Night) -> bool:
    return ticket.status[night.number] not in ("solved", "closed")


def heard(ticket: Ticket, night: Night) -> list[Message]:
    """What the customer said in public so far."""
    return [m for m in ticket.messages if m.role == "customer" and m.is_public and m.said_at < night.end]


def _evidence_problem(case: Case) -> bool:
    """The evidence ticket is not solved or closed, and says more than the wish to buy."""
    rests_on = case.lead["tickets"]
    return any(f"{t.source}/{t.ticket_id}" in rests_on and says_more(t, case.night) for t in case.unsolved)


def says_more(ticket: Ticket, night: Night) -> bool:
    said = heard(ticket, night)
    words = sum(len(m.text.split()) for m in said) - len(["More", "seats."])
    return words > 25 or any("problem" in m.facts for m in said)


def _waiting_long(case: Case) -> bool:
    """An unsolved ticket's last customer message has waited longer than 3 days for an agent."""
    for ticket in case.unsolved:
        said = [m.said_at for m in ticket.messages if m.role == "customer" and m.said_at < case.night.end]
        answered = [
            m.said_at for m in ticket.messages if m.role == "agent" and m.is_public and m.said_at < case.night.end
        ]
        if said and (not answered or max(said) > max(answered)) and not case.within(max(said), 3):
            return True
    return False


def _bad_rating(case: Case) -> bool:
    rated = [(t.updated_at, t.ticket_id, t.source, t) for t in case.tickets if t.rating]
    latest = max(rated, key=lambda r: r[:3])[3] if rated else None
    return bool(latest and latest.rating == "bad" and latest.updated_at > case.night.end - timedelta(days=14))


def _angry(case: Case) -> bool:
    said = [(m.said_at, t.ticket_id, t.source, m.position, m) for t, m in case.messages() if m.is_public]
    latest = max(said, key=lambda s: s[:4])[4] if said else None
    return bool(latest and "angry" in latest.facts and case.within(latest.said_at, 7))


def _asked_lately(case: Case) -> bool:
    """An outcome of accepted or contacted on another offer: 30 days for the account, 60 for the contact."""
    lead, leads = case.lead, case.night.leads
    for outcome in case.night.outcomes:
        offer = leads[outcome["lead_id"]]
        if (
            offer["motion"] != "offer"
            or outcome["outcome"] not in ("accepted", "contacted")
            or offer["lead_id"] == lead["lead_id"]
        ):
            continue
        ago = (case.night.as_of - outcome["read_on"]).days
        if offer["account_id"] == lead["account_id"] and ago < 30:
            return True
        if offer["contact_id"] is not None and offer["contact_id"] == lead["contact_id"] and ago < 60:
            return True
    return False


def _has_opted_out(case: Case) -> bool:
    """The lead's own contact said so, in whatever ticket of theirs in the same helpdesk."""
    return any(
        "opt_out" in m.facts and m.said_at < case.night.end
        for t in case.world.tickets
        if (t.source, t.contact) == (case.lead["source"], case.lead["contact_id"])
        for m in t.messages
    )


def _open_opportunity(case: Case) -> bool:
    return any(
        o["account_id"] == case.lead["account_id"] and o["is_open"] and o["product"] in (None, case.lead["product"])
        for o in case.world.opportunities
    )


# Rule -> (motions it binds, whether it does).
RULES: dict[str, tuple[set[str], Callable[[Case], bool]]] = {
    "evidence_problem": (PITCH, _evidence_problem),
    "urgent_open": (PITCH, lambda case: any(t.priority in ("high", "urgent") for t in case.unsolved)),
    "reopened": (PITCH, lambda case: any(t.reopen_count and case.within(t.updated_at, 14) for t in case.unsolved)),
    "waiting_long": (PITCH, _waiting_long),
    "bad_rating": (PITCH, _bad_rating),
    "angry": (PITCH, _angry),
    "churn_live": (
        SALES,
        lambda case: any(
            row["account_id"] == case.lead["account_id"] and row["motion"] == "save"
            for row in case.night.listed.values()
        ),
    ),
    "asked_lately": (PITCH, _asked_lately),
    "open_opportunity": (SALES, _open_opportunity),
    "do_not_contact": (
        SALES | {"save"},
        lambda case: (
            any(a["account_id"] == case.lead["account_id"] and a["do_not_contact"] for a in case.world.accounts)
            or any(m.facts.get("opt_out") == "account" for _, m in case.messages())
            or _has_opted_out(case)
        ),
    ),
    "vulnerable": (SALES, lambda case: any("vulnerable" in m.facts for _, m in case.messages())),
}


def binding(world: World, night: Night, lead: Row) -> set[str]:
    """Names of the rules that bind a lead tonight."""
    case = Case(world, night, lead)
    return {name for name, (motions, holds) in RULES.items() if lead["motion"] in motions and holds(case)}


def wishes(world: World, night: Night) -> Iterator[Wish]:
    """What the tickets of accounts ask of readers tonight, expired ones left out."""
    for ticket in world.tickets:
        if ticket.account is None or ticket.created_at >= night.end:
            continue
        said = heard(ticket, night)
        for score in ticket.scores:
            evidence = score.message
            if not score.is_signal[night.number] or evidence not in said:
                continue
            if any("withdrawn" in m.facts and m.position > evidence.position for m in said):
                continue
            motion = _motion(ticket, score.signal, score.subtype, evidence, night)
            if motion and evidence.said_at.date() + timedelta(days=LIFE[motion]) >= night.as_of:
                product = "" if motion == "save" else _nearest(said, evidence, "product")
                yield Wish(ticket.account, motion, product, evidence.said_at, ticket)


def _motion(ticket: Ticket, signal: str, subtype: str, evidence: Message, night: Night) -> str:
    if signal == "churn_risk":
        return "save"
    if signal != "upgrade_intent":
        return "offer" if subtype in ("referral", "plan_blocked") else ""
    replies = [
        m
        for m in ticket.messages
        if m.role == "agent" and m.is_public and m.said_at < night.end and m.position > evidence.position
    ]
    waits = not replies or any("handover" in m.facts for m in replies)
    return "answer" if "asks" in evidence.facts and waits else "offer"


def _nearest(said: Iterable[Message], evidence: Message, fact: str) -> str:
    found = [m for m in said if fact in m.facts]
    nearest = min(found, key=lambda m: (abs(m.position - evidence.position), m.position), default=None)
    return (nearest.facts[fact] or "") if nearest else ""


def closed_by_people(night: Night, account: str, motion: str, product: str) -> date | None:
    """The last day on which somebody closed a lead of this kind."""
    latest = {o["lead_id"]: o for o in night.outcomes if o["outcome"]}
    days = [
        o["read_on"]
        for lead_id, o in latest.items()
        if o["outcome"] in CLOSING
        and tuple(night.leads[lead_id][k] for k in ("account_id", "motion", "product")) == (account, motion, product)
    ]
    return max(days, default=None)
