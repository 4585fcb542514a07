"""`ticketscout doctor`: each fault is made for real in a copy of a finished home, and named with what mends it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import bundled
from pipeline.privacy.vault import open_vault
from pipeline.steps.doctor.examine import CHECKS
from tests.contract.homes import call

Break = Callable[[Path, pytest.MonkeyPatch], None]


def _sql(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / "data" / "warehouse.duckdb")) as con:
        for statement in statements:
            con.execute(statement)


def _counts(home: Path, step: str, **counts: Any) -> None:
    _sql(home, f"INSERT INTO runs VALUES ('x', '{step}', '2026-11-20', now()::TIMESTAMP, 1, '{json.dumps(counts)}')")


def _toml(text: str) -> Break:
    return lambda home, patch: (home / "ticketscout.toml").write_text(text) and None


def _other_lock(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "lock" / "models" / "starter").mkdir(parents=True)
    (home / "lock" / "requirements").mkdir()
    (home / "lock" / "requirements" / "base.txt").write_text("duckdb==0.0.1 \\\n")
    patch.setattr(bundled, "starter_models", lambda: home / "lock" / "models" / "starter")


def _too_large(home: Path, patch: pytest.MonkeyPatch) -> None:
    # A file with a hole as large as what is free: takes no room.
    os.truncate(home / "data" / "warehouse.duckdb", shutil.disk_usage(home).free)


def _cut_model(home: Path, patch: pytest.MonkeyPatch) -> None:
    name = sorted(one.name for one in bundled.starter_models().iterdir() if (one / "card.json").exists())[0]
    own = home / "models" / name
    shutil.copytree(bundled.starter_models() / name, own)
    os.truncate(own / "model.npz", 1000)


def _bad_spec(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "models" / "signals").mkdir(parents=True)
    (home / "models" / "signals" / "ours.toml").write_text("name = 1")


def _learnt_from_forgotten(home: Path, patch: pytest.MonkeyPatch) -> None:
    from pipeline.config import Home
    from pipeline.steps.forgetting.erase import LEARNT
    from pipeline.steps.forgetting.forget import models_in_use

    name = sorted(one.name for one in bundled.starter_models().iterdir() if (one / "card.json").exists())[0]
    shutil.copytree(bundled.starter_models() / name, home / "models" / name)
    signal, model_id = sorted(models_in_use(Home(home)).items())[0]
    _sql(home, f"INSERT INTO remembered VALUES ('{LEARNT}{signal}', '{model_id}')")


def _erasure(home: Path, patch: pytest.MonkeyPatch) -> None:
    with open_vault(home / "data" / "vault.duckdb") as con:
        con.execute("INSERT INTO unfinished VALUES ('forget', now()::TIMESTAMP)")


def _bad_facts(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "facts").mkdir()
    (home / "facts" / "seats.toml").write_text("not = [TOML")
    patch.setattr(bundled, "fact_specs", lambda: home / "facts")


# Check -> how it is broken, its state then, a word of what it is or of what mends it.
CASES: dict[str, list[tuple[Break, str, str]]] = {
    "packages": [(_other_lock, "look here", "requirements/base.txt")],
    "settings": [
        (_toml("caps = ["), "wrong", "not valid TOML"),
        (_toml("colour = 1"), "wrong", "colour"),
    ],
    "folder": [(lambda home, _: (home / "data").chmod(0o755), "wrong", "chmod 700")],
    "disk": [(_too_large, "wrong", "make room")],
    "warehouse": [
        (lambda home, _: _sql(home, "UPDATE meta SET version = 99"), "wrong", "use the release that wrote it"),
        (lambda home, _: os.truncate(home / "data" / "warehouse.duckdb", 5000), "wrong", "--home"),
    ],
    "runs": [
        (lambda home, _: (home / "data" / "unfinished-01234567.duckdb").touch(), "wrong", "another warehouse.duckdb"),
    ],
    "erasure": [(_erasure, "wrong", "same command again")],
    "night": [
        (
            lambda home, _: _sql(
                home, "UPDATE nights SET decided_at = '2020-01-01'", "UPDATE runs SET started_at = '2020-01-02'"
            ),
            "look here",
            "nightly",
        )
    ],
    "vault": [
        (lambda home, _: (home / "data" / "vault.duckdb").chmod(0o644), "wrong", "chmod 600"),
        (lambda home, patch: _encrypted(home, patch), "wrong", "set TICKETSCOUT_VAULT_KEY"),
    ],
    "signals": [(_bad_spec, "wrong", "ours.toml")],
    "models": [(_cut_model, "wrong", "ticketscout train")],
    "retrain": [(_learnt_from_forgotten, "look here", "ticketscout retrain")],
    "facts": [(_bad_facts, "wrong", "seats.toml")],
    "crm": [(_toml('[crm]\ncompetitors = "gone.csv"'), "wrong", "crm.competitors")],
    "rejects": [
        (lambda home, _: _counts(home, "ingest", set_aside={"x": 3}, fault_share=0.4), "wrong", "--retry-rejects"),
        (lambda home, _: _counts(home, "ingest", set_aside={"x": 3}, fault_share=0.0), "look here", "3 records"),
    ],
    "unmatched": [
        (lambda home, _: _sql(home, "UPDATE ticket_states SET account_id = NULL"), "look here", "--accounts")
    ],
    "channels": [
        (_toml('[[deliver]]\nname = "team"\nurl_env = "TEAM_URL"\nsend = ["digest"]'), "wrong", "set TEAM_URL"),
    ],
    "inbox": [(lambda home, _: _counts(home, "feedback", unreadable_files=["a.csv: no list."]), "look here", "a.csv")],
    "watch": [
        (
            lambda home, _: _sql(
                home,
                "INSERT INTO watch_findings SELECT max(as_of), 'volume', '', 'x', true, 'half as many', 0 FROM nights",
            ),
            "look here",
            "half as many",
        )
    ],
}


def _encrypted(home: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("TICKETSCOUT_VAULT_KEY", "a long key for a test of the vault")
    with open_vault(home / "data" / "vault.duckdb"):
        pass
    patch.delenv("TICKETSCOUT_VAULT_KEY")


def _rows(home: Path) -> tuple[int, list[dict[str, str]]]:
    done = call(home, "doctor", "--json")
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)["checks"]


def test_every_check_has_a_case() -> None:
    assert set(CASES) == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, cases in CASES.items() for number in range(len(cases))]
)
def test_a_fault_is_named_with_its_mend(
    name: str, number: int, finished: Path, copy_of: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(finished)
    broken, state, words = CASES[name][number]
    broken(home, monkeypatch)
    code, rows = _rows(home)
    found = [row for row in rows if row["check"] == name and row["state"] == state]
    assert found, rows
    assert any(words in row["what"] + row["mend"] and row["mend"] for row in found), found
    assert code == (1 if any(row["state"] == "wrong" for row in rows) else 0)


def test_a_finished_home_is_well_and_stays_as_it_is(finished: Path) -> None:
    def lies() -> dict[str, tuple[str, int]]:
        files = [file for file in sorted(finished.rglob("*")) if file.is_file()]
        return {str(f): (hashlib.sha256(f.read_bytes()).hexdigest(), f.stat().st_mtime_ns) for f in files}

    before = lies()
    code, rows = _rows(finished)
    assert code == 0, [row for row in rows if row["state"] == "wrong"]
    assert {row["check"] for row in rows} == {check.name for check in CHECKS}
    assert lies() == before


def test_an_empty_folder_says_what_to_run_first(tmp_path: Path) -> None:
    done = call(tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "ticketscout nightly" in " ".join(done.stdout.split())
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert not list(tmp_path.iterdir())


def test_a_run_at_work_is_no_fault_and_is_said(finished: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(finished)
    with _held(home):
        code, rows = _rows(home)
    (row,) = [row for row in rows if row["check"] == "runs"]
    assert (code, row["state"]) == (0, "well")
    assert "process 1, nightly" in row["what"]


@contextmanager
def _held(home: Path) -> Iterator[None]:
    """The lock as another process has it: flock knows open files, not processes."""
    with open(home / "data" / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"process 1, nightly, since {datetime(2026, 11, 20)}")
        lock.flush()
        yield


def test_the_lock_of_another_python_is_not_held_against_this_one(
    finished: Path, copy_of: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(finished)
    _other_lock(home, monkeypatch)
    lock = home / "lock" / "requirements" / "base.txt"
    lock.write_text("duckdb==0.0.1 ; python_full_version < '3.9' \\\n    --hash=sha256:0\n", encoding="utf-8")
    assert "locked version" not in call(home, "doctor").stdout
