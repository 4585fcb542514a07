"""What a close reading costs beside spaCy's bare tokenisation of the same turns: `python -m tests.bench.passes`.

The turns are those of the label files that the first pass of some starter holds for possible. One core.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import spacy

from pipeline import bundled
from pipeline.learning.labels import read_folder
from pipeline.scoring import features
from pipeline.scoring.artifact import load_models
from pipeline.scoring.conversation import cues_for, customer_turns
from pipeline.scoring.heads import Heads
from pipeline.signals.cues import cue_names
from pipeline.signals.spec import load_cues, load_signals

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"
ROWS, BATCH, REPEATS = 6000, 2000, 5


def pass_figures() -> dict[str, float]:
    """Seconds of tokenisation and of both passes (medians), their ratios in the same run, and the share looked at."""
    signals = load_signals(bundled.signal_specs())
    cues = cues_for(signals, load_cues(bundled.shared_cues()))
    names = tuple(cue_names(cues))
    heads = Heads.of(list(load_models(bundled.starter_models()).values()), names)
    rows = read_folder(LABELS, "praise")
    turns, _ = customer_turns([row.turns for row in rows[:: max(1, len(rows) // ROWS)]])
    seen = features.glance(turns)
    few = np.flatnonzero(heads.worth_a_look(heads.first(seen)).any(axis=1))
    chosen = [turns[i] for i in few.tolist()]
    nlp = spacy.blank("en")
    spans = [slice(start, start + BATCH) for start in range(0, len(chosen), BATCH)]

    def tokenise() -> None:
        for _ in nlp.pipe(turn.text for turn in chosen):
            pass

    def exact() -> None:
        for span in spans:
            reading = features.read(chosen[span], seen.of(few[span]), cues, names)
            heads.exact_probability(heads.exact(reading))

    def first() -> None:
        heads.first(features.glance(chosen))

    exact()  # builds the cue pipeline
    runs = [(_seconds(tokenise), _seconds(first), _seconds(exact)) for _ in range(REPEATS)]
    return {
        "turns": float(len(turns)),
        "looked_at": len(chosen) / len(turns),
        "tokenise_seconds": statistics.median(run[0] for run in runs),
        "first_ratio": statistics.median(run[1] / run[0] for run in runs),
        "exact_ratio": statistics.median(run[2] / run[0] for run in runs),
    }


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    for name, value in pass_figures().items():
        print(f"{name:<18}{value:10.3f}")
