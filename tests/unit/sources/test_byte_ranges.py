"""Ranges of a file: cut at line ends, every byte in exactly one, whatever their size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pipeline.sources.discovery import Input, portions
from pipeline.sources.opening import Place
from pipeline.sources.reading import read_lines
from pipeline.sources.recognition import Found

PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff")
FOUND = Found("zendesk", "lines", frozenset(), "", "tickets", "whole", "they are tickets")


@example(b"\n\n\n", 1)
@example(b"no end", 3)
@example(b"", 1)
@given(st.lists(st.binary(max_size=12), max_size=12).map(b"\n".join), st.integers(1, 40))
def test_ranges_cover_a_file_line_by_line(tmp_path: Path, content: bytes, size: int) -> None:
    assume(not content.startswith(PACKED))
    (tmp_path / "x").write_bytes(content)
    found = portions([Input(Place(str(tmp_path / "x")), FOUND, "d", len(content))], size)
    assert b"".join(content[part.start : part.end] for part in found) == content
    assert all(content[: part.end].endswith(b"\n") or part.end == len(content) for part in found)
    assert [part.index for part in found] == list(range(len(found)))
    whole = portions([Input(Place(str(tmp_path / "x")), FOUND, "d", len(content))], len(content) + 1)
    cut, uncut = (
        [text for part in parts for text in read_lines(part).records["text"].to_pylist()] for parts in (found, whole)
    )
    assert cut == uncut


@pytest.mark.parametrize(
    ("first", "texts"), [(b"\xef\xbb\xbf{}", ["{}"]), (b"{}\r", ["{}"]), (b"  \r", []), (b"\xff", [])]
)
def test_line_is_read_without_byte_order_mark_and_carriage_return(
    first: bytes, texts: list[str], tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(first + b"\n[]")
    (part,) = portions([Input(Place(str(tmp_path / "x")), FOUND, "d", len(first) + 3)], 100)
    reading = read_lines(part)
    assert reading.records["text"].to_pylist() == [*texts, "[]"]
    assert reading.places["place"].to_pylist()[-1] == 2 == reading.line_count
    assert reading.aside["reason"].to_pylist() == (["bad_encoding"] if first == b"\xff" else [])
