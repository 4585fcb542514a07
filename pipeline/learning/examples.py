"""What is labelled, and by whom: a conversation known by its redacted words, and a decision of a role about it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.scoring.said import Said
from pipeline.signals.spec import Signal

# Who reads and decides; a name is never kept.
READERS = ("labeller", "second_reader", "adjudicator")
OWNER = "owner"
ROLES = (*READERS, OWNER, "rule")
ORIGINS = ("hand", "review", "feedback", "rule")
# Origins whose decision rests on the guideline: somebody read the whole conversation to answer this question.
READ = ("hand", "review")
# An Excel cell holds 32,767 characters:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
_LONGEST = 30_000


@dataclass(frozen=True)
class Example:
    """A conversation as it is kept: redacted turns, and where it came from. `group` keeps rows together in splits."""

    turns: tuple[Said, ...]
    source: str | None = None
    ticket_id: str | None = None
    group: str | None = None
    said_on: dt.date | None = None

    @property
    def id(self) -> str:
        """The same words, whoever said them to whom in whichever ticket, are the same example."""
        packed = json.dumps([[said.role, said.text] for said in self.turns])
        return "E-" + hashlib.sha256(packed.encode()).hexdigest()[:16]

    def as_json(self) -> str:
        """`turns` as the warehouse keeps them."""
        return json.dumps([{"role": said.role, "text": said.text} for said in self.turns], ensure_ascii=False)


@dataclass(frozen=True)
class Decision:
    """What one role decided about one signal of an example; `decision` is None where it cannot be said."""

    example_id: str
    signal: str
    decision: bool | None
    evidence_turn: int | None
    decided_by: str
    origin: str
    decided_on: dt.date
    guideline: str

    @property
    def whose(self) -> tuple[str, str, str, str]:
        """Of the decisions that share this, the one read last is current."""
        return self.example_id, self.signal, self.decided_by, self.origin

    def label_id(self, before: int) -> str:
        """`before`: how many decisions that are equal to this one were read before it."""
        words = (*self.whose, self.decision, self.evidence_turn, self.decided_on, self.guideline, before)
        return "D-" + hashlib.sha256("|".join(map(str, words)).encode()).hexdigest()[:20]


def redacted(turns: Sequence[Said]) -> tuple[Said, ...]:
    """Turns as they may be kept: text redacted, and no role but customer and agent, because it may be a name."""
    from pipeline.text.redaction import redact  # patterns that only who keeps something needs

    return tuple(
        Said(said.role if said.role in ("customer", "agent") else "nobody", redact(said.text).text) for said in turns
    )


def safe_group(group: str | None) -> str | None:
    """A group's name, or a hash of it where it holds an address or the like."""
    from pipeline.text.redaction import redact

    if group is None or redact(group).text == group:
        return group
    return "G-" + hashlib.sha256(group.encode()).hexdigest()[:16]


def guideline_version(signal: Signal) -> str:
    """Changes with the words by which the signal is judged."""
    return hashlib.sha256(f"{signal.title}\n{signal.guideline}".encode()).hexdigest()[:12]


def question(signal: Signal) -> str:
    """What is asked about an example, in one line."""
    return " ".join(f"{signal.title}? {signal.guideline}".split())


def conversation(turns: Sequence[Said]) -> str:
    """The turns in one line, each with its number and role, cut where a spreadsheet's cell ends."""
    said = (f"[{place}] {one.role}: {' '.join(one.text.split())}" for place, one in enumerate(turns))
    line = " / ".join(said)
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


_CANNOT = {"cannot say", "cannot tell", "can't say", "can't tell", "cannot be said", "unclear", "unsure", "?"}


def decision_of(word: str) -> bool | str | None:
    """yes and no are True and False, `cannot say` is None; what is none of them comes back as it is."""
    plain = re.sub(r"[\s_-]+", " ", word.replace("’", "'")).strip(" .").lower()
    return None if plain in _CANNOT else {"yes": True, "y": True, "no": False, "n": False}.get(plain, word)


def word_of(decision: bool | None) -> str:
    """The word for a decision in lists."""
    return "cannot say" if decision is None else "yes" if decision else "no"
