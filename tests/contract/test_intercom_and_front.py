"""Intercom and Front: what their layouts have in common, whom they lead to, and nights from bytes to leads."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.discovery import discover
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse, write_lines
from tests.contract.intercom_records import BUY, NORA, START, all_said, conversation_of, part_saying, without_parts
from tests.contract.whole_nights import score_and_decide

SOURCES_HERE = Path(__file__).parent / "sources"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


def _expected(layout: str, name: str) -> dict[str, list[dict[str, str]]]:
    """Rows of an expected file by ticket, without the names that people have there."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open(SOURCES_HERE / layout / "expected" / name, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for column in ("author", "actor", "requester"):
                row.pop(column, None)
            rows.setdefault(row["ticket_id"], []).append(row)
    return rows


@pytest.mark.parametrize("name", ["tickets.csv", "messages.csv", "events.csv"])
@pytest.mark.parametrize("layout", ["intercom/singer", "intercom/airbyte"])
def test_streams_give_the_rows_that_the_api_gives(layout: str, name: str) -> None:
    api, streams = _expected("intercom/api", name), _expected(layout, name)
    # 3 was listed anew; the Singer tap does not say that the opening of 12 is redacted, and has none.
    differ = (
        {"3"} if name == "tickets.csv" else {"12"} if layout == "intercom/singer" and name == "messages.csv" else set()
    )
    assert len(streams) >= 5
    assert {ticket for ticket in streams if streams[ticket] != api.get(ticket)} == differ


def test_table_gives_the_messages_that_the_api_gives() -> None:
    """But for who began 5: the table does not tell a campaign from a person."""
    api, table = _expected("intercom/api", "messages.csv"), _expected("intercom/table", "messages.csv")
    assert {ticket for ticket in table if table[ticket] != api[ticket]} == {"5"}
    assert table["5"][0]["role"] == "agent"


@pytest.mark.parametrize("name", ["tickets.csv", "messages.csv", "events.csv"])
def test_fronts_pages_and_lines_give_the_same_rows(name: str) -> None:
    assert _expected("front/api", name) == _expected("front/lines", name)


def test_layouts_of_a_helpdesk_together_are_each_ticket_once(con: Connection, home: Path) -> None:
    """The same conversations from pages, a tap and a connector, in one night: same tickets, same messages.

    All are of the same moment, so of 12 either version may stay: the tap does not say that an opening was redacted.
    """
    ingest_into(con, home, *[SOURCES_HERE / "intercom" / layout for layout in ("api", "singer", "airbyte")])
    together = dict(con.execute("SELECT ticket_id, count(*) FROM messages GROUP BY ticket_id").fetchall())
    pages, tap = _expected("intercom/api", "messages.csv"), _expected("intercom/singer", "messages.csv")
    assert together.pop("12") in (len(pages.pop("12")), len(tap["12"]))
    assert together == {ticket: len(rows) for ticket, rows in pages.items()}


def test_people_and_companies_lead_to_the_account(con: Connection, home: Path) -> None:
    ingest_into(con, home, SOURCES_HERE / "intercom" / "api")
    assert con.execute(
        "SELECT organization_id, external_id, name, domains FROM organizations ORDER BY ALL"
    ).fetchall() == [
        ("6c01", "A-1", "Elmcrest", ["elmcrest.example"]),
        ("6c02", None, "Quillworks", ["quillworks.example"]),
    ]
    assert con.execute(
        "SELECT is_staff, email_domain, organization_id FROM contacts "
        "WHERE organization_id IS NOT NULL OR is_staff ORDER BY ALL"
    ).fetchall() == [
        (False, "elmcrest.example", "6c01"),
        (False, "quillworks.example", "6c02"),
        (True, "desk.example", None),
        (True, "desk.example", None),
    ]


