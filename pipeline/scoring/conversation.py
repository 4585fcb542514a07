"""Scores whole conversations: cheap first, exact second, then the evidence.

One hashed vector a customer turn serves a linear head per signal. A night reads only those turns closely, with spaCy,
sentence by sentence, that some head holds for possible; who asks for the probability of every row has every turn
read. A conversation's probability is that of its strongest turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.scoring import features
from pipeline.scoring.artifact import Model
from pipeline.scoring.evidence import Evidence, find_evidence
from pipeline.scoring.features import Reading, Turn
from pipeline.scoring.heads import Heads
from pipeline.scoring.said import Said
from pipeline.signals.spec import Cue, Signal


@dataclass(frozen=True)
class Score:
    """One signal of one conversation. `turn` indexes all turns; None where no customer spoke."""

    probability: float
    is_signal: bool
    turn: int | None
    evidence: Evidence | None


@dataclass(frozen=True)
class _Close:
    """Turns that were read closely, by number in ascending order, and the reading; None where there are none."""

    turns: np.ndarray
    reading: Reading | None


class Scorer:
    """Models of several signals, scoring together. Holds no state between calls."""

    def __init__(self, models: Mapping[str, Model], signals: Mapping[str, Signal], cues: Sequence[Cue]) -> None:
        from pipeline.signals.cues import cue_names  # spaCy, which a night without news does not need

        self.models = dict(sorted(models.items()))
        self._signals = signals
        self._cues = cues_for(signals, cues)
        self._names = tuple(cue_names(self._cues))
        self._heads = Heads.of(list(self.models.values()), self._names) if self.models else None

    def score(
        self, conversations: Sequence[Sequence[Said]], *, with_evidence: bool = True, at_night: bool = False
    ) -> list[dict[str, Score]]:
        """Scores by signal for each conversation, in order. `with_evidence` finds the sentence for every row, not only
        for signals. `at_night` reads only what may be a signal closely: the same signals but for what the card says
        that the first pass loses, and no evidence for rows that nobody read."""
        turns, owners = customer_turns(conversations)
        probabilities, close = self._probabilities(turns, at_night)
        results: list[dict[str, Score]] = [
            {name: Score(0.0, False, None, None) for name in self.models} for _ in conversations
        ]
        wanted: list[tuple[str, int]] = []
        spoken, best = _strongest(probabilities, owners[:, 0])
        for s, (name, model) in enumerate(self.models.items()):
            places = best[:, s]
            highest = probabilities[places, s]
            is_signal = highest >= model.threshold
            rows = (spoken, places, owners[places, 1], highest, is_signal)
            for c, place, turn, probability, is_one in zip(*(row.tolist() for row in rows), strict=True):
                results[c][name] = Score(probability, is_one, turn, None)
                if is_one or with_evidence:
                    wanted.append((name, place))
        self._attach_evidence(results, turns, owners, wanted, close)
        return results

    def _probabilities(self, turns: Sequence[Turn], at_night: bool) -> tuple[np.ndarray, _Close]:
        """(turns, signals) calibrated probabilities of single turns, and those that were read closely."""
        if not turns or self._heads is None:
            return np.zeros((len(turns), len(self.models))), _Close(np.zeros(0, dtype=np.int64), None)
        seen = features.glance(turns)
        raw = self._heads.first(seen)
        probabilities = self._heads.first_probability(raw)
        looked = self._heads.worth_a_look(raw) if at_night else np.ones(raw.shape, dtype=bool)
        few = np.flatnonzero(looked.any(axis=1))
        reading = None
        if len(few):
            reading = features.read([turns[i] for i in few.tolist()], seen.of(few), self._cues, self._names)
            exact = self._heads.exact_probability(self._heads.exact(reading))
            probabilities[few] = np.where(looked[few], exact, probabilities[few])
        return probabilities, _Close(few, reading)

    def _attach_evidence(
        self,
        results: list[dict[str, Score]],
        turns: Sequence[Turn],
        owners: np.ndarray,
        wanted: list[tuple[str, int]],
        close: _Close,
    ) -> None:
        """Fills in the evidence of those `wanted` turns that were read closely."""
        if self._heads is None or close.reading is None:
            return
        for s, name in enumerate(self.models):
            asked = np.intersect1d([i for signal, i in wanted if signal == name], close.turns).astype(np.int64)
            if not len(asked):
                continue
            chosen, places = [turns[i] for i in asked], np.searchsorted(close.turns, asked)
            found = find_evidence(self._heads, s, self._signals.get(name), chosen, close.reading, places)
            for i, evidence in zip(asked.tolist(), found, strict=True):
                row = results[int(owners[i, 0])]
                row[name] = replace(row[name], evidence=evidence)


def _strongest(probabilities: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The k conversations that have turns, and (k, signals) the first turn with the highest probability of each.

    `owner` (turns,) is each turn's conversation, in ascending order."""
    spoken, starts, sizes = np.unique(owner, return_index=True, return_counts=True)
    if not len(spoken):
        return spoken, np.zeros((0, probabilities.shape[1]), dtype=np.int64)
    highest = np.repeat(np.maximum.reduceat(probabilities, starts), sizes, axis=0)
    places = np.where(probabilities == highest, np.arange(len(owner))[:, None], len(owner))
    return spoken, np.minimum.reduceat(places, starts)


def customer_turns(conversations: Sequence[Sequence[Said]]) -> tuple[list[Turn], np.ndarray]:
    """All customer turns, each with the agent's last message before it and the agent's answer after it, and (n, 2)
    owners: conversation and turn index. What an agent says in several messages running is one answer."""
    turns: list[Turn] = []
    owners: list[tuple[int, int]] = []
    for c, conversation in enumerate(conversations):
        before = ""
        answers = _answers(conversation)
        for t, said in enumerate(conversation):
            if said.role == "customer":
                turns.append(Turn(said.text, before, answers[t]))
                owners.append((c, t))
            elif said.role == "agent":
                before = said.text
    return turns, np.array(owners, dtype=np.int64).reshape(-1, 2)


def _answers(conversation: Sequence[Said]) -> list[str]:
    """For each turn what the agent says next, until the customer speaks again."""
    answers = [""] * len(conversation)
    coming: list[str] = []
    is_new = True
    for t in range(len(conversation) - 1, -1, -1):
        said = conversation[t]
        if said.role == "agent":
            coming = [said.text] if is_new else [said.text, *coming]
            is_new = False
        elif said.role == "customer":
            answers[t] = " ".join(coming)
            is_new = True
    return answers


def cues_for(signals: Mapping[str, Signal], shared: Sequence[Cue]) -> tuple[Cue, ...]:
    """All cues that any signal may use, each once, by name."""
    by_name = {cue.name: cue for cue in shared}
    for signal in signals.values():
        by_name.update({cue.name: cue for cue in signal.cues})
    return tuple(by_name[name] for name in sorted(by_name))
