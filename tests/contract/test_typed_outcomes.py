"""Outcomes that people type between nights: read wherever they were typed, never overwritten unread."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.filled_in import fill_in, rows_of
from tests.contract.homes import NIGHTS, call, night_arguments, published, ticket, warehouse, write_lines
from tests.once import as_it_was
from tests.saved_by import PROGRAMS

Copy = Callable[[Path], Path]
OWNER = "mia@tidewater.example"


def _open(home: Path, owner: str = OWNER) -> Path:
    return home / "data" / "owners" / owner / "open.csv"


def _night(home: Path, day: str = NIGHTS[1]) -> str:
    done = call(home, *night_arguments(day))
    assert done.returncode == 0, done.stderr
    return done.stderr


def _outcomes(home: Path) -> list[tuple[str, str, str]]:
    with warehouse(home) as con:
        return con.execute("SELECT lead_id, outcome, outcome_reason FROM outcomes ORDER BY read_order").fetchall()


def _ids(path: Path) -> list[str]:
    return [row["lead_id"] for row in rows_of(path)]


@dataclass(frozen=True)
class Read:
    """A home after a night that read what was typed all over it, what that night said, and which lead was for what."""

    home: Path
    said: str
    lead: dict[str, str]
    stored: list[tuple[str, str, str]]

    @property
    def inbox(self) -> Path:
        return self.home / "data" / "feedback" / "inbox"

    def outcomes(self, what: str) -> list[tuple[str, str]]:
        return [(outcome, reason) for lead, outcome, reason in self.stored if lead == self.lead[what]]


WORKBOOK = b"PK\x03\x04 not a list"
JON, CLEO = "jon@tidewater.example", "cleo@tidewater.example"


@pytest.fixture(scope="module")
def typed(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """One night reads what people did to three lists and the inbox: each to leads of its own."""
    home = Path(shutil.copytree(first_night, tmp_path_factory.mktemp("typed") / "home"))
    inbox = home / "data" / "feedback" / "inbox"
    lead = dict(zip(("open list", "day's list", "inbox", "two answers", "untouched"), _ids(_open(home)), strict=True))
    lead["unclear"], lead["beside"] = _ids(_open(home, JON))[:2]
    for name in ("Copy of open.csv", "x.csv"):
        (inbox / name).write_bytes(_open(home).read_bytes())
    for where, place in (
        ("open list", _open(home)),
        ("day's list", home / "data" / "digests" / NIGHTS[0] / "leads.csv"),
        ("inbox", inbox / "Copy of open.csv"),
    ):
        fill_in(place, lead[where], outcome="won", outcome_reason="signed; 40 seats")
    fill_in(inbox / "x.csv", lead["two answers"], outcome="contacted")
    fill_in(_open(home), lead["two answers"], outcome="lost")
    fill_in(_open(home, JON), lead["unclear"], outcome="maybe later")
    (inbox / "y.csv").write_text("lead_id,outcome\nL-unheard,won\n")
    (inbox / "notes.txt").write_text("call them\n")
    with open(_open(home, JON), "a", encoding="utf-8") as stream:
        stream.write("call the first two together,,,,\r\n")
    _open(home, CLEO).write_bytes(WORKBOOK)
    said = _night(home)
    read = Read(home, said, lead, _outcomes(home))
    for _ in as_it_was(home):
        yield read


@pytest.mark.parametrize("where", ["open list", "day's list", "inbox"])
def test_outcome_is_read_wherever_it_was_typed(where: str, typed: Read) -> None:
    assert typed.outcomes(where) == [("won", "signed; 40 seats")]
    assert typed.lead[where] not in _ids(_open(typed.home))
    assert typed.lead["untouched"] in _ids(_open(typed.home))
    assert typed.outcomes("untouched") == typed.outcomes("beside") == []


def test_typing_between_two_runs_of_the_same_night_is_read_and_kept(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    lead, closed = _ids(_open(home))[:2]
    fill_in(_open(home), lead, outcome="contacted", outcome_reason="=call back")
    fill_in(_open(home), closed, outcome="Not a signal")
    _night(home)
    (row,) = [row for row in rows_of(_open(home)) if row["lead_id"] == lead]
    assert (row["outcome"], row["outcome_reason"]) == ("contacted", "'=call back")
    assert sorted(_outcomes(home)) == sorted([(lead, "contacted", "=call back"), (closed, "not_a_signal", "")])
    assert closed not in _ids(_open(home))

    before = published(home)
    _night(home)
    assert published(home) == before
    assert len(_outcomes(home)) == 2


def test_stale_copy_in_the_inbox_changes_nothing(finished: Path, copy_of: Copy) -> None:
    """Somebody drops the list as it was before the outcome changed, later under another name too."""
    home = copy_of(finished)
    lead = _ids(_open(home))[0]
    fill_in(_open(home), lead, outcome="contacted")
    stale = _open(home).read_bytes()
    _night(home)
    inbox = home / "data" / "feedback" / "inbox"
    (inbox / "a.csv").write_bytes(stale)
    _night(home)
    (inbox / "b.csv").write_bytes(stale)
    _night(home)
    assert _outcomes(home) == [(lead, "contacted", "")]


def test_snoozed_lead_rests_until_its_day(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    lead, bare = _ids(_open(home))[:2]
    fill_in(_open(home), lead, outcome="snoozed", snooze_until="23.11.2026")  # as a German spreadsheet saves it
    fill_in(_open(home), bare, outcome="bad_timing")
    shown: dict[str, set[str]] = {}
    for day in (NIGHTS[1], "2026-11-22", "2026-11-23"):
        done = call(home, "decide", f"--as-of={day}")
        assert done.returncode == 0, done.stderr
        done = call(home, "publish", f"--as-of={day}")
        assert done.returncode == 0, done.stderr
        shown[day] = set(_ids(_open(home)))
    assert [lead in shown[day] for day in shown] == [False, False, True]
    assert [bare in shown[day] for day in shown] == [False, False, False]


def test_closed_lead_stays_closed_until_the_customer_says_more(tmp_path: Path) -> None:
    home, export = tmp_path / "home", tmp_path / "export"
    write_lines(export / "organizations", [{"id": 90, "name": "Elmcrest", "external_id": "A-1", "domain_names": []}])
    accounts = write_lines(export / "accounts.csv", ["account_id,name,arr,owner_email", f"A-1,Elmcrest,9000,{OWNER}"])
    wish = "We have outgrown our plan. Could you add 40 more seats to our Team plan? What would they cost us?"
    first = ticket(1, wish, organization_id=90)
    more = ticket(2, wish, organization_id=90, created_at="2026-11-14T00:00:00Z", updated_at="2026-11-14T08:00:00Z")
    more["comments"][0]["created_at"] = "2026-11-14T08:00:00Z"

    def night(day: int, *other: object, **changed: object) -> list[str]:
        write_lines(export / "tickets", [first | {"updated_at": f"2026-11-{day}T09:00:00Z"} | changed, *other])
        done = call(home, "nightly", f"--as-of=2026-11-{day}", "--tickets", export, "--accounts", accounts)
        assert done.returncode == 0, done.stderr
        return _ids(_open(home))

    (lead,) = night(12)
    fill_in(_open(home), lead, outcome="lost", outcome_reason="no budget")
    assert night(12) == []
    assert night(13, priority="high") == []
    (again,) = night(14, more)
    assert again != lead
    with warehouse(home) as con:
        assert (
            con.execute("SELECT motion, product, sequence FROM leads WHERE lead_id = ?", [again]).fetchall()
            == con.execute("SELECT motion, product, sequence + 1 FROM leads WHERE lead_id = ?", [lead]).fetchall()
        )


def test_two_answers_in_one_reading_are_listed_and_the_closing_one_stands(typed: Read) -> None:
    assert f"conflicts: {typed.lead['two answers']}" in typed.said
    assert typed.outcomes("two answers")[-1] == ("lost", "")
    assert typed.lead["two answers"] not in _ids(_open(typed.home))


def test_what_is_not_understood_is_listed_and_leaves_the_lead_as_it_was(typed: Read) -> None:
    told = [line for line in typed.said.splitlines() if "not understood: " in line]
    assert [line for line in told if typed.lead["unclear"] in line]
    assert "unknown leads: L-unheard" in typed.said and "notes.txt" in typed.said
    (row,) = [row for row in rows_of(_open(typed.home, JON)) if row["lead_id"] == typed.lead["unclear"]]
    assert (row["outcome"], row["outcome_reason"]) == ("", "maybe later")
    assert typed.outcomes("unclear") == [("", "maybe later")]


def test_what_was_typed_without_a_lead_stays_in_a_copy(typed: Read, copy_of: Copy) -> None:
    """The open list is written anew; what could not be placed lies in the inbox, read and listed once."""
    assert "not understood: row" in typed.said
    ours = {"Copy of open.csv", "x.csv", "y.csv", "notes.txt"}
    (copy,) = (file for file in typed.inbox.iterdir() if file.name not in ours)
    assert "call the first two together" in copy.read_text(encoding="utf-8-sig")
    assert "together" not in _open(typed.home, JON).read_text(encoding="utf-8-sig")
    assert "not understood" not in _night(copy_of(typed.home))


def test_list_that_german_excel_saved_where_it_lies_is_read_and_replaced_when_all_is_closed(
    first_night: Path, copy_of: Copy
) -> None:
    home = copy_of(first_night)
    rows = [row | {"outcome": "Lost", "outcome_reason": "zu spät"} for row in rows_of(_open(home))]
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    _open(home).write_bytes(PROGRAMS["Excel, Germany"].saves(lines))
    said = _night(home, NIGHTS[0])
    assert "not understood" not in said and "unreadable" not in said
    assert {(outcome, reason) for _, outcome, reason in _outcomes(home)} == {("lost", "zu spät")}
    assert _ids(_open(home)) == []


def test_workbook_saved_over_an_open_list_is_left_where_it_lies(typed: Read) -> None:
    assert "is a workbook" in typed.said and "left as it is" in typed.said
    assert _open(typed.home, CLEO).read_bytes() == WORKBOOK
