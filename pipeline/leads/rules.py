"""The service-first rules, each one entry: which motions it binds, when, and the sentence that people read.

A predicate is SQL over one row of `lead_states` (see `sql/lead_states.sql`, its only input). `kind`: hold (until the
reason is gone), never (for as long as the mark stands; saves too), known (shown, but not as something new).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.config import RuleSetting
from pipeline.errors import BadConfiguration

PITCHES = ("offer", "return")
SALES = ("answer", "offer", "return")
ALL = ("answer", "offer", "return", "save")


@dataclass(frozen=True)
class Rule:
    """`days` are defaults by variable name, for SQL that looks back; the first is what settings tune.
    `ticket` is the SQL of the ticket whose solving releases the lead, or NULL."""

    name: str
    motions: tuple[str, ...]
    predicate: str
    sentence: str
    kind: Literal["hold", "never", "known"]
    ticket: str = "NULL"
    days: tuple[tuple[str, int], ...] = ()


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "evidence_problem",
            PITCHES,
            "problem_ticket IS NOT NULL",
            "Their wish stands in a ticket whose problem is not solved.",
            "hold",
            "problem_ticket",
        ),
        Rule(
            "urgent_open",
            PITCHES,
            "urgent_ticket IS NOT NULL",
            "They have an unsolved ticket of high or urgent priority.",
            "hold",
            "urgent_ticket",
        ),
        Rule(
            "reopened",
            PITCHES,
            "reopened_ticket IS NOT NULL",
            "A ticket of theirs was reopened lately and is not solved since.",
            "hold",
            "reopened_ticket",
            (("days_reopened", 14),),
        ),
        Rule(
            "waiting_long",
            PITCHES,
            "waiting_ticket IS NOT NULL",
            "They wait for an agent's answer for too long.",
            "hold",
            "waiting_ticket",
            (("days_waiting_long", 3),),
        ),
        Rule(
            "bad_rating",
            PITCHES,
            "bad_rating_ticket IS NOT NULL",
            "Their latest rating of the service is bad.",
            "hold",
            "bad_rating_ticket",
            (("days_bad_rating", 14),),
        ),
        Rule(
            "angry",
            PITCHES,
            "angry_ticket IS NOT NULL",
            "The last thing they said was said in anger.",
            "hold",
            "angry_ticket",
            (("days_angry", 7),),
        ),
        Rule(
            "churn_live",
            SALES,
            "save_id IS NOT NULL",
            "They may be leaving: whoever owns the save answers within it.",
            "hold",
            "save_ticket",
        ),
        Rule(
            "asked_lately",
            PITCHES,
            "account_asked_on + getvariable('days_asked_account') > getvariable('as_of') "
            "OR contact_asked_on + getvariable('days_asked_contact') > getvariable('as_of')",
            "They were offered something not long ago.",
            "hold",
            "NULL",
            (("days_asked_account", 30), ("days_asked_contact", 60)),
        ),
        Rule(
            "open_opportunity",
            SALES,
            "open_opportunity IS NOT NULL",
            "The CRM has an open opportunity for the same product.",
            "known",
        ),
        Rule("do_not_contact", ALL, "do_not_contact", "They are marked do not contact, or asked for it.", "never"),
        Rule(
            "vulnerable",
            SALES,
            "vulnerable_ticket IS NOT NULL OR is_vulnerable",
            "Somebody there is in a hard place: bereavement, illness, debt, or a minor.",
            "never",
            "vulnerable_ticket",
        ),
    )
}


def variables(settings: Mapping[str, RuleSetting]) -> dict[str, int]:
    """Days by SQL variable. Raises BadConfiguration for a rule that does not exist or takes no days."""
    found: dict[str, int] = {}
    for name, setting in settings.items():
        if name not in RULES:
            raise BadConfiguration(f"rules.{name} is no rule: known are {', '.join(RULES)}.")
        if setting.days is not None and not RULES[name].days:
            raise BadConfiguration(f"rules.{name} takes no days.")
    for rule in RULES.values():
        for place, (variable, days) in enumerate(rule.days):
            own = settings[rule.name].days if rule.name in settings else None
            found[variable] = own if own is not None and place == 0 else days
    return found


def in_force(settings: Mapping[str, RuleSetting]) -> list[Rule]:
    """Rules that are switched on."""
    return [rule for rule in RULES.values() if rule.name not in settings or settings[rule.name].enabled]


def holds_sql(rules: list[Rule]) -> str:
    """Query of `holds`: one row a lead and rule that binds it tonight."""
    parts = [
        f"SELECT lead_id, '{rule.name}' AS rule, '{rule.kind}' AS kind, ({rule.ticket})::VARCHAR AS ticket_to_solve\n"
        f"FROM lead_states WHERE motion IN {_tuple(rule.motions)} AND coalesce(({rule.predicate}), false)"
        for rule in rules
    ]
    nothing = (
        "SELECT NULL::VARCHAR AS lead_id, NULL::VARCHAR AS rule, NULL::VARCHAR AS kind, NULL::VARCHAR "
        "AS ticket_to_solve WHERE false"
    )
    return "\nUNION ALL\n".join(parts or [nothing]) + "\nORDER BY ALL"


def _tuple(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"
