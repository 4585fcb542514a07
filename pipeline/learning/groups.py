"""Which rows must stay on the same side of a split: the same group, or nearly the same words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from pipeline.scoring.hashing import plain_words

NEAR = 0.85
_CHUNK = 2000


def near_duplicates(texts: Sequence[str], near: float = NEAR) -> list[tuple[int, int]]:
    """Pairs (i < j) of texts whose sets of words and word pairs have a cosine of at least `near`."""
    hashed = HashingVectorizer(
        ngram_range=(1, 2), binary=True, norm="l2", alternate_sign=False, n_features=2**20, token_pattern=r"\w+"
    ).transform(plain_words(texts))
    pairs: list[tuple[int, int]] = []
    for start in range(0, hashed.shape[0], _CHUNK):
        similar = (hashed[start : start + _CHUNK] @ hashed.T).tocoo()
        keep = (similar.data >= near) & (similar.row + start < similar.col)
        pairs += zip((similar.row[keep] + start).tolist(), similar.col[keep].tolist(), strict=True)
    return pairs


def split_groups(texts: Sequence[str], groups: Sequence[str | None]) -> np.ndarray:
    """(n,) group numbers: rows of one declared group share one, and so do near-duplicates."""
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[str, int] = {}
    for i, group in enumerate(groups):
        if group is not None:
            parent[root(i)] = root(first.setdefault(group, i))
    for i, j in near_duplicates(texts):
        parent[root(j)] = root(i)
    return np.array([root(i) for i in range(len(texts))])
