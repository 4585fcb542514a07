"""Measures a model on labelled conversations: figures with 95 % bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline.errors import NotEnoughLabels
from pipeline.learning.labels import Row
from pipeline.learning.metrics import calibration_error, interval, precision_at, precision_recall
from pipeline.scoring.conversation import Scorer
from pipeline.scoring.said import Said
from pipeline.text.redaction import redact

AT = (10, 20, 50)


def evaluate(scorer: Scorer, signal: str, rows: Sequence[Row], resamples: int = 1000) -> dict[str, Any]:
    """Figure -> {value, low, high} over `rows`, and counts. Figures that need what is missing are left out.

    Raises NotEnoughLabels where a label is missing altogether.
    """
    labels = np.array([row.label for row in rows])
    if not len(rows) or labels.min() == labels.max():
        raise NotEnoughLabels(
            f"{signal}: {len(rows)} rows, {int(labels.sum()) if len(rows) else 0} yes; evaluating needs both labels."
        )
    conversations = [[Said(said.role, redact(said.text).text) for said in row.turns] for row in rows]
    scores = [by_signal[signal] for by_signal in scorer.score(conversations, with_evidence=False)]
    probabilities = np.array([score.probability for score in scores])
    said = np.array([score.is_signal for score in scores])
    ones = np.ones(len(rows))
    figures: dict[str, Any] = {}

    def add(name: str, figure: Any) -> None:
        low, high = interval(figure, len(rows), resamples=resamples)
        figures[name] = {"value": float(figure(np.arange(len(rows)))), "low": low, "high": high}

    for place, name in enumerate(("precision", "recall", "f1")):
        add(name, lambda i, place=place: precision_recall(said[i], labels[i], ones[i])[place])
    add(
        "average_precision",
        lambda i: average_precision_score(labels[i], probabilities[i]) if labels[i].any() else np.nan,
    )
    for k in AT:
        if k <= len(rows):
            add(f"precision@{k}", lambda i, k=k: precision_at(k, probabilities[i], labels[i]))
    add("calibration_error", lambda i: calibration_error(probabilities[i], labels[i], ones[i]))
    proven = _evidence_right(rows, scores)
    if len(proven):
        low, high = interval(lambda i: float(proven[i].mean()), len(proven), resamples=resamples)
        figures["evidence_turn"] = {"value": float(proven.mean()), "low": low, "high": high}
    return {
        "signal": signal,
        "rows": len(rows),
        "positives": int(labels.sum()),
        "said": int(said.sum()),
        "figures": figures,
    }


def _evidence_right(rows: Sequence[Row], scores: Sequence[Any]) -> np.ndarray:
    """Whether the evidence turn is the marked one, in positives with several customer turns."""
    return np.array(
        [
            score.turn in row.evidence
            for row, score in zip(rows, scores, strict=True)
            if row.label and row.evidence and sum(said.role == "customer" for said in row.turns) > 1
        ],
        dtype=float,
    )
