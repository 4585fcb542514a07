"""Words of many texts as arrays of their hashes. What stands between white space is taken apart once a batch, however
many texts have it: a dictionary of words, not of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.scoring import hashing

# Arrow parts texts at this sign, which is no white space to RE2; to Python both signs are.
_NO_SPACE, _LIKE_IT = "\x0b", "\x1f"
_MOST = 50_000  # parts kept: some 10 MB


class Words(NamedTuple):
    """Hashes of the words of n texts in order, and (n,) how many words each text has."""

    hashes: np.ndarray
    sizes: np.ndarray

    @property
    def places(self) -> np.ndarray:
        """Of each word, which of its text it is, from 0."""
        starts: np.ndarray = np.cumsum(self.sizes) - self.sizes
        return np.asarray(np.arange(len(self.hashes)) - np.repeat(starts, self.sizes))

    def first(self, most: int) -> Words:
        """Of each text at most so many words."""
        return Words(self.hashes[self.places < most], np.minimum(self.sizes, most))

    def last(self, most: int) -> Words:
        """Of each text at most so many words, from its end."""
        return Words(self.hashes[self.places >= np.repeat(self.sizes - most, self.sizes)], np.minimum(self.sizes, most))

    def among(self, hashes: np.ndarray) -> Words:
        """Each text with those of its words that have one of these hashes."""
        is_one = np.isin(self.hashes, hashes)
        owner = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return Words(self.hashes[is_one], np.bincount(owner[is_one], minlength=len(self.sizes)))

    def followed_by(self, others: Words) -> Words:
        """Each text with the words of the other of its place behind it."""
        sizes = self.sizes + others.sizes
        starts = np.cumsum(sizes) - sizes
        hashes = np.empty(int(sizes.sum()), dtype=np.uint32)
        hashes[np.repeat(starts, self.sizes) + self.places] = self.hashes
        hashes[np.repeat(starts + self.sizes, others.sizes) + others.places] = others.hashes
        return Words(hashes, sizes)

    def between(self, begin: str, end: str) -> Words:
        """Each text with a word before it and one after it."""
        ones = np.ones(len(self.sizes), dtype=np.int64)
        before, after = (Words(np.repeat(hashing.word_hashes([word]), len(ones)), ones) for word in (begin, end))
        return before.followed_by(self).followed_by(after)


@dataclass(frozen=True)
class Spelling:
    """n texts as parts between white space: `parts` are the different ones, `codes` the numbers of those of all texts
    in order, `sizes` (n,) how many a text has."""

    parts: list[str]
    codes: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str]) -> Spelling:
        """Texts of Python."""
        parted = pc.ascii_split_whitespace(pc.replace_substring(pa.array(texts, pa.string()), _NO_SPACE, _LIKE_IT))
        parts = parted.flatten().dictionary_encode()
        sizes = pc.list_value_length(parted).to_numpy().astype(np.int64)
        return cls(parts.dictionary.to_pylist(), parts.indices.to_numpy(), sizes)

    def words(self, mark: str = "") -> Words:
        """Words of the texts, each with `mark` before it."""
        hashes, starts = _laid_out(_known_words(mark).of(self.parts), np.uint32)
        found, ends = _taken(self.codes, starts)
        return Words(hashes[found], np.diff(ends[self._starts]))

    def characters(self) -> sparse.csr_matrix:
        """(n, 2**CHAR_BITS) counts of character n-grams within words.

        Products keep the order in which n-grams come in a text: sums over them are the same to the last bit whatever
        texts are read together."""
        columns, starts = _laid_out(_known_characters().of(self.parts), np.int32)
        of_parts = (len(self.parts), 2**hashing.CHAR_BITS)
        of_texts = (len(self.sizes), len(self.parts))
        grams = sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=of_parts)
        return sparse.csr_matrix(
            sparse.csr_matrix((np.ones(len(self.codes)), self.codes, self._starts), shape=of_texts) @ grams
        )

    @property
    def _starts(self) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(self.sizes)])


class _Known:
    """What parts are spelled as, by `spell`, kept as long as there is room: it is a function of the part alone."""

    def __init__(self, spell: Callable[[list[str]], Iterable[bytes]]) -> None:
        self._spell = spell
        self._spelled: dict[str, bytes] = {}

    def of(self, parts: list[str]) -> list[bytes]:
        new = [part for part in parts if part not in self._spelled]
        if len(self._spelled) + len(new) > _MOST:
            self._spelled.clear()
            new = parts
        self._spelled.update(zip(new, self._spell(new), strict=True))
        return [self._spelled[part] for part in parts]


@lru_cache(maxsize=2)
def _known_words(mark: str) -> _Known:
    """Hashes of a part's words, each with `mark` before it."""

    def spell(parts: list[str]) -> Iterator[bytes]:
        words = [hashing.word_tokens(plain) for plain in hashing.plain_words(parts)]
        distinct = {word: i for i, word in enumerate(dict.fromkeys(word for some in words for word in some))}
        hashes = hashing.word_hashes([mark + word for word in distinct])
        return (hashes[[distinct[word] for word in some]].tobytes() for some in words)

    return _Known(spell)


@lru_cache(maxsize=1)
def _known_characters() -> _Known:
    """Columns of the n-grams of a part's words."""
    return _Known(
        lambda parts: (b"".join(map(hashing.characters_of, plain.split())) for plain in hashing.plain_words(parts))
    )


def _laid_out(members: Sequence[bytes], kind: type[np.integer[Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of all, one after the other, and where each one's begin, with the end."""
    flat = np.frombuffer(b"".join(members), dtype=kind)
    return flat, np.concatenate([[0], np.cumsum([len(one) for one in members])]).astype(np.int64) // flat.itemsize


def _taken(codes: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the members of groups `codes` one after the other, and where each group's begin, with the end."""
    many = np.diff(starts)[codes]
    ends = np.cumsum(many)
    places = np.arange(int(many.sum())) + np.repeat(starts[codes] - (ends - many), many)
    return places, np.concatenate([[0], ends])
