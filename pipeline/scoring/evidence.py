"""Evidence: the one sentence of a turn that speaks most for the signal, and why the model thinks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.scoring import features, hashing
from pipeline.scoring.features import Blocks, Reading, Turn
from pipeline.scoring.heads import Heads
from pipeline.signals.spec import Cue, Signal

REASONS = 6
_MAX_QUOTE = 400


@dataclass(frozen=True)
class Evidence:
    """A sentence of a turn: offsets into its text, the quote with white space collapsed, the sub-type, and up to
    `REASONS` pairs of feature and weight, strongest first, for and against."""

    start: int
    end: int
    quote: str
    subtype: str
    reasons: tuple[tuple[str, float], ...]


def find_evidence(
    heads: Heads, signal: int, spec: Signal | None, turns: Sequence[Turn], cues: tuple[Cue, ...]
) -> list[Evidence]:
    """The sentence of each turn that the head of `signal` holds for the strongest; ties go to the first."""
    if not turns:
        return []
    reading = features.read(turns, features.glance(turns), cues, heads.names)
    weights = heads.proof_weights[:, signal]
    scores = reading.sentences @ weights
    starts = np.searchsorted(reading.owner, np.arange(len(turns) + 1))
    found = []
    for t, turn in enumerate(turns):
        best = int(starts[t] + np.argmax(scores[starts[t] : starts[t + 1]]))
        start, end = reading.spans[best]
        quote = " ".join(turn.text[start:end].split())
        found.append(
            Evidence(
                start,
                end,
                quote if len(quote) <= _MAX_QUOTE else quote[: _MAX_QUOTE - 1].rstrip() + "…",
                spec.subtype_of(turn.text[start:end], turn.text) if spec else "",
                _reasons(heads, weights, turn.text[start:end], reading, best),
            )
        )
    return found


def _reasons(
    heads: Heads, weights: np.ndarray, sentence: str, reading: Reading, place: int
) -> tuple[tuple[str, float], ...]:
    """Words, word pairs and cues of a sentence with the weights they have in it."""
    (plain,) = hashing.plain_words([sentence])
    named = {gram: float(weights[column]) for gram, column in hashing.hashed_words(hashing.word_tokens(plain)).items()}
    start = Blocks(len(heads.names)).bounds[2]
    column_of = {name: start + i for i, name in enumerate(heads.names)}
    named |= {f"cue:{name}": float(weights[column_of[name]]) for name in reading.cues[place] if name in column_of}
    ordered = sorted(named.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple((name, float(np.round(weight, 3))) for name, weight in ordered[:REASONS] if abs(weight) > 1e-9)
