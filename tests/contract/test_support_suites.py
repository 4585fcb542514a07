"""Freshdesk, Help Scout and HubSpot: what their layouts have in common, and what users of other tools missed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.discovery import discover
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse, write_lines
from tests.contract.whole_nights import score_and_decide

HERE = Path(__file__).parent / "sources"
SUITES = ("freshdesk", "helpscout", "hubspot")
LAYOUTS = sorted(str(folder.parent.relative_to(HERE)) for name in SUITES for folder in HERE.glob(f"{name}/*/cases.csv"))
NIGHTS = (
    ("freshdesk/api", "helpscout/api", "hubspot/api"),
    ("freshdesk/singer", "helpscout/singer", "hubspot/together"),
    ("freshdesk/export",),
)
AS_OF = date(2026, 11, 12)
# What a layout does not carry: HubSpot's threads have no subject, Freshdesk's full export has no ratings and counts
# teams itself.
NOT_IN_ALL = {
    "freshdesk": {"rating", "group_station_count"},
    "helpscout": set(),
    "hubspot": {"subject"},
}


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    with warehouse(tmp_path) as connection:
        yield connection


def _files(layout: str) -> list[Path]:
    return sorted(file for file in (HERE / layout).iterdir() if file.is_file() and file.name != "cases.csv")


def _rows(layout: str, name: str, but: set[str]) -> dict[str, list[dict[str, str]]]:
    """Ticket id -> its expected rows."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open(HERE / layout / "expected" / name, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows.setdefault(row["ticket_id"], []).append({key: row[key] for key in row if key not in but})
    return rows


def _messages(con: Connection) -> list[tuple[Any, ...]]:
    return con.execute("SELECT message_id, role, is_public, text FROM messages ORDER BY ticket_id, position").fetchall()


def _freshdesk(ticket_id: Any = 1, *conversations: dict[str, Any], hour: int = 9, **other: Any) -> dict[str, Any]:
    return {
        "id": ticket_id,
        "subject": "A question",
        "description": "<div>How?</div>",
        "status": 2,
        "priority": 1,
        "source": 1,
        "requester_id": 20,
        "responder_id": 5,
        "fr_escalated": False,
        "spam": False,
        "created_at": "2026-11-10T00:00:00Z",
        "updated_at": f"2026-11-10T{hour:02}:00:00Z",
        "conversations": list(conversations),
    } | other


def _reply(number: Any, text: str, *, incoming: bool, private: bool = False, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "ticket_id": 1,
        "user_id": 20 if incoming else 5,
        "incoming": incoming,
        "private": private,
        "body": f"<p>{text}</p>",
        "created_at": "2026-11-10T01:00:00Z",
    } | other


def test_every_layout_has_a_night() -> None:
    assert sorted(layout for layouts in NIGHTS for layout in layouts) == LAYOUTS


@pytest.mark.parametrize("source", SUITES)
@pytest.mark.parametrize("name", ["tickets.csv", "messages.csv", "events.csv"])
def test_every_layout_of_a_helpdesk_gives_the_same_rows(source: str, name: str) -> None:
    """Of the conversations that both carry; pseudonyms are named by their order in the whole."""
    first, *others = [layout for layout in LAYOUTS if layout.startswith(source)]
    but = NOT_IN_ALL[source] | {"requester", "author", "actor"}
    expected = _rows(first, name, but)
    for other in others:
        found = _rows(other, name, but)
        common = found.keys() & expected.keys()
        assert len(common) >= (1 if name == "events.csv" else 6)
        for ticket_id in common:
            wanted = [row for row in expected[ticket_id] if other != "freshdesk/export" or row.get("kind") != "rated"]
            assert found[ticket_id] == wanted, (other, ticket_id)


