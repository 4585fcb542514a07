"""Labels to look at again: those that readers dispute, and those that are probably wrong, with what is suggested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import bundled
from pipeline.config import Home
from pipeline.digest.csv_file import write_list
from pipeline.errors import NotEnoughLabels
from pipeline.learning.examples import conversation, question, word_of
from pipeline.learning.label_errors import likely_errors
from pipeline.learning.labels import Row, read_turns
from pipeline.learning.out_of_fold import out_of_fold_probabilities
from pipeline.scoring.artifact import load_model
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import scorer_of
from pipeline.signals.spec import Signal, load_cues
from pipeline.steps.auditing.written import KIND_OF
from pipeline.steps.review.export import write_whole
from pipeline.steps.review.handed import handed
from pipeline.steps.review.label_states import local_rows
from pipeline.warehouse import Connection

COLUMNS = (
    "example_id",
    "signal",
    "question",
    "said_on",
    "conversation",
    "why",
    "label",
    "suggested",
    "probability",
    "decision",
    "evidence_turn",
    "note",
    "decided_by",
)


@dataclass(frozen=True)
class Doubt:
    """A label to look at again: `label` as it stands, `suggested` what the model takes it for, both as words; one that
    readers dispute has neither."""

    row: Row
    why: str
    label: str
    suggested: str
    probability: float | None


def doubts(con: Connection, signal: Signal, count: int) -> tuple[list[Doubt], str]:
    """Up to `count`, disputed ones first, then the least probable labels; and what the probabilities rest on.

    Raises NotEnoughLabels where there is nothing that could judge the labels, and nothing is disputed.
    """
    rows = [row for row in local_rows(con, signal.name) if any(said.role == "customer" for said in row.turns)]
    found = [Doubt(row, "readers disagree", "", "", None) for row in _disputed(con, signal.name)]
    try:
        probabilities, by = _probabilities(rows, signal)
    except NotEnoughLabels:
        if not found:
            raise
        return found[:count], "too few labels to judge the others"
    labels = np.array([row.label for row in rows])
    for place in likely_errors(probabilities, labels):
        label = bool(labels[place])
        found.append(
            Doubt(rows[place], "probably wrong", word_of(label), word_of(not label), float(probabilities[place]))
        )
    return found[:count], by


def _probabilities(rows: Sequence[Row], signal: Signal) -> tuple[np.ndarray, str]:
    """(n,) of a yes, by a model that has not seen the row: the starter that ships knows nothing of this home and much
    of its signal; for a signal without one, models trained on the other folds of the labels."""
    starter = bundled.starter_models() / signal.name
    if not (starter / CARD_FILE).exists():
        shared = load_cues(bundled.shared_cues())
        return out_of_fold_probabilities(signal, rows, shared), "judged by models of the other labels"
    if not rows:
        raise NotEnoughLabels(f"{signal.name}: there are no labels yet: ask with review export, or import some.")
    scorer = scorer_of({signal.name: load_model(starter)}, {signal.name: signal})
    scores = scorer.score([row.turns for row in rows], with_evidence=False)
    return np.array([score[signal.name].probability for score in scores]), "judged by the starter that ships"


def _disputed(con: Connection, signal: str) -> list[Row]:
    rows = con.execute(
        "SELECT example_id, turns, said_on FROM label_states WHERE signal = ? AND is_disputed ORDER BY example_id",
        [signal],
    ).fetchall()
    return [
        Row(example_id, read_turns({"turns": json.loads(turns)}), 0, None, (), {"said_on": said_on})
        for example_id, turns, said_on in rows
    ]


def write_doubts(con: Connection, home: Home, out: Path, found: Sequence[Doubt], signal: Signal) -> None:
    """A list that an adjudicator fills in and `review import` reads."""
    with handed(con, home, out, KIND_OF["review errors", "--out"], {"rows": len(found)}):
        write_whole(out, lambda part: write_list(part, COLUMNS, [_cells(one, signal) for one in found]))


def _cells(one: Doubt, signal: Signal) -> list[Any]:
    asks = [one.row.id, signal.name, question(signal), one.row.fields.get("said_on"), conversation(one.row.turns)]
    return [*asks, one.why, one.label, one.suggested, one.probability, "", "", "", "adjudicator"]