def test_a_table_exported_again_keeps_its_requester(con: Connection, home: Path, tmp_path: Path) -> None:
    """Rows that are stored already are read again for their conversation's sake."""
    text = (SOURCES_HERE / "intercom" / "table" / "export.csv").read_text(encoding="utf-8")
    header, first, *_ = text.splitlines()
    reply = first.replace("91,", "911,", 1).replace("We need help with the calendar.", "Fine.")
    reply = reply.replace("conversation_message", "comment").replace(",user,65f0aa01,u-1,", ",admin,501,,")
    for name, rows in (("one.csv", [first]), ("two.csv", [first, reply.replace("01:00:00", "02:00:00", 1)])):
        (tmp_path / name).write_text("\n".join([header, *rows]) + "\n")
        ingest_into(con, home, tmp_path / name)
        (requester,) = con.execute("SELECT requester_id FROM tickets").fetchone() or (None,)
        assert requester is not None
    assert [role for _, role, _, _ in all_said(con)] == ["customer", "agent"]


def test_each_file_is_recognised_as_what_it_holds() -> None:
    found = {
        f"{one.place.address.split('/sources/')[1]}": (one.source, one.kind)
        for one in discover([str(SOURCES_HERE / "intercom"), str(SOURCES_HERE / "front")])[0]
        if "/expected/" not in one.place.address
    }
    assert found["intercom/api/contacts.json"] == ("intercom", "contacts")  # not Zendesk's users
    assert found["intercom/api/companies.json"] == ("intercom", "companies")
    assert found["intercom/api/2-conversation.json"] == ("intercom", "conversations")
    assert found["intercom/table/export.csv"] == ("intercom", "export")
    assert found["front/api/comments.json"] == ("front", "comments")
    assert found["front/api/accounts.json"] == ("front", "accounts")


def _front(**other: Any) -> list[dict[str, Any]]:
    link = "https://acme.api.frontapp.com/conversations/cnv_1"
    customer = {"handle": NORA["email"], "name": NORA["name"], "role": "from"}
    return [
        {
            "id": "cnv_1",
            "status": "assigned",
            "created_at": START + 0.5,
            "recipient": customer,
            "_links": {"self": link},
        },
        {
            "id": "msg_1",
            "is_inbound": True,
            "created_at": START + 0.5,
            "body": f"<div>{BUY}</div>",
            "author": None,
            "recipients": [customer],
            "_links": {"related": {"conversation": link}},
        },
    ]


def _bought(layout: str, folder: Path) -> None:
    """Files of that layout in which Nora asks for seats."""
    said = part_saying(1, f"<p>{BUY}</p>")
    if layout == "api":
        write_lines(folder / "page", [{"type": "conversation.list", "conversations": [conversation_of(said)]}])
    elif layout == "streams":
        stream = [
            ("conversations", without_parts(conversation_of())),
            ("conversation_parts", said | {"conversation_id": "1"}),
        ]
        write_lines(folder / "tap", [{"type": "RECORD", "stream": name, "record": one} for name, one in stream])
    elif layout == "table":
        columns = (
            "message_id,message_type,message_created_at,message_author_type,message_author_id,message_author_email"
        )
        said_at = "2026-11-10 01:00:00"
        row = f"7,conversation_message,{said_at},user,{NORA['id']},{NORA['email']},1,open,{said_at},{BUY!r}"
        columns += ",conversation_id,conversation_state,conversation_created_at,message_body"
        (folder / "export.csv").write_text(f"{columns}\n{row}\n".replace("'", '"'), encoding="utf-8")
    else:
        for name, one in zip(("conversations", "messages"), _front(), strict=True):
            write_lines(folder / name, [{"_pagination": {"next": None}, "_results": [one]}])


@pytest.mark.parametrize("layout", ["api", "streams", "table", "front"])
def test_a_night_from_bytes_to_the_lead(layout: str, con: Connection, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    _bought(layout, folder)
    ingest_into(con, home, folder)
    con.execute("INSERT INTO accounts (account_id, name, plan, arr) VALUES ('A-1', 'Elmcrest', 'team', 1000)")
    con.execute("INSERT INTO account_domains (account_id, domain) VALUES ('A-1', 'elmcrest.example')")
    score_and_decide(con, home)
    assert con.execute("SELECT DISTINCT account_id, ticket_id FROM lead_proposals").fetchall() == [
        ("A-1", "cnv_1" if layout == "front" else "1")
    ]