@pytest.mark.parametrize("layouts", NIGHTS, ids=" ".join)
def test_a_night_finds_the_wish_in_every_layout(layouts: tuple[str, ...], con: Connection, tmp_path: Path) -> None:
    """Layouts of different helpdesks share a night, since scoring takes the time."""
    ingest_into(con, tmp_path, *(file for layout in layouts for file in _files(layout)))
    # An account each, as one account gets one lead: two by their organizations, Help Scout's by its domain.
    con.execute(
        "INSERT INTO accounts (account_id, name, plan, arr) SELECT unnest(?), 'Elmcrest Ltd', 'team', 1000", [[*SUITES]]
    )
    con.execute("UPDATE organizations SET external_id = source")
    con.execute("INSERT INTO account_domains (account_id, domain) VALUES ('helpscout', 'elmcrest.example')")
    score_and_decide(con, tmp_path, AS_OF)
    found = con.execute(
        "SELECT DISTINCT source, account_id, motion FROM lead_proposals WHERE ticket_id = '1' ORDER BY ALL"
    ).fetchall()
    assert found == sorted((layout.split("/")[0], layout.split("/")[0], "answer") for layout in layouts)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_internal_comments_are_not_replies(layout: str) -> None:
    """dbt_zendesk #35 and #32: internal comments counted as replies."""
    told = [
        row for rows in _rows(layout, "messages.csv", set()).values() for row in rows if "[NAME] might" in row["text"]
    ]
    assert [(row["is_public"], row["role"]) for row in told] == [("False", "agent")]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_the_company_begins_is_not_the_customers(layout: str) -> None:
    opening, answer = _rows(layout, "messages.csv", set())["3"]
    assert (opening["role"], answer["role"]) == ("agent", "customer")
    assert opening["text"].startswith("Your renewal")


def test_replies_of_former_colleagues_stay_the_agents(con: Connection, tmp_path: Path) -> None:
    """dbt_zendesk #82: who has left becomes an end-user, and their replies the customer's."""
    contact = {"id": 5, "name": "Ada Lund", "email": "ada@desk.example", "mobile": None, "job_title": None}
    write_lines(tmp_path / "export" / "contacts", [contact | {"view_all_tickets": False}])
    write_lines(tmp_path / "export" / "tickets", [_freshdesk(1, _reply(7, "So.", incoming=False))])
    ingest_into(con, tmp_path, tmp_path / "export")
    assert [row[1] for row in _messages(con)] == ["customer", "agent"]


def test_pages_that_overlap_store_each_message_once(con: Connection, tmp_path: Path) -> None:
    """dlt #659: time-based paging loads duplicates."""
    first, second = _reply(7, "So.", incoming=False), _reply(8, "Thanks.", incoming=True)
    bare = {key: value for key, value in _freshdesk().items() if key != "conversations"}
    write_lines(tmp_path / "export" / "tickets", [bare, bare])
    write_lines(tmp_path / "export" / "page-1", [first, second])
    write_lines(tmp_path / "export" / "page-2", [second])
    counts = ingest_into(con, tmp_path, tmp_path / "export")
    assert [row[0] for row in _messages(con)] == ["1:opening", "1:7", "1:8"]
    assert counts.read == counts.stored + sum(counts.set_aside.values())


def test_replies_without_their_ticket_are_counted_and_join_it_later(con: Connection, tmp_path: Path) -> None:
    """airbyte #8519, #7631: comments missing, `ticket_id` null."""
    lost = [_reply(7, "So.", incoming=False), _reply(8, "Whose?", incoming=True, ticket_id=None)]
    replies = write_lines(tmp_path / "replies", lost)
    bare = {key: value for key, value in _freshdesk().items() if key != "conversations"}
    tickets = write_lines(tmp_path / "tickets", [bare | {"id": 2}])
    assert ingest_into(con, tmp_path, tickets, replies).set_aside == {"no_ticket": 2}
    tickets = write_lines(tmp_path / "tickets", [bare])
    assert ingest_into(con, tmp_path, tickets, replies).set_aside == {"no_ticket": 1}
    assert ("1:7", "agent", True, "So.") in _messages(con)


