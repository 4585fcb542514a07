"""Ranges of a file: cut at line ends, every byte in exactly one, whatever their size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.sources.discovery import Input, ranges
from pipeline.steps.ingesting.partition import read_lines


@example(b"\n\n\n", 1)
@example(b"no end", 3)
@example(b"", 1)
@given(st.lists(st.binary(max_size=12), max_size=12).map(b"\n".join), st.integers(1, 40))
def test_ranges_cover_a_file_line_by_line(tmp_path: Path, content: bytes, size: int) -> None:
    (tmp_path / "x").write_bytes(content)
    found = ranges([Input(tmp_path / "x", "zendesk", "tickets", "d", len(content))], size)
    assert b"".join(content[part.start : part.end] for part in found) == content
    assert all(content[: part.end].endswith(b"\n") or part.end == len(content) for part in found)
    assert [part.index for part in found] == list(range(len(found)))
    whole = ranges([Input(tmp_path / "x", "zendesk", "tickets", "d", len(content))], len(content) + 1)
    cut, uncut = (
        [text for part in parts for text in read_lines(part)[0]["text"].to_pylist()] for parts in (found, whole)
    )
    assert cut == uncut


@pytest.mark.parametrize(
    ("first", "texts"), [(b"\xef\xbb\xbf{}", ["{}"]), (b"{}\r", ["{}"]), (b"  \r", []), (b"\xff", [])]
)
def test_line_is_read_without_byte_order_mark_and_carriage_return(
    first: bytes, texts: list[str], tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(first + b"\n[]")
    (part,) = ranges([Input(tmp_path / "x", "zendesk", "tickets", "d", len(first) + 3)], 100)
    lines, bad, count = read_lines(part)
    assert lines["text"].to_pylist() == [*texts, "[]"]
    assert lines["line"].to_pylist()[-1] == 2 == count
    assert bad["reason"].to_pylist() == (["bad_encoding"] if first == b"\xff" else [])
