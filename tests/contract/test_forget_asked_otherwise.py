"""Forgotten otherwise than one person of a finished home: a ticket, an account, somebody whom nobody knows, somebody of
a first night that was killed, somebody in an encrypted vault; and a dry run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import bundled
from pipeline.config import Home
from pipeline.privacy.attaching import KEY, how_it_is_kept, rewrite
from pipeline.privacy.vault import TABLES as VAULT_TABLES
from pipeline.privacy.vault import open_vault
from pipeline.steps.forgetting import forget
from pipeline.steps.spreading.shared import Shared
from pipeline.unfinished import keep_copy
from tests.contract.forgotten_world import ADDRESS, OTHERS_WORDS, USER, WORDS, export, found, lived_in, rows
from tests.contract.homes import call, sentence
from tests.faults import stopped
from tests.once import once


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "forgotten-world", lambda folder: lived_in(folder / "home") and None) / "home"


def test_what_a_killed_first_night_left_is_erased_with_it(tmp_path: Path) -> None:
    """The warehouse by its other name, the pieces it worked on, and those on a folder that machines share: there they
    are put as a night with a cluster puts them."""
    folder, home = tmp_path / "export", tmp_path / "home"
    folder.mkdir()
    export(folder)
    home.mkdir()
    (home / "ticketscout.toml").write_text(f'[run]\npartitions = "{tmp_path}/shared"\n')
    night = ["ingest", f"--tickets={folder}", "--as-of=2026-11-11", "--engine=local", "--home", str(home)]
    assert stopped.run(home, night, tmp_path / "log", at="ingest: after ingest").was_killed
    assert not (home / "data" / "warehouse.duckdb").exists()
    pieces = [path for path in (home / "work").rglob("*") if path.is_file()]
    place = Shared(f"{tmp_path}/shared").under("ticketscout-partitions").under("0123")
    place.put((path, f"out/{path.name}") for path in pieces)
    there = found(tmp_path / "shared", ("marmaladefern",))
    assert pieces and there["marmaladefern"]
    assert "nothing is held" not in call(home, "forget", "--email", ADDRESS).stderr
    assert {word: where for word, where in found(home, tuple(WORDS)).items() if where} == {}
    assert not (home / "work").exists() and not [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    assert found(home, ("brambleclock",))["brambleclock"]


def test_an_encrypted_vault_is_written_anew_and_stays_encrypted(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(before, tmp_path / "home"))
    file = home / "data" / "vault.duckdb"
    monkeypatch.setenv(KEY, "a key of this test, long enough")
    with open_vault(file):
        pass
    assert "AES-256-GCM" in how_it_is_kept(file)
    free: list[int] = []  # blocks, of a file just written anew: in them alone could be what was deleted

    def looked(path: Path) -> None:
        rewrite(path)
        with open_vault(path, read_only=True) as vault:
            query = "SELECT free_blocks FROM pragma_database_size() WHERE database_name = 'vault'"
            free.extend(row[0] for row in vault.execute(query).fetchall())

    monkeypatch.setattr(forget, "rewrite_vault", looked)
    done = call(home, "forget", "--email", ADDRESS)
    assert done.returncode == 0, done.stderr
    assert "AES-256-GCM" in how_it_is_kept(file) and free == [0]
    assert sorted(path.name for path in file.parent.glob("vault*")) == [file.name]
    with open_vault(file, read_only=True) as vault:
        cells = "".join(str(vault.execute(f"FROM {name}").fetchall()) for name in VAULT_TABLES).lower()
        assert vault.execute("SELECT count(*) FROM forgotten").fetchone() > (0,)
    assert not [word for word in WORDS if word in cells] and "aldemar" in cells
    file.rename(tmp_path / "vault.duckdb")  # all else is searched as it lies there
    assert {word: where for word, where in found(home, tuple(WORDS)).items() if where} == {}


def test_a_dry_run_counts_and_changes_nothing(before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(before, tmp_path / "home"))
    files = {path: path.read_bytes() for path in (home / "data").rglob("*.csv")}
    done = call(home, "forget", "--contact", f"zendesk:{USER}", "--dry-run")
    assert done.returncode == 0 and "tickets" in done.stdout and "lists: digests" in done.stdout
    assert {path: path.read_bytes() for path in (home / "data").rglob("*.csv")} == files
    assert rows(home, "SELECT count(*) FROM audit_log WHERE kind = 'forget'") == [(0,)]
    with open_vault(home / "data" / "vault.duckdb") as vault:
        assert vault.execute("SELECT count(*) FROM forgotten").fetchone() == (0,)


def test_a_ticket_or_an_account_is_forgotten(before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(before, tmp_path / "home"))
    assert call(home, "forget", "--ticket", "88001102").returncode == 0
    (save,) = (lead for (lead,) in rows(home, "SELECT lead_id FROM leads WHERE motion = 'save'"))
    places = found(home, ("cobaltheron", "88001102", "marmaladefern", "aldemar", save))
    assert [bool(where) for where in places.values()] == [False, False, True, True, True]
    # An alert that is still to be sent, what a CRM was handed, what was typed: ledgers that know it by its id alone.
    named = {place.rpartition(" ")[2] for place in places[save]}
    assert {"deliveries", "remembered", "outcomes", "history_outcomes", "lead_evidence"} <= named, named
    keep_copy(Home(home), home / "data" / "warehouse.duckdb", 0)  # as a migration does
    for model in bundled.starter_models().iterdir():  # as if the home had trained them
        shutil.copytree(model, home / "models" / model.name)
    assert "retrain is due" not in call(home, "models").stdout
    assert call(home, "forget", "--account", "A-1").returncode == 0
    assert "a retrain is due" in call(home, "models").stdout and "a retrain is due" in call(home, "status").stdout
    left = found(home, (*WORDS, *OTHERS_WORDS, save))
    assert {word for word, where in left.items() if where} == set()


def test_nobody_who_is_not_known_is_forgotten_and_nothing_is_said_of_them(before: Path) -> None:
    done = call(before, "forget", "--email", "nobody.here@elmcrest.example")
    assert done.returncode == 0 and "nothing is held" in done.stderr and "nobody.here" not in done.stderr
    for arguments in ((), ("--email", "a@b.example", "--ticket", "1")):
        wrong = call(before, "forget", *arguments)
        assert wrong.returncode == 2 and "exactly one" in sentence(wrong)
