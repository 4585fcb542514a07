"""`ticketscout doctor`: each fault is made for real in a home (`sick_homes`), and named with what mends it. There is a
case for every sentence that the checks hold."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.steps import doctor as checks
from pipeline.steps.doctor.examine import CHECKS
from tests.contract.homes import call
from tests.contract.sick_homes import ROOT, Rows, scenes

# What is the matter -> check, its state then, words of what it is and of what mends it, one after the other.
CASES: dict[str, list[tuple[str, str, str]]] = {
    "nothing": [
        ("folder", "well", "for its owner alone"),
        ("disk", "well", "MB are free"),
        ("signals", "well", "specs are valid"),
        ("facts", "well", "can be read"),
        ("vault", "well", "not encrypted.*set TICKETSCOUT_VAULT_KEY"),
    ],
    "no folder": [
        ("folder", "look here", "is not there yet.*nightly"),
        ("settings", "well", "no ticketscout.toml"),
        ("disk", "well", "nothing is stored yet"),
        ("warehouse", "look here", "no night was run.*nightly --tickets"),
        ("vault", "well", "none yet"),
        ("night", "look here", "not looked at.*see warehouse above"),
    ],
    "files as others left them": [
        ("folder", "wrong", "others may look into.*chmod 700"),
        ("vault", "wrong", "others may read.*chmod 600"),
        ("runs", "wrong", "another warehouse.duckdb"),
        ("signals", "wrong", "ours.toml"),
        ("crm", "wrong", "crm.competitors: .*gone.csv"),
        ("crm", "wrong", "crm.opt_outs: .*marks.csv"),
        ("channels", "wrong", "team has no address.*set TEAM_URL"),
        ("disk", "wrong", "MB are free.*make room"),
    ],
    "files that are damaged": [
        ("settings", "wrong", "not valid TOML"),
        ("crm", "look here", "not looked at.*see settings above"),
        ("warehouse", "wrong", "cannot be read.*--home"),
        ("vault", "wrong", "is encrypted.*set TICKETSCOUT_VAULT_KEY"),
        ("models", "wrong", "churn_risk.*rollback churn_risk.*train churn_risk"),
        ("models", "wrong", "contract_request has no model.*train contract_request"),
    ],
    "a newer release's warehouse": [
        ("settings", "wrong", "colour"),
        ("warehouse", "wrong", "use the release that wrote it"),
        ("vault", "wrong", "shorter than"),
    ],
    "a folder for reading alone": [
        ("folder", "wrong", "reading cannot be written.*chmod u.rwx"),
        ("folder", "wrong", "reading/data cannot be written.*chmod u.rwx"),
        ("night", "well", "the last one"),
        ("vault", "well", "encrypted .AES-256-GCM"),
    ],
    "a night long ago": [
        ("night", "look here", r"decided \d+ h ago.*nightly"),
        ("vault", "well", "the next run encrypts it"),
    ],
    "another vault": [
        ("vault", "wrong", "no database of ours.*backup"),
        ("settings", "wrong", "ticketscout.toml cannot be read.*backup"),
    ],
    "a night at work": [
        ("runs", "well", r"at work: process \d+, \w+ nightly, since 20"),
        ("warehouse", "wrong", r"another program \(process \d+\).*read_only"),
        ("vault", "well", "a run has it open"),
        ("erasure", "well", "none waits"),
    ],
    "a night that was killed": [
        ("runs", "look here", "was stopped and left unfinished-.*nightly again"),
        ("night", "look here", "no night was published.*nightly"),
    ],
    "a bad night": [
        ("rejects", "wrong", r"1 records .*11.1% of it by a fault.*--retry-rejects"),
        ("unmatched", "look here", "8 of 8 tickets belong to no account.*--accounts"),
        ("channels", "look here", "team: 1 not delivered, no connection.*ticketscout deliver"),
        ("inbox", "look here", "odd.csv has no columns.*as CSV"),
    ],
    "an erasure that was killed": [
        ("erasure", "wrong", "forget was begun.*same command again"),
        ("rejects", "look here", "1 records"),
    ],
    "somebody was forgotten": [
        ("retrain", "look here", "churn_risk: a retrain is due.*ticketscout retrain churn_risk"),
        ("erasure", "well", "none waits"),
    ],
    "an unusual night": [("watch", "look here", "zendesk.*ticketscout models")],
    "packages of other versions": [
        ("packages", "wrong", "apprise is missing.*pip install 'apprise"),
        ("packages", "wrong", r"pyarrow is 0\.\S+, >=\S+ is needed.*pip install 'pyarrow>="),
        ("packages", "look here", "locked version: rich, typer, numpy, duckdb, ….*requirements/base.txt"),
        ("facts", "wrong", "seats.toml"),
    ],
    "not installed": [("packages", "look here", "without being installed.*pip install .")],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, finished: Path) -> dict[str, Rows]:
    """What is said of each home. The one that is looked at and not copied stays as it is."""

    def lies() -> dict[str, tuple[str, int]]:
        files = [file for file in sorted(finished.rglob("*")) if file.is_file()]
        return {str(f): (hashlib.sha256(f.read_bytes()).hexdigest(), f.stat().st_mtime_ns) for f in files}

    before = lies()
    found = dict(scenes(tmp_path_factory.mktemp("sick"), finished))
    assert lies() == before
    return found


@pytest.mark.parametrize("matter", CASES)
def test_a_fault_is_named_with_its_mend(matter: str, told: dict[str, Rows]) -> None:
    for name, state, words in CASES[matter]:
        found = [row for row in told[matter] if row["check"] == name and row["state"] == state]
        assert any(re.search(words, f"{row['what']} {row['mend']}") for row in found), (name, state, words, found)


def test_every_sentence_has_a_case(told: dict[str, Rows]) -> None:
    """Of those that the modules of the checks hold, whatever stands in their gaps, with the mend that stands there."""
    assert set(told) == set(CASES)
    rows = [row for rows in told.values() for row in rows]
    for check in CHECKS:
        sentences = [("well", re.escape(check.title), "")] if check.name not in NO_TITLE else []
        assert all(_is_said(one, [row for row in rows if row["check"] == check.name]) for one in sentences), check.name
    held = [
        one for file in Path(checks.__file__).parent.glob("*.py") for one in _sentences(ast.parse(file.read_text()))
    ]
    assert len(held) > 30
    assert [one for one in held if not _is_said(one, rows)] == []


# These say more than their title where nothing is wrong.
NO_TITLE = {"signals", "facts", "vault"}
STATES = {"well": "well", "look": "look here", "wrong": "wrong", "say": "wrong|look here"}


def _sentences(tree: ast.Module) -> list[tuple[str, str, str]]:
    """State, what it is and what mends it, as patterns, of each finding written there."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STATES and node.args:
            what, mend = (_pattern(one) for one in [*node.args, ast.Constant("")][:2])
            found.append((STATES[node.func.id], what, mend))
    return found


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) for part in node.values)
    return ".*"


