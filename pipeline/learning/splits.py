"""Which local labels are trained on and which are held out, by account and by time.

Held out for ever are the accounts of a fixed fifth, told by a hash of their id: the same in every run, whatever comes.
Held out for now are the newest random questions, so that a model is also asked about what it will see next; of their
accounts the other labels are kept, since a home of a hundred accounts would have none left to train on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.learning.groups import near_duplicates
from pipeline.learning.labels import Row

FROZEN_PARTS = 5
RECENT_SHARE = 0.25
RECENT_MOST = 300
# Whose labels a model is measured by. What owners clicked away and what a rule said was chosen by the model in use, and
# its own mistakes are all that such labels can show.
MEASURED = ("hand", "review")


@dataclass(frozen=True)
class Split:
    """`training` shares no account with `frozen`, and no near-duplicate with `frozen` or `recent`."""

    training: tuple[Row, ...]
    frozen: tuple[Row, ...]
    recent: tuple[Row, ...]

    @property
    def held_out(self) -> tuple[Row, ...]:
        """All that both models are compared on."""
        return self.frozen + self.recent


def is_frozen(account: str) -> bool:
    """Whether an account belongs to the fifth that is never trained on."""
    return hashlib.sha256(f"frozen:{account}".encode()).digest()[0] % FROZEN_PARTS == 0


def split(rows: Sequence[Row]) -> Split:
    """Rows as `label_states.local_rows` gives them. What is neither in a part nor may be trained on is left out."""
    frozen = [row for row in rows if is_frozen(row.group or row.id)]
    others = [row for row in rows if not is_frozen(row.group or row.id)]
    asked = sorted((row for row in others if row.fields["is_random"]), key=_when, reverse=True)
    recent = asked[: min(round(len(asked) * RECENT_SHARE), RECENT_MOST)]
    held = {row.id for row in recent}
    training = [row for row in others if row.id not in held]
    seen = {row.id for row in _alike(training, [*frozen, *recent])}
    return Split(
        tuple(row for row in training if row.id not in seen),
        tuple(row for row in frozen if row.fields["origin"] in MEASURED),
        tuple(sorted((row for row in recent if row.fields["origin"] in MEASURED), key=lambda row: row.id)),
    )


def _alike(training: Sequence[Row], held_out: Sequence[Row]) -> list[Row]:
    """Rows of `training` that say nearly the same as one that is held out."""
    if not training or not held_out:
        return []
    texts = [words(row) for row in (*training, *held_out)]
    count = len(training)
    return [training[i] for i, j in near_duplicates(texts) if i < count <= j]


def words(row: Row) -> str:
    """All that the customer says in a conversation."""
    return " ".join(said.text for said in row.turns if said.role == "customer")


def _when(row: Row) -> tuple[date, date, str]:
    """The newest last; ties by id."""
    decided = row.fields["decided_on"]
    return row.fields["said_on"] or decided, decided, row.id
