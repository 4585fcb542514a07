"""Reading the outcome cells of a file, whatever program saved it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.config import Home
from pipeline.digest.folder import checksum
from pipeline.errors import BadTable
from pipeline.steps.feedback.read import FeedbackCounts, read_feedback
from pipeline.steps.feedback.seen import remember_written
from pipeline.steps.feedback.typed_lists import read_cells
from pipeline.warehouse import Connection

HEADER = ("lead_id", "account", "outcome", "outcome_reason", "snooze_until")
ROWS = (("L-1", "Elmcrest; Ltd", "won", "they, too, signed", ""), ("L-2", "Zoë", "Bad Timing", "", "2026-12-24"))
READ = {"L-1": ("won", "they, too, signed", ""), "L-2": ("bad_timing", "", "2026-12-24")}
NIGHT = date(2026, 11, 20)


def _csv(delimiter: str = ",", order: tuple[int, ...] = (0, 1, 2, 3, 4), header: tuple[str, ...] = HEADER) -> str:
    rows = [header, *ROWS]
    return "".join(delimiter.join(f'"{row[i]}"' for i in order) + "\r\n" for row in rows)


@pytest.mark.parametrize(
    "content",
    [
        _csv().encode(),
        _csv().encode("utf-8-sig"),
        _csv(";").encode("utf-8-sig"),
        _csv("\t").encode("utf-16"),
        _csv(";").encode("cp1252"),
        _csv(order=(4, 2, 0, 3, 1)).encode(),
        _csv(header=("Lead ID", "ACCOUNT", " Outcome ", "Outcome reason", "Snooze Until")).encode(),
        _csv().replace("\r\n", "\n").encode(),
        _csv().encode() + b"\r\n,,,,\r\n",
    ],
    ids=["plain", "bom", "semicolon", "tab and utf-16", "cp1252", "columns moved", "header's case", "lf", "blank rows"],
)
def test_same_cells_from_every_program(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_bytes(content)
    assert read_cells(file) == READ


@pytest.mark.parametrize(
    "content", [b"", b"lead_id,account\r\nL-1,x\r\n", b"\x81\x8d\x8f", b"PK\x03\x04\x00\x00", b"\xff\xfe\x00"]
)
def test_what_is_no_such_list_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadTable, match="x"):
        read_cells(tmp_path / "x")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path)
    place.inbox.mkdir(parents=True)
    return place


@pytest.fixture
def con(con: Connection) -> Connection:
    con.execute(
        "INSERT INTO leads SELECT 'L-' || i, 'A', 'offer', '', i, DATE '2026-11-01', NULL FROM range(1, 6) t(i)"
    )
    return con


def _drop(home: Home, con: Connection, rows: str, name: str = "x.csv", night: date = NIGHT) -> FeedbackCounts:
    (home.inbox / name).write_text("lead_id,outcome,outcome_reason,snooze_until\n" + rows)
    return read_feedback(con, home, night)


def _stored(con: Connection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT lead_id, outcome, outcome_reason, snooze_until FROM outcomes ORDER BY read_order"
    ).fetchall()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24.12.2026", date(2026, 12, 24)),
        ("24/12/2026", date(2026, 12, 24)),
        ("12/24/2026", date(2026, 12, 24)),
        ("2026/12/24", date(2026, 12, 24)),
        ("03/03/2027", date(2027, 3, 3)),
    ],
)
def test_day_is_read_as_spreadsheets_write_it(typed: str, day: date, home: Home, con: Connection) -> None:
    counts = _drop(home, con, f"L-1,snoozed,,{typed}\n")
    assert _stored(con) == [("L-1", "snoozed", "", day)]
    assert counts.not_understood == []


@pytest.mark.parametrize("typed", ["03/04/2027", "next month", "2026-02-30", "24-Dec", "Q1 2027"])
def test_day_that_is_not_certain_is_listed_and_the_lead_rests_by_default(
    typed: str, home: Home, con: Connection
) -> None:
    counts = _drop(home, con, f"L-1,snoozed,,{typed}\n")
    assert _stored(con) == [("L-1", "snoozed", f"until {typed}", None)]
    assert len(counts.not_understood) == 1 and "is not one certain day" in counts.not_understood[0]


def test_date_alone_is_listed_not_guessed(home: Home, con: Connection) -> None:
    assert len(_drop(home, con, "L-1,,,2026-12-24\n").not_understood) == 1
    assert _stored(con) == [("L-1", "", "until 2026-12-24", None)]


def test_date_that_a_spreadsheet_rewrote_is_no_news(home: Home, con: Connection) -> None:
    """03/12 could be two days; the one that stood there is meant."""
    _drop(home, con, "L-1,snoozed,,2026-12-03\n")
    counts = _drop(home, con, "L-1,snoozed,,03/12/2026\n", "rewritten.csv", date(2026, 12, 4))
    assert (counts.outcomes, counts.not_understood) == (0, [])


def test_same_file_twice_and_its_copy_are_read_once(home: Home, con: Connection) -> None:
    rows = "L-1,won,good,\nL-2,contacted,,\n"
    counts = [
        _drop(home, con, rows).outcomes,
        _drop(home, con, rows).outcomes,
        _drop(home, con, rows, "copy.csv").outcomes,
    ]
    assert counts == [2, 0, 0]
    assert len(_stored(con)) == 2


def test_reason_of_several_lines_is_no_news_when_it_comes_back_on_one(home: Home, con: Connection) -> None:
    _drop(home, con, 'L-1,contacted,"first line\nsecond line",\n')
    assert _stored(con)[0][2] == "first line second line"
    assert _drop(home, con, "L-1,contacted,first line second line,\n", "back.csv").outcomes == 0


def test_changed_mind_is_the_newer_outcome(home: Home, con: Connection) -> None:
    _drop(home, con, "L-1,contacted,,\n")
    _drop(home, con, "L-1,lost,,\n", night=date(2026, 11, 21))
    assert [row[1] for row in _stored(con)] == ["contacted", "lost"]


def test_reason_without_an_outcome_is_kept(home: Home, con: Connection) -> None:
    assert _drop(home, con, "L-3,,ask for Tom's boss,\n").outcomes == 1
    assert _stored(con) == [("L-3", "", "ask for Tom's boss", None)]


def test_one_bad_file_does_not_stop_the_others(home: Home, con: Connection) -> None:
    (home.inbox / "a.csv").write_text("no,list\n1,2\n")
    counts = _drop(home, con, "L-1,won,,\nL-9,won,,\nL-2,perhaps,,\n")
    assert [len(x) for x in (counts.unreadable_files, counts.unknown_leads, counts.not_understood)] == [1, 1, 1]
    assert _stored(con) == [("L-1", "won", "", None), ("L-2", "", "perhaps", None)]


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("Won ", "won"),
        ("WON", "won"),
        ("won.", "won"),
        ("\u00a0Snoozed", "snoozed"),
        ("not a signal", "not_a_signal"),
        ("Not-A-Signal", "not_a_signal"),
        ("not \u2013 a\u00a0signal", "not_a_signal"),
        ("“lost”", "lost"),
        ("ｗｏｎ", "won"),
    ],
)
def test_word_is_read_however_it_was_corrected(typed: str, outcome: str, home: Home, con: Connection) -> None:
    assert _drop(home, con, f"L-1,{typed},,\n").not_understood == []
    assert _stored(con)[0][1] == outcome


def test_what_is_not_understood_stays_as_the_reason_and_is_listed_once(home: Home, con: Connection) -> None:
    rows = "L-1,Maybe later!,ask Tom,03/04/2027\nL-2,won?,,2026-12-24\n"
    assert len(_drop(home, con, rows).not_understood) == 3
    assert _stored(con) == [
        ("L-1", "", "Maybe later!; until 03/04/2027; ask Tom", None),
        ("L-2", "", "won?; until 2026-12-24", None),
    ]
    counts = _drop(home, con, rows, "again.csv")
    assert (counts.outcomes, counts.not_understood) == (0, [])


@pytest.mark.parametrize("shown", ["#NAME?", "Err:508", "#REF!"])
def test_reason_that_a_spreadsheet_made_an_error_of_takes_nothing_back(shown: str, home: Home, con: Connection) -> None:
    _drop(home, con, "L-1,contacted,- no budget,\n")
    assert _drop(home, con, f"L-1,contacted,{shown},\n", "error.csv").outcomes == 0
    counts = _drop(home, con, f"L-1,lost,{shown},\nL-2,,{shown},\n", "lost.csv")
    assert len(counts.not_understood) == 2
    assert _stored(con)[1:] == [("L-1", "lost", "- no budget", None)]


def test_column_too_narrow_for_a_date_is_listed(home: Home, con: Connection) -> None:
    assert len(_drop(home, con, "L-1,snoozed,,########\n").not_understood) == 1
    assert _stored(con) == [("L-1", "snoozed", "", None)]


def test_row_given_twice_says_what_was_typed_into_either(home: Home, con: Connection) -> None:
    """Sorted, copied, filled in once: the blank one takes nothing back; two answers are both kept and listed."""
    counts = _drop(home, con, "L-1,won,,\nL-1,,,\nL-2,contacted,,\nL-2,lost,too late,\n")
    assert _stored(con) == [("L-1", "won", "", None), ("L-2", "contacted", "", None), ("L-2", "lost", "too late", None)]
    assert [line[:3] for line in counts.conflicts] == ["L-2"]


def test_row_without_a_lead_and_row_with_moved_cells_are_listed_by_number(home: Home, con: Connection) -> None:
    counts = _drop(home, con, "L-1,won,,\n,lost,their loss,\n\nL-2,lost,no budget, call in May,2027-05-01\n")
    assert [line[:5] for line in counts.not_understood] == ["row 3", "row 5"]
    assert _stored(con) == [("L-1", "won", "", None)]


def test_column_that_was_deleted_takes_nothing_back(home: Home, con: Connection) -> None:
    _drop(home, con, "L-1,snoozed,they move,2026-12-24\n")
    (home.inbox / "less.csv").write_text("lead_id,outcome\nL-1,snoozed\n")
    assert read_feedback(con, home, NIGHT).outcomes == 0
    (home.inbox / "less.csv").write_text("lead_id,outcome\nL-1,won\n")
    assert read_feedback(con, home, NIGHT).outcomes == 1
    assert _stored(con)[1:] == [("L-1", "won", "they move", None)]


def test_letters_that_a_code_page_lacks_are_no_news(home: Home, con: Connection) -> None:
    _drop(home, con, "L-1,contacted,Łódź 日本 🙂 office,\n")
    for at, saved in enumerate(("?ódz ?? ?? office", "Lód_ __ _ office")):
        assert _drop(home, con, f"L-1,contacted,{saved},\n", f"{at}.csv").outcomes == 0
    assert _drop(home, con, "L-1,contacted,Lodz office,\n", "news.csv").outcomes == 1


def test_only_rows_of_a_list_are_remembered_in_which_something_stands(home: Home, con: Connection) -> None:
    """What is not remembered was blank; a spreadsheet's error in such a row is no news, as elsewhere in our lists."""
    path = home.owners / "mia@tidewater.example" / "open.csv"
    path.parent.mkdir(parents=True)
    header = "lead_id,outcome,outcome_reason,snooze_until\n"
    path.write_text(header + "L-1,,,\nL-2,contacted,by phone,\nL-3,,,\n")
    cells = {
        "path": [str(path)] * 3,
        "lead_id": ["L-1", "L-2", "L-3"],
        "outcome": ["", "contacted", None],
        "outcome_reason": ["", "by phone", ""],
        "snooze_until": pa.nulls(3, pa.date32()),
    }
    remember_written(con, home, {path: checksum(path)}, pa.table(cells))
    kept = "SELECT lead_id, outcome, outcome_reason FROM published_cells ORDER BY ALL"
    assert con.execute(kept).fetchall() == [("L-2", "contacted", "by phone")]
    path.write_text(header + "L-1,,#NAME?,\nL-2,contacted,by phone,\nL-3,won,,\n")
    counts = read_feedback(con, home, NIGHT)
    assert counts.not_understood == []
    assert _stored(con) == [("L-3", "won", "", None)]
    assert con.execute(kept).fetchall() == [("L-2", "contacted", "by phone"), ("L-3", "won", "")]


@pytest.mark.parametrize("name", ["open (1).csv", "open - Copy.csv"])
def test_copy_saved_beside_an_open_list_is_read(name: str, home: Home, con: Connection) -> None:
    folder = home.owners / "mia@tidewater.example"
    folder.mkdir(parents=True)
    (folder / name).write_text("lead_id;Outcome\nL-1;Won\n")
    (folder / ".~lock.open.csv#").write_text("mia")
    (folder / "~$open.csv").write_bytes(b"mia")
    (folder / "open.xlsx").write_bytes(b"PK\x03\x04")
    counts = read_feedback(con, home, NIGHT)
    assert _stored(con) == [("L-1", "won", "", None)]
    assert len(counts.unreadable_files) == 1 and "workbook" in counts.unreadable_files[0]
