"""What the documents show is true: their commands are run in their order on the sample, and what mornings.md shows of
output and lists is compared; every command has help."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline import bundled
from tests.warm_start import ticketscout

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Whose commands are run on one home, in this order.
RUN = ("README.md", "docs/manual.md", "docs/learning.md")
# Not run by the tests: `make demo` and `make test` are what CI itself runs, the test command would call itself,
# and what serves for ever, or asks a helpdesk, has tests of its own (tests/flows, test_sync.py).
ELSEWHERE = ("make demo", "make test", "prefect ", "export ", "python -m flows", "pip install", "ticketscout sync")
# A source of one's own needs a checkout that may be changed: test_own_source.py.
ELSEWHERE += ("cp data/sample/own_source", "ticketscout ingest --tickets data/sample/own_source", "python -m tests.")
ELSEWHERE += ("ticketscout status --home desk", "ticketscout nightly --tickets data/sample/own_source", "pytest ")


def _blocks(document: str) -> list[tuple[str, str, str]]:
    """Fenced blocks in their order: language, what stands beside it, content."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _lines(block: str) -> list[str]:
    lines = [line.strip() for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _shown() -> list[str]:
    blocks = [block for document in RUN for language, _, block in _blocks(document) if language == "sh"]
    return [line for block in blocks for line in _lines(block)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the README's reader has: an export, the CRM's accounts, labelled rows."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(bundled.sample() / "helpdesk" / "2026-11-19", folder / "export")
    shutil.copy(bundled.sample() / "crm" / "accounts.csv", folder / "accounts.csv")
    shutil.copytree(bundled.sample() / "own_signal", folder / "data" / "sample" / "own_signal")
    settings = [block for document in RUN for language, _, block in _blocks(document) if language == "toml"]
    (folder / "scout").mkdir()
    channels = "".join(block for block in settings if "[[deliver]]" in block)
    (folder / "scout" / "ticketscout.toml").write_text(channels, encoding="utf-8")
    labels = (ROOT / "data" / "labels" / "churn_risk.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "labels.jsonl").write_text("".join(labels[:200]), encoding="utf-8")
    (folder / "gold.jsonl").write_text("".join(labels[200:300]), encoding="utf-8")
    (folder / "rows.jsonl").write_text('{"id": "1", "text": "Please cancel our account."}\n', encoding="utf-8")
    (folder / "salesforce-tasks.csv").write_text("Ticketscout_Id__c,Subject,Status\n", encoding="utf-8")
    return folder


def _run(command: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TICKETSCOUT_")}
    return ticketscout(command, cwd=desk, env=environment | {"PYTHONPATH": str(ROOT)}, timeout=240)


def test_every_command_of_the_documents_works(desk: Path) -> None:
    ran = 0
    for line in _shown():
        if line.startswith(ELSEWHERE):
            continue
        words = shlex.split(line)
        if words[0] in ("cp", "mkdir"):
            subprocess.run(words, cwd=desk, check=True)
            continue
        assert words[0] == "ticketscout", f"a document shows {line!r}, which no test runs"
        if "LEAD_ID" in words:
            words[words.index("LEAD_ID")] = _a_lead(desk)
        if words[1] == "nightly" and "--help" not in words:
            words += ["--as-of", "2026-11-19"]
        result = _run(words[1:], desk)
        assert result.returncode == 0, f"{line}\n{result.stderr}"
        ran += 1
    assert ran >= 6


def test_the_signal_of_ones_own_gives_the_lead_that_the_readme_shows(desk: Path) -> None:
    """After the README's commands, in their order."""
    shown = re.search(r"^\| (Quellbrook[^|]*) \| (\w+) \| (\w+) \| ([^|]*) \| ([^|]*) … \|$", README, re.MULTILINE)
    assert shown
    leads = desk / "scout" / "data" / "digests" / "2026-11-19" / "leads.csv"
    with leads.open(encoding="utf-8-sig", newline="") as stream:
        own = [row for row in csv.DictReader(stream) if row["signal"] == "contract_request"]
    assert [tuple(row[name] for name in ("account", "motion", "subtype", "why")) for row in own] == [shown.groups()[:4]]
    assert own[0]["quote"].startswith(shown[5])


def test_mornings_show_what_the_sample_gives(desk: Path) -> None:
    """`sh` is run, each line of the `text` after it is printed, and a list of the home begins as `csv PATH` does."""
    printed, compared = "", 0
    for language, file, block in _blocks("docs/mornings.md"):
        if language == "sh":
            results = [_run(shlex.split(line)[1:], desk) for line in _lines(block)]
            assert [(r.returncode, r.stderr if r.returncode else "") for r in results] == [(0, "")] * len(results)
            printed = "\n".join(r.stdout for r in results)
        elif language == "text":
            missing = set(block.splitlines()) - set(printed.splitlines())
            assert not missing, f"docs/mornings.md shows what is not printed any more: {missing}"
            compared += 1
        elif language == "csv":
            shown = list(csv.DictReader(io.StringIO(block)))
            with (desk / "morning" / "data" / file).open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.DictReader(stream))[: len(shown)]
            assert shown == [{name: row[name] for name in shown[0]} for row in rows], f"docs/mornings.md: {file}"
            compared += 1
    assert compared >= 10


def _a_lead(desk: Path) -> str:
    lists = sorted(desk.glob("scout/data/owners/*/open.csv"))
    rows = [row for file in lists for row in csv.DictReader(file.open(encoding="utf-8-sig"))]
    return rows[0]["lead_id"]


def test_every_command_has_help_with_an_example(desk: Path) -> None:
    top = _run(["--help"], desk).stdout
    commands = re.findall(r"^  ([a-z-]+)  ", top.split("Commands:")[-1], re.MULTILINE)
    assert {"nightly", "demo", "predict", "train", "evaluate", "explain", "status", "feedback"} <= set(commands)
    assert "deliver" in commands
    for command in commands:
        words = [command, "import"] if command == "feedback" else [command]
        shown = _run([*words, "--help"], desk).stdout
        assert "Example: ticketscout" in shown, command


def test_every_file_the_documents_link_to_is_there() -> None:
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_make_lists_its_targets() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    for target in ("setup", "demo", "test", "lint", "quality", "bench", "faults"):
        assert re.search(rf"^{target} ", shown, re.MULTILINE), target
