"""Cells that no spreadsheet runs, folders that appear at once, owners' names as folder names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.digest.csv_file import as_typed, cell, neutralised, without_formula, write_list
from pipeline.digest.folder import folder_name, recover, replaced_folder
from tests.unit.patterns import at_most

# https://owasp.org/www-community/attacks/CSV_Injection
PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://x.example","click")',
    "+49 30 1234",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "|calc",
    "%0A-3",
    "=cmd|'/C calc'!'A1'",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    '"=1+1"',
    '" =1+1',
    "'=1+1",
    "''@SUM(1+1)",
]
# The same where a semicolon parts cells, as in German Excel: OWASP names separators and quotation marks too.
WITHIN = [
    "hello;=1+1",
    "hello; +1+1;bye",
    'hello;"-1+1";bye',
    "hello;;@SUM(1+1)",
    "hello;\t=1+1",
    "hello;\u200b＝1+1",
    "hello;'=1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_begins_with_what_a_spreadsheet_runs(payload: str, tmp_path: Path) -> None:
    write_list(tmp_path / "x.csv", ["a", "b"], [[payload, f"harmless {payload}"]])
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as stream:
        _, row = csv.reader(stream, strict=True)
    assert row[0].lstrip("\ufeff\u200b\u00a0 \t\r\n")[0] not in "=+-@|%＝＋－＠"


@pytest.mark.parametrize("payload", [*PAYLOADS, *WITHIN])
@pytest.mark.parametrize("delimiter", list(",;\t"))
def test_no_cell_runs_whatever_parts_the_cells(payload: str, delimiter: str, tmp_path: Path) -> None:
    write_list(tmp_path / "x.csv", ["a", "b", "c"], [["1", payload, "so, they say"]])
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream, delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell.lstrip('\ufeff\u200b\u00a0" ').startswith(tuple("=+-@＝＋－＠\t\r"))]


@pytest.mark.parametrize("payload", [*PAYLOADS, *WITHIN])
def test_file_for_a_loader_has_nothing_that_runs_and_no_apostrophe_of_ours(payload: str) -> None:
    plain = " ".join(payload.split())
    kept = without_formula(plain)
    assert neutralised(kept) == kept
    assert kept.count("'") <= plain.count("'")


def test_a_megabyte_of_formulas_is_taken_off_in_time() -> None:
    with at_most(5):
        assert without_formula("= '-" * 250_000 + "said") == "said"


@example("\ufeff=1")
@example("'=1")
@example("a;'=1")
@example("a;;=1;\"'-1")
@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.text(" ;'\"=-a\u200b")))
def test_text_comes_back_as_it_was_meant(text: str) -> None:
    assert as_typed(cell(text)) == " ".join(text.split())


def test_cell_that_another_separator_would_part_is_in_quotes(tmp_path: Path) -> None:
    """LibreOffice offers comma, semicolon and tab together."""
    write_list(tmp_path / "x.csv", ["a"], [["elm.example;fir.example"]])
    assert (tmp_path / "x.csv").read_bytes().endswith(b'a\r\n"elm.example;fir.example"\r\n')


def test_list_reads_alike_in_csv_and_pandas(tmp_path: Path) -> None:
    rows = [["a,b", 'say "hi"', "two\nlines", "ünï 日本 🙂", "007", ""], ["NULL", "NA", "1e5", "'", ";", "\\"]]
    write_list(tmp_path / "x.csv", list("abcdef"), rows)
    expected = [[" ".join(text.split()) for text in row] for row in rows]
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfa,b,c,d,e,f\r\n")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))[1:] == expected
    assert pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False).to_numpy().tolist() == expected
    assert (tmp_path / "x.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (Decimal("-0.50"), "-0.50"),
        (0.1, "0.1"),
        (1e-9, "0.000000001"),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (dt.datetime(2026, 11, 20, 8, 5), "2026-11-20T08:05:00Z"),
    ],
)
def test_values_are_written_plainly(value: object, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    "owner",
    [
        "../../etc",
        "/etc/passwd",
        "..",
        ".",
        "",
        ".hidden",
        "a/b@x.example",
        "a\\b",
        "x" * 400,
        "nul\0",
        "-rf",
        "mia@x.example\n",
        "CON",
        "nul.txt",
        "a.",
        "名" * 300,
        "\U0001d4d0" * 300,
        "\u202emia",
        "\ud800",
        "..\uff0f..\uff0fx",
        "C:\\x",
    ],
)
def test_owner_is_a_folder_below_its_parent_and_seen(owner: str, tmp_path: Path) -> None:
    name = folder_name(owner)
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()
    assert not name.startswith(".") and len(name.encode()) < 120
    assert not name.endswith((".", " ")) and name.split(".")[0].upper() not in ("CON", "NUL")
    (tmp_path / name).mkdir()


def test_no_two_owners_share_a_folder() -> None:
    owners = [
        "a/b",
        "a_b",
        "a\\b",
        "",
        "_",
        ".",
        "..",
        "x" * 81,
        "x" * 82,
        "../a",
        "a",
        "mia@x.example",
        " mia@x.example",
        "Mia@x.example",
        "\uff4d\uff49\uff41@x.example",
        "\u00e9@x.example",
        "e\u0301@x.example",
        "stra\u00dfe@x.example",
        "strasse@x.example",
    ]
    # Alike on a disk that tells neither case nor composed letters apart.
    folders = {unicodedata.normalize("NFKC", folder_name(owner)).casefold() for owner in owners}
    assert len(folders) == len(owners)
    assert folder_name("mia@x.example") == "mia@x.example"


def _day(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "leads.csv").write_text(text)


def test_day_is_replaced_at_once_and_its_old_folder_seen_once_more(tmp_path: Path) -> None:
    _day(tmp_path / "2026-11-20", "old")
    seen = []
    with replaced_folder(
        tmp_path / "2026-11-20", keep=lambda old: seen.append((old / "leads.csv").read_text())
    ) as folder:
        (folder / "leads.csv").write_text("new")
        assert (tmp_path / "2026-11-20" / "leads.csv").read_text() == "old"
    assert (tmp_path / "2026-11-20" / "leads.csv").read_text() == "new"
    assert seen == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11-20"]


def test_failed_writing_leaves_the_day_as_it_was(tmp_path: Path) -> None:
    _day(tmp_path / "2026-11-20", "old")
    with pytest.raises(OSError, match="full"), replaced_folder(tmp_path / "2026-11-20") as folder:
        (folder / "leads.csv").write_text("half")
        raise OSError("full")
    assert (tmp_path / "2026-11-20" / "leads.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11-20"]


@pytest.mark.parametrize(
    ("present", "stands"),
    [
        (["new"], None),
        (["old"], "old"),
        (["old", "new"], "old"),
        (["day", "new"], "day"),
        (["day", "old"], "day"),
        (["day"], "day"),
        ([], None),
    ],
)
def test_recovery_after_a_kill_between_any_two_steps(present: list[str], stands: str | None, tmp_path: Path) -> None:
    names = {"day": "2026-11-20", "new": ".2026-11-20.new", "old": ".2026-11-20.old"}
    for name in present:
        _day(tmp_path / names[name], name)
    kept: list[str] = []
    recover(tmp_path, keep=lambda day, old: kept.append((old / "leads.csv").read_text()))
    assert [path.name for path in tmp_path.iterdir()] == ([names["day"]] if stands else [])
    if stands:
        assert (tmp_path / names["day"] / "leads.csv").read_text() == stands
    assert kept == (["old"] if {"day", "old"} <= set(present) else [])
