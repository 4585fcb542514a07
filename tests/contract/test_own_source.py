"""A source of one's own, by the steps that README shows, in a copy of the checkout: a module, one line, a fixture."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "data" / "sample" / "own_source"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parts of a checkout that the steps touch, with the module copied and named."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("pipeline", "models", "data/sample", "tests/contract"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for file in [ROOT / "tests" / "__init__.py", *(ROOT / "tests").glob("*.py")]:
        shutil.copy(file, folder / "tests")
    shutil.copy(OWN / "deskwise.py", folder / "pipeline" / "sources")
    registry = folder / "pipeline" / "sources" / "__init__.py"
    text = registry.read_text(encoding="utf-8")
    shown = re.search(r"^from pipeline\.sources\.deskwise .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert shown, "README names the line that it asks for"
    text = text.replace("_SOURCES = (", "_SOURCES = (DESKWISE, ", 1)
    registry.write_text(
        text.replace("from pipeline.sources.freshdesk", f"{shown[0]}\nfrom pipeline.sources.freshdesk", 1)
    )
    return folder


def _run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TICKETSCOUT_")}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=checkout,
        env=environment | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_module_is_short_enough_to_be_an_example() -> None:
    lines = (OWN / "deskwise.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) == int(re.search(r"\[(\d+) lines\]\(data/sample/own_source", _readme())[1]) <= 100  # type: ignore[index]


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_cases_become_leads_and_what_is_wrong_is_set_aside(checkout: Path) -> None:
    done = _run(
        checkout,
        "pipeline.cli.app",
        "nightly",
        f"--tickets={OWN / 'cases.jsonl'}",
        f"--accounts={ROOT / 'data/sample/crm/accounts.csv'}",
        "--as-of=2026-11-20",
        "--home=desk",
    )
    assert done.returncode == 1, done.stderr  # one of three records has no time: more than is tolerated
    assert "taken for Deskwise cases" in done.stderr and "1 no_time" in done.stderr
    digest = checkout / "desk" / "data" / "digests" / "2026-11-20"
    leads, saves = (
        list(csv.DictReader((digest / name).read_text(encoding="utf-8-sig").splitlines()))
        for name in ("leads.csv", "saves.csv")
    )
    assert [(lead["ticket_id"], lead["motion"], lead["quantity"]) for lead in leads] == [("D-1", "answer", "40")]
    assert [save["ticket_id"] for save in saves] == ["D-2"]
    assert "good customer" not in "".join(file.read_text("utf-8") for file in digest.glob("*.csv"))  # a note


def test_fixture_is_kept_by_the_tests_of_every_source(checkout: Path) -> None:
    folder = checkout / "tests" / "contract" / "sources" / "deskwise" / "cases"
    folder.mkdir(parents=True)
    shutil.copy(OWN / "cases.jsonl", folder)
    (folder / "cases.csv").write_text("ticket_id,case,expected\nD-1,a wish,open\nD-2,leaves,urgent\n", "utf-8")
    written = _run(checkout, "tests.contract.test_sources_golden", "deskwise/cases")
    assert written.returncode == 0, written.stderr
    assert "D-1" in (folder / "expected" / "messages.csv").read_text(encoding="utf-8")
    kept = _run(
        checkout, "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/test_sources_golden.py", "-k", "deskwise"
    )
    assert kept.returncode == 0 and re.search(r"\b[45] passed", kept.stdout), kept.stdout
