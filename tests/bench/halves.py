"""What one half of the authors teaches, asked of the other half: `python -m tests.bench.halves [SIGNAL ...]`.

A figure that holds within one author's rows may be that author's habit. Batches are parted in turn, a model is fitted
on each part and measured on the rows of the other; a minute a signal, so it is a part of `make quality` only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline import bundled
from pipeline.learning.instances import fit_head, highest
from pipeline.learning.labels import read_folder
from pipeline.learning.train import STRENGTH, prepare
from pipeline.scoring.conversation import cues_for
from pipeline.signals.cues import cue_names
from pipeline.signals.spec import load_cues, load_signals

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"


def half_figures(names: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Signal → average precision on the half that was not trained on, both ways, and what chance would give."""
    signals = load_signals(bundled.signal_specs())
    shared = load_cues(bundled.shared_cues())
    found: dict[str, dict[str, float]] = {}
    for name in names or list(signals):
        rows = read_folder(LABELS, name)
        labels = np.array([row.label for row in rows])
        cues = cues_for({name: signals[name]}, shared)
        material = prepare(rows, cues, cue_names(cues))
        batches = sorted({row.fields["batch"] for row in rows})
        is_first = np.isin([row.fields["batch"] for row in rows], batches[::2])
        found[name] = {}
        for figure, taught in (("first_to_second", is_first), ("second_to_first", ~is_first)):
            known, asked = np.flatnonzero(taught), np.flatnonzero(~taught)
            turn, _ = fit_head(material.turns, labels, known, STRENGTH)
            sentence, _ = fit_head(material.sentences, labels, known, STRENGTH)
            turns = material.turns.matrix @ turn
            strongest = highest(material.sentences.matrix @ sentence, material.turn_of, len(turns))
            scores = highest(turns + strongest, material.turns.owner, len(rows))
            found[name][figure] = float(average_precision_score(labels[asked], scores[asked]))
        found[name]["chance"] = float(labels.mean())
    return found


if __name__ == "__main__":
    for signal, figures in half_figures(sys.argv[1:]).items():
        print(f"{signal:<18}" + "".join(f"{name} {value:.3f}   " for name, value in figures.items()))
