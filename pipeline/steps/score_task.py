"""What a worker of the scoring is told, and what it then does. Who leads the night says so without SciPy, weights and
patterns, which only who reads needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Gazetteers = dict[str, list[tuple[str, list[str]]]]


@dataclass(frozen=True)
class Task:
    """One partition: its messages in ticket and position order, the model folders by signal, where to write."""

    messages: Path
    models: dict[str, Path]
    home_models: Path
    languages: frozenset[str]
    gazetteers: Gazetteers
    out: Path
    index: int


def get_ready(home_models: Path) -> None:
    """What scoring needs whatever it reads."""
    from pipeline.steps.score_partition import warm

    warm(home_models)


def read_partition(task: Task) -> int:
    """Scores and facts of the partition, as files; returns how many tickets were scored."""
    from pipeline.steps.score_partition import score_partition

    return score_partition(task)
