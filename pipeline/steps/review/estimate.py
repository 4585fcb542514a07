"""What answers to random questions say of the model in use: how frequent its signal is, how much of it the threshold
finds, how much of what it says is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from pipeline.config import Home
from pipeline.learning.estimate import Estimate, estimates
from pipeline.learning.labels import Row
from pipeline.learning.selection import for_rates
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import current_models, scorer_of
from pipeline.signals.spec import Signal
from pipeline.steps.review.label_states import local_rows
from pipeline.warehouse import Connection

_ABOUT = {
    "prevalence": "of all tickets carry it",
    "precision": "of what the model says is true",
    "recall": "of what is true the model says",
}


def estimate_lines(con: Connection, home: Home, signals: Mapping[str, Signal], name: str) -> Iterator[str]:
    """Three figures with their intervals, or why they cannot be said."""
    rows = for_rates(local_rows(con, name))
    if not rows:
        return
    model = current_models(home.models, {name: signals[name]}).get(name)
    said, rescored = _said(con, rows, name, model, signals)
    labels = np.array([row.label for row in rows])
    found = estimates(said, labels, np.array([row.fields["inclusion"] for row in rows], dtype=float))
    for figure, about in _ABOUT.items():
        if model is not None or figure == "prevalence":
            yield f"  {figure:<15} {_told(found[figure], about)}"
    if rescored:
        yield f"                  {rescored} of these were asked of an earlier model; if the one in use was trained on"
        yield "                  their answers, precision and recall flatter it"


def _told(estimate: Estimate, about: str) -> str:
    if estimate.value is None:
        return f"too few to say ({estimate.among} random answers to go by, 20 are needed)"
    return f"{estimate.value:.1%} {about} ({estimate.low:.1%} to {estimate.high:.1%}; {estimate.among} random answers)"


def _said(
    con: Connection, rows: list[Row], name: str, model: Model | None, signals: Mapping[str, Signal]
) -> tuple[np.ndarray, int]:
    """(n,) whether the model in use says yes, and of how many rows it had to be asked now: where a question was put
    under this very model its probability is kept."""
    if model is None:
        return np.zeros(len(rows), dtype=bool), 0
    kept = {
        example_id: probability
        for example_id, probability in con.execute(
            "SELECT example_id, probability FROM questions WHERE signal = ? AND model_id = ?", [name, model.model_id]
        ).fetchall()
        if probability is not None
    }
    others = [row for row in rows if row.id not in kept]
    if others:
        scores = scorer_of({name: model}, signals).score([row.turns for row in others], with_evidence=False)
        kept |= {row.id: score[name].probability for row, score in zip(others, scores, strict=True)}
    return np.array([kept[row.id] >= model.threshold for row in rows]), len(others)
