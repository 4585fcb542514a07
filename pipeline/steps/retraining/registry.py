"""The home's models as folders: all that were ever in use or lately tried, and the one in use of each signal.

`models/registry/<signal>/<model id>/` keeps, `models/<signal>/` is in use, each a copy that loads by itself. Folders
are written beside and renamed into place; `mend` tidies up after a run that was killed. Callers hold `single_writer`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from pipeline import bundled
from pipeline.config import Home
from pipeline.digest.folder import recover, replaced_folder
from pipeline.errors import UntrustedModel, UsageError
from pipeline.scoring.artifact import MODEL_FILE, Model, load_model
from pipeline.scoring.card import CARD_FILE

REGISTRY = "registry"
_MODEL_ID = re.compile(r"[0-9a-f]{16}")


def registry_of(home: Home, signal: str) -> Path:
    """Folder of all kept models of a signal."""
    return home.models / REGISTRY / signal


def mend(home: Home) -> None:
    """What a killed run moved aside comes back, what it wrote by half goes."""
    for folder in (home.models, *sorted((home.models / REGISTRY).glob("*"))):
        recover(folder)


def registered(home: Home, signal: str) -> list[str]:
    """Ids of the kept models of a signal."""
    return sorted(folder.name for folder in registry_of(home, signal).glob("*") if _MODEL_ID.fullmatch(folder.name))


def register(home: Home, model: Model) -> None:
    """Keeps a model; the same model twice is kept once, with its first card."""
    folder = registry_of(home, model.signal) / model.model_id
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with replaced_folder(folder) as new:
        model.save(new)


def load_registered(home: Home, signal: str, model_id: str) -> Model:
    """A kept model. Raises UsageError where there is none of that id, UntrustedModel where it does not load or is
    another than its folder says."""
    if model_id not in registered(home, signal):
        known = ", ".join(registered(home, signal)) or "none yet"
        raise UsageError(f"{signal} has no model {model_id!r}: kept are {known}.")
    folder = registry_of(home, signal) / model_id
    model = load_model(folder)
    if (model.signal, model.model_id) != (signal, model_id):
        raise UntrustedModel(f"{folder} holds another model than it is named after: choose another, or train again.")
    return model


def own_model(home: Home, signal: str) -> Model | None:
    """The home's own model in use; None where the starter speaks. Raises UntrustedModel."""
    folder = home.models / signal
    return load_model(folder) if (folder / CARD_FILE).exists() else None


def has_own(home: Home, signal: str) -> bool:
    """Whether the home has a model of its own in use, be it one that a killed run has only moved aside."""
    return any((home.models / name / CARD_FILE).exists() for name in (signal, f".{signal}.old"))


def starter_of(signal: str) -> Model | None:
    """The starter that ships; None for a signal of the home's own."""
    folder = bundled.starter_models() / signal
    return load_model(folder) if (folder / CARD_FILE).exists() else None


def put_in_use(home: Home, signal: str, model_id: str) -> None:
    """A kept model takes the place of the one in use, at once. Files that people laid beside that one stay."""
    load_registered(home, signal, model_id)
    kept, folder = registry_of(home, signal) / model_id, home.models / signal
    with replaced_folder(folder) as new:
        if folder.is_dir():
            shutil.copytree(folder, new, dirs_exist_ok=True)
        for name in (MODEL_FILE, CARD_FILE):
            shutil.copyfile(kept / name, new / name)


def back_to_starter(home: Home, signal: str) -> None:
    """Takes the home's own model out of use: without its card it is none."""
    folder = home.models / signal
    for name in (CARD_FILE, MODEL_FILE):
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def drop(home: Home, signal: str, model_id: str) -> None:
    """Takes a kept model away."""
    shutil.rmtree(registry_of(home, signal) / model_id, ignore_errors=True)
