"""The settings that decisions read: as a night keeps them, and changed for a what-if. The environment is not read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from pipeline.config import Caps, Expiry, RuleSetting, Settings, Value
from pipeline.errors import UsageError
from pipeline.leads.rules import RULES, variables

_SECTIONS: dict[str, type[Caps] | type[Expiry] | type[Value]] = {"caps": Caps, "expiry": Expiry, "value": Value}
_NUMBERS = ("put_away_days", "cool_down_days")
_EXAMPLES = "asked_lately=off, asked_lately.days=14, caps.leads=10"


def policy_of(settings: Settings) -> str:
    """JSON of what decisions read of `settings`, every rule among it with its days, whatever the defaults become."""
    days = variables(settings.rules)
    rules = {
        name: {
            "enabled": name not in settings.rules or settings.rules[name].enabled,
            "days": days[rule.days[0][0]] if rule.days else None,
        }
        for name, rule in RULES.items()
    }
    sections = {name: getattr(settings, name).model_dump() for name in _SECTIONS}
    return json.dumps({"rules": rules, **sections, **{n: getattr(settings, n) for n in _NUMBERS}}, sort_keys=True)


def under(settings: Settings, policy: str) -> Settings:
    """`settings` with what a night kept in its place. A rule that it did not know is off."""
    kept: dict[str, Any] = json.loads(policy)
    rules = {name: RuleSetting(**kept["rules"].get(name, {"enabled": False})) for name in RULES}
    sections = {name: section(**kept[name]) for name, section in _SECTIONS.items()}
    return settings.model_copy(update={"rules": rules, **sections, **{name: kept[name] for name in _NUMBERS}})


def changed(settings: Settings, assignments: Iterable[str]) -> Settings:
    """`settings` under assignments such as `asked_lately=off`, `asked_lately.days=14`, `caps.leads=10`.

    Raises UsageError that names what cannot be.
    """
    for assignment in assignments:
        name, sign, value = assignment.partition("=")
        first, _, last = name.strip().partition(".")
        if not sign:
            raise UsageError(f"--rule {assignment!r} says nothing of what it should be: write it as {_EXAMPLES}.")
        if first in _SECTIONS or first in _NUMBERS:
            settings = _with_number(settings, assignment, first, last, value.strip())
        else:
            settings = _with_rule(settings, assignment, first, last, value.strip())
    return settings


def _with_rule(settings: Settings, assignment: str, name: str, part: str, value: str) -> Settings:
    if name not in RULES:
        known = ", ".join((*RULES, *_SECTIONS, *_NUMBERS))
        raise UsageError(f"--rule {assignment!r}: {name!r} is no rule and no limit; known are {known}.")
    rule = settings.rules.get(name, RuleSetting())
    if not part and value in ("on", "off"):
        rule = rule.model_copy(update={"enabled": value == "on"})
    elif part == "days" and RULES[name].days and value.isdecimal():
        rule = rule.model_copy(update={"days": int(value)})
    else:
        takes = f"{name}=on, {name}=off" + (f" and {name}.days with a whole number" if RULES[name].days else "")
        raise UsageError(f"--rule {assignment!r} cannot be: it takes {takes}.")
    return settings.model_copy(update={"rules": {**settings.rules, name: rule}})


def _with_number(settings: Settings, assignment: str, first: str, last: str, value: str) -> Settings:
    """A limit of a section, or one that stands alone."""
    section = _SECTIONS.get(first)
    given: dict[str, Any] = {**getattr(settings, first).model_dump(), last: value} if section else {}
    try:
        if section:
            return settings.model_copy(update={first: section(**given)})
        least = 1 if first == "put_away_days" else 0
        if last or not value.isdecimal() or int(value) < least:
            raise UsageError(f"--rule {assignment!r} cannot be: {first} takes a whole number from {least}.")
    except ValidationError as error:
        parts = ", ".join(f"{first}.{part}" for part in section.model_fields) if section else first
        raise UsageError(f"--rule {assignment!r} cannot be ({error.errors()[0]['msg']}): there are {parts}.") from error
    return settings.model_copy(update={first: int(value)})
