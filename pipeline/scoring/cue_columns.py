"""Cues and shapes of sentences as columns, and those of a turn as what its sentences hold together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from pipeline.signals.spec import Cue

if TYPE_CHECKING:
    from pipeline.signals.cues import Hit

SHAPES = ("is_short", "is_long", "asks", "first_person", "second_person")
_SHORT, _LONG = 6, 60
_LONGEST = 200  # signs of a word
_LONG_WORD, _PIECE = re.compile(rf"\S{{{_LONGEST + 1},}}"), re.compile(r"\S{1,50}")
_FIRST = frozenset(["i", "we", "our", "my", "us"])
_SECOND = frozenset(["you", "your", "u", "ur"])


class Labels(NamedTuple):
    """Names of the cues found in a text, sorted, its length in tokens, and whether it asks, says "I" or says "you"."""

    labels: tuple[str, ...]
    length: int
    spoken: tuple[bool, bool, bool]


_SILENT = Labels((), 0, (False, False, False))


@dataclass(frozen=True)
class CueColumns:
    """`sentences` (m, cues + shapes) and `turns` (n, cues + shapes), zeros and ones."""

    sentences: sparse.csr_matrix
    turns: sparse.csr_matrix


def labels_of(texts: Sequence[str], cues: tuple[Cue, ...], reads: str) -> list[Labels]:
    """Of each text, the cues that read the words of `reads`: customer or agent."""
    from pipeline.signals.cues import cue_reader  # spaCy, which a night without news does not need

    wanted = tuple(cue for cue in cues if cue.reads == reads)
    if not wanted or not any(texts):
        return [_SILENT] * len(texts)
    read = cue_reader(wanted).read
    return [_labels(*read(_parted(text))) if text else _SILENT for text in texts]


def _labels(words: Sequence[str], hits: Sequence[Hit]) -> Labels:
    return Labels(tuple(sorted({hit.label for hit in hits})) if hits else (), len(words), _spoken(words))


def _parted(text: str) -> str:
    """spaCy takes a word's marks off one by one, and copies the rest each time: 16,000 brackets took it 24 s. No cue
    has a word of that length, so longer words are read in pieces."""
    return _LONG_WORD.sub(lambda found: " ".join(_PIECE.findall(found[0])), text) if len(text) > _LONGEST else text


def cue_columns(said: Sequence[Labels], heard: Sequence[Labels], owner: np.ndarray, names: Sequence[str]) -> CueColumns:
    """Of sentences `said` (m), each of turn `owner[i]`, and of the answers `heard` (n) to the turns.

    An answer belongs to every sentence of its turn. Cues that are not in `names` are left out.
    """
    column = {name: i for i, name in enumerate(names)}
    lengths = np.array([one.length for one in said], dtype=np.int64)
    spoken = np.array([one.spoken for one in said], dtype=np.float64).reshape(-1, 3)
    cues, answers = _columns(said, column), _columns(heard, column)
    together = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(len(heard), len(owner)))
    whole = (together @ cues + answers).minimum(1)
    return CueColumns(
        sentences=sparse.hstack([cues + answers[owner], _shapes(lengths, spoken)], format="csr"),
        turns=sparse.hstack([whole, _shapes(together @ lengths, np.minimum(together @ spoken, 1))], format="csr"),
    )


def _spoken(words: Sequence[str]) -> tuple[bool, bool, bool]:
    return words[-1:] == ["?"], not _FIRST.isdisjoint(words), not _SECOND.isdisjoint(words)


def _shapes(lengths: np.ndarray, spoken: np.ndarray) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.column_stack([lengths <= _SHORT, lengths > _LONG, spoken]).astype(np.float64))


def _columns(found: Sequence[Labels], column: dict[str, int]) -> sparse.csr_matrix:
    rows = [i for i, one in enumerate(found) for label in one.labels if label in column]
    columns = [column[label] for one in found for label in one.labels if label in column]
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(found), len(column)))
