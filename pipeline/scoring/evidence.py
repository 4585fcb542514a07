"""Evidence: the one sentence of a turn that speaks most for the signal, and why the model thinks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.scoring import hashing
from pipeline.scoring.features import Reading, Turn
from pipeline.scoring.heads import Heads
from pipeline.signals.spec import Signal

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
    heads: Heads, signal: int, spec: Signal | None, turns: Sequence[Turn], reading: Reading, places: np.ndarray
) -> list[Evidence]:
    """The sentence of each turn that the head of `signal` holds for the strongest; ties go to the first.

    `places` (turns,) is where each of `turns` stands in `reading`.
    """
    weights = heads.proof_weights[:, signal]
    best = reading.first_of_strongest(reading.sentences @ weights, places)
    sentences = [turn.text[slice(*reading.spans[place])] for turn, place in zip(turns, best, strict=True)]
    plain = hashing.plain_words(sentences)
    found = []
    for turn, sentence, words, place in zip(turns, sentences, plain, best, strict=True):
        quote = " ".join(sentence.split())
        found.append(
            Evidence(
                *reading.spans[place],
                quote if len(quote) <= _MAX_QUOTE else quote[: _MAX_QUOTE - 1].rstrip() + "…",
                spec.subtype_of(sentence, turn.text) if spec else "",
                _reasons(heads, weights, words, reading.cues[place]),
            )
        )
    return found


def _reasons(heads: Heads, weights: np.ndarray, plain: str, cues: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Words, word pairs and cues of a sentence with the weights they have in it."""
    named = {gram: float(weights[column]) for gram, column in hashing.hashed_words(hashing.word_tokens(plain)).items()}
    columns = heads.cue_columns
    named |= {f"cue:{name}": float(weights[columns[name]]) for name in cues if name in columns}
    ordered = sorted(named.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple((name, float(np.round(weight, 3))) for name, weight in ordered[:REASONS] if abs(weight) > 1e-9)
