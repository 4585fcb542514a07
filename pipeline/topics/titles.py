"""Titles in the customers' own words: the quote nearest the middle of its topic, cut to what tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from pipeline.topics.assign import centres
from pipeline.topics.needs import LONGEST
from pipeline.topics.vectors import Vectors
from pipeline.topics.words import stem, telling_words

# A later quote takes the title over only where the earlier is clearly further from the middle.
_AS_GOOD = 0.9
_AT_ONCE = 500
_CLAUSE = re.compile(r"(?<=[.!?;,:])\s+")
_CUT = "…"


def titles(quotes: Sequence[str], vectors: Vectors, topics: Sequence[str]) -> dict[str, str]:
    """Title by topic; quotes are given in order of time. Of those that are about as near to the middle as the
    nearest, the earliest speaks, so that a title stays while a topic grows."""
    if not quotes:
        return {}
    names, middle = centres(vectors, topics)
    number = {name: n for n, name in enumerate(names)}
    own = [number[topic] for topic in topics]
    starts = range(0, len(quotes), _AT_ONCE)
    nearness = np.concatenate(
        [vectors[range(s, min(s + _AT_ONCE, len(own)))].paired(middle[own[s : s + _AT_ONCE]]) for s in starts]
    )
    members: dict[str, list[int]] = {name: [] for name in names}
    for row, topic in enumerate(topics):
        members[topic].append(row)
    return {name: _title(quotes, rows, nearness[rows]) for name, rows in members.items()}


def _title(quotes: Sequence[str], rows: Sequence[int], nearness: np.ndarray) -> str:
    speaks = int(np.argmax(nearness >= nearness.max() * _AS_GOOD)) if nearness.max() > 0 else 0
    quote = " ".join(quotes[rows[speaks]].split())
    if len(quote) <= LONGEST:
        return quote
    told = Counter(word for row in rows for word in {stem(word) for word in telling_words(quotes[row])})
    return shortened(quote, told)


def shortened(quote: str, told: Counter[str]) -> str:
    """At most LONGEST characters of `quote`: the run of clauses whose words most of the topic's needs share, or its
    beginning, cut after a word."""
    fitting = [run for run in _runs(_CLAUSE.split(quote), quote) if len(run) <= LONGEST]
    best = max(fitting, key=lambda run: (_weight(run, told), -len(run)), default="")
    if _weight(best, told):
        return best
    return quote[: LONGEST - len(_CUT)].rsplit(" ", 1)[0] + _CUT


def _runs(clauses: Sequence[str], quote: str) -> Iterable[str]:
    """Neighbouring clauses, with a mark where something was left out."""
    for start, end in combinations(range(len(clauses) + 1), 2):
        text = " ".join(clauses[start:end])
        before = _CUT + " " if start else ""
        after = " " + _CUT if end < len(clauses) else ""
        yield f"{before}{text.rstrip(',;:') if after else text}{after}"


def _weight(run: str, told: Counter[str]) -> int:
    return sum(told[word] for word in {stem(word) for word in telling_words(run)})
