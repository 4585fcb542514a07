"""Needs as vectors: characters of the words that they use, and the company that these words keep.

Seven tenths of what makes needs alike are n-grams of 2 to 5 characters, which see "export", "exporting" and product
names; the rest are vectors of words. What all needs of a home have in common is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.scoring.hashing import count_characters, damped, of_unit_length
from pipeline.topics.words import WordTable, said_words, telling_words

_COMPANY = 0.3  # share of the squared length that words' company has
_PRIOR = 30  # as many needs as are taken to have nothing in common, so that few do not cancel out
_GROUND = 300  # as many messages of any kind are counted with the needs, or in a few needs every word would tell


@dataclass(frozen=True)
class Vectors:
    """n vectors: `chars` (n, columns) sparse plus `words` (n, size) less `share` (n,) times what all have in common."""

    chars: sparse.csr_matrix
    words: np.ndarray
    share: np.ndarray
    common_chars: np.ndarray
    common_words: np.ndarray

    def __len__(self) -> int:
        return len(self.share)

    def __getitem__(self, rows: Sequence[int] | np.ndarray) -> Vectors:
        return Vectors(self.chars[rows], self.words[rows], self.share[rows], self.common_chars, self.common_words)

    def mixed(self, weights: sparse.csr_matrix) -> Vectors:
        """(m,) sums of the rows, each weighed as `weights` (m, n) says, of unit length."""
        mixture = Vectors(
            sparse.csr_matrix(weights @ self.chars),
            weights @ self.words,
            weights @ self.share,
            self.common_chars,
            self.common_words,
        )
        return mixture.of_unit_length()

    def of_unit_length(self) -> Vectors:
        """The rows scaled; of the n-grams only the numbers are new."""
        length = np.sqrt(np.maximum(self._squares(), 0.0))
        scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 1e-9)
        chars = self.chars
        scaled = (chars.data * np.repeat(scale, np.diff(chars.indptr)), chars.indices, chars.indptr)
        return Vectors(
            sparse.csr_matrix(scaled, shape=chars.shape),
            self.words * scale[:, None],
            self.share * scale,
            self.common_chars,
            self.common_words,
        )

    def cosines(self, others: Vectors) -> np.ndarray:
        """(n, m) cosines; both are of unit length, or zero."""
        plain = (self.chars @ others.chars.T).toarray() + self.words @ others.words.T
        square = float(self.common_chars @ self.common_chars + self.common_words @ self.common_words)
        return np.asarray(
            plain
            - np.outer(self._to_common(), others.share)
            - np.outer(self.share, others._to_common())
            + np.outer(self.share, others.share) * square
        )

    def paired(self, others: Vectors) -> np.ndarray:
        """(n,) cosines of each row with the row of `others` at the same place."""
        plain = np.asarray(self.chars.multiply(others.chars).sum(axis=1)).ravel() + (self.words * others.words).sum(
            axis=1
        )
        square = float(self.common_chars @ self.common_chars + self.common_words @ self.common_words)
        mixed = others.share * self._to_common() + self.share * others._to_common()
        return np.asarray(plain - mixed + self.share * others.share * square)

    def _to_common(self) -> np.ndarray:
        return np.asarray(self.chars @ self.common_chars + self.words @ self.common_words)

    def _squares(self) -> np.ndarray:
        squares = (self.chars.data**2, self.chars.indices, self.chars.indptr)
        own = sparse.csr_matrix(squares, shape=self.chars.shape) @ np.ones(self.chars.shape[1])
        own += (self.words**2).sum(axis=1)
        square = float(self.common_chars @ self.common_chars + self.common_words @ self.common_words)
        return np.asarray(own - 2 * self.share * self._to_common() + self.share**2 * square)


def need_vectors(quotes: Sequence[str], table: WordTable) -> Vectors:
    """A unit vector a quote; all zeros where it has no telling word.

    How much an n-gram tells is counted over these quotes and what messages are like in general: rare is telling (Spärck
    Jones 1972).
    """
    telling = [telling_words(quote) for quote in quotes]
    if not any(telling):
        n, size = len(quotes), table.vectors.shape[1]
        return Vectors(sparse.csr_matrix((n, 1)), np.zeros((n, size)), np.zeros(n), np.zeros(1), np.zeros(size))
    has_words = np.array([bool(words) for words in telling])
    chars, expected = _characters(quotes, has_words, _GROUND * table.chance_of_ngrams)
    seen = np.bincount(chars.indices, minlength=chars.shape[1]) + expected
    rarity = 1.0 + np.log((1 + len(quotes) + _GROUND) / (1 + seen))
    chars.data *= rarity[chars.indices]
    of_unit_length(chars)
    chars.data *= np.sqrt(1 - _COMPANY)
    words = table.mean(telling) * np.sqrt(_COMPANY)
    together = len(quotes) + _PRIOR
    plain = Vectors(
        chars,
        words,
        has_words.astype(np.float64),
        np.asarray(chars.sum(axis=0)).ravel() / together,
        words.sum(axis=0) / together,
    )
    return plain.of_unit_length()


def _characters(
    quotes: Sequence[str], has_words: np.ndarray, expected: np.ndarray
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Damped counts of the n-grams that quotes have, a column each, and those columns of `expected` (all n-grams).
    Quotes without telling words have none."""
    told = [" ".join(said_words(quote)) if said else "" for quote, said in zip(quotes, has_words.tolist(), strict=True)]
    counts = count_characters(told)
    comes = np.bincount(counts.indices, minlength=counts.shape[1]) > 0
    column = np.cumsum(comes, dtype=counts.indices.dtype) - 1
    shape = (len(quotes), int(comes.sum()))
    return damped(sparse.csr_matrix((counts.data, column[counts.indices], counts.indptr), shape=shape)), expected[comes]
