"""Features of customer turns, the same at training and at scoring.

Two readings stand side by side. A turn as a whole: hashed words, hashed characters, cues, and the words of the agent's
answer, which often says what was wanted ("we don't offer that", "we'd hate to see you go"). And each of its sentences
on its own, because "never again" at the end of a long complaint drowns in the whole. Both have the same columns; a
sentence also its frame, which is what is left of it without the words that say which thing it is about.

All products with weights go through SciPy's sparse loops, row by row: unlike BLAS, they give the same bits
whatever the batch size, order or thread count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.scoring import hashing
from pipeline.scoring.cue_columns import SHAPES, cue_columns, labels_of
from pipeline.scoring.frame_words import FRAME_WORDS
from pipeline.scoring.words import Spelling, Words
from pipeline.signals.spec import Cue
from pipeline.text.sentences import sentence_spans

# A customer turn this short is read with the agent's turn before it: "Yes please" means nothing alone.
SHORT_TURN = 8
_BEFORE_WORDS = 40
_AGENT = "agent_"  # before each of their words, so that it is not taken for the customer's
# Pairs with these say what a sentence, or its frame, begins and ends with: "add …", "please …", "… ?".
_BEGIN, _END = "^", "$"
_FRAME = hashing.word_hashes(sorted({*FRAME_WORDS, _BEGIN, _END}))
_AFTER_WORDS = 60


@dataclass(frozen=True)
class Turn:
    """What a customer's message is scored as: own words, the agent's public message before it, the answer after it."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Blocks:
    """Columns of a reading: where words, characters, the answer's words, frames, and cues with shapes begin and end."""

    cues: int

    @property
    def bounds(self) -> tuple[int, int, int, int, int]:
        """Ends of the five blocks."""
        words = 2**hashing.WORD_BITS
        characters = words + 2**hashing.CHAR_BITS
        answer = characters + 2**hashing.ANSWER_BITS
        frames = answer + 2**hashing.FRAME_BITS
        return words, characters, answer, frames, frames + self.cues + len(SHAPES)

    @property
    def width(self) -> int:
        """All columns."""
        return self.bounds[-1]


@dataclass(frozen=True)
class Glance:
    """What the first pass sees of turns: `words` (n, 2**WORD_BITS) and `answer` (n, 2**ANSWER_BITS)."""

    words: sparse.csr_matrix
    answer: sparse.csr_matrix

    @property
    def matrix(self) -> sparse.csr_matrix:
        """(n, GLANCE_WIDTH) both, side by side."""
        return _beside(self.words, self.answer)

    def of(self, turns: np.ndarray) -> Glance:
        """The glance at some of the turns."""
        return Glance(self.words[turns], self.answer[turns])


GLANCE_WIDTH = 2**hashing.WORD_BITS + 2**hashing.ANSWER_BITS


@dataclass(frozen=True)
class Reading:
    """Turns read closely. `turns` is (n, width), `sentences` (m, width), `owner` (m,) the turn of each sentence in
    ascending order, `spans` their places in the turn's text, `cues` the names of the cues found in each."""

    turns: sparse.csr_matrix
    sentences: sparse.csr_matrix
    owner: np.ndarray
    spans: list[tuple[int, int]]
    cues: list[tuple[str, ...]]

    def strongest(self, scores: np.ndarray) -> np.ndarray:
        """(n, …) the highest of the sentences' `scores` (m, …) in each turn."""
        starts = np.searchsorted(self.owner, np.arange(self.turns.shape[0]))
        return np.maximum.reduceat(scores, starts, axis=0) if len(scores) else scores

    def first_of_strongest(self, scores: np.ndarray, turns: np.ndarray) -> list[int]:
        """For each of `turns` the first of its sentences that has the highest of `scores` (m,)."""
        starts = np.searchsorted(self.owner, turns, "left").tolist()
        ends = np.searchsorted(self.owner, turns, "right").tolist()
        return [start + int(np.argmax(scores[start:end])) for start, end in zip(starts, ends, strict=True)]


def compose(turns: Sequence[Turn]) -> Words:
    """The words that are hashed: own words, after a short turn also the agent's, marked as theirs."""
    own = Spelling.of([turn.text for turn in turns]).words()
    is_short = (own.sizes <= SHORT_TURN).tolist()
    before = [turn.before if short else "" for turn, short in zip(turns, is_short, strict=True)]
    return own.followed_by(Spelling.of(before).words(_AGENT).last(_BEFORE_WORDS))


def glance(turns: Sequence[Turn]) -> Glance:
    """Hashes the words of turns and of the answers to them: a how-to is a need only where the answer says no."""
    answers = Spelling.of([turn.after for turn in turns]).words().first(_AFTER_WORDS)
    return Glance(hashing.word_features(*compose(turns)), hashing.word_features(*answers, hashing.ANSWER_BITS))


def read(turns: Sequence[Turn], seen: Glance, cues: tuple[Cue, ...], names: Sequence[str]) -> Reading:
    """Reads turns closely. `seen` is the glance at them, `cues` what is looked for, `names` the order of columns."""
    spans = [sentence_spans(turn.text) for turn in turns]
    owner = np.repeat(np.arange(len(turns)), [len(found) for found in spans])
    flat = [span for found in spans for span in found]
    texts = [turns[t].text[start:end] for t, (start, end) in zip(owner.tolist(), flat, strict=True)]
    together = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(len(turns), len(owner)))
    spelling = Spelling.of(texts)
    characters = spelling.characters()
    words = spelling.words().between(_BEGIN, _END)
    said = labels_of(texts, cues, "customer")
    heard = labels_of([turn.after for turn in turns], cues, "agent")
    found = cue_columns(said, heard, owner, names)
    return Reading(
        turns=_beside(
            seen.words,
            hashing.damped(together @ characters),
            seen.answer,
            sparse.csr_matrix((len(turns), 2**hashing.FRAME_BITS)),
            found.turns,
        ),
        sentences=_beside(
            hashing.word_features(*words),
            hashing.damped(characters),
            seen.answer[owner],
            hashing.frame_features(*words.among(_FRAME)),
            found.sentences,
        ),
        owner=owner,
        spans=flat,
        cues=[sentence.labels for sentence in said],
    )


def _beside(*blocks: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.hstack(blocks, format="csr")
