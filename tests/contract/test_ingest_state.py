"""What is stored after which files came in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline import bundled, engine
from pipeline.config import Home, Settings
from pipeline.schema import TABLES
from pipeline.schema.history import HISTORY
from pipeline.signals.spec import load_signals
from pipeline.sources.discovery import discover
from pipeline.steps.decide import decide
from pipeline.steps.ingesting import ingest, people
from pipeline.steps.ingesting.asking import LINE_KEY
from pipeline.steps.ingesting.load import DERIVED
from pipeline.steps.ingesting.partition import TEXT_VERSION
from pipeline.steps.score import score
from pipeline.warehouse import Connection
from tests.contract.canonical import state
from tests.contract.homes import ingest_into, ticket, user, warehouse, write_lines

BUY = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"
NEED = "It would be great if you offered an export of the Gantt chart as PDF. Is there any way? We miss that feature."
NORA = user(20, "Nora Quist", "nora@elmcrest.example", organization_id=90)
ELMCREST = {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]}
AS_OF = date(2026, 11, 12)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


def _stored(con: Connection) -> dict[str, list[str]]:
    """Ticket id -> its texts in order."""
    return dict(
        con.execute(
            "SELECT ticket_id, list(text ORDER BY position) FROM messages GROUP BY ticket_id ORDER BY ticket_id"
        ).fetchall()
    )


def test_derived_tables_are_all_that_the_schema_keys_by_ticket() -> None:
    keyed = {name for name, table in TABLES.items() if "ticket_id" in table.column_names}
    kept = {"ticket_origins"}  # what it was when it was first seen does not change with the ticket
    kept |= {"examples"}  # what was labelled stays
    kept |= {table.name for table in HISTORY}  # what was so on past nights stays so, without text
    kept |= {"topic_edits", "praise_outcomes"}  # what a person did
    assert keyed - {"tickets", "tombstones"} - kept == set(DERIVED)


def test_a_stored_ticket_has_the_key_of_its_line(con: Connection, home: Path, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "export" / "tickets.ndjson", [ticket(1, BUY), ticket(2, NEED)], end=" \r\n")
    ingest_into(con, home, file)
    made = [
        con.execute(f"SELECT {LINE_KEY.format('$text')}", {"text": line.strip(), "version": TEXT_VERSION}).fetchone()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert con.execute("SELECT line_key FROM tickets ORDER BY ticket_id").fetchall() == made


def test_same_input_twice_leaves_the_same_state_and_is_not_read_again(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    export = tmp_path / "export"
    write_lines(export / "tickets.ndjson", [ticket(1, BUY), ticket(2, NEED), '{"id": 3, "status"'])
    write_lines(export / "users.ndjson", [NORA])
    first = ingest_into(con, home, export)
    before = state(con)

    second = ingest_into(con, home, export)

    assert state(con) == before
    assert (first.changed, second.changed) == (2, 0)
    assert not list((home / "work" / "ingest").glob("*"))
    assert (
        (second.read, second.stored, second.set_aside)
        == (first.read, first.stored, first.set_aside)
        == (3, 2, {"bad_json": 1})
    )


def test_unchanged_tickets_in_a_new_file_are_not_read_again(con: Connection, home: Path, tmp_path: Path) -> None:
    ingest_into(con, home, write_lines(tmp_path / "one", [ticket(1, "Hello."), ticket(2, "Good day.")]))
    counts = ingest_into(con, home, write_lines(tmp_path / "two", [ticket(1, "Hello."), ticket(3, "New.")], end="\r\n"))
    assert counts.changed == 1
    assert set(_stored(con)) == {"1", "2", "3"}
    assert (counts.read, counts.stored) == (2, 2)


def test_where_little_is_new_it_is_read_here_and_stands_where_it_stood(
    con: Connection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that are stored are passed over, but counted; no worker is started for the few that are not, but who
    scores is told to begin; not where nothing is new."""
    tickets = [ticket(n, f"Question {n}.") for n in range(400)]
    ingest_into(con, home, write_lines(tmp_path / "one", tickets), partition_mb=8 / 1024)
    changed: list[Any] = [*tickets[:50], "not json", *tickets[50:], "", "{"]
    changed[200] = ticket("199", "Question 199.", "Any news?", hour=10)
    path = write_lines(tmp_path / "two", changed)
    (path_whole := tmp_path / "three").write_bytes(path.read_bytes() + b"\n")

    started, told = list[int](), list[int]()
    monkeypatch.setattr(engine, "_processes", started.append)
    parted, again = (
        ingest_into(con, home, path, partition_mb=8 / 1024, engine="processes", say_free=lambda: told.append(1))
        for _ in range(2)
    )
    rejects = con.execute("SELECT line, reason, extract FROM rejects WHERE path = 'two' ORDER BY ALL").fetchall()
    whole = ingest_into(con, home, path_whole)

    assert not started
    assert told == [1]
    assert [row[:2] for row in rejects] == [(51, "bad_json"), (403, "bad_json")]
    assert (
        rejects == con.execute("SELECT line, reason, extract FROM rejects WHERE path = 'three' ORDER BY ALL").fetchall()
    )
    assert (parted.changed, again.changed, whole.changed) == (1, 0, 0)
    assert (parted.read, parted.stored, parted.set_aside) == (whole.read, whole.stored, whole.set_aside)
    assert _stored(con)["199"] == ["Question 199.", "Any news?"]


