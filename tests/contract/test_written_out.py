"""Every option by which a command writes a file for somebody is declared (`steps/auditing/written.py`), and where that
file holds something of customers, the audit says so."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from pipeline.cli.app import app
from pipeline.steps.auditing.audit import KINDS
from pipeline.steps.auditing.written import KIND_OF, NOBODYS
from tests.contract.homes import call, warehouse

# Options that name what is read; every other path is one that is written.
_READ = {
    "--home", "--labels", "--models", "--spec", "--accounts", "--opportunities", "--wishes",
    "--availability", "--competitors", "--products",
}  # fmt: skip
# What else each command needs on the sample's home.
_GIVEN: dict[tuple[str, str], tuple[str, ...]] = {
    ("account", "--page"): ("A-1001",),
    ("replay", "--csv"): ("--last", "1"),
    ("review export", "--out"): ("-n", "4"),
    ("review errors", "--out"): ("--signal", "churn_risk"),
    ("export-person", "--out"): ("--email", "claudine@quellbrook.example"),
}


def _paths(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Command and option, of every option that is a path."""
    for name, part in getattr(command, "commands", {}).items():
        yield from _paths(part, (*words, name))
    for option in command.params:
        if option.opts[0].startswith("--") and "Path" in str(getattr(option, "type_descriptor", "")):
            yield " ".join(words), option.opts[0]


def test_every_option_that_names_a_file_to_write_is_declared() -> None:
    paths = set(_paths(typer.main.get_command(app)))
    assert len(paths) > 20 and {option for _, option in paths} >= _READ
    assert {one for one in paths if one[1] not in _READ} == KIND_OF.keys() | NOBODYS.keys()
    assert not KIND_OF.keys() & NOBODYS.keys() and set(KIND_OF.values()) <= KINDS.keys()


@pytest.fixture(scope="module")
def home(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's home with a label, which may be doubtful."""
    place = Path(shutil.copytree(finished, tmp_path_factory.mktemp("written") / "home"))
    labels = place / "given.jsonl"
    labels.write_text('{"text": "We will cancel our contract and leave you for another.", "label": 0}\n')
    done = call(place, "review", "import", labels, "--signal", "churn_risk")
    assert done.returncode == 0, done.stderr
    return place


def _entries(home: Path, kind: str) -> list[str]:
    shown = call(home, "audit", "--json")
    assert shown.returncode == 0, shown.stderr
    return [one["about"] for one in json.loads(shown.stdout) if one["kind"] == kind]


@pytest.mark.parametrize("where", sorted(KIND_OF), ids=" ".join)
def test_the_audit_says_that_a_file_was_written(home: Path, tmp_path: Path, where: tuple[str, str]) -> None:
    command, option = where
    out = tmp_path / "out.jsonl" if command == "review labels" else tmp_path / "out"
    before = _entries(home, KIND_OF[where])
    done = call(home, *command.split(), *_GIVEN.get(where, ()), option, out)
    assert done.returncode == 0, done.stderr
    files = [path for path in [out, *out.rglob("*")] if path.is_file()]
    assert files and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    after = _entries(home, KIND_OF[where])
    assert len(after) == len(before) + 1 and str(tmp_path) not in after[-1]


def test_what_cannot_be_written_down_is_not_written(finished: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(finished, tmp_path / "home"))
    (home / "data" / "audit.jsonl").unlink(missing_ok=True)
    (home / "data" / "audit.jsonl").mkdir()
    done = call(home, "account", "A-1001", "--page", tmp_path / "page.html")
    assert done.returncode == 3 and "audit.jsonl" in done.stderr
    assert not (tmp_path / "page.html").exists()


def test_half_a_line_of_the_audit_is_passed_over(finished: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(finished, tmp_path / "home"))
    assert call(home, "account", "A-1001", "--page", tmp_path / "page.html").returncode == 0
    file = home / "data" / "audit.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(file.read_bytes() + b'{"at": "2026-1')
    assert _entries(home, "account page") == ["accounts 1"]
    with warehouse(home):  # a run holds up no page
        assert call(home, "account", "A-1001", "--page", tmp_path / "page.html").returncode == 0
    assert _entries(home, "account page") == ["accounts 1", "accounts 1"]
