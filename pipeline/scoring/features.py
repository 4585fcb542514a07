"""Features of messages, the same at training and at scoring: hashed words, hashed characters, cues.

All products with weights go through SciPy's sparse loops, row by row: unlike BLAS, they give the same bits
whatever the batch size, order or thread count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize
from spacy.tokens import Doc

from pipeline.signals.cues import HITS, LOWER

VERSION = "2"
WORD_BITS = 18
CHAR_BITS = 18
# A customer turn this short is read with the agent's turn before it: "Yes please" means nothing alone.
SHORT_TURN = 8
_CONTEXT = "agent_"
_WORD = re.compile(r"[a-z0-9_']+|[?!]|\[[a-z_]+\]")


def word_tokens(text: str) -> list[str]:
    """Lower-case words, question and exclamation marks, placeholders. Input as `plain_words` leaves it."""
    return _WORD.findall(text)


def char_tokens(text: str) -> str:
    """What character n-grams are taken from."""
    return text


@dataclass(frozen=True)
class Turn:
    """What a customer's message is scored as: own words and the agent's public message before it."""

    text: str
    before: str = ""


def plain_words(texts: Sequence[str]) -> list[str]:
    """Lower case; handles, links and digits made alike, so that weights learnt on one carry to another."""
    array = pa.array(texts, pa.string())
    array = pc.utf8_lower(array)
    for pattern, replacement in _ALIKE:
        array = pc.replace_substring_regex(array, pattern, replacement)
    return array.to_pylist()  # type: ignore[no-any-return]


_ALIKE = (
    (r"https?://\S+|www\.\S+", " [link] "),
    (r"@[\w<>]+", "@user"),
    (r"&amp;", "&"),
    (r"[’`´]", "'"),
    (r"\d+", "0"),
)


def compose(turns: Sequence[Turn]) -> list[str]:
    """The text whose words are hashed: own words, after a short turn also the agent's, marked as theirs."""
    own = plain_words([turn.text for turn in turns])
    short = [i for i, text in enumerate(own) if turns[i].before and len(text.split()) <= SHORT_TURN]
    before = dict(zip(short, plain_words([turns[i].before for i in short]), strict=True))
    return [
        text if i not in before else f"{text} {' '.join(_CONTEXT + w for w in word_tokens(before[i])[-40:])}"
        for i, text in enumerate(own)
    ]


@lru_cache(maxsize=1)
def _words() -> HashingVectorizer:
    return HashingVectorizer(
        tokenizer=word_tokens,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        n_features=2**WORD_BITS,
        alternate_sign=False,
        norm=None,
        dtype=np.float64,
    )


@lru_cache(maxsize=1)
def _chars() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb",
        lowercase=False,
        ngram_range=(2, 5),
        n_features=2**CHAR_BITS,
        alternate_sign=False,
        norm=None,
        dtype=np.float64,
    )


def word_features(composed: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**WORD_BITS) word and word-pair counts, damped and of unit length; what the first pass reads."""
    return _unit(_words().transform(composed))


def char_features(composed: Sequence[str]) -> sparse.csr_matrix:
    """(n, 2**CHAR_BITS) character n-grams within words, damped and of unit length."""
    return _unit(_chars().transform(composed))


def cue_features(docs: Sequence[Doc], names: Sequence[str]) -> sparse.csr_matrix:
    """(n, len(names) + shapes) cues in a document, and a few facts of its shape, of length at most one each."""
    column = {name: i for i, name in enumerate(names)}
    rows, columns, values = [], [], []
    for i, doc in enumerate(docs):
        for label in sorted({hit.label for hit in doc.user_data[HITS]}):
            if label in column:
                rows.append(i)
                columns.append(column[label])
                values.append(CUE_WEIGHT)
        for j, value in enumerate(_shape(doc)):
            if value:
                rows.append(i)
                columns.append(len(names) + j)
                values.append(value * CUE_WEIGHT)
    shape = (len(docs), len(names) + len(SHAPES))
    return sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)


# How much a cue counts beside the unit-length n-grams; chosen by cross-validation on the project's labels.
CUE_WEIGHT = 0.5
SHAPES = ("is_short", "is_long", "ends_with_question", "first_person", "second_person")


def _shape(doc: Doc) -> tuple[float, ...]:
    words = doc.user_data[LOWER]
    return (
        float(len(words) <= 6),
        float(len(words) > 60),
        float(words[-1:] == ["?"]),
        float(not _FIRST.isdisjoint(words)),
        float(not _SECOND.isdisjoint(words)),
    )


_FIRST = frozenset(["i", "we", "our", "my", "us"])
_SECOND = frozenset(["you", "your", "u", "ur"])


def exact_features(composed: Sequence[str], docs: Sequence[Doc], names: Sequence[str]) -> sparse.csr_matrix:
    """Everything the exact classifier reads, side by side: words, characters, cues and shapes."""
    return sparse.hstack([word_features(composed), char_features(composed), cue_features(docs, names)], format="csr")


def exact_width(names: Sequence[str]) -> int:
    """Columns of `exact_features`."""
    return int(2**WORD_BITS + 2**CHAR_BITS + len(names) + len(SHAPES))


def hashed_words(composed: str) -> dict[str, int]:
    """Each word and word pair of a text with its column; what reasons are printed from."""
    analyze = _words().build_analyzer()
    grams = sorted(set(analyze(composed)))
    if not grams:
        return {}
    columns = HashingVectorizer(
        analyzer=lambda gram: [gram], n_features=2**WORD_BITS, alternate_sign=False, norm=None
    ).transform(grams)
    return dict(zip(grams, columns.indices.tolist(), strict=True))


def _unit(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    counts = sparse.csr_matrix(counts)
    counts.data = 1.0 + np.log(counts.data)
    return normalize(counts, norm="l2", copy=False)


__all__ = [
    "SHAPES",
    "SHORT_TURN",
    "VERSION",
    "Turn",
    "char_features",
    "compose",
    "cue_features",
    "exact_features",
    "exact_width",
    "hashed_words",
    "plain_words",
    "word_features",
    "word_tokens",
]
