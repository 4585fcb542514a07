"""A home that is taken, newer, damaged, or whose night is stopped: one sentence, and what was published stays."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import NIGHTS, SAMPLE, command, published, row_counts, run, sentence, warehouse


def test_second_run_at_the_same_time_is_refused_and_names_the_first(
    first_night: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(first_night)
    before = published(home)
    holder = (
        "import sys; from pathlib import Path; from pipeline.config import Home\n"
        "from pipeline.warehouse import single_writer\n"
        "with single_writer(Home(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [command(home)[0], "-c", holder, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=SAMPLE.parents[1],
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
        first.communicate("")
    assert done.returncode == 3
    assert f"process {first.pid}" in sentence(done)
    assert published(home) == before
    assert run(home, "status").returncode == 0  # the lock goes with its holder


def test_warehouse_of_a_newer_release_is_left_alone(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    with warehouse(home) as con:
        con.execute("UPDATE meta SET version = version + 1")
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 2
    assert "version" in sentence(done)
    assert published(home) == published(first_night)


@pytest.mark.parametrize("file", ["warehouse.duckdb", "vault.duckdb"])
def test_damaged_database_is_named_and_not_replaced(
    file: str, first_night: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(first_night)
    (home / "data" / file).write_bytes(b"not a database at all" * 1000)
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 3
    sentence(done)
    assert (home / "data" / file).read_bytes().startswith(b"not a database")
    assert published(home) == published(first_night)


def test_night_before_the_last_one_is_refused(finished: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(finished)
    before = row_counts(home)
    done = run(home, "nightly", f"--as-of={NIGHTS[0]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[0])
    assert done.returncode == 2
    assert NIGHTS[1] in sentence(done)
    assert published(home) == published(finished)
    assert row_counts(home) == before


def test_interrupted_night_says_that_running_again_is_safe(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    arguments = ["nightly", f"--as-of={NIGHTS[1]}", "--engine=local", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}"]
    with subprocess.Popen(
        command(home, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=SAMPLE.parents[1]
    ) as night:
        while not (home / "work").exists() and night.poll() is None:
            time.sleep(0.01)
        night.send_signal(signal.SIGINT)
        out, err = night.communicate()
    assert night.returncode == 3
    assert "safe" in sentence(subprocess.CompletedProcess(arguments, 3, out, err))
    assert not (home / "work").exists()


def test_a_disk_that_is_full_leaves_the_last_digest(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    """A full disk is played by a folder that nothing can be written into."""
    home = copy_of(first_night)
    shutil.rmtree(home / "work", ignore_errors=True)
    (home / "work").write_text("in the way")
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 3
    assert "work" in sentence(done)
    assert published(home) == published(first_night)
