"""Trains and measures models: labels in, a model folder or figures out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import bundled
from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.learning.evaluate import evaluate
from pipeline.learning.labels import read_rows
from pipeline.learning.train import train
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import all_signals, current_models, load_models, scorer_of
from pipeline.signals.spec import Signal, load_cues, load_signal


def train_signal(
    home: Home, name: str, labels: Path, out: Path, *, objective: str, prevalence: float | None, spec: Path | None
) -> Model:
    """Trains `name` from `labels` and writes the model to `out`."""
    signal = load_signal(spec) if spec else _declared(home, name)
    if signal.name != name:
        raise UsageError(f"{spec} declares {signal.name!r}, not {name!r}: give the name that it declares.")
    rows = read_rows(labels, name)
    model = train(signal, rows, load_cues(bundled.shared_cues()), objective=objective, prevalence=prevalence)
    model.save(out)
    return model


def evaluate_signal(
    home: Home, name: str, labels: Path, models_folder: Path | None, where: Mapping[str, str]
) -> dict[str, Any]:
    """Figures of the current model of `name`, or of the one in `models_folder`, on `labels`."""
    signals = all_signals(home.models)
    models = load_models(models_folder) if models_folder else current_models(home.models, signals)
    if name not in models:
        raise UsageError(f"no model of {name!r} here: known are {', '.join(models) or 'none'}.")
    return evaluate(scorer_of({name: models[name]}, signals), name, read_rows(labels, name, where))


def _declared(home: Home, name: str) -> Signal:
    signals = all_signals(home.models)
    if name not in signals:
        raise UsageError(f"{name!r} is no declared signal: known are {', '.join(signals)}; or give --spec FILE.toml.")
    return signals[name]
