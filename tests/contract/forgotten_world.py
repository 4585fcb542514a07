"""A home in which somebody left traces in every kind of place, somebody else beside them, and a search of all that it
holds, decoded."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq

from tests.contract.homes import call, ticket, user, write_lines

ADDRESS, NAME, USER = "zebulon.quarrington@elmcrest.example", "Zebulon Quarrington", 777123451
OTHER_ADDRESS, OTHER_NAME, OTHER_USER = "ines.valdemar@elmcrest.example", "Ines Valdemar", 777123452
# Words and ids of theirs, each planted in a place of its own.
WORDS = {
    "marmaladefern": "a wish to buy, the quote of a lead",
    "cobaltheron": "a save",
    "thistlecandle": "praise",
    "velvetanvil": "a need",
    "quartzpigeon": "a rival named",
    "lanternmoss": "said in another's ticket",
    "saffronkettle": "a record that cannot be read",
    "junipersock": "a subject",
    "8800110": "a ticket's id",
    "777123451": "the helpdesk's id of the person",
    "uarrington": "name and address",
}
LABEL_FILES = ("labels.csv", "labels.jsonl", "labels.json")
# Its address is not in the environment, so that the ledger says of each message that it is still to be sent.
_CHANNEL = '[[deliver]]\nname = "team"\nurl_env = "NOT_SET_URL"\nsend = ["digest", "alerts"]\n'
OTHERS_WORDS = ("brambleclock", "copperlark", "hazelrudder", "9900110", "aldemar")


def _asks(word: str) -> str:
    return f"We outgrew our plan. Could you add 40 more seats to our Team plan for the {word} crew, and at what cost?"


def _leaves(word: str) -> str:
    return f"We will not renew the {word} contract, we are cancelling it and moving to Boardwell next month."


def _of(number: str, person: int, *said: str, **other: Any) -> dict[str, Any]:
    made = ticket(number, *said, **({"requester_id": person, "organization_id": 90} | other))
    made["url"] = f"https://desk.example/tickets/{number}.json"
    made["comments"] = [{**one, "author_id": person} for one in made["comments"]]
    return made


def export(folder: Path) -> Path:
    """Tickets of both, users, organizations, accounts; the last record is broken."""
    shared = _of("99001102", OTHER_USER, _leaves("copperlark"))
    quoted = (
        "On Tue, Nov 10, 2026 at 1:00 AM Zebulon Quarrington wrote:\n> The lanternmoss team has the same trouble.\n"
    )
    shared["comments"] += [
        {"id": 1, "author_id": USER, "public": True, "created_at": "2026-11-10T01:00:00Z",
         "plain_body": "The lanternmoss team has the same trouble. We will cancel our contract, too."},
        {"id": 2, "author_id": 10, "public": True, "created_at": "2026-11-10T02:00:00Z",
         "plain_body": f"Thank you both, Zebulon Quarrington. We look into it with the hazelrudder team.\n\n{quoted}"},
    ]  # fmt: skip
    praised = _of("88001103", USER, "Grace was wonderful, the best thistlecandle support we ever had, I recommend you.")
    praised["comments"].insert(0, {"id": 3, "author_id": 10, "public": True, "created_at": "2026-11-09T00:00:00Z",
                                   "plain_body": "It works again."})  # fmt: skip
    write_lines(
        folder / "tickets.ndjson",
        [
            _of("88001101", USER, _asks("marmaladefern"), subject="Seats for junipersock"),
            _of("88001102", USER, _leaves("cobaltheron")),
            praised,
            _of("88001104", USER, "Please add dark mode with the velvetanvil theme, we miss that feature a lot."),
            _of("88001105", USER, "Boardwell has a cheaper quartzpigeon price, we think of switching to Boardwell."),
            _of("88001107", USER, _asks("marmaladefern"), organization_id=92),  # of whom nothing else is known: a lead
            _of("99001101", OTHER_USER, _asks("brambleclock"), organization_id=91),
            shared,
            '{"id": 88001106, "subject": "saffronkettle of Zebulon Quarrington',
        ],
    )
    write_lines(
        folder / "users.ndjson",
        [
            user(USER, NAME, ADDRESS, organization_id=90),
            user(OTHER_USER, OTHER_NAME, OTHER_ADDRESS, organization_id=90),
            user(10, "Grace Ashdowne", "grace@tidewater.example", "agent"),
        ],
    )
    write_lines(
        folder / "organizations.ndjson",
        [
            {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]},
            {"id": 91, "name": "Oakmere", "external_id": "A-2", "domain_names": ["oakmere.example"]},
            {"id": 92, "name": "Larkmoor", "external_id": "A-3", "domain_names": ["larkmoor.example"]},
        ],
    )
    (folder / "accounts.csv").write_text(
        "account_id,name,plan,seats,arr,owner_email,cs_owner_email\n"
        "A-1,Elmcrest,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
        "A-2,Oakmere,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
        "A-3,Larkmoor,team,10,9000,mia@tidewater.example,cleo@tidewater.example\n"
    )
    return folder


def night(home: Path, folder: Path, day: str) -> None:
    done = call(home, "nightly", "--tickets", folder, "--accounts", folder / "accounts.csv", f"--as-of={day}",
                "--engine=local")  # fmt: skip
    assert done.returncode in (0, 1), done.stderr


def lived_in(home: Path) -> Path:
    """Two nights with files for two CRMs and alerts that nobody could be told, outcomes typed and sent back, questions
    asked and answered."""
    home.mkdir()
    folder = export(home.parent / "export")
    (home / "ticketscout.toml").write_text(f"[crm_export.hubspot]\n[crm_export.salesforce]\n{_CHANNEL}")
    night(home, folder, "2026-11-11")
    for file in sorted((home / "data" / "owners").glob("*/open.csv")):
        (home / "data" / "feedback" / "inbox" / f"back-{file.parent.name}.csv").write_bytes(file.read_bytes())
        type_into(file, "accepted", "they said so")
    night(home, folder, "2026-11-12")
    questions = home / "questions.csv"
    assert call(home, "review", "export", "--out", questions, "-n", "20").returncode == 0
    rows = read(questions)
    write(questions, [row | {"decision": "yes"} for row in rows])
    assert call(home, "review", "import", questions).returncode == 0
    for name in LABEL_FILES:
        done = call(home, "review", "labels", "--out", home / name)
        assert done.returncode == 0, done.stderr
    done = call(home, "review", "export", "--format", "labelstudio", "--out", home / "tasks.json", "-n", "3")
    assert done.returncode == 0, done.stderr
    return home


def read(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, rows: list[dict[str, str]]) -> None:
    with open(file, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def type_into(file: Path, outcome: str, reason: str) -> None:
    rows = read(file)
    if rows:
        write(file, [row | {"outcome": outcome, "outcome_reason": reason} for row in rows])


def found(home: Path, words: tuple[str, ...], within: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Word -> where in the home it stands, whatever that is written in: `file` or `file table`. `within`: longer words
    of others, the longest first, in which one of them may stand."""
    places: dict[str, set[str]] = {word: set() for word in words}
    for place, text in _everything(home):
        lower = text.lower()
        for longer in within:
            lower = lower.replace(longer, " ")
        for word in words:
            if word.lower() in lower:
                places[word].add(place)
    return places


def _everything(home: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if not path.is_file():
            continue
        yield name, name
        raw = path.read_bytes()
        yield f"{name} (bytes)", raw.decode("latin-1")
        if path.suffix == ".duckdb":
            yield from _cells(path, name)
        elif path.suffix == ".parquet":
            yield name, str(pq.read_table(path).to_pylist())
        elif path.suffix == ".gz":
            yield name, gzip.decompress(raw).decode("latin-1")
        elif path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                yield name, " ".join(arrays[key].tobytes().decode("latin-1") for key in arrays)
        elif path.suffix == ".json":
            yield name, json.dumps(json.loads(raw), ensure_ascii=False)


def _cells(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Every cell of every table. Freed bytes are found in the raw file, where DuckDB keeps text as it is."""
    with duckdb.connect(str(path), read_only=True) as con:
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield f"{name} {table}", "\n".join(map(str, con.execute(f"FROM {table}").fetchall()))


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Of the home's warehouse."""
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()
