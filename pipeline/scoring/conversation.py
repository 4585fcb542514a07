"""Scores whole conversations: cheap first, exact second, then the evidence.

One hashed vector a customer turn serves a linear head per signal. Only turns that some head holds for possible get
spaCy and the exact classifier of those signals. A conversation's probability is that of its strongest turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.scoring import features
from pipeline.scoring.artifact import Model
from pipeline.scoring.evidence import Evidence, find_evidence
from pipeline.scoring.features import Turn
from pipeline.signals.cues import cue_pipeline
from pipeline.signals.spec import Cue, Signal


@dataclass(frozen=True)
class Said:
    """A turn as it was said: role is customer or agent (anything else is nobody's evidence)."""

    role: str
    text: str


@dataclass(frozen=True)
class Score:
    """One signal of one conversation. `turn` indexes all turns; None where no customer spoke."""

    probability: float
    is_signal: bool
    turn: int | None
    evidence: Evidence | None


class Scorer:
    """Models of several signals, scoring together. Holds no state between calls."""

    def __init__(self, models: Mapping[str, Model], signals: Mapping[str, Signal], cues: Sequence[Cue]) -> None:
        self.models = dict(sorted(models.items()))
        self._signals = signals
        self._cues = cues_for(signals, cues)
        self._first = np.column_stack([m.first_weights for m in self.models.values()]) if self.models else None

    def score(self, conversations: Sequence[Sequence[Said]], *, with_evidence: bool = True) -> list[dict[str, Score]]:
        """Scores by signal for each conversation, in order. `with_evidence` finds the sentence for every row,
        not only for signals."""
        turns, owners = customer_turns(conversations)
        probabilities = self._probabilities(turns)
        results: list[dict[str, Score]] = []
        starts = np.searchsorted(owners[:, 0], np.arange(len(conversations) + 1)) if len(owners) else None
        wanted: list[tuple[str, int]] = []
        for c in range(len(conversations)):
            span = range(starts[c], starts[c + 1]) if starts is not None else range(0)
            row: dict[str, Score] = {}
            for s, (name, model) in enumerate(self.models.items()):
                if not len(span):
                    row[name] = Score(0.0, False, None, None)
                    continue
                best = span[int(np.argmax(probabilities[span.start : span.stop, s]))]
                probability = float(probabilities[best, s])
                is_signal = probability >= model.threshold
                row[name] = Score(probability, is_signal, int(owners[best, 1]), None)
                if is_signal or with_evidence:
                    wanted.append((name, best))
            results.append(row)
        self._attach_evidence(results, turns, owners, wanted)
        return results

    def _probabilities(self, turns: Sequence[Turn]) -> np.ndarray:
        """(turns, signals) calibrated probabilities of single turns."""
        models = list(self.models.values())
        if not turns or not models:
            return np.zeros((len(turns), len(models)))
        composed = features.compose(turns)
        words = features.word_features(composed)
        raw = words @ self._first + np.array([m.first_intercept for m in models])
        slopes = np.array([m.first_slope for m in models])
        offsets = np.array([m.first_offset for m in models])
        probabilities = sigmoid(raw * slopes + offsets)
        cuts = np.array([m.first_cut for m in models])
        candidates = np.flatnonzero((raw >= cuts).any(axis=1))
        if len(candidates):
            docs = list(cue_pipeline(self._cues).pipe([turns[i].text for i in candidates.tolist()]))
            few = [composed[i] for i in candidates.tolist()]
            shared = sparse.hstack([words[candidates], features.char_features(few)], format="csr")
            for s, model in enumerate(models):
                matrix = sparse.hstack([shared, features.cue_features(docs, model.cue_names)], format="csr")
                exact = matrix @ model.exact_weights + model.exact_intercept
                looked = raw[candidates, s] >= model.first_cut
                calibrated = sigmoid(exact * model.exact_slope + model.exact_offset)
                probabilities[candidates[looked], s] = calibrated[looked]
        return probabilities

    def _attach_evidence(
        self, results: list[dict[str, Score]], turns: Sequence[Turn], owners: np.ndarray, wanted: list[tuple[str, int]]
    ) -> None:
        for name in self.models:
            indexes = [i for signal, i in wanted if signal == name]
            found = find_evidence(self.models[name], self._cues, self._signals.get(name), [turns[i] for i in indexes])
            for i, evidence in zip(indexes, found, strict=True):
                score = results[int(owners[i, 0])][name]
                results[int(owners[i, 0])][name] = Score(score.probability, score.is_signal, score.turn, evidence)


def customer_turns(conversations: Sequence[Sequence[Said]]) -> tuple[list[Turn], np.ndarray]:
    """All customer turns with the agent's turn before each, and (n, 2) owners: conversation and turn index."""
    turns: list[Turn] = []
    owners: list[tuple[int, int]] = []
    for c, conversation in enumerate(conversations):
        before = ""
        for t, said in enumerate(conversation):
            if said.role == "customer":
                turns.append(Turn(said.text, before))
                owners.append((c, t))
            elif said.role == "agent":
                before = said.text
    return turns, np.array(owners, dtype=np.int64).reshape(-1, 2)


def cues_for(signals: Mapping[str, Signal], shared: Sequence[Cue]) -> tuple[Cue, ...]:
    """All cues that any signal may use, each once, by name."""
    by_name = {cue.name: cue for cue in shared}
    for signal in signals.values():
        by_name.update({cue.name: cue for cue in signal.cues})
    return tuple(by_name[name] for name in sorted(by_name))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logistic function, without overflow warnings."""
    odds: np.ndarray = np.exp(-np.clip(x, -500, 500))
    return np.asarray(1.0 / (1.0 + odds))
