"""Lines, values, files and folders that are odd: what can be read of them is stored, the rest is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.discovery import discover
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, ticket, user, warehouse, write_lines
from tests.contract.whole_nights import BUY, ELMCREST, NORA, stored_texts, whole_night


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


def test_copy_of_a_file_is_passed_over_and_not_counted_twice(con: Connection, home: Path, tmp_path: Path) -> None:
    lines = [ticket(1, "Hello."), ticket(2, "Good day."), "not json"]
    for folder in ("a", "b"):
        write_lines(tmp_path / "export" / folder / "tickets.ndjson", lines)
    counts = ingest_into(con, home, tmp_path / "export")
    assert (counts.read, counts.stored, counts.set_aside) == (3, 2, {"bad_json": 1})
    assert counts.passed_over == ["tickets.ndjson"]


def test_blank_lines_are_no_records(con: Connection, home: Path, tmp_path: Path) -> None:
    counts = ingest_into(con, home, write_lines(tmp_path / "t", ["", ticket(1, "Hello."), "", "   ", "{", ""]))
    assert (counts.read, counts.stored, counts.set_aside) == (2, 1, {"bad_json": 1})
    assert con.execute("SELECT line FROM rejects").fetchall() == [(5,)]  # as an editor counts them


@pytest.mark.parametrize("place", ["alone", "between"])
def test_line_of_ten_megabytes(place: str, con: Connection, home: Path, tmp_path: Path) -> None:
    long = ticket(1, "word " * 2_000_000)
    lines = [long] if place == "alone" else [ticket(2, "Before."), long, ticket(3, "After.")]
    counts = ingest_into(con, home, write_lines(tmp_path / "t", lines), partition_mb=1)
    assert counts.stored == len(lines)
    assert con.execute("SELECT len(text) >= 9999999 FROM messages WHERE ticket_id = '1'").fetchone() == (True,)


def test_odd_but_valid_json_never_stops_a_night(con: Connection, home: Path, tmp_path: Path) -> None:
    odd: list[Any] = [
        None,
        True,
        0,
        -1.5,
        "",
        "text",
        [],
        {},
        [None],
        [[]],
        {"id": {}},
        [1, "a", None, {"id": []}],
        "9" * 400,
        "\0",
    ]
    whole = ticket(
        0,
        "Said.",
        metric_set={"reopens": 1},
        via={"channel": "web"},
        satisfaction_rating={"score": "good"},
        requester={"id": 20},
        collaborator_ids=[1],
        description="d",
    )
    records: list[Any] = []
    for n, value in enumerate(odd):
        records += [{**whole, "id": f"{n}.{name}", name: value} for name in whole if name != "id"]
        records += [{**whole, "id": value}, value]
        for name in ("id", "author_id", "author", "public", "created_at", "plain_body", "html_body", "via"):
            records.append({**whole, "id": f"{n}.comment.{name}", "comments": [{**whole["comments"][0], name: value}]})
    path = write_lines(tmp_path / "t", [ticket("plain", "Hello."), *[json.dumps(record) for record in records]])
    counts = ingest_into(con, home, path)
    assert counts.read == len(records) + 1 == counts.stored + sum(counts.set_aside.values())
    assert "plain" in stored_texts(con)


def test_users_file_in_several_parts_is_known_only_when_all_of_it_was_read(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """Nine thousand people in more than one part: each has a pseudonym, and the ledger counts all."""
    people = [user(n, f"Person {n}", f"p{n}@elmcrest.example", notes="x" * 2000) for n in range(9000)]
    ingest_into(
        con,
        home,
        write_lines(tmp_path / "e" / "users", people),
        write_lines(tmp_path / "e" / "tickets", [ticket(1, "Hello.")]),
    )
    assert con.execute("SELECT count(*) FROM contacts").fetchone() == (9000,)
    assert con.execute("SELECT line_count, stored_count FROM inputs WHERE kind = 'users'").fetchall() == [(9000, 9000)]


@pytest.mark.parametrize("name", ["o'brien's [b] {a,b} st*r", "日本"])
def test_home_may_have_any_name(name: str, tmp_path: Path) -> None:
    home = tmp_path / name / "home"
    with warehouse(home) as con:
        whole_night(con, home, [ticket(1, BUY)], tmp_path / name / "export")
        whole_night(con, home, [ticket(1, BUY, "Any news?", hour=10)], tmp_path / name / "later")
        assert len(stored_texts(con)["1"]) == 2
        assert con.execute("SELECT count(*) FROM scores").fetchone() != (0,)


def test_files_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    write_lines(tmp_path / "export.txt", [ticket(1, "Hello.")])
    write_lines(tmp_path / "tickets.json", [NORA])
    write_lines(tmp_path / "deep" / "down", [ELMCREST])
    (tmp_path / "accounts.csv").write_text("account_id,name\n1,Elmcrest\n")
    (tmp_path / ".hidden").write_text(json.dumps(ticket(2, "No.")))
    inputs, passed_over = discover([str(tmp_path)])
    assert {one.place.name: one.kind for one in inputs} == {
        "export.txt": "tickets",
        "tickets.json": "users",
        "down": "organizations",
    }
    assert [path.name for path in passed_over] == ["accounts.csv"]
    by_glob, _ = discover([f"{tmp_path}/*.txt", f"{tmp_path}/**/down"])
    assert [one.place.name for one in by_glob] == ["down", "export.txt"]
