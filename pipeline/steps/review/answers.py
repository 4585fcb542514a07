"""What people answered, as it was read: decisions, the examples they are about, and what was not understood."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.learning.examples import READERS, Decision, Example, decision_of
from pipeline.signals.spec import Signal
from pipeline.steps.feedback.saved_values import yes_or_no


@dataclass(frozen=True)
class Reading:
    """What a file is read by: the signals of the home, the role and signal where a row says none, and the day."""

    signals: Mapping[str, Signal]
    role: str
    signal: str
    as_of: dt.date


@dataclass
class Answers:
    """What a file says. `typed` are answers to questions, of which one role has one each; `history` are decisions that
    Ticketscout itself had written, in their order; `questions` what was asked. By place: what was not understood
    and left out, and remarks on what was taken."""

    typed: list[tuple[str, Decision]] = field(default_factory=list)
    history: list[Decision] = field(default_factory=list)
    examples: dict[str, Example] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    unanswered: int = 0
    roles_replaced: int = 0
    not_understood: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def meant(word: str) -> bool | str | None:
    """yes and no in the languages that spreadsheets write, too; the word itself where it is neither."""
    decision = decision_of(word)
    if isinstance(decision, str):
        said = yes_or_no(decision)
        return decision if said is None else said
    return decision


def role_of(word: str) -> str | None:
    """The role of a cell, nothing where it is empty, None where something else stands there: it may be a name."""
    plain = re.sub(r"[\s-]+", "_", word.strip().lower())
    return plain if not plain or plain in READERS else None


def turn_of(cell: str) -> int | None:
    """A turn's number, as a spreadsheet may show it."""
    found = re.fullmatch(r"\[?(\d{1,4})(?:[.,]0+)?\]?", cell.strip())
    return int(found[1]) if found else None