def test_replies_come_a_night_after_their_ticket(con: Connection, tmp_path: Path) -> None:
    bare = {key: value for key, value in _freshdesk().items() if key != "conversations"}
    ingest_into(con, tmp_path, write_lines(tmp_path / "tickets", [bare]))
    ingest_into(con, tmp_path, write_lines(tmp_path / "replies", [_reply(7, "So.", incoming=False)]))
    ingest_into(con, tmp_path, write_lines(tmp_path / "again", [bare | {"updated_at": "2026-11-11T00:00:00Z"}]))
    assert [row[0] for row in _messages(con)] == ["1:opening", "1:7"]


@pytest.mark.parametrize("mark", ["deleted", "spam"])
def test_deleted_and_spam_take_what_was_stored_with_them(mark: str, con: Connection, tmp_path: Path) -> None:
    """tap-zendesk `streams.py:315`: a deleted ticket's comments stay."""
    ingest_into(con, tmp_path, write_lines(tmp_path / "one", [_freshdesk(1, _reply(7, "So.", incoming=False))]))
    counts = ingest_into(con, tmp_path, write_lines(tmp_path / "two", [_freshdesk(1, hour=10, **{mark: True})]))
    assert (counts.deleted, _messages(con)) == (1, [])


def test_long_ids_keep_every_digit(con: Connection, tmp_path: Path) -> None:
    """duckdb #14204: ids above BIGINT."""
    number = 98765432109876543210987654321
    ingest_into(
        con, tmp_path, write_lines(tmp_path / "one", [_freshdesk(number, _reply(number, "So.", incoming=False))])
    )
    assert [row[0] for row in _messages(con)] == [f"{number}:opening", f"{number}:{number}"]


@pytest.mark.parametrize(
    ("layout", "remark"),
    [("freshdesk/api", "parts_full"), ("helpscout/api", "parts_missing"), ("hubspot/together", "parts_missing")],
)
def test_conversations_that_may_lack_parts_are_remarked_on(
    layout: str, remark: str, con: Connection, tmp_path: Path
) -> None:
    ingest_into(con, tmp_path, *_files(layout))
    assert (remark, 1) in con.execute("SELECT remark, record_count FROM input_remarks").fetchall()


def test_messages_that_hubspot_cut_are_remarked_on(con: Connection, tmp_path: Path) -> None:
    ingest_into(con, tmp_path, *_files("hubspot/api"))
    assert con.execute("SELECT remark, record_count FROM input_remarks").fetchall() == [("truncated", 1)]


@pytest.mark.parametrize("layout", ["freshdesk/api", "hubspot/api"])
def test_organizations_have_their_domains(layout: str, con: Connection, tmp_path: Path) -> None:
    """Help Scout's conversations name no organization."""
    ingest_into(con, tmp_path, *_files(layout))
    assert con.execute("SELECT organization_id, name, domains FROM organizations").fetchall() == [
        ("90", "Elmcrest", ["elmcrest.example"])
    ]


def test_airbyte_streams_are_read_as_singers(con: Connection, tmp_path: Path) -> None:
    bare = {key: value for key, value in _freshdesk().items() if key != "conversations"}
    records = [("tickets", bare), ("conversations", _reply(7, "So.", incoming=False)), ("skills", {"id": 1})]
    lines = [{"type": "RECORD", "record": {"stream": name, "data": data}} for name, data in records]
    counts = ingest_into(con, tmp_path, write_lines(tmp_path / "airbyte", lines))
    assert [row[0] for row in _messages(con)] == ["1:opening", "1:7"]
    assert counts.set_aside == {"not_read": 1}


def test_a_page_called_results_holds_what_its_records_are() -> None:
    found = {one.place.name: one.kind for one in discover([str(HERE / "hubspot" / "api")])[0]}
    assert found["threads-1.json"] == "threads"
    assert found["messages-1.json"] == "messages"
    assert found["actors.json"] == "actors"
    assert found["contacts.json"] == "contacts"
