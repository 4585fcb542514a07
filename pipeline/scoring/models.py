"""Which model speaks for a signal: the home's own where there is one, else the starter that ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline import bundled
from pipeline.scoring.artifact import CARD_FILE, Model, load_model, load_models
from pipeline.scoring.conversation import Scorer
from pipeline.signals.spec import Cue, Signal, load_cues, load_signals


def all_signals(home_models: Path | None = None) -> dict[str, Signal]:
    """Bundled specs, then those of the home (`models/signals/*.toml`), which win."""
    signals = load_signals(bundled.signal_specs())
    own = home_models / "signals" if home_models else None
    if own and own.is_dir() and own.resolve() != bundled.signal_specs().resolve():
        signals.update(load_signals(own))
    return dict(sorted(signals.items()))


def model_folder(home_models: Path, name: str) -> Path | None:
    """The folder of the model in use: the home's own, else the starter; None where there is neither.

    A promotion that is killed between its two renames leaves the model that was in use moved aside: it still speaks.
    """
    folders = (home_models / name, home_models / f".{name}.old", bundled.starter_models() / name)
    return next((folder for folder in folders if (folder / CARD_FILE).exists()), None)


def current_models(home_models: Path, signals: Mapping[str, Signal]) -> dict[str, Model]:
    """A model per signal; a signal without any is left out, and the manifest says so."""
    folders = {name: model_folder(home_models, name) for name in signals}
    return {name: load_model(folder) for name, folder in folders.items() if folder}


def scorer_of(models: Mapping[str, Model], signals: Mapping[str, Signal]) -> Scorer:
    """A scorer with the shared cues, those of `signals`, and those that a model of no declared signal brings."""
    brought = [
        Cue(**cue | {key: tuple(cue[key]) for key in ("phrases", "patterns")})
        for name, model in models.items()
        if name not in signals
        for cue in model.card.get("cues", [])
    ]
    return Scorer(models, signals, [*load_cues(bundled.shared_cues()), *brought])


__all__ = ["all_signals", "current_models", "load_models", "model_folder", "scorer_of"]
