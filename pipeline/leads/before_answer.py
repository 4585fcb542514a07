"""What to know before an account is answered: at most three plain sentences, from rules in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MOST = 3
UNASSIGNED = "unassigned"  # the owner of an account that has none
_RENEWS_SOON = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """How an account stands on the night `as_of`. Tickets are the helpdesk's ids; empty means that there is none.

    `asked_until`: the last day on which nothing may be offered again. `available`: what they wanted in vain, and
    since when it can be had.
    """

    as_of: date
    do_not_contact: bool = False
    is_vulnerable: bool = False
    save_owner: str = ""
    answer_owner: str = ""
    answer_ticket: str = ""
    urgent_ticket: str = ""
    reopened_ticket: str = ""
    waiting_ticket: str = ""
    unsolved_ticket: str = ""
    bad_rating_ticket: str = ""
    angry_ticket: str = ""
    asked_until: date | None = None
    available: tuple[tuple[str, date], ...] = ()
    offer_owner: str = ""
    renews_on: date | None = None


def before_answer(standing: Standing) -> list[str]:
    """The sentences, what forbids before what invites; never empty."""
    found = [*_never(standing), *_owed(standing), *_service_first(standing), *_invites(standing)]
    return found[:MOST] or ["Nothing stands in the way: no open ticket, no save, no lead that waits."]


def _owner(owner: str) -> str:
    return "whoever takes it" if owner == UNASSIGNED else owner


def _never(s: Standing) -> list[str]:
    found = []
    if s.do_not_contact:
        found.append("They are marked do not contact: answer what they ask, offer nothing.")
    if s.is_vulnerable:
        found.append("Somebody there is in a hard place: help, and sell nothing.")
    return found


def _owed(s: Standing) -> list[str]:
    found = []
    if s.save_owner:
        found.append(f"They may be leaving: a save is open, and {_owner(s.save_owner)} answers within it.")
    if s.answer_owner:
        found.append(f"They asked in ticket {s.answer_ticket} and wait: {_owner(s.answer_owner)} owes the answer.")
    return found


def _service_first(s: Standing) -> list[str]:
    """One sentence of what is unsolved, the worst of it; then how they feel about the service."""
    found = []
    for ticket, what in (
        (s.urgent_ticket, "is unsolved and of high priority"),
        (s.reopened_ticket, "was reopened and is not solved since"),
        (s.waiting_ticket, "waits for an agent for too long"),
        (s.unsolved_ticket, "is not solved"),
    ):
        if ticket and ticket != s.answer_ticket:
            found.append(f"Do not pitch: ticket {ticket} {what}.")
            break
    if s.angry_ticket:
        found.append(f"The last thing they said was said in anger (ticket {s.angry_ticket}): mend that first.")
    if s.bad_rating_ticket:
        found.append(f"Their latest rating is bad (ticket {s.bad_rating_ticket}): mend that first.")
    return found


def _invites(s: Standing) -> list[str]:
    found = []
    if s.asked_until and s.asked_until >= s.as_of:
        found.append(f"They were offered something lately: offer nothing more until {s.asked_until}.")
    if s.do_not_contact or s.is_vulnerable:
        return found
    found += [f"They waited for {product}: it can be had since {since}." for product, since in s.available]
    if s.offer_owner:
        found.append(f"An offer to them is with {_owner(s.offer_owner)}: ask before you make one.")
    if s.renews_on and s.as_of <= s.renews_on <= s.as_of + _RENEWS_SOON:
        found.append(f"Their contract renews on {s.renews_on}.")
    return found
