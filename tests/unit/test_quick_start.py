"""`--help` and workers begin quickly because they import little: counted, since seconds depend on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engine import executor

ROOT = Path(__file__).resolve().parents[2]
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


def test_who_leads_a_night_needs_no_data_frames_for_its_parameters() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LEADS_A_NIGHT], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.split() == ["False", "1"]


def test_a_worker_of_the_ingest_needs_no_data_frames_and_no_settings() -> None:
    with executor("processes", 1) as pool:
        assert pool.submit(eval, _IN_A_WORKER).result() == [set(), 1]  # whoever asks for pandas still gets it
