"""Labelled rows as people and tools write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadTable, InputNotFound
from pipeline.learning.labels import Row, read_rows
from pipeline.scoring.said import Said

TURNS = [{"role": "customer", "text": "Hi"}, {"role": "agent", "text": "Hello"}, {"role": "customer", "text": "More"}]


def write(folder: Path, *rows: Any) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def read(folder: Path, *rows: Any, **where: str) -> list[Row]:
    return read_rows(write(folder, *rows), "praise", where)


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        ({"text": "a", "label": 1}, [1]),
        ({"turns": TURNS, "label": 0}, [0]),
        ({"text": "a", "labels": {"praise": 1, "churn_risk": 0}}, [1]),
        ({"text": "a", "labels": {"churn_risk": 1}}, []),  # nobody labelled it for this signal
        ({"text": "a", "labels": {}}, []),
        ({"text": "a", "labels": {"praise": None}}, []),
        ({"text": "a", "label": 1, "labels": ["billing", "vip"]}, [1]),  # another tool's key of that name
        ({"text": "a", "label": 1, "labels": {}}, [1]),
        ({"text": "a", "label": 0, "labels": {"praise": 1}}, [1]),  # the one that names the signal
        ({"text": "a", "label": 1, "colour": {"deep": [1]}, "evidence": "turn 3", "subtype": None}, [1]),
    ],
)
def test_label_of(tmp_path: Path, row: dict[str, Any], labels: list[int]) -> None:
    assert [one.label for one in read(tmp_path, row)] == labels


def test_text_is_one_customer_turn_and_turns_keep_their_order(tmp_path: Path) -> None:
    text, turns = read(tmp_path, {"text": "a", "label": 1}, {"turns": TURNS, "label": 1, "id": "x", "group": 7})
    assert text.turns == (Said("customer", "a"),) and (text.id, text.group) == ("1", None)
    assert [said.role for said in turns.turns] == ["customer", "agent", "customer"]
    assert (turns.id, turns.group) == ("x", "7")


@pytest.mark.parametrize(
    ("evidence", "turns"),
    [
        ({"praise": 2}, (2,)),
        ({"praise": [0, 2]}, (0, 2)),
        ({"praise": None}, ()),
        ({"other": 1}, ()),
        ({}, ()),
        (None, ()),
    ],
)
def test_evidence_of(tmp_path: Path, evidence: Any, turns: tuple[int, ...]) -> None:
    assert read(tmp_path, {"turns": TURNS, "labels": {"praise": 1}, "evidence": evidence})[0].evidence == turns


def test_where_keeps_rows_by_a_field(tmp_path: Path) -> None:
    rows = [
        {"text": str(n), "label": 1, "stratum": stratum, "n": n}
        for n, stratum in enumerate(["random", "rich", "random"])
    ]
    assert [row.id for row in read(tmp_path, *rows, stratum="random")] == ["1", "3"]
    assert [row.id for row in read(tmp_path, *rows, stratum="random", n="2")] == ["3"]
    assert read(tmp_path, *rows, absent="random") == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"text": "a"}',
        b'{"label": 1}',
        b'{"text": "a", "label": 2}',
        b'{"text": "a", "label": 0.5}',
        b'{"text": "a", "label": "yes"}',
        b'{"text": null, "label": 1}',
        b'{"turns": [{"role": "customer"}], "label": 1}',
        b'{"turns": "a", "label": 1}',
        b'["a"]',
        b"1",
        b"{",
        b"text;label",
        b'{"text": "\xff", "label": 1}',
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"text": "a", "label": 1}\n\n' + line + b"\n")
    with pytest.raises(BadTable, match=r"rows\.jsonl, line 3: expected"):
        read_rows(file, "praise")


def test_byte_order_mark_blank_lines_and_crlf_are_nothing(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "a", "label": 1}\r\n\r\n  \n{"text": "b\\u2028c", "label": 0}')
    assert [row.turns[0].text for row in read_rows(file, "praise")] == ["a", "b\u2028c"]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputNotFound, match=r"none\.jsonl is not there"):
        read_rows(tmp_path / "none.jsonl", "praise")
