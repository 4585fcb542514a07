"""What stands in the place of something personal, and the shape of a rule that puts it there."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

KINDS = ("EMAIL", "PHONE", "CARD", "BANK_ACCOUNT", "IP", "LINK", "SECRET", "NAME", "ID")

PLACEHOLDER = r"\[(?:" + "|".join(KINDS) + r")\]"
"""A pattern source: no rule may replace a part of what it matches."""


@dataclass
class Tally:
    """Counts the placeholders put into one text."""

    counts: Counter[str] = field(default_factory=Counter)

    def put(self, kind: str) -> str:
        """The placeholder of this kind, counted."""
        self.counts[kind] += 1
        return f"[{kind}]"


NEXT_DIGIT = "(?:[ ().\\-/\u2010-\u2013]{0,3}[0-9])"
LONG_NUMBER = f"[0-9]{NEXT_DIGIT}{{6}}"
"""Seven digits, however a telephone or card number may be spaced; for gates."""
_LONG_NUMBER = re.compile(LONG_NUMBER)
_DIGIT = re.compile("[0-9]")


def digits_in(text: str) -> int:
    """0 for no digit, 1 for some, 2 for a `LONG_NUMBER`: most texts need no number's pattern."""
    first = _DIGIT.search(text)
    if first is None:
        return 0
    return 2 if _LONG_NUMBER.search(text, first.start()) else 1


@dataclass(frozen=True, eq=False)
class Rule:
    """One way something personal is written.

    `gate` is a necessary condition, in the dialect that Python's `re` and RE2 share: `apply` leaves alone
    every text of one line that does not match it, so that `clean.needs_care` can test a whole column. It
    looks at no word boundary, because a placeholder put beside a word may make one.

    What is cheaper comes first, for one text at a time: `digits`, the level of `digits_in` that the rule
    needs; `hints`, of which one at least is in every text that matches (lower case; empty if none is known);
    `quick_gate`, as necessary as `gate` but faster to search in Python, or `lower_gate`, which is searched in the text
    in lower case. `is_at_line_start` says that the gate matches only there.

    `reaches_over`: what the gate looks at may lie on both sides of a placeholder or be one, so that a text may match
    only after another rule changed it. All others match a changed text only where they matched it before.
    """

    gate: str
    apply: Callable[[str, Tally], str]
    hints: tuple[str, ...] = ()
    quick_gate: str = ""
    lower_gate: str = ""
    digits: int = 0
    is_at_line_start: bool = False
    reaches_over: bool = False

    @cached_property
    def _gate(self) -> re.Pattern[str]:
        # ASCII, as RE2 reads \b, \s and \w: what passes here passes there.
        return re.compile(self.lower_gate or self.quick_gate or self.gate, re.ASCII | re.MULTILINE)

    def may_apply(self, text: str, lower: str, digits: int) -> bool:
        """Whether the text, given also in lower case and with its `digits_in`, is worth the full pattern."""
        if self.digits > digits:
            return False
        for hint in self.hints:  # a loop: any() over a generator takes three times as long
            if hint in lower:
                break
        else:
            if self.hints:
                return False
        if self.is_at_line_start and "\n" not in text:
            return self._gate.match(text) is not None
        return self._gate.search(lower if self.lower_gate else text) is not None