def test_readers_begin_while_people_are_read_where_nothing_is_stored(
    con: Connection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something is, little may be left to read."""
    done, taken = list[str](), list[bool]()

    class Watched(engine.Crew):
        def begin(self, count: int, *rest: Any) -> None:
            done.append(f"begun: {count > 1}")
            super().begin(count, *rest)

        def take(self) -> Any:
            taken.append((pool := super().take()) is not None)
            return pool

    def read_people(*given: Any) -> None:
        done.append("people")
        people.ingest_people(*given)

    monkeypatch.setattr(ingest, "Crew", Watched)
    monkeypatch.setattr(ingest, "ingest_people", read_people)
    for hour in (9, 10):
        path = write_lines(tmp_path / f"{hour}", [ticket(n, f"Asked at {hour}.", hour=hour) for n in range(200)])
        ingest_into(con, home, path, partition_mb=8 / 1024, engine="processes")

    assert done == ["begun: True", "people", "people"]
    assert taken[0]
    assert _stored(con)["7"] == ["Asked at 10."]


def test_changed_ticket_replaces_itself_with_all_that_was_read_out_of_it(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    _whole_night(con, home, [ticket(1, BUY), ticket(2, NEED)], tmp_path / "one")
    assert con.execute("SELECT DISTINCT ticket_id FROM scores ORDER BY 1").fetchall() == [("1",), ("2",)]

    ingest_into(con, home, write_lines(tmp_path / "two", [ticket(1, "Thanks, it is solved.", hour=10)]))

    assert _stored(con)["1"] == ["Thanks, it is solved."]
    for table in ("scores", "facts"):
        assert con.execute(f"SELECT count(*) FROM {table} WHERE ticket_id = '1'").fetchone() == (0,), table
    assert con.execute("SELECT count(*) FROM scores WHERE ticket_id = '2'").fetchone() != (0,)


def test_deleted_ticket_goes_with_everything_derived_and_its_lead_is_withdrawn(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    _whole_night(con, home, [ticket(1, BUY), ticket(2, NEED)], tmp_path / "one")
    con.execute("INSERT INTO ticket_events VALUES ('zendesk', '1', '1:5', 'reopened', '2026-11-10', NULL, NULL)")
    for table in (*DERIVED, "lead_proposals"):
        assert con.execute(f"SELECT count(*) FROM {table} WHERE ticket_id IN ('1', '2')").fetchone() != (0,), table
    (lead,) = con.execute("SELECT lead_id FROM lead_proposals WHERE ticket_id = '1'").fetchone() or ("",)

    gone = [ticket(n, hour=11, status="deleted") for n in (1, 2)]
    _whole_night(con, home, gone, tmp_path / "two", AS_OF.replace(day=13))

    for table in ("tickets", *DERIVED, "signals", "lead_proposals"):
        assert con.execute(f"SELECT count(*) FROM {table} WHERE ticket_id IN ('1', '2')").fetchone() == (0,), table
    assert con.execute(
        "SELECT event FROM lead_events WHERE lead_id = ? AND as_of = '2026-11-13'", [lead]
    ).fetchall() == [("withdrawn",)]


VERSIONS: dict[str, dict[str, Any]] = {
    "first": ticket(1, "First.", hour=8),
    "deleted": ticket(1, "First.", hour=9, status="deleted"),
    "back": ticket(1, "Back again.", hour=10),
}


@pytest.mark.parametrize(
    ("order", "stands"),
    [
        (("first", "deleted"), None),
        (("deleted", "first"), None),
        (("first", "deleted", "first"), None),
        (("first", "deleted", "back"), "Back again."),
        (("back", "deleted"), "Back again."),
        (("back", "deleted", "first"), "Back again."),
        (("deleted", "back", "first", "deleted"), "Back again."),
    ],
)
@pytest.mark.parametrize("as_one_file", [False, True])
def test_the_latest_version_stands_whatever_came_last(
    order: tuple[str, ...], stands: str | None, as_one_file: bool, con: Connection, home: Path, tmp_path: Path
) -> None:
    """An older export does not bring a deleted ticket back, an older deletion does not take a newer ticket away."""
    records = [VERSIONS[name] for name in order]
    other = ticket(2, "Another.")
    files = (
        [[*records, other]]
        if as_one_file
        else [[record, ticket(100 + n, "Padding.")] for n, record in enumerate(records)] + [[other]]
    )
    for n, lines in enumerate(files):
        counts = ingest_into(con, home, write_lines(tmp_path / f"{n}.ndjson", lines))
        assert counts.read == counts.stored + sum(counts.set_aside.values())

    assert _stored(con).get("1") == ([stands] if stands else None)
    assert _stored(con)["2"] == ["Another."]
    assert con.execute("SELECT count(*) FROM tombstones").fetchone() == (0 if stands else 1,)


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
    assert "plain" in _stored(con)


def test_users_file_in_several_parts_is_known_only_when_all_of_it_was_read(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """Fifteen thousand people in more than one part: each has a pseudonym, and the ledger counts all."""
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
        _whole_night(con, home, [ticket(1, BUY)], tmp_path / name / "export")
        _whole_night(con, home, [ticket(1, BUY, "Any news?", hour=10)], tmp_path / name / "later")
        assert len(_stored(con)["1"]) == 2
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


def _whole_night(con: Connection, home: Path, tickets: list[Any], export: Path, as_of: date = AS_OF) -> None:
    """Ingest, score and decide with the models that ship."""
    write_lines(export / "tickets", tickets)
    write_lines(export / "users", [NORA])
    write_lines(export / "organizations", [ELMCREST])
    ingest_into(con, home, export)
    con.execute("DELETE FROM accounts")
    con.execute("INSERT INTO accounts (account_id, name, plan, arr) VALUES ('A-1', 'Elmcrest', 'team', 1000)")
    settings = Settings()
    score(
        con,
        Home(home),
        settings,
        work=home / "work",
        engine="local",
        workers=1,
        dask_address=None,
        progress=lambda step, done, total: None,
    )
    decide(con, settings, load_signals(bundled.signal_specs()), as_of)
