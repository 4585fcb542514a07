"""Lists as Excel, LibreOffice, Google Sheets and Numbers save them say what was typed into them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Home
from pipeline.digest.csv_file import cell
from pipeline.leads.outcomes import OUTCOMES
from pipeline.steps.feedback.read import read_feedback
from pipeline.warehouse import Connection, in_memory
from tests.saved_by import EDITS, PROGRAMS, Program, Rows
from tests.unit.patterns import at_most

NIGHT = date(2026, 11, 20)
HEADER = [
    "rank",
    "lead_id",
    "account_id",
    "account",
    "expires_on",
    "quote",
    "outcome",
    "outcome_reason",
    "snooze_until",
]
LEADS = ["L-1a", "L-2b", "L-3c"]
_LATER = [(NIGHT + timedelta(days=n)).isoformat() for n in range(1, 80)]
# What every code page below has; the others are in test_read_feedback.py.
_TEXT = st.text(st.sampled_from("ab Z'\"=;,+-@\n0é€|"), max_size=14)
_TYPED = st.tuples(st.sampled_from(sorted(OUTCOMES)), _TEXT, st.sampled_from(["", *_LATER]))
_CHANGES = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.sampled_from(sorted(PROGRAMS))), max_size=4)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = Home(tmp_path_factory.mktemp("home"))
    place.inbox.mkdir(parents=True)
    return place


@pytest.fixture(scope="module")
def leads() -> Iterator[Connection]:
    """For whom `_fresh` makes it what it was."""
    connection = in_memory()
    yield connection
    connection.close()


def _read(con: Connection, home: Home, content: bytes, name: str = "open.csv") -> tuple[int, list[str]]:
    (home.inbox / name).write_bytes(content)
    counts = read_feedback(con, home, NIGHT)
    return counts.outcomes, counts.not_understood + counts.unknown_leads + counts.unreadable_files


def _fresh(con: Connection, home: Home) -> None:
    for file in home.inbox.iterdir():
        file.unlink()
    for table in ("outcomes", "remembered", "published_cells", "leads"):
        con.execute(f"DELETE FROM {table}")
    con.execute(
        "INSERT INTO leads SELECT unnest(?), 'A', 'offer', '', 1, DATE '2026-11-01', NULL",
        [LEADS],
    )


def _stored(con: Connection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT lead_id, outcome, outcome_reason, snooze_until FROM outcomes ORDER BY lead_id"
    ).fetchall()


def _published(typed: list[tuple[str, str, str]]) -> Rows:
    """A list as we publish it, with a day in it that can be read in one way only, as nearly every list has."""
    quote = "we pay 1234567890123456 a seat; =1+1"
    rows = [
        [str(n), lead, "1234567890123456", "Zoë, Ltd", "2026-12-31", cell(quote), outcome, cell(reason), day]
        for n, (lead, (outcome, reason, day)) in enumerate(zip(LEADS, typed, strict=False))
    ]
    return [HEADER, *rows]


def _changed(rows: Rows, changes: list[tuple[str, str]]) -> bytes:
    """Opened and saved by one program after the other; only what is still a day for all is rewritten."""
    content = Program(encoding="utf-8-sig").saves(rows)
    for edit, name in changes:
        program = PROGRAMS[name]
        content = program.saves(EDITS[edit](_opened(content)))
    return content


def _opened(content: bytes) -> Rows:
    encoding = "utf-16" if content[:2] == b"\xff\xfe" else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252" if b"\n" in content else "mac_roman")
    text = text.removeprefix("Open leads\n")
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@given(typed=st.lists(_TYPED, min_size=1, max_size=3), changes=_CHANGES)
def test_any_programs_one_after_the_other_leave_the_outcomes_alone(
    typed: list[tuple[str, str, str]], changes: list[tuple[str, str]], home: Home, leads: Connection
) -> None:
    _fresh(leads, home)
    rows = _published(typed)
    assert _read(leads, home, Program(encoding="utf-8-sig").saves(rows)) == (len(typed), [])
    said = _stored(leads)
    assert _read(leads, home, _changed(rows, changes), "back.csv") == (0, [])
    assert _stored(leads) == said
    _fresh(leads, home)
    assert _read(leads, home, _changed(rows, changes)) == (len(typed), [])
    assert _stored(leads) == said


@pytest.mark.parametrize("name", PROGRAMS)
def test_list_that_a_program_saved_says_what_was_typed(name: str, home: Home, leads: Connection) -> None:
    """Days that could be two, a word of two words, a reason that would be run, a quote that a semicolon parts."""
    _fresh(leads, home)
    typed = [
        ("Not A Signal", "=call; -back, é", ""),
        ("SNOOZED", 'said "no"\nand left', "2026-12-03"),
        ("won ", "", ""),
    ]
    rows = _published(typed)
    assert _read(leads, home, PROGRAMS[name].saves(rows)) == (3, [])
    assert _stored(leads) == [
        ("L-1a", "not_a_signal", "=call; -back, é", None),
        ("L-2b", "snoozed", 'said "no" and left', date(2026, 12, 3)),
        ("L-3c", "won", "", None),
    ]
    assert _read(leads, home, Program().saves(rows), "copy.csv") == (0, [])


def test_a_reason_that_may_be_a_worn_one_is_compared_in_time(home: Home, leads: Connection) -> None:
    """Each letter that a code page lacks may have become one sign or two: forty of them give 2^40 ways to try."""
    _fresh(leads, home)
    reason = "日" * 40 + "a"
    assert _read(leads, home, Program(encoding="utf-8-sig").saves(_published([("won", reason, "")]))) == (1, [])
    for worn, count in (("?" * 40 + "a", 0), ("?" * 60 + "a", 0), ("?" * 60 + "b", 1)):
        with at_most(2):
            answer = _read(
                leads, home, Program(encoding="utf-8-sig").saves(_published([("won", worn, "")])), "back.csv"
            )
        assert answer == (count, []), worn


@pytest.mark.parametrize("name", PROGRAMS)
def test_crm_export_that_a_program_saved_says_the_same(name: str, home: Home, leads: Connection) -> None:
    """Salesforce's tasks with our id; its own long ids are rounded, which does not matter."""
    _fresh(leads, home)
    header = ["Id", "Ticketscout_Id__c", "Subject", "Status", "ActivityDate"]
    rows = [header, ["123456789012345", "L-1a", "Call, é", "Completed", "2026-12-03"], ["1", "", "x", "Open", ""]]
    content = PROGRAMS[name].saves(rows)
    assert _read(leads, home, content, "tasks.csv") == (1, [])
    assert _read(leads, home, Program().saves(rows), "again.csv") == (0, [])
    assert _stored(leads) == [("L-1a", "contacted", "", None)]


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nlead_id;outcome\r\nL-1a;won\r\n",
        b"\r\n;;\r\nLead-ID;OUTCOME;\r\nL-1a;won;\r\n;;\r\n",
        b"lead_id;outcome;outcome_reason\r\nL-1a;won;a,b,c,d,e\r\n",
        b"\xef\xbb\xbflead_id\toutcome\r\n'L-1a\twon\r\n",
        b'lead_id,outcome,quote\r\n"L-1a,won,""so, yes"""\r\n',
        b'lead_id,outcome,quote\nL-1a,won,"so" they said\n',
    ],
    ids=["sep=", "blank lines above", "commas in a short list", "apostrophe", "line taken for a cell", "stray quotes"],
)
def test_odd_list_is_read(content: bytes, home: Home, leads: Connection) -> None:
    _fresh(leads, home)
    assert _read(leads, home, content) == (1, [])


@pytest.mark.parametrize(
    "content",
    [
        b'lead_id,outcome,outcome_reason\nL-1a,won,"never\nL-2b,lost,\n',
        b"lead_id,outcome,Outcome\nL-1a,won,lost\n",
        b"PK\x03\x04\x14\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"\xff\xfel\x00e",
    ],
    ids=["quote left open hides rows", "two columns of one name", "xlsx", "xls", "half a UTF-16"],
)
def test_list_that_cannot_be_read_for_certain_is_refused_as_a_whole(
    content: bytes, home: Home, leads: Connection
) -> None:
    _fresh(leads, home)
    outcomes, listed = _read(leads, home, content)
    assert (outcomes, len(listed), _stored(leads)) == (0, 1, [])
    assert "open.csv" in listed[0]
