"""How well needs are grouped: utterances with known intents, drawn anew (`python -m tests.bench.topics PATH`).

PATH (or TICKETSCOUT_BENCH_INTENTS) is JSON lines, gzipped or not, with `text` and `orig_label`, and `source` where
`--source` picks one: Banking77 (Casanueva et al. 2020) by default. A draw is 25 intents of 12 utterances in random
order; how many intents there are is not told. Adjusted mutual information (Vinh, Epps, Bailey 2010); a need that is
alone counts as a cluster of its own. Then the same utterances as 30 nights of 10, each night given what the night
before left.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from sklearn.metrics import adjusted_mutual_info_score

from pipeline.topics.assign import assign
from pipeline.topics.needs import Key, Need

INTENTS, EACH, NIGHT = 25, 12, 10
Draw = tuple[list[Need], list[str]]


def utterances(path: Path, source: str = "") -> dict[str, list[str]]:
    """Texts by intent, each text once, in a fixed order."""
    found: dict[str, set[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not source or row.get("source") == source:
                found.setdefault(str(row["orig_label"]), set()).add(row["text"])
    return {intent: sorted(texts) for intent, texts in sorted(found.items()) if len(texts) >= EACH}


def draws(intents: dict[str, list[str]], count: int, seed: int = 0) -> Iterator[Draw]:
    """`count` draws of needs and their intents."""
    for n in range(count):
        chance = random.Random(f"{seed}-{n}")
        chosen = chance.sample(sorted(intents), min(INTENTS, len(intents)))
        said = [(text, intent) for intent in chosen for text in chance.sample(intents[intent], EACH)]
        chance.shuffle(said)
        yield [Need("bench", str(i), text) for i, (text, _) in enumerate(said)], [intent for _, intent in said]


def agreement(needs: list[Need], intents: list[str], topics: dict[Key, str]) -> float:
    """Adjusted mutual information of topics and intents."""
    return float(adjusted_mutual_info_score(intents, [topics[need.key] for need in needs]))


def night_by_night(needs: list[Need]) -> tuple[dict[Key, str], float]:
    """Topics after the last night, and the share of members whose topic is the one they first had."""
    known: dict[Key, str] = {}
    first: dict[Key, str] = {}
    for end in range(NIGHT, len(needs) + NIGHT, NIGHT):
        known = assign(needs[:end], known)
        for key, topic in known.items():
            first.setdefault(key, topic)
    return known, sum(first[key] == topic for key, topic in known.items()) / len(known)


def figures(intents: dict[str, list[str]], count: int, seed: int = 0) -> dict[str, list[float]]:
    """Each figure's value by draw."""
    found: dict[str, list[float]] = {
        "at once": [],
        "night by night": [],
        "ids that stay": [],
        "topics": [],
        "alone": [],
    }
    for needs, truth in draws(intents, count, seed):
        topics = assign(needs, {})
        found["at once"].append(agreement(needs, truth, topics))
        sizes = list(topics.values())
        found["topics"].append(float(len({topic for topic in sizes if sizes.count(topic) > 1})))
        found["alone"].append(sum(sizes.count(topic) == 1 for topic in sizes) / len(sizes))
        nightly, stay = night_by_night(needs)
        found["night by night"].append(agreement(needs, truth, nightly))
        found["ids that stay"].append(stay)
    return found


def main() -> None:
    """Prints mean, spread, least and most of each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, nargs="?", default=os.environ.get("TICKETSCOUT_BENCH_INTENTS"))
    parser.add_argument("--source", default="banking77", help="rows of this `source`; empty for all")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.path is None:
        parser.error("give PATH, or set TICKETSCOUT_BENCH_INTENTS")
    intents = utterances(Path(given.path), given.source)
    print(f"{len(intents)} intents, {given.draws} draws of {min(INTENTS, len(intents))} × {EACH}")
    for name, values in figures(intents, given.draws, given.seed).items():
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        print(f"{name:<16} {statistics.mean(values):.3f} ± {spread:.3f}  ({min(values):.3f} to {max(values):.3f})")


if __name__ == "__main__":
    main()
