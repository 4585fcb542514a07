"""What is personal, planted everywhere in an export, is afterwards found in the vault and the contact columns alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.config import Home
from pipeline.privacy.vault import open_vault
from pipeline.sources.discovery import discover, portions
from pipeline.steps.feedback.read import read_feedback
from pipeline.steps.ingesting.partition import Task, ingest_partition
from tests.contract.homes import ingest_into, published, run, ticket, user, warehouse, write_lines

NAME, EMAIL, AGENT = "Nora Quistgaard", "nora.quistgaard@elmcrest.example", "Grace Ashdowne"
# Each as it is planted, and the part of it that must not be found again.
SECRETS = {
    EMAIL: "nora.quistgaard",
    "+1 202-555-0143": "555-0143",
    "4111 1111 1111 1111": "4111 1111",
    "DE89 3704 0044 0532 0130 00": "0044 0532",  # longer than what a clock may show by chance
    "203.0.113.77": "203.0.113.77",
    "https://app.elmcrest.example/reset?token=s3cr3tT0ken99aa": "s3cr3tT0ken99aa",
    "my password is Hunter2xyz!": "Hunter2xyz",
    NAME: "Quistgaard",
    "invoice_tom.bell@elmcrest.example.pdf": "tom.bell",
}
WISH = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"
PRAISE = "Grace was wonderful, the best support we ever had. I will recommend you to all our partners."
LEAVE = "We will not renew, we are cancelling our contract and moving to Boardwell next month."


def _said() -> str:
    return "\n".join(f"Please note {secret} for this." for secret in SECRETS)


def _export(folder: Path) -> Path:
    html = "".join(f"<p>Please note <b>{secret}</b> for <i>this</i>.</p>" for secret in SECRETS)
    html += f'<p>Or <a href="mailto:{EMAIL}">write</a> to <b>Nora</b> Quistgaard.</p>'
    write_lines(
        folder / "tickets.ndjson",
        [
            ticket(1, WISH, _said(), subject="Seats; " + "; ".join(SECRETS), organization_id=90),
            {
                **ticket(2, WISH, organization_id=90),
                "comments": [
                    {
                        "id": 9,
                        "author_id": 20,
                        "public": True,
                        "created_at": "2026-11-10T01:00:00Z",
                        "html_body": f"<p>{LEAVE}</p>{html}",
                        "plain_body": "-",
                    },
                    {
                        "id": 10,
                        "author_id": 10,
                        "public": False,
                        "created_at": "2026-11-10T02:00:00Z",
                        "plain_body": _said(),
                    },
                ],
            },
            ticket(3, f"{WISH} {NAME}, {EMAIL}, +1 202-555-0143, my password is Hunter2xyz!", organization_id=90),
            {
                **(praised := ticket(4, PRAISE, organization_id=90)),
                "assignee_id": 10,
                "comments": [
                    {
                        "id": 40,
                        "author_id": 10,
                        "public": True,
                        "created_at": "2026-11-10T00:00:00Z",
                        "plain_body": "It works again.",
                    },
                    *praised["comments"],
                ],
            },
            {**ticket(5, organization_id=90), "comments": [], "description": _said()},
            *('{"id": 6, "subject": "' + secret for secret in SECRETS),
            *(f"{secret} is no JSON at all" for secret in SECRETS),
        ],
    )
    write_lines(
        folder / "users.ndjson",
        [
            user(20, NAME, EMAIL, phone="+1 202-555-0143", organization_id=90),
            user(10, AGENT, "grace@tidewater.example", "agent"),
        ],
    )
    write_lines(
        folder / "organizations.ndjson",
        [{"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]}],
    )
    (folder / "accounts.csv").write_text(
        "account_id,name,plan,seats,arr,owner_email,cs_owner_email\nA-1,Elmcrest,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
    )
    return folder


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after a night on the export, and all that the night printed."""
    home = tmp_path_factory.mktemp("planted") / "home"
    export = _export(home.parent / "export")
    done = run(
        home,
        "nightly",
        "--as-of=2026-11-12",
        "--tickets",
        export,
        "--accounts",
        export / "accounts.csv",
        TICKETSCOUT_TOLERATE="1",
    )
    assert done.returncode == 0, done.stderr
    return home, done.stdout + done.stderr


def _found(text: str) -> list[str]:
    return sorted(part for part in (*SECRETS.values(), AGENT) if part.lower() in text.lower())


def _tables(file: Path) -> Iterator[tuple[str, str]]:
    """(table, all its cells as text) of a database."""
    with duckdb.connect(str(file), read_only=True) as con:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield (
                name,
                "\n".join(str(row) for row in con.execute(f'SELECT COLUMNS(*)::VARCHAR FROM "{name}"').fetchall()),
            )