def _is_said(one: tuple[str, str, str], rows: Rows) -> bool:
    return any(
        all(re.fullmatch(pattern, row[key]) for pattern, key in zip(one, ("state", "what", "mend"), strict=True))
        for row in rows
    )


def test_what_is_wrong_is_said_with_a_mend_and_every_check_is_there(told: dict[str, Rows]) -> None:
    for rows in told.values():
        assert {row["check"] for row in rows} == {check.name for check in CHECKS}
        assert all(bool(row["mend"]) == (row["state"] != "well") for row in rows)
    assert not [row for row in told["nothing"] if row["state"] == "wrong"]


def test_the_lock_of_another_python_is_not_held_against_this_one(told: dict[str, Rows]) -> None:
    said = [row["what"] for row in told["packages of other versions"] if "locked" in row["what"]]
    assert said and "jinja2" not in said[0]


def test_an_empty_folder_says_what_to_run_first(tmp_path: Path) -> None:
    done = call(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "ticketscout nightly" in " ".join(done.stdout.split())
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert not list(tmp_path.iterdir())


def test_too_old_a_python_is_told_which_it_needs() -> None:
    """With one of this machine's; there is no other way to be one."""
    names = ["python3.10", "python3.9", "python3.8", "python3.7", "python3.6", "python2.7"]
    kept = [str(path) for name in names for path in sorted(Path.home().glob(f".pyenv/versions/*/bin/{name}"))]
    for python in [*kept, *filter(None, map(shutil.which, names))]:
        done = subprocess.run([python, "-c", ""], capture_output=True)
        if done.returncode == 0:  # a shim may stand for one that is not there
            break
    else:
        pytest.skip("this machine has no older Python")
    done = subprocess.run([python, "-m", "pipeline.cli.app", "doctor"], cwd=ROOT, capture_output=True, env={})
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.fullmatch(rb"ticketscout: this is Python \d\.\d+: install 3\.11 or later, .*\.\n", done.stderr)
