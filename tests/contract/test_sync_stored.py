"""What `ticketscout sync` stores of each helpdesk: who said what, statuses, ratings, deletions, and a lead of it."""

from __future__ import annotations

import csv
from contextlib import ExitStack
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
from tests.contract.homes import call, run, write_lines
from tests.contract.sync_homes import everything, home_of, pull, rows, state, stored

DESKS = ("zendesk", "intercom", "freshdesk", "helpscout")
LATER = 3000  # minutes: after the first run


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DESK_TOKEN", TOKEN)


@pytest.mark.parametrize("name", DESKS)
def test_roles_notes_ratings_statuses_and_organizations_are_read(name: str, tmp_path: Path) -> None:
    with helpdesk(name, tickets=4) as desk:
        home = home_of(tmp_path, name, desk)
        assert "set aside" not in pull(home)
    said = rows(home, "SELECT role, is_public, text FROM messages WHERE ticket_id = '1' ORDER BY position")
    assert [(role, is_public) for role, is_public, _ in said] == [
        ("customer", True),
        ("agent", True),
        ("agent", False),
    ]
    assert WISH in said[0][2] and "[PHONE]" in said[0][2]
    assert said[1][2] == ANSWER and said[2][2] == f"[NAME]: {NOTE}"
    statuses = dict(rows(home, "SELECT ticket_id::INT, status FROM tickets"))
    closed = {"zendesk": "solved", "freshdesk": "solved"}.get(name, "closed")
    waiting = "hold" if name == "intercom" else "pending"
    assert statuses == {1: "open", SOLVED: closed, 3: "open", PENDING: waiting}
    assert rows(home, "SELECT ticket_id::INT FROM tickets WHERE rating = 'good'") == [(SOLVED,)]
    assert rows(
        home,
        "SELECT count(*) FROM tickets t JOIN contacts c ON c.contact_id = t.requester_id "
        "WHERE c.email_domain = 'elmcrest.example' AND NOT c.is_staff",
    ) == [(4,)]
    assert rows(home, "SELECT count(*) >= 1 FROM contacts WHERE is_staff AND email_domain = 'desk.example'") == [
        (True,)
    ]
    organizations = rows(home, "SELECT name, external_id, domains FROM organizations")
    external = None if name == "freshdesk" else "A-elmcrest"
    assert organizations == ([] if name == "helpscout" else [("Elmcrest", external, ["elmcrest.example"])])


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after a night that read all four helpdesks, in a process of its own, and what it said. An account each,
    as one account gets one lead."""
    folder = tmp_path_factory.mktemp("night")
    accounts = folder / "accounts.csv"
    accounts.write_text(
        "account_id,name,domain,plan,arr\n"
        + "".join(f"A-{name},{name.title()} Ltd,{name}.example,team,1000\n" for name in DESKS)
    )
    with ExitStack() as stack:
        sections = []
        for name in DESKS:
            desk = stack.enter_context(helpdesk(name, tickets=2))
            desk.company = name
            home = home_of(folder, name, desk)
            sections.append((home / "ticketscout.toml").read_text().split(f"[sync.{name}]"))
        together = [f"[sync.{name}]{section}" for name, (_, section) in zip(DESKS, sections, strict=True)]
        (home / "ticketscout.toml").write_text("\n".join([sections[0][0], *together]))
        environment = {"NO_PROXY": "127.0.0.1", "DESK_TOKEN": TOKEN, "HOME": str(folder / "user")}
        environment |= {"RUNTIME__LOG_LEVEL": "DEBUG"}
        done = run(home, "sync", f"--accounts={accounts}", "--as-of=2026-11-12", "--engine=local", **environment)
    assert done.returncode == 0, done.stderr
    return home, done.stdout + done.stderr


def test_a_night_finds_the_wish_that_each_helpdesk_holds(night: tuple[Path, str]) -> None:
    leads = night[0] / "data" / "digests" / "2026-11-12" / "leads.csv"
    with open(leads, encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert sorted((row["account_id"], row["motion"]) for row in found) == sorted((f"A-{n}", "answer") for n in DESKS)
    assert all("40 more seats" in row["quote"] for row in found)


def test_no_token_and_nothing_that_a_customer_said_is_left_on_disk(night: tuple[Path, str]) -> None:
    home, said = night
    left = said + everything(home)
    assert WISH in left and ANSWER in left and "sync_cursors" in left  # what is sought is found where it is
    assert TOKEN not in left and "555-0143" not in left
    assert not (home.parent / "user").exists()  # nothing is written to the user's own folder either
    assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077 and path.name != "ticketscout.toml"] == []
    assert not (home / "work").exists()


@pytest.mark.parametrize("name", ["zendesk", "freshdesk", "helpscout"])
def test_what_the_helpdesk_deletes_goes_away(name: str, tmp_path: Path) -> None:
    """3 is deleted; 2 is spam; 1 is deleted between the list and what follows from it: of each what it says."""
    gone = {"zendesk": [3], "freshdesk": [2, 3], "helpscout": [1, 2, 3]}[name]
    with helpdesk(name, tickets=4) as desk:
        home = home_of(tmp_path, name, desk)
        pull(home)
        assert stored(home) == [1, 2, 3, 4]
        desk.deleted[3] = LATER
        if name != "zendesk":  # whose export says it of the ticket once more
            desk.spam[2] = LATER
            desk.tickets = [1, 4]
        if name == "helpscout":
            desk.faults = [("/conversations/1/threads", "gone")]
        asked = desk.asked_for("/3/") + desk.asked_for("/2/")
        said = pull(home, 0, *(["--from", "2026-11-01"] if name == "helpscout" else []))
        assert desk.asked_for("/3/") + desk.asked_for("/2/") == asked  # what they said is not asked for
        assert ("helpscout: a record went away meanwhile" in said) == (name == "helpscout")
        assert stored(home) == [number for number in (1, 2, 3, 4) if number not in gone]
        left = state(home)
        assert {row[1] for row in left["messages"] + left["ticket_events"]} == {str(number) for number in stored(home)}
        assert [row[1] for row in left["tombstones"]] == [str(number) for number in gone]


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
        what = "SELECT ticket_id, message_id, position, role, is_public, author_id, text FROM messages ORDER BY ALL"
        exported, before = rows(home, what), stored(home)
        assert before == desk.tickets
        said = pull(home)
        assert stored(home) == desk.tickets
        more = [row for row in rows(home, what) if row not in exported]
        assert [row for row in exported if row not in rows(home, what)] == []
        if name == "freshdesk":
            assert "as many parts as the helpdesk gives at once" in done.stderr
            assert "as many parts" not in said
            assert [row[1] for row in more] == ["6:610", "6:611"]  # which the export did not have
        else:
            assert more == []
