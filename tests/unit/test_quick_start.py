"""`--help` and workers begin quickly because they import little: counted, since seconds depend on the machine. What
they do not do while they work is counted too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engine import executor

ROOT = Path(__file__).resolve().parents[2]
_HERE = {"PYTHONPATH": str(ROOT)}
# Each takes a tenth of a second and more to import.
HEAVY = ("spacy", "sklearn", "scipy", "pandas", "numpy", "pyarrow", "duckdb", "prefect", "distributed", "rich")
_CODE = """
import sys
from pipeline.cli.app import main
try:
    main()
finally:
    print(len(sys.modules), *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("--help",), ("nightly", "--help")], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    count, *names = done.stderr.split()
    assert "Usage:" in done.stdout
    assert not set(names) & set(HEAVY)
    assert int(count) < 350


_IN_A_WORKER = """[
    __import__("pipeline.steps.ingesting.partition"), __import__("pyarrow").array([1]),
    {"pandas", "pydantic", "pipeline.warehouse"} & set(__import__("sys").modules),
    __import__("pandas").Series([1]).sum(),
][2:]"""


_LEADS_A_NIGHT = """
import sys
from pipeline.worker import begin
begin()
from pipeline.warehouse import in_memory, make_table, set_variables, strings
con = in_memory()
set_variables(con, {"a": ["b"]})
make_table(con, "given_rows", strings("a"), [("b",)])
print("pandas" in sys.modules, __import__("pandas").Series([1]).sum())
"""


_A_NIGHT = """
import sys
import pipeline.steps.night
print({"pipeline.scoring.features", "pipeline.text.marks", "scipy", "spacy"} & set(sys.modules))
import pipeline.steps.score_partition, pipeline.topics.assign, pipeline.topics.titles
print({"sklearn", "pandas"} & set(sys.modules))
"""


def test_a_quiet_night_imports_nothing_that_reads_text_and_no_night_what_learns() -> None:
    done = subprocess.run([sys.executable, "-c", _A_NIGHT], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\nset()\n"


def test_who_leads_a_night_needs_no_data_frames_for_its_parameters() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LEADS_A_NIGHT], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.split() == ["False", "1"]


def test_a_worker_of_the_ingest_needs_no_data_frames_and_no_settings() -> None:
    with executor("processes", 1) as pool:
        assert pool.submit(eval, _IN_A_WORKER).result() == [set(), 1]  # whoever asks for pandas still gets it


# As people write a script: without asking whether it is the one that was started.
_PROGRAM = """
import colorsys
from pipeline.engine import map_partitions
asked = "'colorsys' in __import__('sys').modules"
print(map_partitions(eval, [asked, asked], engine="processes", workers=1), __name__)
"""


def test_a_worker_does_not_import_what_the_program_was_started_as(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(_PROGRAM)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=60, env=os.environ | _HERE
    )
    assert done.stdout == "[False, False] __main__\n"


def test_workers_and_commands_seldom_look_for_circles_of_objects() -> None:
    """How many new objects set Python off: 700 by itself, which took near a fifth of a worker's processor."""
    with executor("processes", 1) as pool:
        assert pool.submit(eval, "__import__('gc').get_threshold()[0]").result() == 100_000
    asked = [sys.executable, "-c", _CODE.replace("len(sys.modules)", "__import__('gc').get_threshold()[0]"), "--help"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    assert done.stderr.split()[0] == "100000"


_HELD = """setattr(__import__("pipeline.worker").worker, "held", type("Held", (), {
    "__del__": lambda self, make=__import__("os").mkdir: make(FOLDER)})())"""


def test_what_a_worker_holds_is_not_taken_apart_when_it_ends(tmp_path: Path) -> None:
    made = tmp_path / "taken apart"
    with executor("processes", 1) as pool:
        pool.submit(eval, _HELD.replace("FOLDER", repr(str(made)))).result()
    assert not made.exists()


_ENDS = """
import atexit, sys
from pipeline.cli.app import run
atexit.register(print, "taken apart")
run()
"""


def ended(home: Path, stdout: int) -> subprocess.CompletedProcess[str]:
    """`ticketscout status`, as it is installed: what it prints waits in Python until the end."""
    asked = [sys.executable, "-c", _ENDS, "status", "--home", home]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    return subprocess.run(asked, stdout=stdout, stderr=subprocess.PIPE, env=buffered, text=True, cwd=ROOT)


def test_a_command_that_has_done_its_work_ends_at_once_with_all_that_it_said(first_night: Path) -> None:
    done = ended(first_night, subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2026-11-19" in done.stdout and "taken apart" not in done.stdout


def test_whoever_has_read_enough_hears_no_more(first_night: Path) -> None:
    """As `head` has."""
    reading, writing = os.pipe()
    os.close(reading)
    done = ended(first_night, writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_cannot_be_printed_is_said(first_night: Path) -> None:
    with open("/dev/full", "w") as full:
        done = ended(first_night, full.fileno())
    assert (done.returncode, done.stderr.count("\n")) == (3, 1) and "No space left" in done.stderr
