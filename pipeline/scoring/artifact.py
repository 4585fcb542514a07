"""A trained model as plain numbers: `model.npz` (arrays, nothing that runs) and `card.json` (words).

Arrays are read with `allow_pickle=False` (https://numpy.org/doc/stable/reference/generated/numpy.load.html), so
that loading a model executes nothing from it. Weights are kept as indices and values of what is not zero.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import UntrustedModel
from pipeline.scoring.card import CARD_FILE, FEATURES, not_ours, read_card
from pipeline.scoring.features import GLANCE_WIDTH, Blocks

MODEL_FILE = "model.npz"
_WEIGHTS = ("first", "turn", "sentence")
_ARRAYS = (*(f"{name}_{part}" for name in _WEIGHTS for part in ("index", "weight")), "numbers")
# What a damaged archive raises, beside OSError and ValueError: a bad deflate stream, an impossible array size.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, MemoryError, OverflowError, RuntimeError)
# The order of `numbers`: intercepts, calibration (slope, offset) of each pass, cut of the first, threshold.
_NUMBERS = (
    "first_intercept",
    "exact_intercept",
    "first_slope",
    "first_offset",
    "exact_slope",
    "exact_offset",
    "first_cut",
    "threshold",
)


@dataclass(frozen=True, eq=False)
class Model:
    """Both passes of one signal; `model_id` says whether two predict the same.

    `first_cut` is a raw first-pass score: what lies under it gets no closer look at night.

    The exact score of a turn is `turn_weights` on the whole of it, plus the highest that `sentence_weights` find in a
    sentence of it, plus `exact_intercept`.
    """

    signal: str
    cue_names: tuple[str, ...]
    first_weights: np.ndarray
    turn_weights: np.ndarray
    sentence_weights: np.ndarray
    first_intercept: float
    exact_intercept: float
    first_slope: float
    first_offset: float
    exact_slope: float
    exact_offset: float
    first_cut: float
    threshold: float
    card: dict[str, Any]

    @cached_property
    def model_id(self) -> str:
        """Hash of everything that decides a prediction; the same parameters, the same id."""
        digest = hashlib.sha256(f"{FEATURES}|{self.signal}|{'|'.join(self.cue_names)}".encode())
        for array in self._arrays().values():
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    def _arrays(self) -> dict[str, np.ndarray]:
        arrays: dict[str, np.ndarray] = {}
        for name in _WEIGHTS:
            dense: np.ndarray = getattr(self, f"{name}_weights")
            kept = np.flatnonzero(dense)
            arrays |= {f"{name}_index": kept.astype(np.int32), f"{name}_weight": dense[kept].astype(np.float32)}
        return arrays | {"numbers": np.array([getattr(self, name) for name in _NUMBERS], dtype=np.float64)}

    def save(self, folder: Path) -> None:
        """Writes model and card into `folder`; the same model, the same bytes."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        np.savez_compressed(folder / MODEL_FILE, allow_pickle=False, **self._arrays())
        card = self.card | {
            "signal": self.signal,
            "model_id": self.model_id,
            "features": FEATURES,
            "cue_names": list(self.cue_names),
        }
        (folder / CARD_FILE).write_text(json.dumps(card, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def load_model(folder: Path) -> Model:
    """The model in `folder`. Raises UntrustedModel for anything but plain numbers and the card that speaks of them.

    A night asks for each a dozen times: while its files are the same they are read once. Its arrays cannot be written.
    """
    return _load(folder, _stamp(folder / CARD_FILE), _stamp(folder / MODEL_FILE))


def _stamp(file: Path) -> tuple[int, int, int]:
    """Changes whenever the file is another; a promotion renames one into place."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=8)
def _load(folder: Path, *stamps: tuple[int, int, int]) -> Model:
    card = read_card(folder)
    try:
        with np.load(folder / MODEL_FILE, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in _ARRAYS}
        names = tuple(str(name) for name in card["cue_names"])
        if not np.isfinite(arrays["numbers"]).all():
            raise ValueError("a number of the model is none")
        numbers = dict(zip(_NUMBERS, (float(n) for n in arrays["numbers"]), strict=True))
        model = Model(
            signal=str(card["signal"]),
            cue_names=names,
            card=card,
            first_weights=_dense(arrays, "first", GLANCE_WIDTH),
            turn_weights=_dense(arrays, "turn", Blocks(len(names)).width),
            sentence_weights=_dense(arrays, "sentence", Blocks(len(names)).width),
            **numbers,
        )
    except (*_UNREADABLE, OSError, KeyError, TypeError, IndexError, ValueError) as error:
        raise not_ours(folder, error) from error
    if model.model_id != card["model_id"]:
        raise UntrustedModel(f"{folder}: its numbers are not those that its card speaks of: train it again.")
    return model


def load_models(folder: Path) -> dict[str, Model]:
    """Models by signal: `folder` is either one model or a folder of such folders."""
    if (folder / CARD_FILE).exists():
        model = load_model(folder)
        return {model.signal: model}
    cards = [card for card in sorted(folder.glob(f"*/{CARD_FILE}")) if not card.parent.name.startswith(".")]
    models = [load_model(card.parent) for card in cards]
    return {model.signal: model for model in models}


def _dense(arrays: dict[str, np.ndarray], name: str, width: int) -> np.ndarray:
    index, weight = arrays[f"{name}_index"], arrays[f"{name}_weight"]
    dense = np.zeros(width, dtype=np.float64)
    if index.shape != weight.shape or index.ndim != 1 or index.dtype.kind != "i" or (index < 0).any():
        raise ValueError("indices and weights do not belong together")
    if not np.isfinite(weight).all():
        raise ValueError("a weight is no number")
    dense[index] = weight
    dense.flags.writeable = False  # whoever asks for the model gets the same arrays
    return dense
