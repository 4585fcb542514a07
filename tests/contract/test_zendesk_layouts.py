"""Zendesk's layouts: the same conversations in each, what users of connectors complained about, nights from each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.signals.spec import load_signals
from pipeline.sources.framing import Head
from pipeline.sources.recognition import recognise
from pipeline.sources.source import RECORDS
from pipeline.sources.zendesk import LAYOUTS, ZENDESK, read
from pipeline.steps.decide import decide
from pipeline.steps.score import score
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, user, warehouse, write_lines

FIXTURES = Path(__file__).parent / "sources" / "zendesk"
APART = ("pages", "audits", "ticket_events", "conversation_log", "singer", "airbyte")
NORA = user(20, "Nora Quist", "nora@elmcrest.example", organization_id=90)
GRACE = user(10, "Grace Ashdown", "grace@tidewater.example", role="agent")


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


def _ticket(ticket_id: int, **other: Any) -> dict[str, Any]:
    """As the incremental export has it, without comments."""
    return {
        "id": ticket_id,
        "subject": "A question",
        "description": "How do we begin?",
        "status": "open",
        "requester_id": 20,
        "submitter_id": 20,
        "assignee_id": 10,
        "organization_id": 90,
        "created_at": "2026-11-10T09:00:00Z",
        "updated_at": "2026-11-10T12:00:00Z",
    } | other


def _comment(comment_id: int, ticket_id: int | None, author: int, text: str, **other: Any) -> dict[str, Any]:
    comment = {"id": comment_id, "author_id": author, "public": True, "plain_body": text, "audit_id": comment_id * 10}
    return comment | {"created_at": "2026-11-10T09:00:00Z", "ticket_id": ticket_id} | other


def _audit(audit_id: int, ticket_id: int, author: int, *events: dict[str, Any], hour: int = 9) -> dict[str, Any]:
    time = f"2026-11-10T{hour:02}:00:00Z"
    return {
        "id": audit_id,
        "ticket_id": ticket_id,
        "author_id": author,
        "created_at": time,
        "metadata": {},
        "events": [*events],
    }


def _page(path: Path, **lists: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(lists), encoding="utf-8")
    return path


def _said(con: Connection) -> list[tuple[str, str, bool]]:
    return con.execute("SELECT text, role, is_public FROM messages ORDER BY ticket_id, position").fetchall()


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


# What users of connectors complained about


def test_who_left_the_company_stays_staff_for_comments_that_come_apart(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """dbt_zendesk #82: ex-employees become end-users, and their replies count as the customer's."""
    _page(tmp_path / "1" / "users.json", users=[NORA, GRACE])
    _page(tmp_path / "1" / "tickets.json", tickets=[_ticket(1, assignee_id=None)])
    ingest_into(con, home, tmp_path / "1")
    _page(tmp_path / "2" / "users.json", users=[GRACE | {"role": "end-user"}])
    _page(tmp_path / "2" / "comments.json", comments=[_comment(1, 1, 10, "I answered then.")], next_page=None)
    ingest_into(con, home, tmp_path / "2")
    assert _said(con) == [("I answered then.", "agent", True)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_note_is_a_note_whichever_stream_says_so(
    order: tuple[int, int], con: Connection, home: Path, tmp_path: Path
) -> None:
    """dbt_zendesk #35: internal comments counted as replies. The audit has it in public still, the comment does not."""
    event = {"id": 5, "type": "Comment", "public": True, "plain_body": "Between us."}
    streams = [[_audit(50, 1, 20, event)], [_comment(5, 1, 20, "Between us.", public=False)]]
    for n, stream in zip(order, streams, strict=True):
        write_lines(tmp_path / "e" / f"{n}.jsonl", stream)
    ingest_into(con, home, _page(tmp_path / "e" / "tickets.json", tickets=[_ticket(1)], users=[NORA]), tmp_path / "e")
    assert _said(con) == [("Between us.", "agent", False)]


def test_a_comment_made_private_is_a_note(con: Connection, home: Path, tmp_path: Path) -> None:
    """dbt_zendesk #35, in audits: the last word counts."""

    def change(public: bool, hour: int) -> dict[str, Any]:
        event = {"id": 50 + hour, "type": "CommentPrivacyChange", "comment_id": 5, "public": public}
        return _audit(500 + hour, 1, 10, event, hour=hour)

    said = _audit(50, 1, 10, {"id": 5, "type": "Comment", "public": True, "plain_body": "Between us."})
    write_lines(tmp_path / "audits", [change(False, 13), change(True, 12), change(False, 11), said])
    ingest_into(con, home, _page(tmp_path / "tickets.json", tickets=[_ticket(1)]), tmp_path / "audits")
    assert _said(con) == [("Between us.", "agent", False)]


def test_orphans_are_set_aside_and_found_again_when_their_ticket_comes(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """airbyte #8519 and #7631: comments missing, `ticket_id` null. Nothing is lost without a word."""
    lines = [_comment(1, None, 20, "Lost."), _comment(2, 7, 20, "Early."), _comment(3, 1, 20, "Here.")]
    comments = write_lines(tmp_path / "comments", lines)
    users = _page(tmp_path / "users.json", users=[NORA])
    counts = ingest_into(con, home, users, comments, _page(tmp_path / "1.json", tickets=[_ticket(1)]))
    assert (counts.read, counts.stored, counts.set_aside) == (4, 2, {"no_ticket": 2})

    counts = ingest_into(con, home, comments, _page(tmp_path / "7.json", tickets=[_ticket(7)]))
    assert counts.set_aside == {"no_ticket": 1}
    assert _said(con) == [("Here.", "customer", True), ("Early.", "customer", True)]


def test_time_based_pages_that_overlap_store_everything_once(con: Connection, home: Path, tmp_path: Path) -> None:
    """dlt #659: time-based paging loads duplicates; also where the next night begins with the last second again."""
    newer = _ticket(2, updated_at="2026-11-10T13:00:00Z", status="pending")
    pages = [[_ticket(1), _ticket(2)], [_ticket(2), newer], [newer, _ticket(3)]]
    for n, tickets in enumerate(pages):
        comments = [_comment(one["id"], one["id"], 20, f"Said in {one['id']}.") for one in tickets]
        _page(tmp_path / str(n) / "tickets.json", tickets=tickets, next_page="…", end_time=1, count=2)
        write_lines(tmp_path / str(n) / "comments", comments)
    ingest_into(con, home, tmp_path / "0", tmp_path / "1")
    counts = ingest_into(con, home, tmp_path / "2")
    assert con.execute("SELECT ticket_id, status FROM tickets ORDER BY 1").fetchall() == [
        ("1", "open"),
        ("2", "pending"),
        ("3", "open"),
    ]
    assert [text for text, _, _ in _said(con)] == ["Said in 1.", "Said in 2.", "Said in 3."]
    assert counts.fault_share == 0


DELETIONS = {
    "as a ticket": ("tickets", _ticket(1, status="deleted", updated_at="2026-11-11T09:00:00Z")),
    "as a deleted ticket": (
        "deleted_tickets",
        {"id": 1, "deleted_at": "2026-11-11T09:00:00Z", "previous_state": "open", "actor": {"id": 10}},
    ),
}


@pytest.mark.parametrize("deletion", DELETIONS)
def test_comments_and_events_of_a_deleted_ticket_do_not_stay(
    deletion: str, con: Connection, home: Path, tmp_path: Path
) -> None:
    """tap-zendesk streams.py:315: the deleted ticket is emitted, its comments are not and stayed where they were."""
    said = [_comment(1, 1, 20, "Please forget this."), _comment(2, 2, 20, "Keep this.")]
    events = [_audit(10, n, 10, {"id": n, "type": "Change", "field_name": "status", "value": "solved"}) for n in (1, 2)]
    write_lines(tmp_path / "1" / "comments", said)
    write_lines(tmp_path / "1" / "audits", events)
    _page(tmp_path / "1" / "tickets.json", tickets=[_ticket(1), _ticket(2)])
    ingest_into(con, home, tmp_path / "1")
    name, record = DELETIONS[deletion]
    ingest_into(con, home, _page(tmp_path / "2.json", **{name: [record], "count": 1}))
    late = write_lines(tmp_path / "3", [_comment(3, 1, 20, "Late."), _comment(1, 1, 20, "Please forget this.")])
    counts = ingest_into(con, home, late)
    assert counts.set_aside == {"deleted": 2}
    for table in ("tickets", "messages", "ticket_events"):
        assert con.execute(f"SELECT DISTINCT ticket_id FROM {table}").fetchall() == [("2",)], table


def test_ticket_events_without_comments_are_remarked(con: Connection, home: Path, tmp_path: Path) -> None:
    """dlt verified-sources #579: no comments. Fetched without `include=comment_events`, events say that some were."""
    child = {"id": 5, "via": "Email", "comment_present": True, "comment_public": True, "event_type": "Comment"}
    event = {"id": 50, "ticket_id": 1, "timestamp": 1794301200, "updater_id": 20, "child_events": [child]}
    _page(tmp_path / "e" / "events.json", ticket_events=[event], end_time=1794301200, count=1)
    _page(tmp_path / "e" / "tickets.json", tickets=[_ticket(1)])
    counts = ingest_into(con, home, tmp_path / "e")
    assert counts.remarks == {"parts_missing": 1}
    assert _said(con) == [("How do we begin?", "customer", True)]


# Who wrote it


def test_requester_and_assignee_are_known_without_any_users(con: Connection, home: Path, tmp_path: Path) -> None:
    """Tickets in pages and comments in lines, in one night and over two."""
    comments = [_comment(1, 1, 20, "Me."), _comment(2, 1, 10, "Us."), _comment(3, 1, 30, "Who?")]
    _page(tmp_path / "1" / "tickets.json", tickets=[_ticket(1)], end_of_stream=True)
    write_lines(tmp_path / "1" / "comments", comments)
    ingest_into(con, home, tmp_path / "1")
    assert [role for _, role, _ in _said(con)] == ["customer", "agent", "unknown"]
    ingest_into(con, home, write_lines(tmp_path / "2", [_comment(4, 1, 20, "Me again.")]))
    assert _said(con)[-1] == ("Me again.", "customer", True)


def test_whom_a_ticket_was_given_is_staff(con: Connection, home: Path, tmp_path: Path) -> None:
    given = {"id": 9, "type": "Change", "field_name": "assignee_id", "value": "12", "previous_value": None}
    said = _audit(50, 1, 12, given, {"id": 5, "type": "Comment", "public": True, "plain_body": "I look after it."})
    write_lines(tmp_path / "audits", [said])
    ingest_into(
        con, home, _page(tmp_path / "tickets.json", tickets=[_ticket(1, assignee_id=None)]), tmp_path / "audits"
    )
    assert _said(con) == [("I look after it.", "agent", True)]


def test_description_gives_way_to_comments_that_come_later(con: Connection, home: Path, tmp_path: Path) -> None:
    ingest_into(con, home, _page(tmp_path / "1.json", tickets=[_ticket(1, submitter_id=10)], users=[NORA, GRACE]))
    assert _said(con) == [("How do we begin?", "agent", True)]  # the submitter wrote it, not the requester
    ingest_into(con, home, write_lines(tmp_path / "2", [_comment(1, 1, 10, "How do we begin?")]))
    assert con.execute("SELECT message_id FROM messages").fetchall() == [("1:1",)]


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


@pytest.mark.parametrize("layout", [*APART, "whole", "export"])
def test_every_file_is_taken_for_what_it_is(layout: str) -> None:
    for file in [*_files(layout), *(FIXTURES / layout).glob("*.ndjson")]:
        content = file.read_bytes()
        found = recognise(Head(file.name, content, True))
        assert found is not None and found.source == "zendesk", file
        named = file.stem.strip("-0123456789").split("-")[0].split("_2")[0]
        by_name = {"comments": "comments", "users": "users", "organizations": "organizations", "audits": "audits"}
        assert found.kind == by_name.get(named, found.kind), file


# Any JSON at all

ODD = [None, True, -1, 1e300, "", "text", "\0", [], {}, [None], [[]], [1, {"id": {}}], {"id": []}, "9" * 400]


def test_no_record_is_too_odd_to_be_read() -> None:
    """Every key of every kind with every odd value, two levels deep: each record is read or set aside with a reason."""
    rows: list[tuple[str, str]] = []
    for kind, record in _one_of_each_kind().items():
        for odd in ODD:
            rows += [(kind, json.dumps(odd)), (kind, json.dumps({}))]
            for key, value in record.items():
                rows.append((kind, json.dumps(record | {key: odd})))
                inner = value[0] if isinstance(value, list) and value else value
                for name in inner if isinstance(inner, dict) else ():
                    changed = inner | {name: odd}
                    rows.append((kind, json.dumps(record | {key: [changed] if isinstance(value, list) else changed})))
    rows.append(("comments", '{"id": "\ud800'.encode("utf-8", "replace").decode()))
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    batch = read(pa.table([numbers, *(pa.array([row[i] for row in rows]) for i in (0, 1))], schema=RECORDS))
    rejected = set(batch.rejects["record"].to_pylist())
    assert len(rejected) == batch.rejects.num_rows
    for table in (batch.tickets, batch.messages, batch.events, batch.participants):
        assert not rejected & set(table["record"].to_pylist())
    for name in ("ticket_id", "message_id", "said_at", "body", "is_public"):
        assert batch.messages[name].null_count == 0, name
    for name in ("ticket_id", "event_id", "kind", "happened_at"):
        assert batch.events[name].null_count == 0, name


def _one_of_each_kind() -> dict[str, dict[str, Any]]:
    rating = {
        "id": 1,
        "ticket_id": 1,
        "score": "bad",
        "comment": "No.",
        "requester_id": 20,
        "updated_at": "2026-11-10T09:00:00Z",
    }
    change = {"id": 6, "type": "Change", "field_name": "status", "value": "open", "previous_value": "solved"}
    voice = {
        "id": 5,
        "type": "VoiceComment",
        "public": True,
        "body": "A call",
        "data": {"transcription_text": "Hello."},
    }
    author = {"type": "user", "subtypes": ["ai"], "zen:support:user_id": 20, "display_name": "Nora Quist"}
    content = {"type": "html", "body": "<p>Hello.</p>"}
    log = {"id": "a", "ticket_id": 1, "reference": "zen:ticket_event:5", "created_at": "2026-11-10T09:00:00Z"}
    log |= {"author": author, "content": content, "metadata": {"public": True}, "source": {"type": "web"}}
    links = {"next": "https://tidewater.zendesk.example/api/v2/tickets/1/conversation_log?page=2"}
    comment = _comment(1, 1, 20, "Hello.", html_body="<p>Hello.</p>", via={"channel": "email"})
    metrics = {"ticket_id": 1, "reopens": 1, "group_stations": 2, "updated_at": "2026-11-10T09:00:00Z"}
    found: dict[str, dict[str, Any]] = {
        "tickets": _ticket(1, comments=[comment], metric_set=metrics, via={"channel": "web"}),
        "bare_tickets": _ticket(2),
        "deleted_tickets": {"id": 3, "deleted_at": "2026-11-10T09:00:00Z", "subject": "x"},
        "ticket_metrics": metrics,
        "comments": comment,
        "audits": _audit(50, 1, 20, voice) | {"via": {"channel": "web"}},
        "ticket_events": {"id": 7, "ticket_id": 1, "timestamp": 1794301200, "updater_id": 20, "child_events": [change]},
        "conversation_log": log,
        "conversation_pages": {"events": [log], "links": links, "meta": {}},
        "satisfaction_ratings": rating,
        "metric_events": {
            "id": 8,
            "ticket_id": 1,
            "metric": "reply_time",
            "type": "breach",
            "time": "2026-11-10T09:00:00Z",
        },
        "users": NORA,
        "organizations": {"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": ["elmcrest.example"]},
    }
    assert set(found) == {kind.name for one in LAYOUTS for kind in one.kinds} == {kind.name for kind in ZENDESK.kinds}
    return found


# A night from bytes to leads


@pytest.mark.parametrize("layout", APART)
def test_a_night_from_each_layout_finds_the_wish(layout: str, con: Connection, home: Path) -> None:
    """The conversation log has a newer wish of the same account, said to a bot."""
    is_log = layout == "conversation_log"
    message, wish = ("120:01J9QN802", "60 people") if is_log else ("101:10101", "40 more seats")
    ingest_into(con, home, *_files(layout))
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
    decide(con, settings, load_signals(bundled.signal_specs()), date(2026, 11, 12))
    leads = con.execute("SELECT DISTINCT account_id, message_id FROM lead_proposals WHERE quote LIKE ?", [f"%{wish}%"])
    assert leads.fetchall() == [("A-1", message)]
