"""Conversations of the project's own labels, as a night would score them, and the starters that score them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipeline import bundled
from pipeline.learning.labels import read_rows
from pipeline.scoring.artifact import load_models
from pipeline.scoring.conversation import Scorer
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import load_signals
from pipeline.text.redaction import redact

LABELS = Path(__file__).resolve().parents[3] / "data" / "labels"


@lru_cache(maxsize=1)
def starters() -> Scorer:
    """All starters together."""
    return scorer_of(load_models(bundled.starter_models()), load_signals(bundled.signal_specs()))


@lru_cache(maxsize=1)
def conversations(count: int = 240) -> tuple[tuple[Said, ...], ...]:
    """Every n-th row of one file: texts and turns, short and long, of all batches and registers."""
    rows = read_rows(LABELS / "churn_risk.jsonl", "churn_risk")
    chosen = rows[:: max(1, len(rows) // count)]
    return tuple(tuple(Said(said.role, redact(said.text).text) for said in row.turns) for row in chosen)
