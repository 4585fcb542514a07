"""Words of a need: stems, words that say nothing of what is wanted, and a table of which words keep like company.

The table holds a short vector a word, learnt from the project's own labels (`pipeline/learning/word_table.py`): words
that stand in like company ("price", "cost") have like vectors, so that needs may agree without sharing a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from pipeline import bundled
from pipeline.scoring.hashing import count_characters

# Words that say that something is wanted, not what: they would make one topic of all needs.
MOOD = frozenset(
    "please add would could should like love want need wish feature option support able possible way allow let having "
    "use using really just great nice good help thanks hi hello team company user make know does did dont doesnt "
    "suggestion request idea plan plans instead also currently today miss".split()
)
_WORD = re.compile(r"[a-z0-9]{2,}")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ingly", ""), ("edly", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST = 3
_MESSAGE_WORDS = 15
COMMON = 1e-3  # a stem that is this share of all words weighs half


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its commonest English endings: "exporting", "exports" and "export" are one. A few rules in the
    manner of Porter (1980, "An algorithm for suffix stripping"); a word of three letters stays."""
    if len(word) <= _SHORTEST:
        return word
    for ending, instead in _ENDINGS:
        kept = len(word) - len(ending) + len(instead)
        if (
            word.endswith(ending)
            and kept >= _SHORTEST
            and not (ending[-1:] == "s" and word.endswith(("ss", "us", "is")))
        ):
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    if len(word) > _SHORTEST and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > _SHORTEST and word.endswith("y") else word


def words_of(text: str) -> list[str]:
    """Lower-case words of two letters or more, apostrophes taken out."""
    return _WORD.findall(text.lower().replace("'", "").replace("’", ""))


def said_words(text: str) -> list[str]:
    """Words without the manner of asking; small words stay, since "why" and "how" tell requests apart."""
    return [word for word in words_of(text) if word not in MOOD]


def telling_words(text: str) -> list[str]:
    """Words that say what is wanted."""
    empty = shipped_words().empty
    return [word for word in words_of(text) if word not in empty]


@dataclass(frozen=True)
class WordTable:
    """`number` of each stem; `vectors` (stems, size) already weighed: common stems count less; `shares` (stems,) of
    all words; `empty` are words that say nothing of what is wanted, MOOD among them."""

    number: dict[str, int]
    vectors: np.ndarray
    shares: np.ndarray
    empty: frozenset[str]

    @cached_property
    def chance_of_ngrams(self) -> np.ndarray:
        """(2**CHAR_BITS,) how probable an n-gram of characters is in a message of a sentence or two."""
        counts = count_characters(list(self.number))
        counts.data = np.minimum(counts.data, 1.0)
        return np.asarray(1.0 - np.exp(-_MESSAGE_WORDS * (counts.T @ self.shares)))

    def mean(self, texts: Sequence[Sequence[str]]) -> np.ndarray:
        """(n, size) directions of texts given as telling words; a text without a known word is all zeros."""
        found = np.zeros((len(texts), self.vectors.shape[1]))
        for row, words in enumerate(texts):
            numbers = [self.number[s] for s in map(stem, words) if s in self.number]
            if numbers:
                found[row] = self.vectors[numbers].sum(axis=0)
        lengths = np.sqrt(np.einsum("ij,ij->i", found, found))
        return np.asarray(found / np.where(lengths > 0, lengths, 1.0)[:, None])


def read_words(path: Path) -> WordTable:
    """The table of a file that `pipeline/learning/word_table.py` wrote: numbers alone, nothing that runs."""
    with np.load(path, allow_pickle=False) as file:
        stems, empty = (bytes(file[name]).decode().split("\n") for name in ("stems", "empty"))
        shares = file["shares"].astype(np.float64)
        vectors = file["vectors"].astype(np.float64) * (COMMON / (COMMON + shares))[:, None]
    return WordTable({word: number for number, word in enumerate(stems)}, vectors, shares, frozenset(empty))


@lru_cache(maxsize=1)
def shipped_words() -> WordTable:
    """The table that ships with the project."""
    return read_words(bundled.word_table())
