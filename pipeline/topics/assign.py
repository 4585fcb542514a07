"""Groups unmet needs: assign first, spawn second, so that a topic's id stays from night to night.

A need joins the topic whose centre is nearest, if it is near enough; else it starts a topic, named after its ticket.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, HashingVectorizer

from pipeline.scoring.hashing import plain_words

NEAR = 0.32
# Words that say that something is wanted, not what: they would make one topic of all needs.
_MOOD = frozenset(
    "please add would could should like love want need wish feature option support able possible way allow let having "
    "use using really just great nice good help thanks hi hello team company user make know does did dont doesnt "
    "suggestion request idea plan plans instead also currently today".split()
)


@dataclass(frozen=True)
class Need:
    """An unmet need: where it was said and in which words."""

    source: str
    ticket_id: str
    quote: str


def topic_id_of(need: Need) -> str:
    """The id of the topic that this need starts."""
    return "T-" + hashlib.sha256(f"{need.source}|{need.ticket_id}".encode()).hexdigest()[:8]


def assign(needs: Sequence[Need], known: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Topic by (source, ticket_id) of all `needs`, given in order of time; those in `known` keep theirs."""
    if not needs:
        return {}
    vectors = (
        HashingVectorizer(
            stop_words=sorted(ENGLISH_STOP_WORDS | _MOOD),
            ngram_range=(1, 2),
            n_features=2**18,
            alternate_sign=False,
            token_pattern=r"[a-z0-9]{2,}",
            norm="l2",
        )
        .transform(plain_words([need.quote for need in needs]))
        .tocsr()
    )
    centres = _Centres()
    placed: dict[tuple[str, str], str] = {}
    for i, need in enumerate(needs):
        span = slice(vectors.indptr[i], vectors.indptr[i + 1])
        vector = dict(zip(vectors.indices[span].tolist(), vectors.data[span].tolist(), strict=True))
        topic = known.get((need.source, need.ticket_id)) or centres.nearest(vector) or topic_id_of(need)
        centres.add(topic, vector)
        placed[need.source, need.ticket_id] = topic
    return placed


class _Centres:
    """Sums of the vectors of each topic, by column: only topics that share a word with a need are compared."""

    def __init__(self) -> None:
        self._weights: dict[int, dict[str, float]] = {}
        self._squares: dict[str, float] = {}

    def add(self, topic: str, vector: dict[int, float]) -> None:
        square = self._squares.get(topic, 0.0)
        for column, value in vector.items():
            topics = self._weights.setdefault(column, {})
            before = topics.get(topic, 0.0)
            topics[topic] = before + value
            square += (before + value) ** 2 - before**2
        self._squares[topic] = square

    def nearest(self, vector: dict[int, float]) -> str | None:
        products: dict[str, float] = {}
        for column, value in vector.items():
            for topic, weight in self._weights.get(column, {}).items():
                products[topic] = products.get(topic, 0.0) + value * weight
        near = [(product / math.sqrt(self._squares[topic]), topic) for topic, product in products.items()]
        cosine, topic = max(near, default=(0.0, ""))
        return topic if cosine >= NEAR else None
