"""Trains the starter models from the project's own labels: `python -m pipeline.learning.starters [SIGNAL ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline import bundled
from pipeline.learning.labels import read_rows
from pipeline.learning.train import train
from pipeline.signals.spec import load_cues, load_signals

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"
# Sales would rather miss a lead than call in vain; the rest lists what is more likely true than not.
OBJECTIVE = "f1"


def main(names: list[str]) -> None:
    """Trains all starters, or those named, each to its signal's declared prevalence."""
    signals = load_signals(bundled.signal_specs())
    cues = load_cues(bundled.shared_cues())
    for name in names or sorted(signals):
        signal = signals[name]
        rows = read_rows(LABELS / f"{name}.jsonl", name)
        model = train(signal, rows, cues, objective=OBJECTIVE, prevalence=signal.prevalence)
        model.card.update(
            {
                "data": f"data/labels/{name}.jsonl, written for this project by language models; see data/README.md",
                "licence": "Apache-2.0",
                "command": f"python -m pipeline.learning.starters {name}",
                "limits": "English; trained on made-up messages; see docs/benchmarks.md for figures on real ones.",
            }
        )
        model.save(bundled.starter_models() / name)
        figures = model.card["cross_validation"]
        print(
            f"{name:<16} {model.card['rows']:>6} rows  average precision {figures['average_precision']:.3f}", flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1:])
