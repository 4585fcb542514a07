"""The linear heads of several signals side by side, so that one sparse product scores them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from pipeline.scoring.artifact import Model
from pipeline.scoring.cue_columns import SHAPES
from pipeline.scoring.features import Blocks, Glance, Reading


@dataclass(frozen=True)
class Heads:
    """Weights of `models` as columns (width, signals), in the columns of all cues `names`."""

    models: tuple[Model, ...]
    names: tuple[str, ...]
    first_weights: np.ndarray
    turn_weights: np.ndarray
    sentence_weights: np.ndarray

    @cached_property
    def proof_weights(self) -> np.ndarray:
        """(width, signals) what sentences are compared by as evidence: the head of sentences, or, where a model gives
        them no share, that of whole turns."""
        chosen = np.where(self.sentence_weights.any(axis=0), self.sentence_weights, self.turn_weights)
        return np.asfortranarray(chosen)  # it is asked for one signal at a time

    @cached_property
    def cue_columns(self) -> dict[str, int]:
        """The column of each cue in a close reading."""
        start = Blocks(len(self.names)).bounds[-2]
        return {name: start + i for i, name in enumerate(self.names)}

    @classmethod
    def of(cls, models: Sequence[Model], names: tuple[str, ...]) -> Heads:
        """Heads of `models`, each of which knows some of the cues `names`; what it does not know weighs nothing."""
        return _heads_of(tuple(models), names)

    def first(self, seen: Glance) -> np.ndarray:
        """(n, signals) raw first-pass scores."""
        return np.asarray(seen.matrix @ self.first_weights + self._all("first_intercept"))

    def first_probability(self, raw: np.ndarray) -> np.ndarray:
        """Calibrated first-pass scores."""
        return sigmoid(raw * self._all("first_slope") + self._all("first_offset"))

    def worth_a_look(self, raw: np.ndarray) -> np.ndarray:
        """(n, signals) whether the first pass holds the signal for possible."""
        return np.asarray(raw >= self._all("first_cut"))

    def exact(self, reading: Reading) -> np.ndarray:
        """(n, signals) raw scores of turns read closely."""
        strongest = reading.strongest(self.sentences(reading))
        return np.asarray(reading.turns @ self.turn_weights + strongest + self._all("exact_intercept"))

    def sentences(self, reading: Reading) -> np.ndarray:
        """(m, signals) raw scores of their sentences."""
        return np.asarray(reading.sentences @ self.sentence_weights)

    def exact_probability(self, raw: np.ndarray) -> np.ndarray:
        """Calibrated exact scores."""
        return sigmoid(raw * self._all("exact_slope") + self._all("exact_offset"))

    def _all(self, number: str) -> np.ndarray:
        return np.array([getattr(model, number) for model in self.models])


@lru_cache(maxsize=2)
def _heads_of(models: tuple[Model, ...], names: tuple[str, ...]) -> Heads:
    """A worker asks for the same with every partition."""
    return Heads(
        models,
        names,
        np.column_stack([model.first_weights for model in models]),
        np.column_stack([_widened(model.turn_weights, model.cue_names, names) for model in models]),
        np.column_stack([_widened(model.sentence_weights, model.cue_names, names) for model in models]),
    )


def _widened(weights: np.ndarray, own: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Weights in the columns of `names`, from those of a model that knows the cues `own`."""
    start = Blocks(len(own)).bounds[-2]
    place = {name: i for i, name in enumerate(names)}
    wide = np.zeros(Blocks(len(names)).width)
    wide[:start] = weights[:start]
    for i, name in enumerate(own):
        if name in place:
            wide[start + place[name]] = weights[start + i]
    wide[len(wide) - len(SHAPES) :] = weights[len(weights) - len(SHAPES) :]
    return wide


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logistic function, without overflow warnings."""
    odds: np.ndarray = np.exp(-np.clip(x, -500, 500))
    return np.asarray(1.0 / (1.0 + odds))
