"""Which model speaks for a signal: the home's own where there is one, else the starter that ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import bundled
from pipeline.scoring.card import CARD_FILE, read_card
from pipeline.signals.spec import Cue, Signal, load_cues, load_signals

if TYPE_CHECKING:
    from pipeline.scoring.artifact import Model
    from pipeline.scoring.conversation import Scorer


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


def current_folders(home_models: Path, signals: Mapping[str, Signal]) -> dict[str, Path]:
    """The folder of each signal's model; a signal without any is left out, and the manifest says so."""
    return {name: folder for name in signals if (folder := model_folder(home_models, name))}


def model_ids(folders: Mapping[str, Path]) -> dict[str, str]:
    """What the models in `folders` are known by; their numbers, which a night without news does not need, are not
    read. Raises UntrustedModel."""
    return {name: str(read_card(folder)["model_id"]) for name, folder in folders.items()}


def current_models(home_models: Path, signals: Mapping[str, Signal]) -> dict[str, Model]:
    """A model per signal that has one. Raises UntrustedModel."""
    from pipeline.scoring.artifact import load_model

    return {name: load_model(folder) for name, folder in current_folders(home_models, signals).items()}


def scorer_of(models: Mapping[str, Model], signals: Mapping[str, Signal]) -> Scorer:
    """A scorer with the shared cues, those of `signals`, and those that a model of no declared signal brings."""
    from pipeline.scoring.conversation import Scorer

    brought = [
        Cue(**cue | {key: tuple(cue[key]) for key in ("phrases", "patterns")})
        for name, model in models.items()
        if name not in signals
        for cue in model.card.get("cues", [])
    ]
    return Scorer(models, signals, [*load_cues(bundled.shared_cues()), *brought])
