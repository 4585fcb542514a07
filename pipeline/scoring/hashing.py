"""Hashed words and characters (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

WORD_BITS = 18
CHAR_BITS = 18
ANSWER_BITS = 17
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


def marked_as_agents(text: str, most: int) -> str:
    """The last `most` words of an agent's plain text, each marked so that it is not taken for the customer's."""
    return " ".join(_AGENT + word for word in word_tokens(text)[-most:])


def word_features(plain: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**WORD_BITS) word and word-pair counts, damped and of unit length; what the first pass reads."""
    return damped(_words(WORD_BITS).transform(plain))


def answer_features(answers: Sequence[str], most: int) -> sparse.csr_matrix:
    """(n, 2**ANSWER_BITS) the same of the first `most` words of an agent's answer; empty answers give empty rows."""
    given = [i for i, answer in enumerate(answers) if answer]
    plain = [" ".join(word_tokens(text)[:most]) for text in plain_words([answers[i] for i in given])]
    rows = damped(_words(ANSWER_BITS).transform(plain)) if given else sparse.csr_matrix((0, 2**ANSWER_BITS))
    place = sparse.csr_matrix((np.ones(len(given)), (given, np.arange(len(given)))), shape=(len(answers), len(given)))
    return sparse.csr_matrix(place @ rows)


def count_characters(plain: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**CHAR_BITS) counts of character n-grams within words.

    A text's n-grams are those of its words together, so each distinct word is taken apart once.
    """
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in plain]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])])
    flat = np.fromiter((column for row in columns for column in row), dtype=np.int64, count=int(starts[-1]))
    words = sparse.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(plain), len(numbers)))
    if not numbers:
        return sparse.csr_matrix((len(plain), 2**CHAR_BITS))
    return sparse.csr_matrix(words @ _characters().transform(numbers))


def damped(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 + log of each count, rows of unit length."""
    rows = sparse.csr_matrix(counts)
    rows.sort_indices()  # the order of a sum decides its last bit
    rows.data = 1.0 + np.log(rows.data)
    return normalize(rows, norm="l2", copy=False)


def hashed_words(composed: str) -> dict[str, int]:
    """Each word and word pair of a text with its column; what reasons are printed from."""
    grams = sorted(set(_words(WORD_BITS).build_analyzer()(composed)))
    if not grams:
        return {}
    columns = HashingVectorizer(
        analyzer=lambda gram: [gram], n_features=2**WORD_BITS, alternate_sign=False, norm=None
    ).transform(grams)
    return dict(zip(grams, columns.indices.tolist(), strict=True))


@lru_cache(maxsize=2)
def _words(bits: int) -> HashingVectorizer:
    return HashingVectorizer(
        tokenizer=word_tokens,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        n_features=2**bits,
        alternate_sign=False,
        norm=None,
        dtype=np.float64,
    )


@lru_cache(maxsize=1)
def _characters() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb",
        lowercase=False,
        ngram_range=(2, 5),
        n_features=2**CHAR_BITS,
        alternate_sign=False,
        norm=None,
        dtype=np.float64,
    )
