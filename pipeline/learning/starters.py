"""Trains the starter models from the project's own labels: `python -m pipeline.learning.starters [SIGNAL ...]`."""

from __future__ import annotations

import sys

from pipeline import bundled
from pipeline.learning.labels import read_folder
from pipeline.learning.train import train
from pipeline.signals.spec import load_cues, load_signals

# Made-up text flatters: what holds there out of fold holds less on real customers, and on everyday requests that are
# nobody's signal.
MARGIN = 0.2


def main(names: list[str]) -> None:
    """Trains all starters, or those named, each to its signal's declared prevalence."""
    signals = load_signals(bundled.signal_specs())
    cues = load_cues(bundled.shared_cues())
    for name in names or sorted(signals):
        signal = signals[name]
        # Who reads the list would rather miss a row than be called in vain.
        objective = f"precision={min(signal.minimum_precision + MARGIN, 0.95):.2f}"
        model = train(
            signal, read_folder(bundled.labels(), name), cues, objective=objective, prevalence=signal.prevalence
        )
        model.card.update(
            {
                "data": "data/labels, written for this project by language models; see data/README.md",
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
