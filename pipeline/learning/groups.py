"""Which rows must stay on the same side of a split: the same group, or nearly the same words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from pipeline.scoring.hashing import plain_words

NEAR = 0.85
_CHUNK = 2000


def near_duplicates(texts: Sequence[str], near: float = NEAR) -> list[tuple[int, int]]:
    """Pairs (i < j) of texts whose sets of words and word pairs have a cosine of at least `near`.

    Only texts that share one of their rarest words are compared: two sets that are that alike cannot do without
    (prefix filtering; Bayardo, Ma and Srikant 2007, "Scaling Up All Pairs Similarity Search").
    """
    hashed = HashingVectorizer(
        ngram_range=(1, 2), binary=True, norm="l2", alternate_sign=False, n_features=2**20, token_pattern=r"\w+"
    ).transform(plain_words(texts))
    rarest = _rarest(hashed, near)
    pairs: list[tuple[int, int]] = []
    for start in range(0, hashed.shape[0], _CHUNK):
        shared = (rarest[start : start + _CHUNK] @ rarest.T).tocoo()
        later = shared.row + start < shared.col
        first, second = shared.row[later] + start, shared.col[later]
        order = np.lexsort((second, first))
        first, second = first[order], second[order]
        keep = np.asarray(hashed[first].multiply(hashed[second]).sum(axis=1)).ravel() >= near
        pairs += zip(first[keep].tolist(), second[keep].tolist(), strict=True)
    return pairs


def _rarest(hashed: sparse.csr_matrix, near: float) -> sparse.csr_matrix:
    """Of each row the rarest columns: of n, all but the near² n that a partner of the smallest size must share."""
    row = np.repeat(np.arange(hashed.shape[0]), np.diff(hashed.indptr))
    frequency = np.bincount(hashed.indices, minlength=hashed.shape[1])
    order = np.lexsort((hashed.indices, frequency[hashed.indices], row))
    size = np.diff(hashed.indptr)
    place = np.arange(len(row)) - hashed.indptr[:-1][row]
    kept = order[place < (size - np.ceil(near**2 * size - 1e-9) + 1)[row]]
    return sparse.csr_matrix((np.ones(len(kept)), (row[kept], hashed.indices[kept])), shape=hashed.shape)


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
