"""Zendesk's layouts: the same conversations in each, each recognised as what it is, nights from each."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sources.framing import Head
from pipeline.sources.recognition import recognise
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse
from tests.contract.whole_nights import score_and_decide

FIXTURES = Path(__file__).parent / "sources" / "zendesk"
APART = ("pages", "audits", "ticket_events", "conversation_log", "singer", "airbyte")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


def _files(layout: str) -> list[Path]:
    files = (FIXTURES / layout).rglob("*")
    return sorted(f for f in files if f.suffix in (".json", ".jsonl") and "expected" not in f.parts)


def _expected(layout: str, name: str, *columns: str) -> dict[str, tuple[str, ...]]:
    """First column -> the others."""
    with open(FIXTURES / layout / "expected" / name, encoding="utf-8", newline="") as stream:
        return {row[columns[0]]: tuple(row[column] for column in columns[1:]) for row in csv.DictReader(stream)}


# The same conversations in every layout


@pytest.mark.parametrize("layout", APART)
def test_a_message_is_the_same_message_in_every_layout(layout: str) -> None:
    columns = ("message_id", "position", "role", "is_public", "said_at", "text", "marks")
    whole, apart = (_expected(one, "messages.csv", *columns) for one in ("whole", layout))
    if layout == "conversation_log":  # which says who wrote it, also of somebody who is nobody's user
        assert whole.pop("103:10304")[1] == "unknown" and apart.pop("103:10304")[1] == "customer"
    of_the_layout_alone = {"106:rating:701"} | {one for one in apart if one.startswith("120:")}
    assert {one: row for one, row in apart.items() if one not in of_the_layout_alone} == whole


@pytest.mark.parametrize("layout", APART)
def test_a_ticket_is_the_same_ticket_in_every_layout(layout: str) -> None:
    columns = (
        "ticket_id",
        "status",
        "priority",
        "channel",
        "team",
        "organization_id",
        "created_at",
        "updated_at",
        "rating",
    )
    whole, apart = (_expected(one, "tickets.csv", *columns) for one in ("whole", layout))
    apart.pop("120", None)
    assert apart == whole


def test_audits_ticket_events_and_streams_tell_the_same_events() -> None:
    columns = ("event_id", "kind", "happened_at", "value")
    audits, events, singer = (_expected(one, "events.csv", *columns) for one in ("audits", "ticket_events", "singer"))
    assert audits == events
    assert singer.pop("106:802:breached") and singer.pop("106:701:rated")
    assert singer == audits


# Recognised, and nobody else's

FOREIGN = {
    "Freshdesk ticket": {"id": 1, "status": 2, "requester_id": 7, "responder_id": 3, "description_text": "…"},
    "Intercom contact": {"type": "contact", "id": "5f", "role": "user", "email": "a@b.example", "name": "A"},
    "Help Scout user": {"id": 4, "role": "admin", "email": "a@b.example", "firstName": "A", "lastName": "B"},
    "Freshdesk conversation": {"id": 1, "ticket_id": 2, "user_id": 3, "body": "…", "incoming": True, "private": False},
    "Help Center comment": {"id": 1, "author_id": 2, "source_id": 3, "body": "…", "locale": "en-us"},
    "calendar": {"events": [{"id": 1, "start": "2026-11-10", "author": "A"}], "meta": {}},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_records_of_others_are_not_taken_for_zendesk(name: str) -> None:
    assert recognise(Head("x", json.dumps(FOREIGN[name]).encode(), True), "zendesk") is None


# What a file holds, by its name or by its folder's.
KINDS = {
    "tickets": ("tickets", "bare_tickets"),
    "users": ("users",),
    "organizations": ("organizations",),
    "deleted_tickets": ("deleted_tickets",),
    "satisfaction_ratings": ("satisfaction_ratings",),
    "messages": ("tickets",),
    "ticket_audits": ("audits",),
    "audits": ("audits",),
    "comments": ("comments",),
    "ticket_events": ("ticket_events",),
    "log": ("conversation_log", "conversation_pages"),
    "zendesk.singer": ("bare_tickets",),
}


@pytest.mark.parametrize("layout", [*APART, "whole", "export"])
def test_every_file_is_taken_for_what_it_is(layout: str) -> None:
    for file in [*_files(layout), *(FIXTURES / layout).glob("*.ndjson")]:
        found = recognise(Head(file.name, file.read_bytes(), True))
        assert found is not None and found.source == "zendesk", file
        named = re.sub(r"^\d+-|[-_\d]+$", "", file.stem)
        assert found.kind in KINDS[named if named in KINDS else file.parent.name], file


# A night from bytes to leads


@pytest.mark.parametrize("layout", APART)
def test_a_night_from_each_layout_finds_the_wish(layout: str, con: Connection, home: Path) -> None:
    """The conversation log has a newer wish of the same account, said to a bot."""
    is_log = layout == "conversation_log"
    message, wish = ("120:01J9QN802", "60 people") if is_log else ("101:10101", "40 more seats")
    ingest_into(con, home, *_files(layout))
    con.execute("INSERT INTO accounts (account_id, name, plan, arr) VALUES ('A-1', 'Elmcrest', 'team', 1000)")
    score_and_decide(con, home)
    leads = con.execute("SELECT DISTINCT account_id, message_id FROM lead_proposals WHERE quote LIKE ?", [f"%{wish}%"])
    assert leads.fetchall() == [("A-1", message)]
