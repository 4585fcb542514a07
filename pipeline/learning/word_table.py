"""Learns which words keep like company, from the project's own labels: `python -m pipeline.learning.word_table`.

Positive pointwise mutual information of stems within five words of each other in a sentence, reduced by a singular
value decomposition (Levy, Goldberg, Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
Embeddings"); frequent stems weigh less, and the direction that all sentences share is taken out (Arora, Liang, Ma 2017,
"A Simple but Tough-to-Beat Baseline for Sentence Embeddings").
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from pipeline import bundled
from pipeline.topics.words import COMMON, MOOD, stem, words_of

SIZE = 160
# They ship with the table: to ask scikit-learn for them takes a night, which needs nothing else of it, a second.
EMPTY_WORDS = ENGLISH_STOP_WORDS | MOOD
_WINDOW = 5
_LEAST = 3  # sentences are few, but names of one writer must not become words
_SMOOTHED = 0.75
_SENTENCE = re.compile(r"[.!?\n]+")


def learn_words(texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Arrays of the file: `stems` (bytes, a line each), `vectors` (stems, SIZE) int8, `shares` (stems,) of words,
    `empty` (bytes, a line each)."""
    sentences = [[stem(word) for word in words_of(part)] for text in texts for part in _SENTENCE.split(text)]
    often = Counter(word for words in sentences for word in words)
    stems = sorted(word for word, count in often.items() if count >= _LEAST)
    number = {word: n for n, word in enumerate(stems)}
    numbered = [np.array([number[word] for word in words if word in number], dtype=np.int64) for words in sentences]
    vectors = _directions(_company(numbered, len(stems)))
    share = np.array([often[word] for word in stems]) / sum(often.values())
    weights = COMMON / (COMMON + share)
    empty = {stem(word) for word in EMPTY_WORDS}
    telling = [np.array([n for n in row if stems[n] not in empty], dtype=np.int64) for row in numbered]
    shared = _shared(vectors * weights[:, None], telling)
    vectors = vectors - np.outer(vectors @ shared, shared)
    scale = np.abs(vectors).max()
    return {
        "stems": _lines(stems),
        "vectors": np.round(vectors / scale * 127).astype(np.int8),
        "shares": share.astype(np.float32),
        "empty": _lines(sorted(EMPTY_WORDS)),
    }


def _lines(words: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _company(numbered: Sequence[np.ndarray], size: int) -> sparse.csr_matrix:
    """(stems, stems) positive pointwise mutual information; who stands nearer counts more."""
    left, right, weight = [], [], []
    for distance in range(1, _WINDOW + 1):
        a = np.concatenate([row[:-distance] for row in numbered if len(row) > distance])
        b = np.concatenate([row[distance:] for row in numbered if len(row) > distance])
        left += [a, b]
        right += [b, a]
        weight += [np.full(len(a), distance**-0.5)] * 2
    counts = sparse.coo_matrix(
        (np.concatenate(weight), (np.concatenate(left), np.concatenate(right))), shape=(size, size)
    ).tocsr()
    counts.setdiag(0)
    seen = np.asarray(counts.sum(axis=1)).ravel()
    company = seen**_SMOOTHED / (seen**_SMOOTHED).sum()
    cells = counts.tocoo()
    kept = cells.data > 0
    rows, columns = cells.row[kept], cells.col[kept]
    information = np.log(cells.data[kept] / (seen[rows] * company[columns]))
    positive = information > 0
    return sparse.csr_matrix((information[positive], (rows[positive], columns[positive])), shape=counts.shape)


def _directions(company: sparse.csr_matrix) -> np.ndarray:
    left, strength, _ = randomized_svd(company, SIZE, random_state=0, n_iter=4)
    return np.asarray(normalize(left * np.sqrt(strength)))


def _shared(vectors: np.ndarray, numbered: Sequence[np.ndarray]) -> np.ndarray:
    """The direction that all sentences share."""
    sums = normalize(np.array([vectors[row].sum(axis=0) for row in numbered if len(row)]))
    _, directions = np.linalg.eigh(sums.T @ sums)
    return np.asarray(directions[:, -1])


def _texts(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from [row["text"]] if "text" in row else (turn["text"] for turn in row["turns"])


def main() -> None:
    """Writes the table that ships."""
    path = bundled.word_table()
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = learn_words(list(_texts(bundled.labels())))
    np.savez_compressed(path, allow_pickle=False, **arrays)
    print(f"{path}: {len(arrays['shares'])} stems, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
