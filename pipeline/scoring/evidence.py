"""Evidence: the one sentence of a turn that speaks most for the signal, and why the model thinks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.scoring import features
from pipeline.scoring.artifact import Model
from pipeline.scoring.features import Turn
from pipeline.signals.cues import HITS, cue_pipeline, sentence_pipeline
from pipeline.signals.spec import Cue, Signal

REASONS = 6
# A sentence shorter than this is quoted with its neighbour: "Yes please." proves nothing alone.
_MIN_CHARS = 3
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


def find_evidence(model: Model, cues: tuple[Cue, ...], signal: Signal | None, turns: Sequence[Turn]) -> list[Evidence]:
    """The best sentence of each turn by the exact classifier; ties go to the first."""
    nlp = cue_pipeline(cues)
    sentences: list[tuple[int, int, int]] = []
    for t, doc in enumerate(sentence_pipeline().pipe(turn.text for turn in turns)):
        spans = [(s.start_char, s.end_char) for s in doc.sents if len(s.text.strip()) >= _MIN_CHARS]
        sentences += [(t, start, end) for start, end in spans or [(0, len(doc.text))]]
    if not sentences:
        return []
    parts = [Turn(turns[t].text[start:end], turns[t].before) for t, start, end in sentences]
    composed = features.compose(parts)
    docs = list(nlp.pipe(part.text for part in parts))
    scores = features.exact_features(composed, docs, model.cue_names) @ model.exact_weights
    best: dict[int, int] = {}
    for i, (t, _, _) in enumerate(sentences):
        if t not in best or scores[i] > scores[best[t]]:
            best[t] = i
    found = []
    for t in range(len(turns)):
        i = best[t]
        _, start, end = sentences[i]
        start, end = _trim(turns[t].text, start, end)
        quote = " ".join(turns[t].text[start:end].split())
        labels = sorted({hit.label for hit in docs[i].user_data[HITS]})
        found.append(
            Evidence(
                start,
                end,
                quote if len(quote) <= _MAX_QUOTE else quote[: _MAX_QUOTE - 1].rstrip() + "…",
                signal.subtype_of(turns[t].text[start:end]) if signal else "",
                _reasons(model, composed[i], labels),
            )
        )
    return found


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _reasons(model: Model, composed: str, labels: Sequence[str]) -> tuple[tuple[str, float], ...]:
    weights = {gram: float(model.exact_weights[column]) for gram, column in features.hashed_words(composed).items()}
    base = features.exact_width(model.cue_names) - len(model.cue_names) - len(features.SHAPES)
    column_of = {name: base + i for i, name in enumerate(model.cue_names)}
    for label in labels:
        if label in column_of:
            weights[f"cue:{label}"] = float(model.exact_weights[column_of[label]])
    ordered = sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple((name, float(np.round(weight, 3))) for name, weight in ordered[:REASONS] if abs(weight) > 1e-9)
