"""A file that nothing reads is refused with its keys, never with what stands in them, and with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UnknownFormat
from pipeline.sources.discovery import discover

ROOT = Path(__file__).resolve().parents[3]


def _refused(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnknownFormat) as raised:
        discover([str(file)])
    assert "Lena" not in str(raised.value).replace(str(folder), "")
    return str(raised.value)


def test_keys_of_the_first_record_are_listed_and_the_how_to_is_named(tmp_path: Path) -> None:
    said = _refused(tmp_path, "cases.jsonl", '{"case_no": "D-1", "asker": {"name": "Lena Brook"}, "went": []}\n')
    assert "(it has case_no, asker, went)" in said
    how_to = said.removesuffix('".').rsplit('"', 1)[1]
    assert said.endswith(f'or write a source of its own: README, "{how_to}".')
    headings = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"## How to: {how_to[0].lower()}{how_to[1:]}" in headings


def test_twelve_keys_are_enough_and_none_is_somebody_s_address(tmp_path: Path) -> None:
    keys = ", ".join(f'"key_{n}": 1' for n in range(30))
    assert f"(it has {', '.join(f'key_{n}' for n in range(12))})" in _refused(tmp_path, "a.json", f"{{{keys}}}")
    people = '{"lena@elmcrest.example": 1, "Lena Brook": 2, "+4930123456": 3, "customer_991234": 4, "by": 5}'
    assert "(it has by)" in _refused(tmp_path, "b.json", people)


def test_columns_are_listed_where_the_first_row_is_a_header(tmp_path: Path) -> None:
    table = "Case Number,Opened On,Agent (name)\n1,2026-11-20,Lena\n"
    assert "reads (it has Case Number, Opened On, Agent (name)): it needs" in _refused(tmp_path, "a.csv", table)
    headless = "D-1,Lena Brook,2026-11-20\nD-2,Ivo Hart,2026-11-20\n"
    assert "reads: it needs" in _refused(tmp_path, "b.csv", headless)


def test_what_has_no_records_is_refused_without_keys(tmp_path: Path) -> None:
    assert "it has" not in _refused(tmp_path, "a.json", "[1, 2, 3]")
    assert "it has" not in _refused(tmp_path, "b.jsonl", '{"name": "Lena')
