"""Rows of tables as text: whatever wrote them, each becomes an object or is set aside, and nothing else happens."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UnknownFormat
from pipeline.sources.discovery import discover
from pipeline.sources.framing import Framed, Head
from pipeline.sources.framing.table import TABLE, columns, records
from pipeline.sources.opening import Place, open_place
from pipeline.sources.recognition import is_crm_table

NONE: frozenset[str] = frozenset()


def _rows(content: bytes) -> list[dict[str, str]]:
    return [json.loads(one.text) for one in records(io.BytesIO(content), "t.csv", NONE) if not one.reason]


def _aside(content: bytes) -> list[Framed]:
    return [one for one in records(io.BytesIO(content), "t.csv", NONE) if one.reason]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialect_and_encoding_are_sniffed(encoding: str, delimiter: str, end: str) -> None:
    lines = [["Ticket ID ", "Body", "Cost"], ["1", f'"Grüße,{end}a ""plan""; tab|bar"', "“5 €”"], ["2", "Two", ""]]
    content = "".join(delimiter.join(line) + end for line in lines).encode(encoding)
    assert _rows(content) == [
        {"Ticket ID": "1", "Body": f'Grüße,{end}a "plan"; tab|bar', "Cost": "“5 €”"},
        {"Ticket ID": "2", "Body": "Two", "Cost": ""},
    ]


def test_utf_16_with_its_mark_is_read_through_the_opening(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id;body\r\n".encode("utf-16") + "1;Grüße\r\n".encode("utf-16-le") * 90_000)
    with open_place(Place(str(path))) as opened:
        found = list(records(opened.stream, "t.csv", NONE))
    assert len(found) == 90_000
    assert json.loads(found[-1].text) == {"id": "1", "body": "Grüße"}


def test_line_of_excel_before_the_header_names_the_delimiter() -> None:
    content = b"sep=;\r\nid;body\r\n1;a, b, c\r\n"
    assert _rows(content) == [{"id": "1", "body": "a, b, c"}]
    assert [one.place for one in records(io.BytesIO(content), "t.csv", NONE)] == [3]


def test_place_is_the_line_a_row_starts_in_and_blank_rows_are_none() -> None:
    content = b'id,body\n1,"a\nb"\n\n , \n2,c\n'
    assert [one.place for one in records(io.BytesIO(content), "t.csv", NONE)] == [2, 6]


def test_cells_of_two_encodings_in_one_file_both_come_out_right() -> None:
    assert _rows("id,body\n1,Grüße\n".encode() + "2,Grüße\n".encode("cp1252")) == [
        {"id": "1", "body": "Grüße"},
        {"id": "2", "body": "Grüße"},
    ]


def test_too_many_cells_are_set_aside_unless_they_are_empty() -> None:
    content = b"id,body\n1,Hello, there\n2,Hello,,\n"
    assert _rows(content) == [{"id": "2", "body": "Hello"}]
    assert [(one.place, one.reason) for one in _aside(content)] == [(2, "bad_table")]


def test_too_few_cells_are_kept_but_not_those_of_a_last_row_that_was_cut() -> None:
    content = b"id,body,status\n1,Hello\n2,Goo"
    assert _rows(content) == [{"id": "1", "body": "Hello", "status": ""}]
    assert [(one.place, one.reason) for one in _aside(content)] == [(3, "bad_table")]


def test_quote_that_never_closes_is_set_aside_once() -> None:
    content = b'id,body\n1,a\n2,"b\n3,c\n'
    assert _rows(content) == [{"id": "1", "body": "a"}]
    assert [(one.place, one.reason) for one in _aside(content)] == [(3, "bad_table")]


def test_quotes_behind_a_backslash() -> None:
    content = b'id,body,status\n1,"She said \\"yes, now\\"",open\n2,"No",open\n'
    assert [row["body"] for row in _rows(content)] == ['She said "yes, now"', "No"]


def test_columns_without_a_name_and_names_that_come_twice() -> None:
    assert _rows(b"id,Comment,,Comment\n1,a,b,c\n") == [{"id": "1", "Comment": "a", "Comment 2": "c"}]


def test_header_alone_has_no_records_and_says_its_columns() -> None:
    assert list(records(io.BytesIO(b"id,body\r\n"), "t.csv", NONE)) == []
    assert columns(Head("t.csv", b"id,body\r\n", True)) == {"id", "body"}


def test_nuls_are_left_out() -> None:
    assert _rows(b"id,body\n1,a\0b\n") == [{"id": "1", "body": "ab"}]


def test_cell_of_a_hundred_megabytes_is_set_aside_and_the_next_row_is_read() -> None:
    raw = b'id,body\n1,"' + b"word " * 20_000_000 + b'"\n2,short\n'
    long, short = records(io.BytesIO(raw), "x", NONE)
    assert (long.place, long.reason, len(long.text) < 1000) == (2, "too_long", True)
    assert json.loads(short.text) == {"id": "2", "body": "short"} and not short.reason


@pytest.mark.parametrize("content", [b"", b"\n\n", b"%PDF-1.7\n\x00\x01", b'{"id": 1, "a": 2}\n', b"one column\n1\n"])
def test_what_is_no_table_does_not_fit(content: bytes) -> None:
    assert not TABLE.fits(Head("x", content, True), NONE)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text('ab,;"\\\n\r\t|\0é= ', max_size=60).map(str.encode)))
def test_bytes_of_any_kind_never_raise(content: bytes) -> None:
    TABLE.fits(Head("x", content, True), NONE)
    for one in records(io.BytesIO(content), "x", NONE):
        if not one.reason:
            assert isinstance(json.loads(one.text), dict)


def test_cut_gzip_keeps_its_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    packed = gzip.compress(b"id,body\n" + b"".join(b"%d,row %d\n" % (n, n * n) for n in range(200_000)))
    path.write_bytes(packed[: len(packed) // 2])
    with open_place(Place(str(path))) as opened:
        found = list(records(opened.stream, "t.csv", NONE))
        assert opened.is_broken
    assert len(found) > 1000 and not any(one.reason for one in found[:-1])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("account_id,name,domain", True),
        ("account_id;name;domain", True),
        ("opportunity_id,account_id", True),
        ("rank,lead_id,ticket_id,said_at,quote", True),
        ("ticket_id,contact_domain,signal,quote,ticket_url", True),
        ("ticket_id,account_id,name,created_at,body", False),
        ("company,amount", False),
    ],
)
def test_files_of_the_crm_and_our_own_lists_are_told_by_their_columns(header: str, expected: bool) -> None:
    assert is_crm_table(Head("x.csv", f"{header}\n".encode(), True)) == expected


def test_crm_file_is_passed_over_and_another_table_named_outright_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id,name\n1,Elmcrest\n")
    (tmp_path / "other.csv").write_text("company,amount\nElmcrest,3\n")
    with pytest.raises(UnknownFormat, match="no tickets found"):
        discover([str(tmp_path / "accounts.csv")])
    with pytest.raises(UnknownFormat, match=r"ticket_id.*created_at.*body"):
        discover([str(tmp_path / "other.csv")])
    with pytest.raises(UnknownFormat, match="no tickets found"):
        discover([str(tmp_path)])
