"""What is held of a person is declared for every table, written for them, and not kept longer than asked."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from pipeline.digest.outputs import COLUMNS, OPEN_LEADS, OPEN_SAVES, OUTPUTS
from pipeline.privacy.vault import TABLES as VAULT_TABLES
from pipeline.privacy.vault import open_vault
from pipeline.schema import TABLES
from tests.contract.forgotten_world import ADDRESS, OTHERS_WORDS, WORDS, found, lived_in, night, rows
from tests.contract.homes import call, sentence
from tests.once import once


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "forgotten-world", lambda folder: lived_in(folder / "home") and None) / "home"


def test_what_is_held_of_a_person_is_written_for_them(before: Path, tmp_path: Path) -> None:
    home, out = Path(shutil.copytree(before, tmp_path / "home")), tmp_path / "held.json"
    done = call(home, "export-person", "--email", ADDRESS, "--out", out)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = out.read_text()
    assert [word for word in WORDS if word not in text and word != "saffronkettle"] == []
    assert not [word for word in ("brambleclock", "aldemar") if word in text]
    assert {"vault: people", "tickets", "messages"} <= {part["from"] for part in json.loads(text)["held"]}
    again = call(home, "export-person", "--email", ADDRESS, "--out", out)
    assert again.returncode == 2 and "is there already" in sentence(again)
    assert rows(home, "SELECT count(*) FROM audit_log WHERE kind = 'export-person'") == [(1,)]


def test_what_is_too_old_goes_and_does_not_come_back(before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(before, tmp_path / "home"))
    none = call(home, "retain", "--as-of=2026-12-31")
    assert none.returncode == 2 and "[retain]" in sentence(none)
    with open(home / "ticketscout.toml", "a") as stream:
        stream.write(
            "[retain]\ntickets = 30\ndigests = 20\ninbox = 1\nextracts = true\npeople_without_tickets = true\n"
        )
    looked = call(home, "retain", "--as-of=2026-12-31", "--dry-run")
    assert (
        looked.returncode == 0 and "lists: days" in looked.stdout and rows(home, "SELECT count(*) FROM tickets")[0][0]
    )
    assert call(home, "retain", "--as-of=2026-12-01").returncode == 0
    assert rows(home, "SELECT count(*) FROM tickets")[0][0] == 8
    assert not [*(home / "data" / "feedback" / "inbox").iterdir()]
    assert call(home, "retain", "--as-of=2026-12-31").returncode == 0
    assert rows(home, "SELECT count(*) FROM audit_log WHERE kind = 'retain'") == [(2,)]
    assert rows(home, "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM tombstones)") == [(0, 8)]
    assert sorted(day.name for day in (home / "data" / "digests").iterdir()) == ["2026-11-12"]
    words = {word for word, where in found(home, (*WORDS, *OTHERS_WORDS)).items() if where}
    assert words <= {"8800110", "9900110"}  # ids of tickets that are deleted
    folder = Path(shutil.copytree(before.parent / "export", tmp_path / "export"))
    with open(folder / "tickets.ndjson", "a") as stream:
        stream.write("\n")
    night(home, folder, "2026-12-31")
    assert rows(home, "SELECT count(*) FROM tickets") == [(0,)]


def test_every_table_and_column_says_how_somebody_is_found_in_it(tmp_path: Path) -> None:
    with open_vault(tmp_path / "vault.duckdb") as vault:
        there = {name for (name,) in vault.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert there == set(VAULT_TABLES)
    columns = {column for output in (*OUTPUTS.values(), OPEN_LEADS, OPEN_SAVES) for column in output.columns}
    assert columns == set(COLUMNS)
    personal = {"contact_id": "person", "requester_id": "ticket", "author_id": "ticket", "ticket_id": "ticket"}
    personal |= {"lead_id": "lead", "example_id": "example"}
    for table in TABLES.values():
        for column in personal.keys() & set(table.column_names):
            said = {*table.holds.rows, table.holds.who}
            by_example = "example" in said and "example_id" in table.column_names
            assert {personal[column], column} & said or by_example, f"{table.name}.{column}"


def test_no_table_of_text_is_said_to_hold_nobody() -> None:
    """Tables of people's words and ids are not declared `NOBODY` by mistake."""
    assert [name for name, table in TABLES.items() if "text" in table.column_names and not table.holds.rows] == []
