"""A night killed at any point and started again ends as an undisturbed one: same bytes, same history, no leftovers.

The second night runs on a home in which outcomes were typed, so that feedback, too, must not count twice.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contract.homes import NIGHTS, call, night_arguments, published, start, warehouse

NIGHT = NIGHTS[1]
Reached = Callable[[Path], bool]


def _entered(folder: str) -> Reached:
    return lambda home: any((home / "work").glob(f"*/{folder}"))


def _wrote(pattern: str) -> Reached:
    return lambda home: any((home / "work").glob(f"*/{pattern}"))


def _changed(path: str) -> Reached:
    """A file or folder of the home is there, or is another than when the night began."""
    return lambda home: (home / path).exists()


MOMENTS: dict[str, Reached] = {
    "started": lambda home: (home / "work").exists(),
    "partitions being written": _entered("ingest"),
    "ingest ends, score begins": _entered("score"),
    "scores written": _wrote("score/scores-*.parquet"),
    "digest being written": _changed(f"data/digests/.{NIGHT}.new"),
    "digest in its place": _changed(f"data/digests/{NIGHT}"),
}


@pytest.fixture(scope="module")
def first(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the first night, with outcomes typed into an open list and dropped into the inbox."""
    home = Path(shutil.copytree(first_night, tmp_path_factory.mktemp("faults") / "first"))
    lists = sorted(home.glob("data/owners/*/open.csv"))
    for path, outcome in zip(lists, ("contacted", "accepted", "won"), strict=True):
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        rows[0] |= {"outcome": outcome, "outcome_reason": "typed by hand"}
        into = path if outcome != "accepted" else home / "data" / "feedback" / "inbox" / "copy.csv"
        with open(into, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return home


def _left(home: Path) -> dict[str, Any]:
    """All that a night leaves: files for people, tables of leads, of what was read and of what was typed."""
    with warehouse(home) as con:
        tables = {
            name: con.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()
            for name, columns in {
                "lead_events": "*",
                "leads": "* EXCLUDE (contact_id)",
                "outcomes": "* EXCLUDE (read_order)",
                "published_cells": "*",
                "tickets": "* EXCLUDE (requester_id)",
                "messages": "* EXCLUDE (author_id)",
                "scores": "*",
                "facts": "*",
                "topic_members": "*",
                "tombstones": "*",
                "rejects": "*",
                "inputs": "*",
                "nights": "as_of",
            }.items()
        }
    return {**tables, **published(home)}


@pytest.fixture(scope="module")
def undisturbed(first: Path) -> dict[str, Any]:
    home = Path(shutil.copytree(first, first.parent / "undisturbed"))
    done = call(home, *night_arguments(NIGHT))
    assert done.returncode == 0, done.stderr
    left = _left(home)
    assert len(left["outcomes"]) == 3 and left["lead_events"] and left["tombstones"]
    return left


def _kill_when(home: Path, reached: Reached) -> bool:
    """Starts the night in a process group of its own and kills the group; whether it was still at work then."""
    night = start(home, *night_arguments(NIGHT))
    assert night.pid
    while night.is_alive() and not reached(home):
        time.sleep(0.001)
    with suppress(ProcessLookupError):  # it has ended meanwhile
        os.killpg(night.pid, signal.SIGKILL)
    night.join()
    return night.exitcode == -signal.SIGKILL


def _ends_as_undisturbed(home: Path, undisturbed: dict[str, Any]) -> None:
    done = call(home, *night_arguments(NIGHT))
    assert done.returncode == 0, done.stderr
    left = _left(home)
    assert {name for name in left.keys() | undisturbed.keys() if left.get(name) != undisturbed.get(name)} == set()
    assert not (home / "work").exists()
    assert [path.name for path in (home / "data" / "digests").iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_night_killed_and_run_again_ends_as_if_undisturbed(
    moment: str, first: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(first, tmp_path / "home"))
    assert _kill_when(home, MOMENTS[moment]), "the night had ended before"
    _ends_as_undisturbed(home, undisturbed)


def test_night_killed_at_any_moments_one_after_the_other(
    first: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Three times on one home, at moments drawn from a fixed seed."""
    home = Path(shutil.copytree(first, tmp_path / "home"))
    draw = random.Random(20261120)
    for _ in range(3):
        end = time.monotonic() + draw.uniform(0.1, 2.0)
        _kill_when(home, lambda _, end=end: time.monotonic() >= end)  # type: ignore[misc]
    _ends_as_undisturbed(home, undisturbed)
