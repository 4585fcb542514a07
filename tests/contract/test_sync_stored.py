"""What `ticketscout sync` stores of each helpdesk: who said what, statuses, ratings, deletions, and a lead of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.contract.helpdesk_answers import TOKEN
from tests.contract.helpdesk_records import (
    ANSWER,
    NOTE,
    PENDING,
    SOLVED,
    WISH,
    freshdesk_conversations,
    freshdesk_ticket,
    zendesk_comments,
    zendesk_ticket,
    zendesk_user,
)
from tests.contract.helpdesk_server import helpdesk
from tests.contract.homes import call, warehouse, write_lines
from tests.contract.sync_homes import home_of, pull, state, stored

DESKS = ("zendesk", "intercom", "freshdesk", "helpscout")
LATER = 3000  # minutes: after the first run
SAYS = {
    "zendesk": ["customer agent true", "agent agent true", "agent"],
}


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DESK_TOKEN", TOKEN)


def _rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with warehouse(home) as con:
        return con.execute(query).fetchall()


@pytest.mark.parametrize("name", DESKS)
def test_a_night_reads_roles_notes_ratings_statuses_and_organizations_and_finds_the_wish(
    name: str, tmp_path: Path
) -> None:
    with helpdesk(name, tickets=4) as desk:
        home = home_of(tmp_path, name, desk)
        accounts = tmp_path / "accounts.csv"
        accounts.write_text("account_id,name,domain,plan,arr\nA-1,Elmcrest,elmcrest.example,team,1000\n")
        done = call(home, "sync", f"--accounts={accounts}", "--as-of=2026-11-12", "--engine=local")
    assert done.returncode == 0, done.stderr
    assert "set aside (" not in done.stderr
    said = _rows(home, "SELECT role, is_public, text FROM messages WHERE ticket_id = '1' ORDER BY position")
    assert [(role, is_public) for role, is_public, _ in said] == [
        ("customer", True),
        ("agent", True),
        ("agent", False),
    ]
    assert WISH in said[0][2] and "[PHONE]" in said[0][2]
    assert said[1][2] == ANSWER and said[2][2] == f"[NAME]: {NOTE}"
    statuses = dict(_rows(home, "SELECT ticket_id::INT, status FROM tickets"))
    closed = {"zendesk": "solved", "freshdesk": "solved"}.get(name, "closed")
    waiting = "hold" if name == "intercom" else "pending"
    assert statuses == {1: "open", SOLVED: closed, 3: "open", PENDING: waiting}
    assert _rows(home, "SELECT ticket_id::INT FROM tickets WHERE rating = 'good'") == [(SOLVED,)]
    assert _rows(
        home,
        "SELECT count(*) FROM tickets t JOIN contacts c ON c.contact_id = t.requester_id "
        "WHERE c.email_domain = 'elmcrest.example' AND NOT c.is_staff",
    ) == [(4,)]
    assert _rows(home, "SELECT count(*) >= 1 FROM contacts WHERE is_staff AND email_domain = 'desk.example'") == [
        (True,)
    ]
    organizations = _rows(home, "SELECT name, external_id, domains FROM organizations")
    external = None if name == "freshdesk" else "A-1"
    assert organizations == ([] if name == "helpscout" else [("Elmcrest", external, ["elmcrest.example"])])
    leads = home / "data" / "digests" / "2026-11-12" / "leads.csv"
    with open(leads, encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(row["account_id"], row["motion"]) for row in found] == [("A-1", "answer")]
    assert "40 more seats" in found[0]["quote"]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("zendesk", "deleted"),
        ("freshdesk", "deleted"),
        ("freshdesk", "spam"),
        ("helpscout", "deleted"),
        ("helpscout", "spam"),
        ("helpscout", "gone"),
    ],
)
def test_what_the_helpdesk_deletes_goes_away(name: str, how: str, tmp_path: Path) -> None:
    with helpdesk(name, tickets=4) as desk:
        home = home_of(tmp_path, name, desk)
        pull(home)
        assert stored(home) == [1, 2, 3, 4]
        if name != "zendesk":  # whose export says it of the ticket once more
            desk.tickets.remove(3)
        if how == "gone":  # deleted between the list and its threads
            desk.tickets.append(3)
            desk.faults = [("/conversations/3/threads", "gone")]
            said = pull(home, 0, "--from", "2026-11-01")
            assert "helpscout: a record went away meanwhile" in said
        else:
            {"deleted": desk.deleted, "spam": desk.spam}[how][3] = LATER
            asked = desk.asked_for("/3/")
            pull(home)
            assert desk.asked_for("/3/") == asked  # what it said is not asked for
        assert stored(home) == [1, 2, 4]
        left = state(home)
        assert all("3" not in row[1:2] for row in left["messages"] + left["ticket_events"])
        assert [row[1] for row in left["tombstones"]] == ["3"]


def test_lists_that_a_plan_does_not_have_are_left_out_with_a_warning(tmp_path: Path) -> None:
    with helpdesk("freshdesk", tickets=2) as desk:
        desk.faults = [("/agents", "refused"), ("/satisfaction_ratings", "refused")]
        said = pull(home_of(tmp_path, "freshdesk", desk))
        assert "freshdesk: the list of agents is not open to this token" in said
        assert "freshdesk: the list of satisfaction ratings is not open to this token" in said
        desk.faults = [("/contacts", "refused")]
        assert "does not accept what the variable DESK_TOKEN holds (HTTP 403)" in pull(tmp_path / "home", 3)


def _zendesk_export(number: int) -> dict[str, Any]:
    return zendesk_ticket(number) | {"comments": zendesk_comments(number)}


def _freshdesk_export(number: int) -> dict[str, Any]:
    """As `include=conversations` gives it: the first ten."""
    return freshdesk_ticket(number) | {"conversations": freshdesk_conversations(number)[:10]}


@pytest.mark.parametrize(
    ("name", "record", "others"),
    [
        (
            "zendesk",
            _zendesk_export,
            [zendesk_user(20, "end-user"), zendesk_user(10, "agent"), zendesk_user(11, "agent")],
        ),
        ("freshdesk", _freshdesk_export, []),
    ],
)
def test_sync_after_an_export_of_the_same_helpdesk_gives_the_same_tickets(
    name: str, record: Any, others: list[Any], tmp_path: Path
) -> None:
    """The versions are of the same second: what has all its parts wins over what may not."""
    with helpdesk(name, tickets=7) as desk:
        home = home_of(tmp_path, name, desk)
        files = [write_lines(tmp_path / "export" / "tickets.jsonl", [record(n) for n in desk.tickets])]
        if others:
            files.append(write_lines(tmp_path / "export" / "users.jsonl", others))
        done = call(home, "ingest", *(f"--tickets={file}" for file in files), f"--source={name}", "--as-of=2026-11-11")
        assert done.returncode == 0, done.stderr
        what = "SELECT source, ticket_id, message_id, position, role, is_public, author_id, text FROM messages ORDER BY ALL"
        exported, before = _rows(home, what), stored(home)
        assert before == desk.tickets
        said = pull(home)
        assert stored(home) == desk.tickets
        more = [row for row in _rows(home, what) if row not in exported]
        assert [row for row in exported if row not in _rows(home, what)] == []
        if name == "freshdesk":
            assert "as many parts as the helpdesk gives at once" in done.stderr
            assert "as many parts" not in said
            assert [row[2] for row in more] == ["6:610", "6:611"]  # which the export did not have
        else:
            assert more == []


def test_lists_of_intercom_never_take_the_parts_away(tmp_path: Path) -> None:
    with helpdesk("intercom", tickets=2) as desk:
        home = home_of(tmp_path, "intercom", desk)
        pull(home)
        before = state(home)
        assert len(before["messages"]) == 6
        pull(home, 0, "--from", "2026-11-01")
        assert state(home) == before
