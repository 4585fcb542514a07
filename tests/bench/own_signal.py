"""What ordinary messages bring a signal of one's own: `python -m tests.bench.own_signal EVERYDAY.jsonl.gz`.

EVERYDAY holds requests to an assistant with `text` (a public set, none of whose rows is kept here): nobody asks a
supplier for papers in them, so each yes is a false alarm. `contract_request` is trained from its 100 labels with and
without the ordinary messages that ship. Then each shipped signal is taken for one of one's own: 100 of its labels, 40
of them yes, and average precision on 2,000 other rows. There 5 to 16 % of the ordinary messages do carry it, which is
the worst case.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from pipeline import bundled
from pipeline.learning.labels import Row, read_folder, read_rows
from pipeline.learning.ordinary import COUNT, ordinary_messages
from pipeline.learning.train import train
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import Signal, load_cues, load_signal, load_signals

OWN = bundled.sample() / "own_signal"
SPEC = load_signal(OWN / "contract_request.toml")
SIGNALS = load_signals(bundled.signal_specs()) | {SPEC.name: SPEC}
CUES = load_cues(bundled.shared_cues())
YES, NO, MEASURED, ALARMED, DRAWS = 40, 60, 2000, 6000, 2


def scores_of(model: Model, turns: Sequence[tuple[Said, ...]]) -> np.ndarray:
    """(n,) probabilities by both passes, as a night gives them."""
    scored = scorer_of({model.signal: model}, SIGNALS).score(list(turns), with_evidence=False)
    return np.array([row[model.signal].probability for row in scored])


def both(signal: Signal, rows: list[Row], ordinary: list[Row], prevalence: float) -> dict[str, Model]:
    """The model of the labels alone, and the one that has learnt what ordinary messages look like."""
    return {
        "labels alone": train(signal, rows, CUES, prevalence=prevalence),
        "with ordinary": train(signal, rows, CUES, prevalence=prevalence, ordinary=ordinary),
    }


def main() -> None:
    """Prints a row a model, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("everyday", type=Path)
    with gzip.open(parser.parse_args().everyday, "rt", encoding="utf-8") as lines:
        requests = [(Said("customer", json.loads(line)["text"]),) for line in lines]
    requests = requests[:: max(1, len(requests) // ALARMED)]
    ordinary = ordinary_messages(SPEC)
    measured = _measured({row.id for row in ordinary})
    print("| signal | draw | model | average precision | yes per 1,000 requests | per 1,000 rows of data/labels |")
    print("|---|---|---|---|---|---|", flush=True)

    def show(signal: str, draw: int, name: str, model: Model, rows: list[Row], labels: np.ndarray | None) -> None:
        found = scores_of(model, [row.turns for row in rows])
        asked = scores_of(model, requests)
        unseen = read_rows(OWN / "unseen.jsonl", signal) if labels is None else rows
        truth = np.array([row.label for row in unseen]) if labels is None else labels
        precision = average_precision_score(truth, scores_of(model, [row.turns for row in unseen]))
        alarms = [1000 * float((values >= model.threshold).mean()) for values in (asked, found)]
        print(f"| {signal} | {draw} | {name} | {precision:.3f} | {alarms[0]:.1f} | {alarms[1]:.1f} |", flush=True)

    for name, model in both(SPEC, read_rows(OWN / "labels.jsonl", SPEC.name), ordinary, SPEC.prevalence).items():
        show(SPEC.name, 0, name, model, measured, None)
    for signal in load_signals(bundled.signal_specs()).values():
        truth = {row.id: row.label for row in read_folder(bundled.labels(), signal.name)}
        labels = np.array([truth[row.id] for row in measured])
        for draw in range(DRAWS):
            rows = _drawn(signal.name, {row.id for row in measured}, draw)
            for name, model in both(signal, rows, ordinary[:COUNT], signal.prevalence).items():
                show(signal.name, draw, name, model, measured, labels)


def _measured(taken: set[str]) -> list[Row]:
    rows = [row for row in read_folder(bundled.labels(), "praise") if row.id not in taken]
    return sorted(rows, key=lambda row: hashlib.sha256(f"measured|{row.id}".encode()).digest())[:MEASURED]


def _drawn(signal: str, measured: set[str], seed: int) -> list[Row]:
    rows = [row for row in read_rows(bundled.labels() / f"{signal}.jsonl", signal) if row.id not in measured]
    rng, labels = np.random.default_rng(seed), np.array([row.label for row in rows])
    chosen = [rng.choice(np.flatnonzero(labels == label), n, replace=False) for label, n in ((1, YES), (0, NO))]
    return [replace(rows[i], group=None) for i in np.concatenate(chosen)]


if __name__ == "__main__":
    main()
