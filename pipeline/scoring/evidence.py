"""Evidence: the one sentence of a turn that speaks most for the signal, and why the model thinks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    reasons = _reasons(heads, weights, sentences, [reading.cues[place] for place in best])
    found = []
    for turn, sentence, place, why in zip(turns, sentences, best, reasons, strict=True):
        quote = " ".join(sentence.split())
        found.append(
            Evidence(
                *reading.spans[place],
                quote if len(quote) <= _MAX_QUOTE else quote[: _MAX_QUOTE - 1].rstrip() + "…",
                spec.subtype_of(sentence, turn.text) if spec else "",
                why,
            )
        )
    return found


def _reasons(
    heads: Heads, weights: np.ndarray, sentences: Sequence[str], cues: Sequence[Sequence[str]]
) -> list[tuple[tuple[str, float], ...]]:
    """Words, word pairs and cues of each sentence with the weights they have in it."""
    words = [hashing.word_tokens(plain) for plain in hashing.plain_words(sentences)]
    sizes = np.array([len(some) for some in words], dtype=np.int64)
    hashes = hashing.word_hashes([word for some in words for word in some])
    pairs, _ = hashing.pair_hashes(hashes, sizes)
    of_words, of_pairs = (weights[some & np.uint32(2**hashing.WORD_BITS - 1)].tolist() for some in (hashes, pairs))
    columns = heads.cue_columns
    found, at, pair_at = [], 0, 0
    for some, names in zip(words, cues, strict=True):
        named = dict(zip(some, of_words[at : at + len(some)], strict=True))
        beside = [f"{first} {second}" for first, second in pairwise(some)]
        named |= zip(beside, of_pairs[pair_at : pair_at + len(beside)], strict=True)
        named |= {f"cue:{name}": float(weights[columns[name]]) for name in names if name in columns}
        at, pair_at = at + len(some), pair_at + len(beside)
        ordered = sorted(named.items(), key=lambda item: (-abs(item[1]), item[0]))[:REASONS]
        rounded = np.round([weight for _, weight in ordered], 3).tolist()
        found.append(
            tuple((name, short) for (name, weight), short in zip(ordered, rounded, strict=True) if abs(weight) > 1e-9)
        )
    return found
