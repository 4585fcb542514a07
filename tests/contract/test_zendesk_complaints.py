"""What users of Zendesk's connectors complained about, by the thread it was said in, and who wrote what comes apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, warehouse, write_lines
from tests.contract.zendesk_records import GRACE, NORA, all_said, audit_of, comment_of, ticket_of, write_page


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


# What users of connectors complained about


def test_who_left_the_company_stays_staff_for_comments_that_come_apart(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """dbt_zendesk #82: ex-employees become end-users, and their replies count as the customer's."""
    write_page(tmp_path / "1" / "users.json", users=[NORA, GRACE])
    write_page(tmp_path / "1" / "tickets.json", tickets=[ticket_of(1, assignee_id=None)])
    ingest_into(con, home, tmp_path / "1")
    write_page(tmp_path / "2" / "users.json", users=[GRACE | {"role": "end-user"}])
    write_page(tmp_path / "2" / "comments.json", comments=[comment_of(1, 1, 10, "I answered then.")], next_page=None)
    ingest_into(con, home, tmp_path / "2")
    assert all_said(con) == [("I answered then.", "agent", True)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_note_is_a_note_whichever_stream_says_so(
    order: tuple[int, int], con: Connection, home: Path, tmp_path: Path
) -> None:
    """dbt_zendesk #35: internal comments counted as replies. The audit has it in public still, the comment does not."""
    event = {"id": 5, "type": "Comment", "public": True, "plain_body": "Between us."}
    streams = [[audit_of(50, 1, 20, event)], [comment_of(5, 1, 20, "Between us.", public=False)]]
    for n, stream in zip(order, streams, strict=True):
        write_lines(tmp_path / "e" / f"{n}.jsonl", stream)
    ingest_into(
        con, home, write_page(tmp_path / "e" / "tickets.json", tickets=[ticket_of(1)], users=[NORA]), tmp_path / "e"
    )
    assert all_said(con) == [("Between us.", "agent", False)]


def test_a_comment_made_private_is_a_note(con: Connection, home: Path, tmp_path: Path) -> None:
    """dbt_zendesk #35, in audits: the last word counts."""

    def change(public: bool, hour: int) -> dict[str, Any]:
        event = {"id": 50 + hour, "type": "CommentPrivacyChange", "comment_id": 5, "public": public}
        return audit_of(500 + hour, 1, 10, event, hour=hour)

    said = audit_of(50, 1, 10, {"id": 5, "type": "Comment", "public": True, "plain_body": "Between us."})
    write_lines(tmp_path / "audits", [change(False, 13), change(True, 12), change(False, 11), said])
    ingest_into(con, home, write_page(tmp_path / "tickets.json", tickets=[ticket_of(1)]), tmp_path / "audits")
    assert all_said(con) == [("Between us.", "agent", False)]


def test_orphans_are_set_aside_and_found_again_when_their_ticket_comes(
    con: Connection, home: Path, tmp_path: Path
) -> None:
    """airbyte #8519 and #7631: comments missing, `ticket_id` null. Nothing is lost without a word."""
    lines = [comment_of(1, None, 20, "Lost."), comment_of(2, 7, 20, "Early."), comment_of(3, 1, 20, "Here.")]
    comments = write_lines(tmp_path / "comments", lines)
    users = write_page(tmp_path / "users.json", users=[NORA])
    counts = ingest_into(con, home, users, comments, write_page(tmp_path / "1.json", tickets=[ticket_of(1)]))
    assert (counts.read, counts.stored, counts.set_aside) == (4, 2, {"no_ticket": 2})

    counts = ingest_into(con, home, comments, write_page(tmp_path / "7.json", tickets=[ticket_of(7)]))
    assert counts.set_aside == {"no_ticket": 1}
    assert all_said(con) == [("Here.", "customer", True), ("Early.", "customer", True)]


def test_time_based_pages_that_overlap_store_everything_once(con: Connection, home: Path, tmp_path: Path) -> None:
    """dlt #659: time-based paging loads duplicates; also where the next night begins with the last second again."""
    newer = ticket_of(2, updated_at="2026-11-10T13:00:00Z", status="pending")
    pages = [[ticket_of(1), ticket_of(2)], [ticket_of(2), newer], [newer, ticket_of(3)]]
    for n, tickets in enumerate(pages):
        comments = [comment_of(one["id"], one["id"], 20, f"Said in {one['id']}.") for one in tickets]
        write_page(tmp_path / str(n) / "tickets.json", tickets=tickets, next_page="…", end_time=1, count=2)
        write_lines(tmp_path / str(n) / "comments", comments)
    ingest_into(con, home, tmp_path / "0", tmp_path / "1")
    counts = ingest_into(con, home, tmp_path / "2")
    assert con.execute("SELECT ticket_id, status FROM tickets ORDER BY 1").fetchall() == [
        ("1", "open"),
        ("2", "pending"),
        ("3", "open"),
    ]
    assert [text for text, _, _ in all_said(con)] == ["Said in 1.", "Said in 2.", "Said in 3."]
    assert counts.fault_share == 0


DELETIONS = {
    "as a ticket": ("tickets", ticket_of(1, status="deleted", updated_at="2026-11-11T09:00:00Z")),
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
    said = [comment_of(1, 1, 20, "Please forget this."), comment_of(2, 2, 20, "Keep this.")]
    events = [
        audit_of(10, n, 10, {"id": n, "type": "Change", "field_name": "status", "value": "solved"}) for n in (1, 2)
    ]
    write_lines(tmp_path / "1" / "comments", said)
    write_lines(tmp_path / "1" / "audits", events)
    write_page(tmp_path / "1" / "tickets.json", tickets=[ticket_of(1), ticket_of(2)])
    ingest_into(con, home, tmp_path / "1")
    name, record = DELETIONS[deletion]
    ingest_into(con, home, write_page(tmp_path / "2.json", **{name: [record], "count": 1}))
    late = write_lines(tmp_path / "3", [comment_of(3, 1, 20, "Late."), comment_of(1, 1, 20, "Please forget this.")])
    counts = ingest_into(con, home, late)
    assert counts.set_aside == {"deleted": 2}
    for table in ("tickets", "messages", "ticket_events"):
        assert con.execute(f"SELECT DISTINCT ticket_id FROM {table}").fetchall() == [("2",)], table


def test_ticket_events_without_comments_are_remarked(con: Connection, home: Path, tmp_path: Path) -> None:
    """dlt verified-sources #579: no comments. Fetched without `include=comment_events`, events say that some were."""
    child = {"id": 5, "via": "Email", "comment_present": True, "comment_public": True, "event_type": "Comment"}
    event = {"id": 50, "ticket_id": 1, "timestamp": 1794301200, "updater_id": 20, "child_events": [child]}
    write_page(tmp_path / "e" / "events.json", ticket_events=[event], end_time=1794301200, count=1)
    write_page(tmp_path / "e" / "tickets.json", tickets=[ticket_of(1)])
    counts = ingest_into(con, home, tmp_path / "e")
    assert counts.remarks == {"parts_missing": 1}
    assert all_said(con) == [("How do we begin?", "customer", True)]


# Who wrote it


def test_requester_and_assignee_are_known_without_any_users(con: Connection, home: Path, tmp_path: Path) -> None:
    """Tickets in pages and comments in lines, in one night and over two."""
    comments = [comment_of(1, 1, 20, "Me."), comment_of(2, 1, 10, "Us."), comment_of(3, 1, 30, "Who?")]
    write_page(tmp_path / "1" / "tickets.json", tickets=[ticket_of(1)], end_of_stream=True)
    write_lines(tmp_path / "1" / "comments", comments)
    ingest_into(con, home, tmp_path / "1")
    assert [role for _, role, _ in all_said(con)] == ["customer", "agent", "unknown"]
    ingest_into(con, home, write_lines(tmp_path / "2", [comment_of(4, 1, 20, "Me again.")]))
    assert all_said(con)[-1] == ("Me again.", "customer", True)


def test_whom_a_ticket_was_given_is_staff(con: Connection, home: Path, tmp_path: Path) -> None:
    given = {"id": 9, "type": "Change", "field_name": "assignee_id", "value": "12", "previous_value": None}
    said = audit_of(50, 1, 12, given, {"id": 5, "type": "Comment", "public": True, "plain_body": "I look after it."})
    write_lines(tmp_path / "audits", [said])
    ingest_into(
        con, home, write_page(tmp_path / "tickets.json", tickets=[ticket_of(1, assignee_id=None)]), tmp_path / "audits"
    )
    assert all_said(con) == [("I look after it.", "agent", True)]


def test_description_gives_way_to_comments_that_come_later(con: Connection, home: Path, tmp_path: Path) -> None:
    ingest_into(
        con, home, write_page(tmp_path / "1.json", tickets=[ticket_of(1, submitter_id=10)], users=[NORA, GRACE])
    )
    assert all_said(con) == [("How do we begin?", "agent", True)]  # the submitter wrote it, not the requester
    ingest_into(con, home, write_lines(tmp_path / "2", [comment_of(1, 1, 10, "How do we begin?")]))
    assert con.execute("SELECT message_id FROM messages").fetchall() == [("1:1",)]
