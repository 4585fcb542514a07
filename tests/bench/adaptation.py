"""What 200 labels of one's own bring: `python -m tests.bench.adaptation FOLDER [--draws 10]`.

FOLDER holds `<signal>.jsonl.gz` of labelled utterances with `text`, `label` and `source` (public sets, see
docs/learning.md for where from; none of their rows is kept here). For each set: 200 of its rows, 40 of them yes, are
drawn and taught to the starter; average precision is measured on all the others. "Closed" is the share of the gap
between the starter's and 1. Scratch is the same rows without the starter.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline import bundled
from pipeline.learning.adapt import adapt
from pipeline.learning.labels import Row
from pipeline.learning.train import train
from pipeline.scoring.artifact import Model, load_model
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import load_cues, load_signals

SETS = (
    ("upgrade_intent", "dstc11_development", "DSTC11 insurance"),
    ("upgrade_intent", "multidogo_media", "MultiDoGO media"),
    ("churn_risk", "banking77", "Banking77"),
)
YES, NO = 40, 160
SIGNALS = load_signals(bundled.signal_specs())
CUES = load_cues(bundled.shared_cues())


def rows_of(folder: Path, signal: str, source: str) -> list[Row]:
    """Rows of one public set, each an utterance of a customer."""
    with gzip.open(folder / f"{signal}.jsonl.gz", "rt", encoding="utf-8") as lines:
        raw = [row for row in map(json.loads, lines) if row["source"] == source]
    return [Row(str(n), (Said("customer", row["text"]),), row["label"], None, (), {}) for n, row in enumerate(raw)]


def scores_of(model: Model, rows: list[Row]) -> np.ndarray:
    """(rows,) probabilities by both passes, as a night gives them."""
    scored = scorer_of({model.signal: model}, SIGNALS).score([row.turns for row in rows], with_evidence=False)
    return np.array([row[model.signal].probability for row in scored])


def draw(labels: np.ndarray, seed: int) -> np.ndarray:
    """(200,) places of rows, 40 of them yes."""
    rng = np.random.default_rng(seed)
    yes, no = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    return np.concatenate([rng.choice(yes, YES, replace=False), rng.choice(no, NO, replace=False)])


def measure(signal: str, rows: list[Row], draws: int) -> dict[str, np.ndarray]:
    """Figure -> (draws,): average precision on the rest of starter, scratch and adapted; seconds of training."""
    labels = np.array([row.label for row in rows])
    starter = load_model(bundled.starter_models() / signal)
    before = scores_of(starter, rows)
    found: dict[str, list[float]] = {"starter": [], "scratch": [], "adapted": [], "seconds": []}
    for seed in range(draws):
        taught = draw(labels, seed)
        rest = np.setdiff1d(np.arange(len(rows)), taught)
        own = [rows[i] for i in taught]
        others = [rows[i] for i in rest]
        began = time.perf_counter()
        adapted = adapt(starter, SIGNALS[signal], own, CUES)
        found["seconds"].append(time.perf_counter() - began)
        scratch = train(SIGNALS[signal], own, CUES)
        found["starter"].append(average_precision_score(labels[rest], before[rest]))
        found["adapted"].append(average_precision_score(labels[rest], scores_of(adapted, others)))
        found["scratch"].append(average_precision_score(labels[rest], scores_of(scratch, others)))
    return {name: np.array(values) for name, values in found.items()}


def main() -> None:
    """Prints a row a set, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=10)
    chosen = parser.parse_args()
    print("| signal | set | rows | starter | scratch | adapted | gap closed | least | seconds |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for signal, source, title in SETS:
        rows = rows_of(chosen.folder, signal, source)
        found = measure(signal, rows, chosen.draws)
        closed = (found["adapted"] - found["starter"]) / (1 - found["starter"])
        figures = " | ".join(
            f"{found[name].mean():.3f} ± {found[name].std():.3f}" for name in ("starter", "scratch", "adapted")
        )
        print(
            f"| {signal} | {title} | {len(rows)} | {figures} | {closed.mean():.2f} ± {closed.std():.2f} "
            f"| {closed.min():.2f} | {found['seconds'].mean():.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
