"""What a person did to topics, and what follows: names, merges and splits, in the order in which they were made.

Edits are only ever added. What the night found is kept apart, so that an edit taken back leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.topics.needs import Key

Kind = Literal["rename", "merge", "split", "undo"]


@dataclass(frozen=True)
class Edit:
    """One edit. `into_id`: where a merge leads, or the topic that a split makes; `tickets`: what a split takes out;
    `undone`: the number of the edit that an undo takes back."""

    number: int
    kind: Kind
    topic_id: str
    into_id: str = ""
    tickets: tuple[Key, ...] = ()
    title: str = ""
    undone: int = 0


def split_id(number: int, topic_id: str) -> str:
    """The id of the topic that edit `number` takes out of `topic_id`."""
    return "T-" + hashlib.sha256(f"split|{number}|{topic_id}".encode()).hexdigest()[:8]


def in_force(edits: Sequence[Edit]) -> list[Edit]:
    """Edits that nobody took back, without the undos."""
    undone = {edit.undone for edit in edits if edit.kind == "undo"}
    return [edit for edit in edits if edit.kind != "undo" and edit.number not in undone]


def apply_edits(found: Mapping[Key, str], edits: Sequence[Edit]) -> dict[Key, str]:
    """Topics by need after all edits. What came to a split's topic meanwhile goes back when the split is undone."""
    placed = dict(found)
    living = {edit.number for edit in in_force(edits)}
    for edit in edits:
        if edit.kind == "merge" and edit.number in living:
            placed = {key: edit.into_id if topic == edit.topic_id else topic for key, topic in placed.items()}
        elif edit.kind == "split" and edit.number in living:
            placed |= {key: edit.into_id for key in edit.tickets if placed.get(key) == edit.topic_id}
        elif edit.kind == "split":
            placed = {key: edit.topic_id if topic == edit.into_id else topic for key, topic in placed.items()}
    return placed


def typed_titles(edits: Sequence[Edit]) -> dict[str, str]:
    """The last title that a person gave each topic."""
    return {edit.topic_id: edit.title for edit in in_force(edits) if edit.kind == "rename"}


def merged_into(edits: Sequence[Edit], topic_id: str) -> str:
    """Where the needs of a merged topic are now; empty where it was never merged."""
    found = ""
    for edit in in_force(edits):
        if edit.kind == "merge" and edit.topic_id == (found or topic_id):
            found = edit.into_id
    return found
