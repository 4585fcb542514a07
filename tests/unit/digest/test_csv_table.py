"""A table written a column at a time is the list written a row at a time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.digest.csv_file import write_list
from pipeline.digest.csv_table import as_cells, as_lines, write_lines

TEXT = st.text(
    st.one_of(st.sampled_from(" ,\"'=+-@\t\r\n\x85\u00a0＝\u200b"), st.characters(codec="utf-8")), max_size=12
)
ROW = st.tuples(
    st.none() | TEXT,
    st.none() | st.booleans(),
    st.none() | st.integers(-9, 9),
    st.none() | st.decimals(-99, 99, places=2),
    st.none() | st.dates(dt.date(1970, 1, 1), dt.date(2100, 1, 1)),
    st.none() | st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)),
    st.none() | TEXT,
)
TYPES = (
    pa.string(),
    pa.bool_(),
    pa.int32(),
    pa.decimal128(9, 2),
    pa.date32(),
    pa.timestamp("us"),
    pa.string(),
)
COLUMNS = list("abcdefg")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=12))
def test_the_bytes_are_those_of_a_list(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(TYPES)]
    cells = as_cells(pa.table(dict(zip(COLUMNS, arrays, strict=True))))
    write_lines(tmp_path / "table.csv", COLUMNS, as_lines(cells, COLUMNS))
    write_list(tmp_path / "list.csv", COLUMNS, rows)
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "list.csv").read_bytes()


def test_few_texts_over_and_over_are_the_same_bytes(tmp_path: Path) -> None:
    """Where hardly any text differs, distinct ones are made into cells once."""
    rows = [(text,) for text in ("answer with support, now", "=1+1", None, "plain", "  outer ") for _ in range(250)]
    cells = as_cells(pa.table({"a": pa.array([text for (text,) in rows], pa.string())}))
    write_lines(tmp_path / "table.csv", ["a"], as_lines(cells, ["a"]))
    write_list(tmp_path / "list.csv", ["a"], rows)
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "list.csv").read_bytes()


@pytest.mark.parametrize(
    ("pseudonym", "cell"),
    [
        ("C1", b'"Doe, Pat"'),  # quoted as any cell
        ("C2", b"'=Pat"),  # a name that a spreadsheet would run
        ("C3", b""),  # nobody knows who that is
        (None, b""),
    ],
)
def test_names_stand_for_pseudonyms(tmp_path: Path, pseudonym: str | None, cell: bytes) -> None:
    table = pa.table({"contact": pa.array([pseudonym], pa.string()), "value": [Decimal("1.50")]})
    cells = as_cells(table, {"contact": {"C1": "Doe, Pat", "C2": "=Pat"}})
    write_lines(tmp_path / "x.csv", ["value", "contact"], as_lines(cells, ["value", "contact"]))
    assert (tmp_path / "x.csv").read_bytes().splitlines()[1] == b"1.50," + cell


def test_a_slice_of_lines_is_those_rows_alone(tmp_path: Path) -> None:
    lines = as_lines(as_cells(pa.table({"a": ["1", "zwölf", "3"], "b": ["x", None, "z"]})), ["a", "b"])
    write_lines(tmp_path / "x.csv", ["a", "b"], lines.slice(1, 2))
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines() == ["a,b", "zwölf,", "3,z"]
