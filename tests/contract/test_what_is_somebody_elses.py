"""A home may be any folder, by default the current one: what lies there and is not of a home's is left alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, night_arguments, sentence

# Where somebody may keep files of their own, beside or among those of a home.
PLACES = (
    "",
    "work",
    "work/2026",
    "work/2026-11-20",
    "data",
    "data/digests",
    "data/digests/2019",
    "data/owners",
    "models",
)
NAMES = ("plan.txt", ".plan.old", "plan.new")
LONG_AGO = 1_400_000_000.0


@pytest.fixture
def home(first_night: Path, copy_of: Callable[[Path], Path]) -> Path:
    home = copy_of(first_night)
    for file in _files(home):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"What {file.name} in {file.parent.name} says.", encoding="utf-8")
        os.utime(file, (LONG_AGO, LONG_AGO))
    (home / "ticketscout.toml").write_text("[retain]\ndigests = 30\ninbox = 30\n", encoding="utf-8")
    return home


def _files(home: Path) -> list[Path]:
    return [home / place / name for place in PLACES for name in NAMES]


@pytest.mark.parametrize(
    "commands",
    [
        [night_arguments(NIGHTS[1]), ["publish", f"--as-of={NIGHTS[1]}"]],
        [
            ["ingest", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}", *CRM],
            ["score"],
            ["decide", f"--as-of={NIGHTS[1]}"],
        ],
        [["forget", "--ticket=5001"], ["retain", "--as-of=2028-11-20"]],
    ],
    ids=lambda commands: commands[0][0],
)
def test_files_of_others_are_left_alone(home: Path, commands: list[list[str]]) -> None:
    for words in commands:
        done = call(home, *words)
        assert done.returncode == 0, done.stderr
    assert [file for file in _files(home) if not file.exists() or file.stat().st_mtime != LONG_AGO] == []


def test_what_a_killed_run_left_goes_and_a_folder_of_the_same_name_stays(home: Path) -> None:
    left = home / "work" / "2026-11-19-20261119T230000123456" / "score" / "0.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    assert call(home, "score").returncode == 0
    assert not left.parent.parent.exists()
    assert (home / "work" / "plan.txt").exists()


def test_demo_takes_no_place_of_another(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    done = call(home, "demo")
    assert done.returncode == 2
    assert str(home) in sentence(done)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
