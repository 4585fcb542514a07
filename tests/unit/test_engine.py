"""Workers begin early where they can, and are gone when they should be: who leads them may be stopped or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from pipeline.cores import one_core_less
from pipeline.engine import Crew, map_partitions
from pipeline.errors import StepFailed

ROOT = Path(__file__).resolve().parents[2]
_SOON = 30  # seconds, on a machine that is busy
# A command of ours that leads two workers, each of which leaves its number in a folder and works for a minute.
_LEADS = """
import sys
from pipeline.cli import app
from pipeline.engine import map_partitions

WORK = "__import__('pathlib').Path({folder!r}, str(__import__('os').getpid())).touch(), __import__('time').sleep(60)"

@app.app.command()
def lead() -> None:
    print("begun", flush=True)
    map_partitions(eval, [WORK, WORK], engine="processes", workers=2)

@app.app.command()
def ask() -> None:
    import duckdb
    print("begun", flush=True)
    duckdb.sql("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range) < hash(b.range)").fetchall()

app.main()
"""


@contextmanager
def leader(folder: Path, does: str) -> Iterator[subprocess.Popen[str]]:
    """Somebody's `ticketscout`, in a process group of its own as a shell gives it, once it has begun."""
    folder.mkdir()
    given = [sys.executable, "-c", _LEADS.replace("{folder!r}", repr(str(folder))), does]
    with subprocess.Popen(
        given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "begun\n"
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + _SOON
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("does", "workers", "after"), [("ask", 0, 0.3), ("lead", 0, 0.0), ("lead", 0, 0.2), ("lead", 2, 0.0)]
)
def test_who_presses_ctrl_c_reads_one_sentence(does: str, workers: int, after: float, tmp_path: Path) -> None:
    """Within a statement of DuckDB's, while workers start, and while they work."""
    with leader(tmp_path / "workers", does) as process:
        wait_for("workers that work", lambda: len(list((tmp_path / "workers").iterdir())) >= workers)
        time.sleep(after)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=_SOON)
    assert said == "ticketscout: stopped; running again is safe.\n"
    assert process.returncode == 3


def test_workers_of_a_leader_that_was_killed_are_gone(tmp_path: Path) -> None:
    """As a system does that has no memory left."""
    with leader(tmp_path / "workers", "lead") as process:
        wait_for("workers that work", lambda: len(list((tmp_path / "workers").iterdir())) == 2)
        process.kill()
        workers = [int(one.name) for one in (tmp_path / "workers").iterdir()]
        wait_for("workers that are gone", lambda: not any(map(is_there, workers)))


def note(folder: Path) -> None:
    """What workers get ready with here."""
    (folder / str(os.getpid())).touch()


def fail(folder: Path) -> None:
    note(folder)
    raise ValueError


@pytest.mark.parametrize("get_ready", [note, fail])
def test_those_who_began_early_do_the_work(get_ready: Callable[[Path], None], tmp_path: Path) -> None:
    with Crew(2) as crew:
        crew.begin(1, get_ready, tmp_path)
        crew.begin(1, get_ready, tmp_path)
        done = map_partitions(eval, ["__import__('os').getpid()"], engine="processes", workers=2, crew=crew)
        assert [str(one) for one in done] == [one.name for one in tmp_path.iterdir()]
        again = map_partitions(eval, ["__import__('os').getpid()"], engine="processes", workers=2, crew=crew)
        assert again != done


def test_one_who_died_before_there_was_work_costs_no_work(tmp_path: Path) -> None:
    with Crew(1) as crew:
        crew.begin(1, note, tmp_path)
        wait_for("a worker that is ready", lambda: any(tmp_path.iterdir()))
        os.kill(int(next(tmp_path.iterdir()).name), signal.SIGKILL)
        assert map_partitions(eval, ["1", "2"], engine="processes", workers=1, crew=crew) == [1, 2]


def test_who_is_not_needed_goes(tmp_path: Path) -> None:
    with Crew(1) as crew:
        crew.begin(1, note, tmp_path)
    assert not is_there(int(next(tmp_path.iterdir()).name))


def test_work_in_one_process_is_not_given_to_those_who_began(tmp_path: Path) -> None:
    with Crew(1) as crew:
        crew.begin(1, note, tmp_path)
        assert map_partitions(eval, ["__import__('os').getpid()"], engine="local", crew=crew) == [os.getpid()]


def wait_until_it_is_there(path: Path) -> int:
    wait_for("what the other process does meanwhile", path.exists)
    return os.getpid()


def test_who_leads_works_while_workers_do_and_once_however_often_they_are_lost(tmp_path: Path) -> None:
    """The worker waits for it; then three are lost, one after the other."""
    made, times = tmp_path / "made", list[int]()

    def meanwhile() -> None:
        times.append(1)
        made.touch()

    def work(function: Callable[..., object], given: object) -> list[object]:
        return map_partitions(function, [given], engine="processes", workers=1, meanwhile=meanwhile)

    assert work(wait_until_it_is_there, made) != [os.getpid()]
    with pytest.raises(StepFailed):
        work(eval, "__import__('os').kill(__import__('os').getpid(), 9)")
    assert times == [1, 1]


@pytest.mark.parametrize(("threads", "left"), [(3, 2), (1, 1)])
def test_work_beside_a_worker_leaves_it_a_core(threads: int, left: int) -> None:
    con = duckdb.connect(config={"threads": threads})
    with one_core_less(con):
        assert con.execute("SELECT current_setting('threads')").fetchone() == (left,)
    assert con.execute("SELECT current_setting('threads')").fetchone() == (threads,)
