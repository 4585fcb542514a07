"""A source of one's own, by the steps that README shows, in a copy of the checkout: a module, one line, a fixture."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_CASES = """ticket_id,case,expected
D-1,"a wish; a bot, a note, an entry of which nothing says whether it is one, HTML",open
D-2,leaves,urgent
D-4,waits for the customer,pending
D-5,may be opened again,solved
"""
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
        [sys.executable, *words],
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


# Commands in one Python, which need not start once for each.
_ONE_AFTER_THE_OTHER = """
import json, sys
from tests.contract.homes import call
done = [call(*words) for words in json.loads(sys.argv[1])]
json.dump([[one.returncode, one.stdout, one.stderr] for one in done], sys.stdout)
"""


def _told(checkout: Path, *commands: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """What commands on the home `desk` told, run one after the other by the checkout's code."""
    done = _run(checkout, "-c", _ONE_AFTER_THE_OTHER, json.dumps([["desk", *words] for words in commands]))
    assert done.returncode == 0, done.stderr
    return [
        subprocess.CompletedProcess(words, *told) for words, told in zip(commands, json.loads(done.stdout), strict=True)
    ]


def test_cases_become_leads_and_what_is_wrong_is_set_aside(checkout: Path) -> None:
    """First without accounts, then with them, in the same home: the file is not read twice, and both are said."""
    night = ["nightly", f"--tickets={OWN / 'cases.jsonl'}", "--as-of=2026-11-20"]
    accounts = f"--accounts={ROOT / 'data/sample/crm/accounts.csv'}"
    done, again, status = _told(checkout, night, [*night, accounts], ["status"])
    assert done.returncode == 1, done.stderr  # one of five records has no time: more than is tolerated
    assert "taken for Deskwise cases" in done.stderr and "1 no_time" in done.stderr
    assert "2 signals belong to no account (no accounts were given): see unmatched.csv" in done.stderr
    assert "already read" not in done.stderr
    assert "1 file was already read on 2026-11-20, not read again" in again.stderr
    assert "no accounts were given" not in again.stderr
    digest = checkout / "desk" / "data" / "digests" / "2026-11-20"
    leads, saves = (
        list(csv.DictReader((digest / name).read_text(encoding="utf-8-sig").splitlines()))
        for name in ("leads.csv", "saves.csv")
    )
    assert [(lead["ticket_id"], lead["motion"], lead["quantity"]) for lead in leads] == [("D-1", "answer", "40")]
    assert [save["ticket_id"] for save in saves] == ["D-2"]
    published = "".join(file.read_text("utf-8") for file in digest.glob("*.csv"))
    assert "good customer" not in published and "board decides" not in published  # notes, one of which nothing calls so
    assert re.search(r"^set aside +1  the record has no time.*\n +cases\.jsonl:3$", status.stdout, re.MULTILINE), status


def test_a_mistake_in_the_module_is_one_sentence_that_names_it(checkout: Path) -> None:
    module = checkout / "pipeline" / "sources" / "deskwise.py"
    text = module.read_text(encoding="utf-8")
    for old, new, said in (
        ("THEN 'solved'", "THEN 'finished'", "tickets.status is 'finished', allowed are new, open, pending, hold,"),
        ("present(title)", "present(titel)", 'the query tickets: Binder Error: Referenced column "titel" not found'),
    ):
        try:
            module.write_text(text.replace(old, new, 1), encoding="utf-8")
            done = _run(
                checkout, "-m", "pipeline.cli.app", "ingest", f"--tickets={OWN / 'cases.jsonl'}", "--home=wrong"
            )
        finally:
            module.write_text(text, encoding="utf-8")
        assert done.returncode == 3, done.stderr
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("ticketscout: ")]
        assert line.startswith("ticketscout: the source deskwise: ") and said in line
        assert "Traceback" not in done.stderr


def test_fixture_is_kept_by_the_tests_of_every_source(checkout: Path) -> None:
    folder = checkout / "tests" / "contract" / "sources" / "deskwise" / "cases"
    folder.mkdir(parents=True)
    shutil.copy(OWN / "cases.jsonl", folder)
    (folder / "cases.csv").write_text(_CASES, "utf-8")
    written = _run(checkout, "-m", "tests.contract.test_sources_golden", "deskwise/cases")
    assert written.returncode == 0, written.stderr
    assert "D-1" in (folder / "expected" / "messages.csv").read_text(encoding="utf-8")
    files = ("tests/contract/test_sources_golden.py", "tests/contract/test_odd_records.py")
    kept = _run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", "deskwise")
    assert kept.returncode == 0 and re.search(r"\b[56] passed", kept.stdout), kept.stdout
