"""Whether a challenger may take the champion's place, and in one plain sentence why (not).

It may where it is better beyond noise on the labels held out, worse beyond noise nowhere (in no part of them, in no
slice, by no figure), and has not forgotten what the starter's own labels teach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.learning.compare import AVERAGE_PRECISION, Compared, Difference

# Fewer held-out labels of either kind, or of fewer customers, and no difference can be told from chance.
LEAST_EACH = 10
LEAST_ACCOUNTS = 10
# What may be lost on the starter's own labels. The starter was fitted to exactly these, so that every other model
# looks a little worse there: asked is whether it still knows them, not whether it knows them by heart.
ANCHOR_MARGIN = 0.05
_WORDS = {"average_precision": "average precision", "precision": "precision", "f1": "F1"}
# What a challenger learnt from labels that are turned round is confirmed by such labels: only the champion can tell.
_TURNED_ROUND = (
    "the model in use does worse than guessing on the labels held out, as if yes and no were turned round: look at the "
    "labels"
)
# Of a part or a slice only how it ranks is asked: its yes at the threshold are too few to be told from chance.
_OF_PARTS = (AVERAGE_PRECISION,)


@dataclass(frozen=True)
class Comparison:
    """Champion against challenger. `local` is all that is held out, `parts` are its two halves (frozen, recent) where
    each has enough labels, `slices` by field and value, `anchor` the starter's own labels where they are at hand."""

    local: Compared
    parts: Mapping[str, Compared] = field(default_factory=dict)
    slices: Mapping[str, Compared] = field(default_factory=dict)
    anchor: Compared | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, for cards and records."""
        return {
            "local": self.local.as_json(),
            "parts": {name: one.as_json() for name, one in self.parts.items()},
            "slices": {name: one.as_json() for name, one in self.slices.items()},
            "anchor": self.anchor.as_json() if self.anchor else None,
        }


@dataclass(frozen=True)
class Verdict:
    """`reason` is a sentence without its full stop."""

    is_better: bool
    reason: str


def too_few(yes: int, no: int, accounts: int) -> str | None:
    """Why nothing can be told from so many held-out labels; None where it can."""
    if min(yes, no) < LEAST_EACH:
        return f"{yes} yes and {no} no are held out to compare with, {LEAST_EACH} of each are needed"
    if accounts < LEAST_ACCOUNTS:
        return f"the labels held out come from {accounts} customers, {LEAST_ACCOUNTS} are needed"
    return None


def decide(comparison: Comparison) -> Verdict:
    """The first objection, or what the challenger is better by."""
    if comparison.local.over_chance.high < 0:
        return Verdict(False, _TURNED_ROUND)
    gain = comparison.local.figures[AVERAGE_PRECISION]
    said = f"{_told(AVERAGE_PRECISION, gain)} on {comparison.local.rows} labels held out"
    if gain.low <= 0:
        return Verdict(False, f"no better beyond noise: {said}")
    for objection in _objections(comparison):
        return Verdict(False, objection)
    anchor = "" if comparison.anchor else "; the starter's own labels are not at hand, so what it forgot is not known"
    return Verdict(True, f"better: {said}{anchor}")


def _objections(comparison: Comparison) -> Iterator[str]:
    for figure, difference in comparison.local.figures.items():
        if difference.high < 0:
            yield f"worse at its threshold: {_told(figure, difference)}"
    for kind in (comparison.parts, comparison.slices):
        for name, compared in kind.items():
            for figure in _OF_PARTS:
                if compared.figures[figure].high < 0:
                    yield f"worse on {name}: {_told(figure, compared.figures[figure])}"
    if comparison.anchor:
        kept = comparison.anchor.figures[AVERAGE_PRECISION]
        if kept.low < -ANCHOR_MARGIN:
            yield f"it forgets what the starter knew: {_told(AVERAGE_PRECISION, kept)} on the starter's own labels"


def _told(figure: str, one: Difference) -> str:
    return (
        f"{_WORDS[figure]} {one.challenger:.2f} against {one.champion:.2f}, "
        f"{one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
    )
