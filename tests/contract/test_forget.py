"""Somebody is forgotten: nothing of them is left in any file of the home, decoded; all of somebody else's is; they do
not come back; a run that is killed is finished by the next; the audit says what was done and not to whom."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Home, Settings
from pipeline.digest.folder import checksum
from pipeline.digest.outputs import OUTPUTS
from pipeline.steps.ingesting.from_memory import ingest_records
from pipeline.steps.keys import check_keys
from tests.contract.forgotten_world import (
    ADDRESS,
    LABEL_FILES,
    OTHERS_WORDS,
    USER,
    WORDS,
    found,
    lived_in,
    night,
    read,
    rows,
)
from tests.contract.homes import call, ticket, warehouse
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
        assert any(part in place for place in kinds), part
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
    # The save rests on somebody else's words now, Larkmoor's wish on nobody's.
    assert {row["account_id"] for row in was} > {"A-3"}
    assert {row["lead_id"] for row in left} == {row["lead_id"] for row in was if row["account_id"] != "A-3"}
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
    assert aside["forgotten"] == 7 and counts["read"] == counts["stored"] + sum(aside.values())
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


def test_the_audit_says_what_was_done_and_not_to_whom(after: tuple[Path, Any]) -> None:
    shown = call(after[0], "audit")
    assert shown.returncode == 0
    kinds = [line.split("  ")[1].strip() for line in shown.stdout.splitlines()]
    assert {"published", "crm files", "review export", "labels written", "delivered", "forget"} <= set(kinds)
    assert not any(word in shown.stdout for word in WORDS)
    told = json.loads(call(after[0], "audit", "--json", "--since", "2026-01-01").stdout)
    assert [one["kind"] for one in told if one["kind"] == "forget"] == ["forget"]
    assert json.loads(call(after[0], "audit", "--json", "--since", "2999-01-01").stdout) == []
