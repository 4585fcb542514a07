"""Outcomes that people type between nights: read wherever they were typed, never overwritten unread."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import NIGHTS, call, night_arguments, published, ticket, warehouse, write_lines
from tests.saved_by import PROGRAMS

Copy = Callable[[Path], Path]
OWNER = "mia@tidewater.example"


def _list(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def _open(home: Path, owner: str = OWNER) -> Path:
    return home / "data" / "owners" / owner / "open.csv"


def _type(path: Path, lead_id: str, **cells: str) -> None:
    """Fills in cells as a spreadsheet would, and saves the file in place."""
    rows = _list(path)
    for row in rows:
        if row["lead_id"] == lead_id:
            row |= cells
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _night(home: Path, day: str = NIGHTS[1]) -> str:
    done = call(home, *night_arguments(day))
    assert done.returncode == 0, done.stderr
    return done.stderr


def _outcomes(home: Path) -> list[tuple[str, str, str]]:
    with warehouse(home) as con:
        return con.execute("SELECT lead_id, outcome, outcome_reason FROM outcomes ORDER BY read_order").fetchall()


def _ids(path: Path) -> list[str]:
    return [row["lead_id"] for row in _list(path)]


@pytest.mark.parametrize("where", ["open list", "day's list", "inbox"])
def test_outcome_is_read_wherever_it_was_typed(where: str, first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    lead, other = _ids(_open(home))[:2]
    place = {
        "open list": _open(home),
        "day's list": home / "data" / "digests" / NIGHTS[0] / "leads.csv",
        "inbox": home / "data" / "feedback" / "inbox" / "Copy of open.csv",
    }[where]
    if where == "inbox":
        place.write_bytes(_open(home).read_bytes())
    _type(place, lead, outcome="won", outcome_reason="signed; 40 seats")

    _night(home)

    assert _outcomes(home) == [(lead, "won", "signed; 40 seats")]
    assert lead not in _ids(_open(home))
    assert other in _ids(_open(home))


def test_typing_between_two_runs_of_the_same_night_is_read_and_kept(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    lead, closed = _ids(_open(home))[:2]
    _type(_open(home), lead, outcome="contacted", outcome_reason="=call back")
    _type(_open(home), closed, outcome="Not a signal")
    _night(home)
    (row,) = [row for row in _list(_open(home)) if row["lead_id"] == lead]
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
    _type(_open(home), lead, outcome="contacted")
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
    _type(_open(home), lead, outcome="snoozed", snooze_until="23.11.2026")  # as a German spreadsheet saves it
    _type(_open(home), bare, outcome="bad_timing")
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
    _type(_open(home), lead, outcome="lost", outcome_reason="no budget")
    assert night(12) == []
    assert night(13, priority="high") == []
    (again,) = night(14, more)
    assert again != lead
    with warehouse(home) as con:
        assert (
            con.execute("SELECT motion, product, sequence FROM leads WHERE lead_id = ?", [again]).fetchall()
            == con.execute("SELECT motion, product, sequence + 1 FROM leads WHERE lead_id = ?", [lead]).fetchall()
        )


def test_two_answers_in_one_reading_are_listed_and_the_closing_one_stands(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    lead = _ids(_open(home))[0]
    (home / "data" / "feedback" / "inbox" / "x.csv").write_bytes(_open(home).read_bytes())
    _type(home / "data" / "feedback" / "inbox" / "x.csv", lead, outcome="contacted")
    _type(_open(home), lead, outcome="lost")
    said = _night(home)
    assert f"conflicts: {lead}" in said
    assert _outcomes(home)[-1] == (lead, "lost", "")
    assert lead not in _ids(_open(home))


def test_what_is_not_understood_is_listed_and_leaves_the_lead_as_it_was(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    lead = _ids(_open(home))[0]
    _type(_open(home), lead, outcome="maybe later")
    (home / "data" / "feedback" / "inbox" / "y.csv").write_text("lead_id,outcome\nL-unheard,won\n")
    (home / "data" / "feedback" / "inbox" / "notes.txt").write_text("call them\n")
    said = _night(home)
    assert f"not understood: {lead}" in said and "unknown leads: L-unheard" in said and "notes.txt" in said
    (row,) = [row for row in _list(_open(home)) if row["lead_id"] == lead]
    assert (row["outcome"], row["outcome_reason"]) == ("", "maybe later")
    assert _outcomes(home) == [(lead, "", "maybe later")]


def test_what_was_typed_without_a_lead_stays_in_a_copy(first_night: Path, copy_of: Copy) -> None:
    """The open list is written anew; what could not be placed lies in the inbox, read and listed once."""
    home = copy_of(first_night)
    with open(_open(home), "a", encoding="utf-8") as stream:
        stream.write("call the first two together,,,,\r\n")
    said = _night(home)
    assert "not understood: row" in said
    (copy,) = (home / "data" / "feedback" / "inbox").iterdir()
    assert "call the first two together" in copy.read_text(encoding="utf-8-sig")
    assert "together" not in _open(home).read_text(encoding="utf-8-sig")
    assert "not understood" not in _night(home)


def test_list_that_german_excel_saved_where_it_lies_is_read_and_replaced_when_all_is_closed(
    first_night: Path, copy_of: Copy
) -> None:
    home = copy_of(first_night)
    rows = [row | {"outcome": "Lost", "outcome_reason": "zu spät"} for row in _list(_open(home))]
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    _open(home).write_bytes(PROGRAMS["Excel, Germany"].saves(lines))
    said = _night(home, NIGHTS[0])
    assert "not understood" not in said and "unreadable" not in said
    assert {(outcome, reason) for _, outcome, reason in _outcomes(home)} == {("lost", "zu spät")}
    assert _ids(_open(home)) == []


def test_workbook_saved_over_an_open_list_is_left_where_it_lies(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    workbook = b"PK\x03\x04 not a list"
    _open(home).write_bytes(workbook)
    said = _night(home)
    assert "is a workbook" in said and "left as it is" in said
    assert _open(home).read_bytes() == workbook
