"""CRM files and opt-outs as Excel, LibreOffice, Google Sheets and Numbers save them are read as they were meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import BadTable
from pipeline.steps.crm import CrmCount, check_crm, load_crm, read_crm
from pipeline.steps.feedback.saved_table import read_table
from pipeline.steps.marks import check_marks
from pipeline.warehouse import Connection
from tests.saved_by import PROGRAMS

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
