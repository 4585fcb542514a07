"""Somebody is forgotten: nothing of them is left in any file of the home, decoded; all of somebody else's is; they do
not come back; a run that is killed is finished by the next; the audit says what was done and not to whom."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.digest.folder import checksum
from pipeline.digest.outputs import COLUMNS, OPEN_LEADS, OPEN_SAVES, OUTPUTS
from pipeline.privacy.attaching import KEY, how_it_is_kept, rewrite
from pipeline.privacy.vault import TABLES as VAULT_TABLES
from pipeline.privacy.vault import open_vault
from pipeline.schema import TABLES
from pipeline.steps.forgetting import forget
from pipeline.steps.ingesting.from_memory import ingest_records
from pipeline.steps.keys import check_keys
from pipeline.steps.spreading.shared import Shared
from pipeline.unfinished import keep_copy
from tests.contract.forgotten_world import (
    ADDRESS,
    LABEL_FILES,
    OTHERS_WORDS,
    USER,
    WORDS,
    export,
    found,
    lived_in,
    night,
    read,
)
from tests.contract.homes import call, sentence, ticket, warehouse
from tests.faults import stopped
from tests.faults.scenes import left_by_forget
from tests.once import once

Copy = Callable[[], Path]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "forgotten-world", lambda folder: lived_in(folder / "home") and None) / "home"


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    home = Path(shutil.copytree(before, tmp_path_factory.mktemp("forgotten") / "home"))
    return home, call(home, "forget", "--email", ADDRESS.title())


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def test_they_were_in_every_kind_of_place(before: Path) -> None:
    places = found(before, tuple(WORDS))
    assert all(places.values()), [word for word, where in places.items() if not where]
    kinds = {place.split(" ")[0] for where in places.values() for place in where}
    for part in (
        "leads.csv",
        "saves.csv",
        "praise.csv",
        "needs.csv",
        "market.csv",
        "held.csv",
        "digest.html",
        "tasks.csv",
    ):
        assert any(part in place for place in kinds) or part == "leads.csv", part
    for part in ("contacts.csv", "feedback/inbox", "owners/", "questions.csv", "vault.duckdb", "warehouse.duckdb"):
        assert any(part in place for place in kinds), part
    others = [place for where in found(before, OTHERS_WORDS).values() for place in where]
    for part in (*LABEL_FILES, "tasks.json"):  # both people's words
        assert any(part in place for place in kinds), part
        assert any(part in place for place in others), part


def test_nothing_of_them_is_left(after: tuple[Path, Any]) -> None:
    home, done = after
    assert done.returncode == 0, done.stderr
    assert {word: where for word, where in found(home, tuple(WORDS)).items() if where} == {}
    assert ADDRESS.lower() not in (done.stdout + done.stderr).lower()


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


def test_all_of_somebody_else_is_left(before: Path, after: tuple[Path, Any]) -> None:
    home, _ = after
    for query in (
        "SELECT * FROM tickets WHERE starts_with(ticket_id, '99') ORDER BY ALL",
        "SELECT * FROM messages WHERE starts_with(ticket_id, '99') AND NOT contains(text, 'hazelrudder') "
        "AND NOT contains(text, 'lanternmoss') AND text <> '' ORDER BY ALL",
        "SELECT * FROM scores WHERE starts_with(ticket_id, '99') AND ticket_id <> '99001102' ORDER BY ALL",
        "SELECT * FROM contacts WHERE is_staff ORDER BY ALL",
        "SELECT * FROM organizations ORDER BY ALL",
        "SELECT * FROM accounts ORDER BY ALL",
    ):
        assert rows(home, query) == rows(before, query), query
    missing = {word: where for word, where in found(home, OTHERS_WORDS).items() if not where}
    assert missing == {}
    typed = dict(rows(home, "SELECT lead_id, outcome FROM outcomes"))
    assert typed and set(typed.values()) == {"accepted"}
    assert rows(home, "SELECT count(*) FROM lead_evidence") > [(0,)]
    assert set(rows(home, "SELECT example_id FROM examples")) < set(rows(before, "SELECT example_id FROM examples"))


def test_the_lists_stand_without_their_rows(before: Path, after: tuple[Path, Any]) -> None:
    home, _ = after
    for name in ("2026-11-11", "2026-11-12"):
        day = home / "data" / "digests" / name
        told = json.loads((day / "manifest.json").read_text())
        assert told["files"] == {file: checksum(day / file) for file in told["files"]}
        assert all((day / file).exists() for file in OUTPUTS)
    assert "taken away" in (home / "data" / "digests" / "2026-11-11" / "digest.html").read_text()
    assert "taken away" not in (home / "data" / "digests" / "2026-11-12" / "digest.html").read_text()
    left = [row for file in (home / "data" / "owners").glob("*/open.csv") for row in read(file)]
    was = [row for file in (before / "data" / "owners").glob("*/open.csv") for row in read(file)]
    assert {row["lead_id"] for row in left} == {
        row["lead_id"] for row in was
    }  # the save rests on somebody else's words now
    assert any("copperlark" in row["quote"] for row in left) and not any("copperlark" in row["quote"] for row in was)
    with warehouse(home) as con:
        check_keys(con)


def test_what_they_wrote_in_anothers_ticket_lost_its_words(after: tuple[Path, Any]) -> None:
    said = rows(
        after[0], "SELECT position, author_id, text FROM messages WHERE ticket_id = '99001102' ORDER BY position"
    )
    assert [(author is None, bool(text)) for _, author, text in said] == [(False, True), (True, False), (False, True)]
    assert "hazelrudder" in said[2][2] and "lanternmoss" not in said[2][2]


def test_files_are_readable_by_their_owner_alone(after: tuple[Path, Any]) -> None:
    files = [path for path in (after[0] / "data").rglob("*") if path.is_file()]
    inbox = after[0] / "data" / "feedback" / "inbox"
    assert files and {stat.S_IMODE(path.stat().st_mode) for path in files if inbox not in path.parents} == {0o600}
    assert not list((after[0] / "data").glob("*.wal")) and not list((after[0] / "data").glob("*.rewriting"))


def test_the_next_export_does_not_bring_them_back(before: Path, after: tuple[Path, Any], tmp_path: Path) -> None:
    home = Path(shutil.copytree(after[0], tmp_path / "home"))
    folder = Path(shutil.copytree(before.parent / "export", tmp_path / "export"))
    lines = (folder / "tickets.ndjson").read_text().splitlines()
    shared = json.loads(next(line for line in lines if '"99001102"' in line))
    shared["updated_at"] = "2026-11-12T10:00:00Z"
    shared["comments"].append(shared["comments"][-1] | {
        "id": 77, "plain_body": "Ines, as Zebulon Quarrington and the hazelrudder team agreed, it is done."
    })  # fmt: skip
    lines = [json.dumps(shared) if '"99001102"' in line else line for line in lines]
    (folder / "tickets.ndjson").write_text("\n".join(lines) + "\n")
    with open(folder / "tickets.ndjson", "a") as stream:  # another file by its bytes: all of it is read again
        stream.write(json.dumps(ticket("88001109", "The marmaladefern crew again.", requester_id=USER)) + "\n")
    with open(folder / "users.ndjson", "a") as stream:
        stream.write(
            json.dumps({"id": 777123459, "name": "Z. Quarrington", "email": ADDRESS, "role": "end-user"}) + "\n"
        )
        stream.write("\n")
    (folder / "opt_outs.csv").write_text(f"email\nsomebody.else@elmcrest.example\n{ADDRESS.upper()}\n")
    with open(home / "ticketscout.toml", "a") as stream:
        stream.write(f'\n[crm]\nopt_outs = "{folder / "opt_outs.csv"}"\n')
    night(home, folder, "2026-11-13")
    assert {word: where for word, where in found(home, tuple(WORDS)).items() if where} == {}
    counts = json.loads((home / "data" / "digests" / "2026-11-13" / "manifest.json").read_text())["counts"]
    aside = {reason: told["count"] for reason, told in counts["set_aside"].items()}
    assert aside["forgotten"] == 6 and counts["read"] == counts["stored"] + sum(aside.values())
    assert rows(home, "SELECT count(*) FROM rejects WHERE extract IS NOT NULL") == [(0,)]
    said = rows(home, "SELECT text FROM messages WHERE ticket_id = '99001102' ORDER BY position")
    assert [bool(text) for (text,) in said] == [True, False, True, True]
    assert "as [NAME] and the hazelrudder team" in said[3][0]
    missing = {word: where for word, where in found(home, OTHERS_WORDS).items() if not where}
    assert missing == {}


def test_records_of_an_api_do_not_bring_them_back(after: tuple[Path, Any], tmp_path: Path) -> None:
    home = Path(shutil.copytree(after[0], tmp_path / "home"))
    records = [
        ("tickets", json.dumps(ticket("88001101", "The marmaladefern crew again.", requester_id=5))),
        ("tickets", json.dumps(ticket("88001107", "The cobaltheron crew again.", requester_id=USER))),
        ("tickets", json.dumps(ticket("99001107", "Another question.", requester_id=6))),
    ]
    with warehouse(home) as con:
        done = ingest_records(
            con, Home(home), Settings(), source="zendesk", name="page", records=records, work=home / "work"
        )
        check_keys(con)
    assert (done.read, done.stored, done.set_aside) == (3, 1, {"forgotten": 2})
    assert rows(home, "SELECT count(*) FROM tickets WHERE starts_with(ticket_id, '880')") == [(0,)]


# Parts that a killed run had not begun, one after the other on the same home; `make faults` kills at all of them, at
# changes of files and at random moments.
STOPS = ("erase_found: before erase_found", "end: before end")


def test_a_run_that_is_killed_is_finished_by_the_same_command(
    before: Path, after: tuple[Path, Any], tmp_path: Path
) -> None:
    """SIGKILL to its whole process group, twice; the same command then leaves what an undisturbed one does."""
    home = Path(shutil.copytree(before, tmp_path / "home"))
    arguments = ["forget", "--email", ADDRESS, "--home", str(home)]
    for at in STOPS:
        ended = stopped.run(home, arguments, tmp_path / "log", at=at)
        assert ended.was_killed, ended
    assert "forget was begun and has not ended" in call(home, "status").stdout
    ended = stopped.run(home, arguments, tmp_path / "log")
    assert ended.code == 0
    left, undisturbed = left_by_forget(home, tuple(WORDS)), left_by_forget(after[0], tuple(WORDS))
    assert [name for name in undisturbed if left[name] != undisturbed[name]] == []
    assert "has not ended" not in call(home, "status").stdout


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


def test_the_audit_says_what_was_done_and_not_to_whom(after: tuple[Path, Any]) -> None:
    shown = call(after[0], "audit")
    assert shown.returncode == 0
    kinds = [line.split("  ")[1].strip() for line in shown.stdout.splitlines()]
    assert {"published", "crm files", "review export", "labels written", "delivered", "forget"} <= set(kinds)
    assert not any(word in shown.stdout for word in WORDS)
    told = json.loads(call(after[0], "audit", "--json", "--since", "2026-01-01").stdout)
    assert [one["kind"] for one in told if one["kind"] == "forget"] == ["forget"]
    assert json.loads(call(after[0], "audit", "--json", "--since", "2999-01-01").stdout) == []


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
    assert rows(home, "SELECT count(*) FROM tickets")[0][0] == 7
    assert not [*(home / "data" / "feedback" / "inbox").iterdir()]
    assert call(home, "retain", "--as-of=2026-12-31").returncode == 0
    assert rows(home, "SELECT count(*) FROM audit_log WHERE kind = 'retain'") == [(2,)]
    assert rows(home, "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM tombstones)") == [(0, 7)]
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
            said = (*table.holds.rows, table.holds.who)
            assert {personal[column], "example", column} & set(said), f"{table.name}.{column}"


def test_no_table_of_text_is_said_to_hold_nobody() -> None:
    """Tables of people's words and ids are not declared `NOBODY` by mistake."""
    assert [name for name, table in TABLES.items() if "text" in table.column_names and not table.holds.rows] == []
