"""Batches of labels, and which of them contradict what was known before far more than earlier ones did.

A batch is what one role decided on one day in one way (a file by hand, answers to review, feedback). A row contradicts
where the champion and a model of the earlier batches' words both say the opposite of its label. New words of real
customers are unknown to the champion alone; flipped labels go against both.

Batches are judged in the order of their days, each by those accepted before it, so that a verdict stays when more
labels come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import beta, binomtest
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.learning.labels import Row
from pipeline.learning.splits import MEASURED, words

# Days of one kind are put together until they hold as many labels: fewer show nothing.
SMALL = 20
# Earlier labels of which both kinds must be there before a model of their words is asked too.
LEAST_EACH = 10
# Chance at which an honest batch is set aside; every batch of every run is asked.
CHANCE = 0.001
# "Far more": so much over the most that earlier batches can be thought to show.
MARGIN = 0.1
# Without earlier labels to go by. Labels that were chosen because a model was unsure contradict it half of the time;
# what owners click away contradicts by its nature, so that little can be told from it.
UNKNOWN = 0.5
UNKNOWN_FEEDBACK = 0.9


@dataclass(frozen=True)
class Batch:
    """`name` is what people give to trust it: first day, role and origin. `expected` is the share of contradictions
    that it might honestly show."""

    name: str
    rows: tuple[Row, ...]
    contradictions: int
    expected: float
    is_suspicious: bool

    @property
    def sentence(self) -> str:
        """For people, without its full stop."""
        return (
            f"{self.name}: {self.contradictions} of {len(self.rows)} labels contradict the model in use and all "
            f"earlier labels, at most {self.expected:.0%} were to be expected"
        )


def check_batches(rows: Sequence[Row], champion_says: np.ndarray, trusted: Collection[str] = ()) -> list[Batch]:
    """All batches of `rows`, suspicious ones marked. `champion_says` (n,) is the yes or no of the model in use.

    Batches named in `trusted`, by their name or its first parts (`2026-11-20/owner`), are accepted as they are.
    """
    place = {row.id: i for i, row in enumerate(rows)}
    vectors = _vectors(rows)
    labels = np.array([row.label for row in rows], dtype=np.int64)
    accepted: list[int] = []
    earlier: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    checked: list[Batch] = []
    for name, kind, members in _parted(rows):
        inside = np.array([place[row.id] for row in members])
        against = champion_says[inside] != labels[inside]
        memory = _memory(vectors, labels, accepted)
        if memory is not None:
            against &= (memory.predict(vectors[inside]) == 1) != (labels[inside] == 1)
        expected = _expected(kind, earlier)
        count = int(against.sum())
        strange = binomtest(count, len(members), expected, alternative="greater").pvalue < CHANCE
        is_suspicious = bool(strange) and not any(f"{name}/".startswith(f"{one}/") for one in trusted)
        checked.append(Batch(name, tuple(members), count, expected, is_suspicious))
        if not is_suspicious:
            accepted += inside.tolist()
            earlier[kind][0] += count
            earlier[kind][1] += len(members)
    return checked


def _parted(rows: Sequence[Row]) -> list[tuple[str, str, list[Row]]]:
    """(name, kind, rows) in the order of their last days; small neighbouring days of one kind are one batch."""
    by_day: dict[tuple[str, str, str], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        origin, role = str(row.fields["origin"]), str(row.fields["decided_by"])
        chosen = "random" if row.fields["is_random"] else "chosen"
        by_day[(role, origin, chosen)][row.fields["decided_on"]].append(row)
    found: list[tuple[date, str, str, list[Row]]] = []
    for (role, origin, chosen), days in by_day.items():
        together: list[Row] = []
        first: date | None = None
        for day in sorted(days):
            together, first = together + days[day], first or day
            if len(together) >= SMALL or day == max(days):
                kind = f"{origin}/{chosen}"
                found.append((day, f"{first}/{role}/{kind}", kind, together))
                together, first = [], None
    return [rest for _, *rest in sorted(found, key=lambda one: one[:3])]  # type: ignore[misc]


def _expected(kind: str, earlier: dict[str, list[int]]) -> float:
    """The share of contradictions that an honest batch might show: the upper 95 % limit of what earlier batches of its
    kind did (Clopper and Pearson 1934), and a margin; of all kinds that people read where its own has too few."""
    read = kind.startswith(MEASURED)
    unknown = UNKNOWN if read else UNKNOWN_FEEDBACK
    tried = [earlier[kind]]
    if read:
        tried.append([sum(earlier[k][i] for k in list(earlier) if k.startswith(MEASURED)) for i in (0, 1)])
    for against, count in tried:
        if count >= SMALL:
            upper = 1.0 if against == count else float(beta.ppf(0.95, against + 1, count - against))
            return min(upper + MARGIN, unknown)
    return unknown


def _vectors(rows: Sequence[Row]) -> np.ndarray:
    """(n, 2^16) sparse words and word pairs."""
    hashed = HashingVectorizer(ngram_range=(1, 2), n_features=2**16, alternate_sign=False, token_pattern=r"\w+")
    return hashed.transform([words(row) for row in rows])  # type: ignore[no-any-return]


def _memory(vectors: np.ndarray, labels: np.ndarray, accepted: list[int]) -> LogisticRegression | None:
    """A model of the words of the labels accepted so far; None where they are too few."""
    known = labels[accepted]
    if min(int(known.sum()), len(known) - int(known.sum())) < LEAST_EACH:
        return None
    with threadpool_limits(limits=1):
        model = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", random_state=0)
        return model.fit(vectors[accepted], known)
