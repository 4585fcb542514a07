"""Trains and measures models: labels in, a model folder or figures out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pipeline import bundled
from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.learning.adapt import adapt
from pipeline.learning.evaluate import evaluate
from pipeline.learning.labels import read_rows
from pipeline.learning.ordinary import ordinary_messages
from pipeline.learning.train import train
from pipeline.scoring.artifact import Model, load_model, load_models
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.signals.spec import Signal, load_cues, load_signal

Start = Literal["auto", "starter", "scratch"]
# From so many rows on, labels know more of their customers than a starter does.
ENOUGH_ALONE = 2000


def train_signal(
    home: Home,
    name: str,
    labels: Path,
    out: Path,
    *,
    objective: str,
    prevalence: float | None,
    spec: Path | None,
    start: Start = "auto",
) -> Model:
    """Trains `name` from `labels` and writes the model to `out`.

    `start` says what it starts from: the starter that ships, nothing, or (auto) the starter where there is one and
    fewer than ENOUGH_ALONE rows; a rare signal without one learns beside its rows what ordinary messages look like.
    Raises UsageError where no starter is there to start from.
    """
    signal = load_signal(spec) if spec else _declared(home, name)
    if signal.name != name:
        raise UsageError(f"{spec} declares {signal.name!r}, not {name!r}: give the name that it declares.")
    rows = read_rows(labels, name)
    starter = _starter(name, start, len(rows))
    cues = load_cues(bundled.shared_cues())
    if starter:
        model = adapt(starter, signal, rows, cues, objective=objective, prevalence=prevalence)
    else:
        ordinary = ordinary_messages(signal) if start == "auto" and len(rows) < ENOUGH_ALONE else []
        model = train(signal, rows, cues, objective=objective, prevalence=prevalence, ordinary=ordinary)
    model.save(out)
    return model


def _starter(name: str, start: Start, count: int) -> Model | None:
    folder = bundled.starter_models() / name
    if start == "scratch" or (start == "auto" and count >= ENOUGH_ALONE):
        return None
    if (folder / CARD_FILE).exists():
        return load_model(folder)
    if start == "starter":
        raise UsageError(f"no starter of {name!r} ships with Ticketscout: leave --start out.")
    return None


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
