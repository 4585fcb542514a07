"""Figures by slice: a model that is good on average may fail one industry, channel, register or length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline.learning.labels import Row
from pipeline.learning.metrics import precision_recall
from pipeline.signals.spec import Signal

FIELDS = ("industry", "channel", "register")
# Fewer of either label, and the figure says nothing.
LEAST = 10
_LENGTHS = ((12, "up to 12 words"), (30, "13 to 30 words"), (10**9, "over 30 words"))

Slices = dict[str, dict[str, dict[str, float]]]


def slice_metrics(rows: Sequence[Row], labels: np.ndarray, probabilities: np.ndarray, threshold: float) -> Slices:
    """Field → value → rows, positives, average precision, precision and recall, where both labels are there."""
    found: Slices = {}
    for field in (*FIELDS, "length", "shape"):
        values = np.array([_value(row, field) for row in rows])
        for value in sorted(set(values.tolist()) - {""}):
            inside = values == value
            yes = int(labels[inside].sum())
            if min(yes, int(inside.sum()) - yes) < LEAST:
                continue
            said = probabilities[inside] >= threshold
            precision, recall, _ = precision_recall(said, labels[inside], np.ones(len(said)))
            found.setdefault(field, {})[value] = {
                "rows": int(inside.sum()),
                "positives": yes,
                "average_precision": float(average_precision_score(labels[inside], probabilities[inside])),
                "precision": precision,
                "recall": recall,
            }
    return found


def local_slices(rows: Sequence[Row], signal: Signal) -> dict[str, np.ndarray]:
    """`field value` -> (n,) whether a row counts there, where both labels do.

    A sub-type is one of positives, told by their own words: they are set against all negatives.
    """
    labels = np.array([row.label for row in rows], dtype=np.int64)
    found: dict[str, np.ndarray] = {}
    for field in ("source", *FIELDS, "length", "shape"):
        values = np.array([_value(row, field) for row in rows])
        found |= {f"{field} {value}": values == value for value in sorted(set(values.tolist()) - {""})}
    kinds = np.array([_subtype(row, signal) if row.label else "" for row in rows])
    found |= {f"sub-type {kind}": (kinds == kind) | (labels == 0) for kind in sorted(set(kinds.tolist()) - {""})}
    return {
        name: inside
        for name, inside in found.items()
        if not inside.all() and min(labels[inside].sum(), (1 - labels[inside]).sum()) >= LEAST
    }


def _subtype(row: Row, signal: Signal) -> str:
    """By the marked turns where somebody marked some, else by all that the customer says."""
    said = [turn.text for t, turn in enumerate(row.turns) if turn.role == "customer" and t in row.evidence]
    return signal.subtype_of(*said, *(turn.text for turn in row.turns if turn.role == "customer"))


def _value(row: Row, field: str) -> str:
    if field == "length":
        words = sum(len(said.text.split()) for said in row.turns if said.role == "customer")
        return next(name for most, name in _LENGTHS if words <= most)
    if field == "shape":
        return "conversation" if len(row.turns) > 1 else "message"
    return str(row.fields.get(field) or "")
