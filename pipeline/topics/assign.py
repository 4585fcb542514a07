"""Groups unmet needs: assign first, spawn second, so that a topic's id stays from night to night.

A need joins the topic whose centre is nearest, if it is near enough. What is left is clustered among itself, and each
cluster is a new topic, named after its first ticket. What has a topic keeps it, whatever comes later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from pipeline.topics.needs import Key, Need
from pipeline.topics.vectors import Vectors, need_vectors
from pipeline.topics.words import WordTable, shipped_words

NEAR_TOPIC = 0.2  # cosine of a need to a topic's centre
NEAR_NEEDS = 0.3  # mean cosine between the needs of two clusters, each smoothed
_NEIGHBOURS = 8
_NEIGHBOURLY = 0.1  # cosine under which nobody is a neighbour
_NEEDS_A_NEIGHBOUR = 30  # with few needs even the nearest is far: then there are fewer neighbours, or none
_AT_ONCE = 1000  # so that distances of a first night with years of tickets fit into memory
_CELLS = 4_000_000  # cosines at once (32 MB, and some copies), so that memory does not grow with the needs of years


def topic_id_of(need: Need) -> str:
    """The id of the topic that this need starts."""
    return "T-" + hashlib.sha256(f"{need.source}|{need.ticket_id}".encode()).hexdigest()[:8]


def assign(needs: Sequence[Need], known: Mapping[Key, str], table: WordTable | None = None) -> dict[Key, str]:
    """Topic by (source, ticket_id) of all `needs`, given in order of time; those in `known` keep theirs."""
    if not needs:
        return {}
    return place(needs, known, need_vectors([need.quote for need in needs], table or shipped_words()))


def place(needs: Sequence[Need], known: Mapping[Key, str], vectors: Vectors) -> dict[Key, str]:
    """The same, with the vectors of the needs at hand."""
    if not needs:
        return {}
    topics = [known.get(need.key, "") for need in needs]
    new = [row for row, topic in enumerate(topics) if not topic]
    for start in range(0, len(new), _AT_ONCE):
        batch = new[start : start + _AT_ONCE]
        rest = _join(vectors, topics, batch)
        for row, first in zip(rest, _spawn(vectors, rest), strict=True):
            topics[row] = topic_id_of(needs[first])
    return {need.key: topic for need, topic in zip(needs, topics, strict=True)}


def centres(vectors: Vectors, topics: Sequence[str]) -> tuple[list[str], Vectors]:
    """Names in their order and the unit centre of each; rows without a topic are in none."""
    names = sorted({topic for topic in topics if topic})
    number = {name: n for n, name in enumerate(names)}
    members = [row for row, topic in enumerate(topics) if topic]
    cells = (np.ones(len(members)), ([number[topics[row]] for row in members], members))
    return names, vectors.mixed(sparse.csr_matrix(cells, shape=(len(names), len(topics))))


def _join(vectors: Vectors, topics: list[str], batch: Sequence[int]) -> list[int]:
    """Gives those near a topic that topic; the others. All are compared with the topics as they were before."""
    if not any(topics):
        return list(batch)
    names, middle = centres(vectors, topics)
    cosines = vectors[batch].cosines(middle)
    nearest = cosines.argmax(axis=1)
    near = cosines[np.arange(len(batch)), nearest] >= NEAR_TOPIC
    for row, topic, is_near in zip(batch, nearest, near, strict=True):
        if is_near:
            topics[row] = names[topic]
    return [row for row, is_near in zip(batch, near, strict=True) if not is_near]


def _spawn(vectors: Vectors, rows: Sequence[int]) -> list[int]:
    """For each of `rows` the first row of its cluster: average linkage over smoothed vectors."""
    if len(rows) < 2:
        return list(rows)
    smooth = _smoothed(vectors, rows)
    distances = np.clip(1.0 - smooth.cosines(smooth), 0.0, None)
    distances = (distances + distances.T) / 2
    np.fill_diagonal(distances, 0.0)
    clusters = fcluster(linkage(squareform(distances, checks=False), "average"), 1.0 - NEAR_NEEDS, "distance")
    first: dict[int, int] = {}
    return [first.setdefault(int(cluster), row) for row, cluster in zip(rows, clusters, strict=True)]


def _smoothed(vectors: Vectors, rows: Sequence[int]) -> Vectors:
    """Each of `rows` with the mean of its nearest needs added: two that share no word may share neighbours."""
    count = min(_NEIGHBOURS, len(vectors) // _NEEDS_A_NEIGHBOUR)
    own = sparse.csr_matrix((np.ones(len(rows)), (np.arange(len(rows)), rows)), shape=(len(rows), len(vectors)))
    if not count:
        return vectors.mixed(own)
    step = max(1, _CELLS // len(vectors))
    around = [_neighbours(vectors, rows[start : start + step], count) for start in range(0, len(rows), step)]
    return vectors.mixed(sparse.csr_matrix(own + sparse.vstack(around)))


def _neighbours(vectors: Vectors, rows: Sequence[int], count: int) -> sparse.csr_matrix:
    """(rows, vectors) weights of the `count` nearest needs of each of `rows`, 1 together; zero where none is near."""
    cosines = vectors[rows].cosines(vectors)
    cosines[cosines < _NEIGHBOURLY] = 0.0
    cosines[np.arange(len(rows)), rows] = 0.0
    nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    weights = np.take_along_axis(cosines, nearest, axis=1)
    total = weights.sum(axis=1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    cells = (weights.ravel(), (np.repeat(np.arange(len(rows)), count), nearest.ravel()))
    return sparse.csr_matrix(cells, shape=cosines.shape)
