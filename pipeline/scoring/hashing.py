"""Hashed words and characters (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from murmurhash.mrmr import hash as murmurhash  # spaCy's own; scikit-learn's is the same and takes a second to load
from scipy import sparse

WORD_BITS = 18
CHAR_BITS = 18
ANSWER_BITS = 17
FRAME_BITS = 18
_CHARACTERS = range(2, 6)
_LONGEST_WORD = 40
_WORD = re.compile(r"[a-z0-9_']+|[?!]|\[[a-z_]+\]")
_ALIKE = (
    (r"https?://\S+|www\.\S+", " [link] "),
    (r"@[\w<>]+", "@user"),
    (r"&amp;", "&"),
    (r"[’`´]", "'"),
    (r"\d+", "0"),
)


def plain_words(texts: Sequence[str] | pa.Array) -> list[str]:
    """Lower case; handles, links and digits made alike, so that weights learnt on one carry to another."""
    array = pc.utf8_lower(texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string()))
    for pattern, replacement in _ALIKE:
        array = pc.replace_substring_regex(array, pattern, replacement)
    return array.to_pylist()  # type: ignore[no-any-return]


def word_tokens(text: str) -> list[str]:
    """Lower-case words, question and exclamation marks, placeholders. Input as `plain_words` leaves it."""
    return _WORD.findall(text)


def word_hashes(words: Sequence[str]) -> np.ndarray:
    """(n,) hashes of words."""
    return np.array([murmurhash(word, 0) for word in words], dtype=np.int32).view(np.uint32)


def mixed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Hashes of pairs. Multiplied by an odd constant the first's hash keeps all its bits, and "not good" is not "good
    not"; the shift brings the upper bits down to where columns are cut."""
    together = first * np.uint32(0x9E3779B1) ^ second
    return np.asarray(together ^ (together >> np.uint32(15)))


def pair_hashes(words: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the pairs of words that stand side by side in texts of so many words, and where each pair begins."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.flatnonzero(owner[1:] == owner[:-1])
    return mixed(words[starts], words[starts + 1]), starts


def word_features(words: np.ndarray, sizes: np.ndarray, bits: int = WORD_BITS) -> sparse.csr_matrix:
    """(n, 2**bits) word and word-pair counts of n texts of so many words each, damped and of unit length.

    Each distinct word was hashed once; the column of a pair is mixed from the hashes of its words, all at a time.
    """
    pairs, starts = pair_hashes(words, sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return _counted(np.concatenate([owner, owner[starts]]), np.concatenate([words, pairs]), len(sizes), bits)


def frame_features(words: np.ndarray, sizes: np.ndarray) -> sparse.csr_matrix:
    """(n, 2**FRAME_BITS) counts of two and of three words running, damped and of unit length. A single word is among
    the words already."""
    pairs, starts = pair_hashes(words, sizes)
    longer = np.flatnonzero(starts[1:] == starts[:-1] + 1)  # a pair whose last word begins another one
    threes = mixed(pairs[longer], words[starts[longer] + 2])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.concatenate([owner[starts], owner[starts[longer]]])
    return _counted(rows, np.concatenate([pairs, threes]), len(sizes), FRAME_BITS)


def _counted(rows: np.ndarray, hashes: np.ndarray, count: int, bits: int) -> sparse.csr_matrix:
    """(count, 2**bits) how often each row has each hash, damped and of unit length."""
    columns = hashes & np.uint32(2**bits - 1)
    return damped(sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, 2**bits)).tocsr())


def count_characters(plain: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**CHAR_BITS) counts of character n-grams within words.

    A text's n-grams are those of its words together, so each distinct word is taken apart once.
    """
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in plain]
    words = _incidence(
        np.fromiter(chain.from_iterable(columns), dtype=np.int64), [len(row) for row in columns], len(numbers)
    )
    grams = [np.frombuffer(characters_of(word), dtype=np.int32) for word in numbers]
    flat = np.concatenate([np.zeros(0, dtype=np.int32), *grams])
    return sparse.csr_matrix(words @ _incidence(flat, [len(one) for one in grams], 2**CHAR_BITS))


def damped(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 + log of each count, rows of unit length."""
    rows = sparse.csr_matrix(counts)
    rows.data = 1.0 + np.log(rows.data)
    return of_unit_length(rows)


def of_unit_length(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same rows, scaled where they stand; one without entries stays so."""
    # Squares are added up one after the other, as scikit-learn's `normalize` does, by SciPy's product with ones.
    ones = (rows.data * rows.data, np.zeros(len(rows.data), dtype=rows.indices.dtype), rows.indptr)
    lengths = np.sqrt(sparse.csr_matrix(ones, shape=(rows.shape[0], 1)) @ np.ones(1))
    rows.data /= np.repeat(lengths, np.diff(rows.indptr))
    return rows


def _incidence(columns: np.ndarray, sizes: Sequence[int], width: int) -> sparse.csr_matrix:
    """(rows, width) how often each row, of so many `columns`, names each of them."""
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(sizes), width))


@lru_cache(maxsize=50_000)
def characters_of(word: str) -> bytes:
    """Columns of a word's n-grams of 2 to 5 characters, its ends marked by spaces, as 32-bit numbers (Python's own take
    eight times as much)."""
    padded = f" {word[:_LONGEST_WORD]} "
    columns = [
        murmurhash(padded[start : start + length], 0) & (2**CHAR_BITS - 1)
        for length in _CHARACTERS
        for start in range(len(padded) - length + 1)
    ]
    return np.array(columns, dtype=np.int32).tobytes()
