"""Lists and CRM files as Excel, LibreOffice, Google Sheets and Numbers save them mean what they meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Home
from pipeline.digest.csv_file import cell
from pipeline.errors import BadTable
from pipeline.leads.outcomes import OUTCOMES
from pipeline.steps.crm import CrmCount, check_crm, load_crm, read_crm
from pipeline.steps.feedback.read import read_feedback
from pipeline.steps.feedback.saved_table import read_table
from pipeline.steps.feedback.saved_values import (
    DecimalMark,
    day_meant,
    day_order,
    decimal_mark,
    number_meant,
    yes_or_no,
)
from pipeline.steps.marks import check_marks
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


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("2026-11-20", "2026-11-20"),
        ("11/20/2026", "2026-11-20"),
        ("11/20/26", "2026-11-20"),
        ("11/20/2026 12:00:00 AM", "2026-11-20"),
        ("20.11.2026", "2026-11-20"),
        ("3.4.27", "2027-04-03"),
        ("20.11.2026 00:00", "2026-11-20"),
        ("20-11-2026", "2026-11-20"),
        ("20-Nov-26", "2026-11-20"),
        ("20. Dez. 2026", "2026-12-20"),
        ("20 November 2026", "2026-11-20"),
        ("Nov 20, 2026", "2026-11-20"),
        ("2026. 11. 20.", "2026-11-20"),
        ("20261120", "2026-11-20"),
        ("2026-11-20T00:00:00.000Z", "2026-11-20"),
        ("2026-11-20 00:00:00+00:00", "2026-11-20"),
        ("46346", "2026-11-20"),
        ("46346,0", "2026-11-20"),
        ("5/5/2027", "2027-05-05"),
        ("03/04/2027", ""),
        ("20-Nov", ""),
        ("########", ""),
        ("2026", ""),
        ("123456", ""),
        ("31.11.2026", ""),
        ("", ""),
    ],
)
def test_day_as_programs_show_it(shown: str, meant: str) -> None:
    assert day_meant(shown) == meant


def test_day_that_could_be_two_is_told_by_the_file_or_by_what_stood_there() -> None:
    assert day_order(["12/28/2026", "3/4/2027"]) == "month first"
    assert day_order(["28/12/2026", "28.12.2026"]) == "day first"
    assert day_order(["28/12/2026", "12/28/2026"]) == day_order(["3/4/2027", "28.12.2026"]) == ""
    assert day_meant("3/4/2027", order="month first") == "2027-03-04"
    assert day_meant("3/4/2027", order="day first") == "2027-04-03"
    assert day_meant("28/12/2026", order="month first") == "2026-12-28"
    assert day_meant("3/4/2027", seen={"2027-04-03"}, order="month first") == "2027-04-03"


@pytest.mark.parametrize(
    ("shown", "mark", "meant"),
    [
        ("12000", "unseen", "12000"),
        ("12.000,50", "unseen", "12000.50"),
        ("12,000.50", "unseen", "12000.50"),
        ("1.234.567", "unseen", "1234567"),
        ("12,00,000", "unseen", "1200000"),
        ("12\u202f000,5", "unseen", "12000.5"),
        ("12 000", "unseen", "12000"),
        ("12'000.50", "unseen", "12000.50"),
        ("$12,000.00", "unseen", "12000.00"),
        ("US$ 12,000.00", "unseen", "12000.00"),
        ("12.000,00 €", "unseen", "12000.00"),
        ("EUR 12000", "unseen", "12000"),
        ("12000,5", "unseen", "12000.5"),
        ("-3,5", "unseen", "-3.5"),
        ("0,125", "unseen", "0.125"),
        ("12,000", "unseen", "12000"),
        ("12,000", ".", "12000"),
        ("12,000", ",", "12.000"),
        ("12.000", ",", "12000"),
        ("12.000", ".", "12.000"),
        ("12.000", "unseen", None),
        ("12.000", "mixed", None),
        ("12,000", "mixed", None),
        ("1.2E+06", "unseen", None),
        ("12k", "unseen", None),
        ("1.2.3", "unseen", None),
        ("12-13", "unseen", None),
        ("n/a", "unseen", None),
        ("", "unseen", None),
    ],
)
def test_number_as_programs_show_it(shown: str, mark: DecimalMark, meant: str | None) -> None:
    assert number_meant(shown, mark) == (None if meant is None else Decimal(meant))


def test_decimal_mark_is_told_by_the_other_numbers() -> None:
    assert decimal_mark(["12.000", "9.500,25"], ",") == ","
    assert decimal_mark(["12,000", "9500.25"], ";") == "."
    assert decimal_mark(["12,5", "12.5"], ",") == "mixed"
    assert [decimal_mark(["12.000", "120"], by) for by in ",;\t"] == ["unseen", ",", "unseen"]


def test_yes_and_no_in_the_languages_of_spreadsheets() -> None:
    assert {yes_or_no(word) for word in ("TRUE", "Wahr", "VRAI", "yes", "1", "x ")} == {True}
    assert {yes_or_no(word) for word in ("FALSE", "falsch", "FAUX", "No", "0")} == {False}
    assert yes_or_no("perhaps") is None


ACCOUNTS = [
    ["account_id", "name", "domain", "seats", "arr", "renewal_date", "customer_since", "do_not_contact", "parent_id"],
    ["A-1", "Zoë Ltd", "a.example;b.example", "1200", "12000.50", "2027-03-04", "2021-12-31", "true", ""],
    ["A-2", "Elm, Inc", "", "95", "33000", "", "", "false", "A-1"],
]


@pytest.mark.parametrize("name", PROGRAMS)
def test_accounts_that_a_program_saved_are_the_same(name: str, con: Connection, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(PROGRAMS[name].saves(ACCOUNTS))
    counts = load_crm(con, read_crm(con, {"accounts": file}, {}))
    assert counts["accounts"] == CrmCount(2, 0, 0)
    rows = con.execute(
        "SELECT account_id, name, seats, arr, renewal_date, customer_since, do_not_contact, parent_id "
        "FROM accounts ORDER BY account_id"
    ).fetchall()
    assert rows == [
        ("A-1", "Zoë Ltd", 1200, Decimal("12000.50"), date(2027, 3, 4), date(2021, 12, 31), True, None),
        ("A-2", "Elm, Inc", 95, Decimal(33000), None, None, False, "A-1"),
    ]
    assert con.execute("SELECT count(*) FROM account_domains").fetchall() == [(2,)]


def test_german_thousands_are_no_decimals(con: Connection, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes('Account ID;Name;Seats;ARR\n="007";Elm;1.200;"12.000,50"\n8;Fir;2;9.000 €\n'.encode("cp1252"))
    assert load_crm(con, read_crm(con, {"accounts": file}, {}))["accounts"] == CrmCount(2, 0, 0)
    assert con.execute("SELECT account_id, seats, arr FROM accounts ORDER BY ALL").fetchall() == [
        ("007", 1200, Decimal("12000.50")),
        ("8", 2, Decimal(9000)),
    ]


def test_uncertain_cells_are_counted_and_rows_with_moved_cells_set_aside(con: Connection, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account_id,name,seats,arr\n1,Elm,2.5,12.000\n2,Fir, Inc,3,4\n,Oak,,\n")
    assert load_crm(con, read_crm(con, {"accounts": file}, {}))["accounts"] == CrmCount(1, 2, 1)
    assert con.execute("SELECT name, seats, arr FROM accounts").fetchall() == [("Elm", None, Decimal(12))]


def test_a_file_is_read_again_where_it_its_mapping_or_its_table_is_another(con: Connection, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account_id,name,title,domain\n1,Elm,Fir,elm.example\n2,,,\n")

    def is_read(headers: dict[str, dict[str, str]] | None = None) -> bool:
        found = read_crm(con, {"accounts": file}, headers or {})
        assert load_crm(con, found)["accounts"] == CrmCount(1, 1, 0)
        return found["accounts"].read is not None

    assert is_read()
    assert not is_read()
    assert is_read({"accounts": {"name": "title"}})
    assert con.execute("SELECT name FROM accounts").fetchall() == [("Fir",)]
    assert is_read()
    con.execute("DELETE FROM account_domains")
    assert is_read()
    assert con.execute("SELECT name, d.domain FROM accounts JOIN account_domains d USING (account_id)").fetchall() == [
        ("Elm", "elm.example")
    ]
    file.write_text("account_id,name\n3,Oak\n4,\n")
    assert is_read()
    assert not is_read()


@pytest.mark.parametrize("name", [n for n, program in PROGRAMS.items() if program.rounds_ids])
def test_rounded_ids_are_refused_with_the_way_out(name: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(PROGRAMS[name].saves([["account_id", "name"], ["123456789012345678", "Elm"], ["7", "Fir"]]))
    with pytest.raises(BadTable, match=r"accounts.csv: 1 cells of account_id .*E\+17.* as text"):
        check_crm({"accounts": file}, {})
    with pytest.raises(BadTable, match="as text"):
        check_marks({"opted_out": file})


def test_opt_outs_are_read_as_any_program_saves_them(tmp_path: Path) -> None:
    for name, program in PROGRAMS.items():
        (tmp_path / "x.csv").write_bytes(program.saves([["E-Mail", "Domain", "note"], ["", "elm.example", "ü"]]))
        check_marks({"opted_out": tmp_path / "x.csv"})
        assert read_table(tmp_path / "x.csv").rows[0][:3] == ["", "elm.example", "ü"], name
