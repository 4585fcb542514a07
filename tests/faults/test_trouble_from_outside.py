"""A full disk, a folder that cannot be written, an input that vanishes, a clock set back: one sentence, the last digest
stays, and once it is mended the night ends as if nothing had been."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources import discovery
from pipeline.steps.ingesting import ingest
from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, night_arguments, published, run, sentence, warehouse
from tests.once import IN_FULL

NIGHT = night_arguments(NIGHTS[1])
# Megabytes that are left beside the home: none for the copy that a night works on, some for the copy alone, nearly all.
ROOM = [0.1, 22.5, 24, 26, 28, 30] if IN_FULL else [26]


@contextmanager
def _small_disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of `size` bytes. Needs the right to mount; elsewhere the limit on a file's size stands for it."""
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True)
    if made.returncode:
        pytest.skip("mounting a disk of its own is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def _size(home: Path) -> int:
    return sum(-(-file.stat().st_size // 4096) * 4096 for file in home.rglob("*") if file.is_file())


@pytest.mark.parametrize("room", ROOM)
def test_a_disk_that_is_full_is_named_and_with_room_the_night_ends_as_ever(
    room: float, first_night: Path, finished: Path, tmp_path: Path
) -> None:
    with _small_disk(tmp_path / "disk", _size(first_night) + int(room * 1e6)) as disk:
        home = Path(shutil.copytree(first_night, disk / "home"))
        done = call(home, *NIGHT)
        assert done.returncode == 3
        if "No space left on device" in sentence(done):
            assert published(home) == published(first_night)
        else:  # full to the byte: the digest stands, the file of the warehouse could not be closed
            assert "see that the disk has room" in sentence(done)
            assert published(home) in (published(first_night), published(finished))
        assert call(home, "account", "A-1001").returncode == 0
        _remount(disk, "size=200m")
        assert call(home, *NIGHT).returncode == 0
        assert published(home) == published(finished)
        assert not (home / "work").exists() and not any(home.glob("data/*unfinished*"))


def test_files_that_may_not_grow_are_named_and_nothing_is_lost(
    first_night: Path, finished: Path, copy_of: Callable[[Path], Path]
) -> None:
    """What runs everywhere: the system refuses to let any file grow over what the warehouse has now. The digest's files
    are small: at the latest the closing of what the night wrote fails, when the digest stands already."""
    home = copy_of(first_night)
    room = (home / "data" / "warehouse.duckdb").stat().st_size + 100_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        done = call(home, *NIGHT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert done.returncode == 3
    assert any(words in sentence(done) for words in ("File too large", "see that the disk has room"))
    assert published(home) in (published(first_night), published(finished))
    assert (home / "data" / "warehouse.duckdb").read_bytes() == (first_night / "data" / "warehouse.duckdb").read_bytes()
    assert call(home, *NIGHT).returncode == 0
    assert published(home) == published(finished)


def test_a_folder_that_cannot_be_written_is_named_and_can_be_looked_at(first_night: Path, tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", 200_000_000) as disk:
        home = Path(shutil.copytree(first_night, disk / "home"))
        _remount(disk, "ro")
        done = call(home, *NIGHT)
        assert done.returncode == 3 and "Read-only file system" in sentence(done)
        for looking in (("account", "A-1001"), ("report",), ("status",)):
            assert call(home, *looking).returncode == 0
        assert published(home) == published(first_night)


@pytest.mark.parametrize("vanishes", ["tickets.ndjson", "users.ndjson"] if IN_FULL else ["tickets.ndjson"])
def test_an_input_that_vanishes_between_being_found_and_being_read_is_named(
    vanishes: str, first_night: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(first_night, tmp_path / "home"))
    export = Path(shutil.copytree(SAMPLE / "helpdesk" / NIGHTS[1], tmp_path / "export"))

    def found_and_gone(*given: Any) -> Any:
        found = discovery.discover(*given)
        (export / vanishes).unlink()
        return found

    night = ["nightly", f"--tickets={export}", f"--as-of={NIGHTS[1]}", "--engine=local", *CRM]
    with monkeypatch.context() as patched:
        patched.setattr(ingest, "discover", found_and_gone)
        done = call(home, *night)
    assert done.returncode != 0 and vanishes in sentence(done)
    assert published(home) == published(first_night)
    shutil.copy(SAMPLE / "helpdesk" / NIGHTS[1] / vanishes, export)
    assert call(home, *night).returncode == 0
    assert _lists(home) == _lists(finished)


def _lists(home: Path) -> dict[str, Any]:
    """Without manifests, which name the export."""
    return {name: content for name, content in published(home).items() if name.endswith(".csv")}


def test_a_clock_set_back_by_hours_changes_nothing_that_is_published(
    first_night: Path, finished: Path, copy_of: Callable[[Path], Path]
) -> None:
    """The first night was run with a clock a day ahead: the second one's own counts are told, not the later-dated."""
    home = copy_of(first_night)
    with warehouse(home) as con:
        con.execute("UPDATE runs SET started_at = started_at + INTERVAL 1 DAY")
        con.execute("UPDATE nights SET decided_at = decided_at + INTERVAL 1 DAY")
    assert call(home, *NIGHT).returncode == 0
    assert published(home) == published(finished)


def test_a_clock_set_back_before_the_last_night_is_named(finished: Path, copy_of: Callable[[Path], Path]) -> None:
    """Without --as-of the clock says which night it is: here the last one was run in a year to come."""
    home = copy_of(finished)
    assert call(home, "decide", "--as-of=2099-01-01").returncode == 0
    done = run(home, "decide", **{name: os.environ[name] for name in ("PATH",)})
    assert done.returncode == 2 and "2099-01-01" in sentence(done)
