"""What is stored after which files came in which order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema import TABLES
from pipeline.schema.history import HISTORY
from pipeline.steps.ingesting.asking import LINE_KEY
from pipeline.steps.ingesting.load import DERIVED
from pipeline.steps.ingesting.partition import TEXT_VERSION
from pipeline.warehouse import Connection
from tests.contract.canonical import state
from tests.contract.homes import ingest_into, ticket, warehouse, write_lines
from tests.contract.whole_nights import AS_OF, BUY, NEED, NORA, stored_texts, whole_night


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


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
    assert set(stored_texts(con)) == {"1", "2", "3"}
    assert (counts.read, counts.stored) == (2, 2)


def test_changed_ticket_replaces_itself_with_all_that_was_read_out_of_it(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    whole_night(con, home, [ticket(1, BUY), ticket(2, NEED)], tmp_path / "one")
    assert con.execute("SELECT DISTINCT ticket_id FROM scores ORDER BY 1").fetchall() == [("1",), ("2",)]

    ingest_into(con, home, write_lines(tmp_path / "two", [ticket(1, "Thanks, it is solved.", hour=10)]))

    assert stored_texts(con)["1"] == ["Thanks, it is solved."]
    for table in ("scores", "facts"):
        assert con.execute(f"SELECT count(*) FROM {table} WHERE ticket_id = '1'").fetchone() == (0,), table
    assert con.execute("SELECT count(*) FROM scores WHERE ticket_id = '2'").fetchone() != (0,)


def test_deleted_ticket_goes_with_everything_derived_and_its_lead_is_withdrawn(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    whole_night(con, home, [ticket(1, BUY), ticket(2, NEED)], tmp_path / "one")
    con.execute("INSERT INTO ticket_events VALUES ('zendesk', '1', '1:5', 'reopened', '2026-11-10', NULL, NULL)")
    for table in (*DERIVED, "lead_proposals"):
        assert con.execute(f"SELECT count(*) FROM {table} WHERE ticket_id IN ('1', '2')").fetchone() != (0,), table
    (lead,) = con.execute("SELECT lead_id FROM lead_proposals WHERE ticket_id = '1'").fetchone() or ("",)

    gone = [ticket(n, hour=11, status="deleted") for n in (1, 2)]
    whole_night(con, home, gone, tmp_path / "two", AS_OF.replace(day=13))

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

    assert stored_texts(con).get("1") == ([stands] if stands else None)
    assert stored_texts(con)["2"] == ["Another."]
    assert con.execute("SELECT count(*) FROM tombstones").fetchone() == (0 if stands else 1,)
