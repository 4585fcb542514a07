"""What ordinary messages look like, for a signal of one's own that has labels and no starter.

Labels of a signal are half of it and half its look-alikes; an inbox is neither. A rare signal's ordinary messages are
nearly all none of it, so unlabelled ones are learnt as a weak no (Elkan & Noto 2008, "Learning Classifiers from Only
Positive and Unlabeled Data", for why unlabelled rows can stand in for negatives where positives are rare).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pipeline import bundled
from pipeline.learning.labels import Row, read_rows
from pipeline.signals.spec import Signal

COUNT = 1000
# A signal that declares itself more frequent is in too many of them.
RARE = 0.05
# Whose labels ship with the file is no matter: the label is not looked at.
_FILE, _READ_AS = "everyday.jsonl", "praise"


def ordinary_messages(signal: Signal, count: int = COUNT) -> list[Row]:
    """`count` conversations as inboxes hold them, each labelled no, always the same ones; none for a signal that ships
    labels of its own or is not rare."""
    if signal.prevalence > RARE or (bundled.labels() / f"{signal.name}.jsonl").exists():
        return []
    rows = read_rows(bundled.labels() / _FILE, _READ_AS)
    chosen = sorted(rows, key=lambda row: hashlib.sha256(f"ordinary|{row.id}".encode()).digest())[:count]
    return [replace(row, label=0, group=None, evidence=()) for row in chosen]
