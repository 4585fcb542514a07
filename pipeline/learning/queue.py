"""What to ask next: at random, near the threshold, and what stands for many others.

Uncertainty sampling: Lewis & Gale 1994, "A Sequential Algorithm for Training Text Classifiers". Diverse ones by
facility location, greedily: Wei, Iyer & Bilmes 2015, "Submodularity in Data Subset Selection and Active Learning".
Farthest-first, the other usual way, picks what is like nothing else, which among messages is mostly noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from pipeline.scoring.hashing import plain_words

LEAST_RANDOM = 0.1  # of the questions, whatever was asked for: without them no recall can be estimated
_BITS = 18


def least_random(count: int) -> int:
    """The random questions that are never gone below, of `count`."""
    return ceil(count * LEAST_RANDOM)


def parts(count: int, random_share: float) -> tuple[int, int, int]:
    """How many of `count` questions are random, uncertain and diverse."""
    at_random = min(count, max(least_random(count), ceil(count * random_share)))
    uncertain = (count - at_random + 1) // 2
    return at_random, uncertain, count - at_random - uncertain


def to_draw(wanted: int, population: int, asked: int) -> int:
    """How many to draw from a population of which `asked` were asked before, so that about `wanted` are new.

    Fixed before anything is drawn: stopping at what is found would make the chances depend on it.
    """
    fresh = population - asked
    return min(population, ceil(wanted * population / fresh)) if fresh > 0 else 0


def logit(probability: np.ndarray | float) -> np.ndarray:
    """On this scale equal steps are equal amounts of evidence."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)))


def telling(texts: Sequence[str], known: Sequence[str], count: int) -> list[int]:
    """The places of up to `count` texts that, with those known, have something like each of all `texts`; best first.

    Likeness is the cosine of hashed words. Ties go to the first. Takes time and memory by the square of `texts`.
    """
    if not texts or count <= 0:
        return []
    hashed = HashingVectorizer(n_features=2**_BITS, alternate_sign=False, norm="l2", token_pattern=r"\w+")
    vectors = hashed.transform(plain_words([*texts, *known]))
    of_texts = vectors[: len(texts)]
    likeness = (of_texts @ of_texts.T).toarray()
    covered = np.zeros(len(texts))
    if known:
        covered = (of_texts @ vectors[len(texts) :].T).max(axis=1).toarray().ravel()
    chosen: list[int] = []
    for _ in range(min(count, len(texts))):
        gain = np.maximum(likeness - covered[:, None], 0).sum(axis=0).round(9)
        gain[chosen] = -1
        best = int(np.argmax(gain))
        chosen.append(best)
        covered = np.maximum(covered, likeness[:, best])
    return chosen