def test_no_table_of_the_warehouse_has_it(night: tuple[Path, str]) -> None:
    home, _ = night
    tables = dict(_tables(home / "data" / "warehouse.duckdb"))
    assert {name: _found(text) for name, text in tables.items() if _found(text)} == {}
    assert tables["messages"].count("Please note") == 4 * len(SECRETS)  # the sentences around it are there
    assert tables["rejects"].count("bad_json") == 2 * len(SECRETS)


def test_the_vault_has_who_it_is_and_no_text(night: tuple[Path, str]) -> None:
    home, _ = night
    vault = dict(_tables(home / "data" / "vault.duckdb"))
    assert NAME in vault["people"] and EMAIL in vault["people"]
    assert "Hunter2xyz" not in vault["people"] and "Please note" not in vault["people"]


def test_what_is_printed_has_none_of_it(night: tuple[Path, str]) -> None:
    assert _found(night[1]) == []


def test_published_files_have_it_in_the_contact_columns_alone(night: tuple[Path, str]) -> None:
    home, _ = night
    seen: set[str] = set()
    for name, content in published(home).items():
        if not name.endswith(".csv"):
            assert _found(content.decode() if isinstance(content, bytes) else json.dumps(content)) == [], name
            continue
        for row in csv.DictReader(content.decode("utf-8-sig").splitlines()):
            for column, value in row.items():
                if column in ("contact", "contact_email", "agent"):
                    seen |= {column for part in (NAME, EMAIL, AGENT) if part == value}
                else:
                    assert _found(value) == [], (name, column)
    assert seen == {"contact", "contact_email", "agent"}


def test_contacts_can_be_left_out(night: tuple[Path, str], copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(night[0])
    (home / "ticketscout.toml").write_text("[publish]\ncontacts = false\n")
    done = run(home, "publish", "--as-of=2026-11-12")
    assert done.returncode == 0, done.stderr
    lists = [content for content in published(home).values() if isinstance(content, bytes)]
    assert lists and [_found(content.decode()) for content in lists if _found(content.decode())] == []


def test_partitions_between_workers_are_redacted_already(tmp_path: Path) -> None:
    export = _export(tmp_path / "export")
    home = tmp_path / "home"
    with warehouse(home) as con:
        ingest_into(con, home, export)  # the vault learns the people
    inputs, _ = discover([str(export)])
    out = tmp_path / "out"
    out.mkdir()
    for part in portions([one for one in inputs if one.kind == "tickets"], 2000):
        ingest_partition(Task(part, Home(home).vault, None, None, out))
    texts = {
        file.name: json.dumps(pq.read_table(file).to_pylist(), default=str) for file in sorted(out.glob("*.parquet"))
    }
    assert {name: _found(text) for name, text in texts.items() if _found(text)} == {}
    assert sum(text.count("Please note") for text in texts.values()) == 4 * len(SECRETS)


@pytest.mark.parametrize("column", ["outcome", "outcome_reason", "snooze_until", "lead_id"])
def test_what_is_typed_into_a_list_is_redacted_before_it_is_stored(
    column: str, night: tuple[Path, str], copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(night[0])
    (file,) = home.glob("data/owners/*/open.csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    typed = rows[0] | {"outcome": "contacted", column: "called " + ", ".join(SECRETS)}
    drop = home / "data" / "feedback" / "inbox" / "typed.csv"
    with open(drop, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerow(typed)
    with warehouse(home) as con:
        counts = read_feedback(con, Home(home), date(2026, 11, 13))
    tables = dict(_tables(home / "data" / "warehouse.duckdb"))
    assert {name: _found(text) for name, text in tables.items() if _found(text)} == {}
    assert _found(str(counts)) == []
    assert counts.outcomes == (0 if column == "lead_id" else 1)  # a word that is no outcome is kept as a reason


def test_files_and_folders_are_for_their_owner_only(night: tuple[Path, str]) -> None:
    home, _ = night
    files = [home, *home.rglob("*")]
    assert len(files) > 20
    assert [path for path in files if path.stat().st_mode & 0o077] == []
    assert not (home / "work").exists()


def test_pseudonyms_differ_from_home_to_home(night: tuple[Path, str], tmp_path: Path) -> None:
    with (
        open_vault(tmp_path / "vault.duckdb") as other,
        open_vault(night[0] / "data" / "vault.duckdb", read_only=True) as vault,
    ):
        salts: list[Any] = [con.execute("SELECT value FROM salt").fetchone() for con in (other, vault)]
    assert salts[0] != salts[1]
