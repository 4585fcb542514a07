"""Which of many texts have which words: where a pattern is worth asking (`needed_words`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.signals.needed_words import Needs, Ways

# Bytes of words in small letters, all others as spaces.
_TABLE = np.full(256, ord(" "), dtype=np.uint8)
for _sign in b"abcdefghijklmnopqrstuvwxyz0123456789_":
    _TABLE[_sign] = _TABLE[bytes([_sign]).upper()[0]] = _sign
# RE2 takes these for k and s where case does not matter.
_ALSO = ("\u212a", "\u017f")
_DEAR = 100  # how many times dearer it is to read a text than to mark one


class WordIndex:
    """Words of n texts. `texts` is a string array without offset and without nulls."""

    def __init__(self, texts: pa.Array) -> None:
        self._count = len(texts)
        lists = pc.ascii_split_whitespace(_words_alone(texts))
        words = pc.list_flatten(lists).dictionary_encode()
        owner = pc.list_parent_indices(lists).to_numpy().astype(np.int32)
        self._vocabulary = words.dictionary
        self._place = {word: place for place, word in enumerate(self._vocabulary.to_pylist())}
        # Sorted by word and then by text, as a sparse matrix is turned on its side.
        codes, ones = words.indices.to_numpy(), np.ones(len(owner), dtype=bool)
        by_word = sparse.csr_matrix((ones, (codes, owner)), shape=(len(self._place), self._count))
        self._texts, self._starts = by_word.indices, by_word.indptr.tolist()
        self._always = np.zeros(self._count, dtype=bool)
        for sign in _ALSO:
            self._always |= pc.match_substring(texts, sign).to_numpy(zero_copy_only=False)
        self._none = self._texts[:0]
        self._known: dict[str, np.ndarray] = {}

    def may_match(self, needs: Needs) -> np.ndarray:
        """(n,) whether a text has all that is needed."""
        if not needs:
            return np.ones(self._count, dtype=bool)
        found = self._always.copy()
        for pieces in needs:
            found[self._have_all(pieces)] = True
        return found

    def _have_all(self, pieces: Sequence[Ways]) -> np.ndarray:
        """Numbers of the texts that have one way of each of `pieces`."""
        found = np.ones(self._count, dtype=bool)
        for ways in pieces:
            found &= self._mask(np.concatenate([self._none, *(texts for way in ways if len(texts := self._with(way)))]))
        return np.flatnonzero(found)

    def _mask(self, texts: np.ndarray) -> np.ndarray:
        mask = np.zeros(self._count, dtype=bool)
        mask[texts] = True
        return mask

    def _with(self, way: Sequence[str]) -> np.ndarray:
        """Numbers of the texts with all words of a way; one may come twice."""
        if len(way) == 1:
            return self._texts_with(way[0])
        texts = sorted(map(self._texts_with, way), key=len)
        found = texts[0]
        for more in texts[1:]:
            if len(found) * _DEAR < self._count + len(more):
                break
            found = found[self._mask(more)[found]]
        return found

    def _texts_with(self, word: str) -> np.ndarray:
        """Numbers of the texts with a word that may stand for the one that is needed; one may come twice."""
        known = self._known.get(word)
        if known is None:
            places = self._looked_up(word)
            parts = [self._texts[self._starts[place] : self._starts[place + 1]] for place in places]
            known = self._known[word] = parts[0] if len(parts) == 1 else np.concatenate([self._none, *parts])
        return known

    def _looked_up(self, word: str) -> list[int]:
        """Numbers of the words that may stand for one that is needed."""
        letters = word.strip("*")
        if letters == word:
            return [self._place[word]] if word in self._place else []
        if word[0] != "*":
            return _beginning_with(letters, *self._sorted)
        if word[-1] != "*":
            return _beginning_with(letters[::-1], *self._sorted_from_the_end)
        return [place for known, place in self._place.items() if letters in known]

    @cached_property
    def _sorted(self) -> tuple[list[str], list[int]]:
        return _in_order(self._vocabulary)

    @cached_property
    def _sorted_from_the_end(self) -> tuple[list[str], list[int]]:
        return _in_order(pc.ascii_reverse(self._vocabulary))


def _in_order(words: pa.Array) -> tuple[list[str], list[int]]:
    """The words sorted, and their numbers."""
    order = pc.sort_indices(words)
    return words.take(order).to_pylist(), order.to_pylist()


def _beginning_with(letters: str, words: list[str], places: list[int]) -> list[int]:
    return places[bisect_left(words, letters) : bisect_left(words, letters + "\x7f")]


def _words_alone(texts: pa.Array) -> pa.Array:
    """Each byte that belongs to no word becomes a space, so that nothing moves."""
    _, offsets, signs = texts.buffers()
    plain = _TABLE[np.frombuffer(signs, dtype=np.uint8)] if signs else np.zeros(0, np.uint8)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, offsets, pa.py_buffer(plain)])
