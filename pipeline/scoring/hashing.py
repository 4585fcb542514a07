"""Hashed words and characters (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

WORD_BITS = 18
CHAR_BITS = 18
ANSWER_BITS = 17
FRAME_BITS = 18
_CHARACTERS = range(2, 6)
_LONGEST_WORD = 40
_AGENT = "agent_"
_WORD = re.compile(r"[a-z0-9_']+|[?!]|\[[a-z_]+\]")
_ALIKE = (
    (r"https?://\S+|www\.\S+", " [link] "),
    (r"@[\w<>]+", "@user"),
    (r"&amp;", "&"),
    (r"[’`´]", "'"),
    (r"\d+", "0"),
)


def plain_words(texts: Sequence[str]) -> list[str]:
    """Lower case; handles, links and digits made alike, so that weights learnt on one carry to another."""
    array = pc.utf8_lower(pa.array(texts, pa.string()))
    for pattern, replacement in _ALIKE:
        array = pc.replace_substring_regex(array, pattern, replacement)
    return array.to_pylist()  # type: ignore[no-any-return]


def word_tokens(text: str) -> list[str]:
    """Lower-case words, question and exclamation marks, placeholders. Input as `plain_words` leaves it."""
    return _WORD.findall(text)


def marked_as_agents(words: Sequence[str], most: int) -> list[str]:
    """The last `most` words of an agent, each marked so that it is not taken for the customer's."""
    return [_AGENT + word for word in words[-most:]]


def word_features(texts: Sequence[Sequence[str]], bits: int = WORD_BITS) -> sparse.csr_matrix:
    """(n, 2**bits) word and word-pair counts of texts given as lists of words, damped and of unit length.

    Each distinct word is hashed once; the column of a pair is mixed from the hashes of its words, all at a time.
    """
    owner, word, _ = _hashes(texts)
    return _words_and_pairs(owner, word, len(texts), bits)


def sentence_features(
    texts: Sequence[Sequence[str]], frame: frozenset[str]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """(n, 2**WORD_BITS) `word_features` of sentences, and (n, 2**FRAME_BITS) counts of two and of three words running
    of those that are in `frame`, the others left out, damped and of unit length."""
    owner, word, is_frame = _hashes(texts, frame)
    words = _words_and_pairs(owner, word, len(texts), WORD_BITS)
    owner, word = owner[is_frame], word[is_frame]
    pair, starts = _pairs(owner, word)
    longer = np.flatnonzero(starts[1:] == starts[:-1] + 1)  # a pair whose last word begins another one
    three = _mixed(pair[longer], word[starts[longer] + 2])
    rows = np.concatenate([owner[starts], owner[starts[longer]]])
    return words, _counted(rows, np.concatenate([pair, three]), len(texts), FRAME_BITS)


def hashed_words(words: Sequence[str]) -> dict[str, int]:
    """Each word and word pair of a text with its column; what reasons are printed from."""
    owner, word, _ = _hashes([words])
    pair, starts = _pairs(owner, word)
    pairs = {f"{words[i]} {words[i + 1]}": column for i, column in zip(starts.tolist(), pair.tolist(), strict=True)}
    return {
        gram: column & (2**WORD_BITS - 1)
        for gram, column in sorted({**dict(zip(words, word.tolist(), strict=True)), **pairs}.items())
    }


def _hashes(
    texts: Sequence[Sequence[str]], among: frozenset[str] = frozenset()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(words,) owner and hash of every word, and whether it is one of `among`."""
    from sklearn.utils import murmurhash3_32  # half a second, which a night without news does not need

    flat = [word for words in texts for word in words]
    distinct = {word: i for i, word in enumerate(dict.fromkeys(flat))}
    number = np.fromiter((distinct[word] for word in flat), dtype=np.int64, count=len(flat))
    hashes = np.array([murmurhash3_32(word, 0, True) for word in distinct], dtype=np.uint32)
    found = np.array([word in among for word in distinct], dtype=bool)
    return np.repeat(np.arange(len(texts)), [len(words) for words in texts]), hashes[number], found[number]


def _pairs(owner: np.ndarray, word: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(pairs,) hash of every pair of words that stand beside each other, and the word that it starts with."""
    starts = np.flatnonzero(owner[1:] == owner[:-1])
    return _mixed(word[starts], word[starts + 1]), starts


def _words_and_pairs(owner: np.ndarray, word: np.ndarray, count: int, bits: int) -> sparse.csr_matrix:
    pair, starts = _pairs(owner, word)
    return _counted(np.concatenate([owner, owner[starts]]), np.concatenate([word, pair]), count, bits)


def _counted(rows: np.ndarray, hashes: np.ndarray, count: int, bits: int) -> sparse.csr_matrix:
    """(count, 2**bits) how often each row has each hash, damped and of unit length."""
    shape = count, 2**bits
    return damped(sparse.coo_matrix((np.ones(len(rows)), (rows, hashes & (2**bits - 1))), shape=shape).tocsr())


def _mixed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Hashes of pairs. Multiplied by an odd constant the first's hash keeps all its bits, and "not good" is not "good
    not"; the shift brings the upper bits down to where columns are cut."""
    mixed = first * np.uint32(0x9E3779B1) ^ second
    return np.asarray(mixed ^ (mixed >> np.uint32(15)))


def count_characters(plain: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**CHAR_BITS) counts of character n-grams within words.

    A text's n-grams are those of its words together, so each distinct word is taken apart once.
    """
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in plain]
    words = _incidence(columns, len(numbers))
    return sparse.csr_matrix(words @ _incidence([_characters(word) for word in numbers], 2**CHAR_BITS))


def damped(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 + log of each count, rows of unit length."""
    from sklearn.preprocessing import normalize

    rows = sparse.csr_matrix(counts)
    rows.data = 1.0 + np.log(rows.data)
    return normalize(rows, norm="l2", copy=False)


def _incidence(columns: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    """(rows, width) how often each row names each column."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int64)
    flat = np.fromiter(chain.from_iterable(columns), dtype=np.int64, count=int(starts[-1]))
    return sparse.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(columns), width))


@lru_cache(maxsize=50_000)
def _characters(word: str) -> tuple[int, ...]:
    """Columns of a word's n-grams of 2 to 5 characters, its ends marked by spaces."""
    from sklearn.utils import murmurhash3_32

    padded = f" {word[:_LONGEST_WORD]} "
    return tuple(
        murmurhash3_32(padded[start : start + length], 0, True) & (2**CHAR_BITS - 1)
        for length in _CHARACTERS
        for start in range(len(padded) - length + 1)
    )
