"""Lines that are stored already are left out before workers begin, and whatever is left stands where it stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pipeline.sources.discovery import Input, Portion, portions
from pipeline.sources.opening import Place
from pipeline.sources.reading import Reading, read_lines
from pipeline.sources.recognition import Found
from pipeline.steps.ingesting import unread
from pipeline.steps.ingesting.asking import HASH, LINE_KEY
from pipeline.steps.ingesting.unread import leave_out_known

PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff")
FOUND = Found("zendesk", "lines", frozenset(), "", "tickets", "whole", "they are tickets")
VERSION = "t"
# What an earlier release of DuckDB may have made of a text, and what an earlier one of ours did not make.
ANOTHER_KEY, NO_KEY = "xor(hash({}, $version), 1)", "NULL"


def _file(folder: Path, content: bytes, found: Found = FOUND) -> Input:
    (folder / "x").write_bytes(content)
    return Input(Place(str(folder / "x")), found, "d", len(content))


@contextmanager
def _stored(texts: Sequence[str], key: str = LINE_KEY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that has these; `key` is what stands for the key of each."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE tickets (ticket_hash VARCHAR, line_key UBIGINT)")
        for number, text in enumerate(texts):
            mark = "-" if number % 2 else ""
            con.execute(
                f"INSERT INTO tickets SELECT $mark || {HASH.format('$text')}, {key.format('$text')}",
                {"mark": mark, "text": text, "version": VERSION},
            )
        yield con


def _left(parts: Sequence[Portion], stored: Sequence[str], size: int, key: str = LINE_KEY) -> list[Portion]:
    with _stored(stored, key) as con:
        return leave_out_known(con, parts, VERSION, size)


def _rows(parts: Sequence[Portion]) -> tuple[list[tuple[int, str]], list[tuple[int, str]], int, int]:
    """Texts and what is set aside by their places in the file, how many records and lines there are."""
    texts, aside, records, before = [], [], 0, 0
    for reading in map(read_lines, parts):
        texts += _placed(reading, before)
        aside += [(before + row["place"], row["reason"]) for row in reading.aside.to_pylist()]
        records += reading.counts[0]
        before += reading.line_count
    return texts, aside, records, before


def _placed(reading: Reading, before: int) -> list[tuple[int, str]]:
    assert reading.records["record"].to_pylist() == reading.places["record"].to_pylist()
    places, texts = reading.places["place"].to_pylist(), reading.records["text"].to_pylist()
    return [(before + place, text) for place, text in zip(places, texts, strict=True)]


_LINES = st.lists(
    st.sampled_from([b"", b" \r", b"a", b"bb ", b"ccc", b"d" * 9, b"e\xff", b"\xef\xbb\xbff"]), max_size=30
)


@example([b"a", b"bb", b"a", b"ccc"], ["a", "bb", "ccc"], 3, 0, LINE_KEY)
@example([b"a"] * 9 + [b"ccc"] + [b"a"] * 9, ["a"], 6, 0, LINE_KEY)
@example([b"a"] * 9 + [b"ccc"] + [b"a"] * 9, ["a"], 6, 0, ANOTHER_KEY)
@given(
    _LINES,
    st.lists(st.sampled_from(["a", "bb", "ccc", "d" * 9, "f", ""]), unique=True),
    st.integers(1, 40),
    st.sampled_from([0, 3, 4096]),
    st.sampled_from([LINE_KEY, ANOTHER_KEY, NO_KEY]),
)
def test_what_is_left_stands_where_it_stood(
    tmp_path: Path, lines: list[bytes], stored: list[str], size: int, gap: int, key: str
) -> None:
    content = b"\n".join(lines)
    assume(not content.startswith(PACKED))
    ranges = portions([_file(tmp_path, content)], size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unread, "_GAP", gap)
        left = _left(ranges, stored, size, key)
    texts, aside, records, line_count = _rows(ranges)
    left_texts, left_aside, left_records, left_line_count = _rows(left)
    unknown = [(place, text) for place, text in texts if text not in stored]
    assert [(place, text) for place, text in left_texts if text not in stored] == unknown
    assert set(left_texts) <= set(texts)
    assert (left_aside, left_records, left_line_count) == (aside, records, line_count)
    assert [part.index for part in left] == list(range(len(left)))
    assert [part.start for part in left[1:]] == [part.end for part in left[:-1]]


def _many(count: int) -> list[str]:
    return [f'{{"id": {number}, "said": "{number * 7919}"}}' for number in range(count)]


def _ranges(folder: Path, texts: Sequence[str], size: int = 4000) -> list[Portion]:
    return portions([_file(folder, "\n".join(texts).encode())], size)


def test_few_changed_lines_of_many_are_one_portion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "_GAP", 0)
    texts = _many(3000)
    changed = [text + " " * 3 + "}" if number % 100 == 7 else text for number, text in enumerate(texts)]
    ranges = _ranges(tmp_path, changed)
    (part,) = _left(ranges, texts, 4000)
    assert len(ranges) > 20
    assert part.unread is not None
    assert len(part.unread.spans) == 30 == read_lines(part).records.num_rows
    assert (part.unread.known_count, part.unread.line_count) == (2970, 3000)


@pytest.mark.parametrize("key", [ANOTHER_KEY, NO_KEY])
def test_lines_without_their_key_are_told_by_their_hash_and_have_it_then(key: str, tmp_path: Path) -> None:
    texts = _many(3000)
    ranges = _ranges(tmp_path, [*texts[:-1], "changed"])
    with _stored(texts, key) as con:
        (part,) = leave_out_known(con, ranges, VERSION, 4000)
        assert part.unread is not None and part.unread.known_count == 2999
        con.execute("UPDATE tickets SET ticket_hash = 'none'")
        (again,) = leave_out_known(con, ranges, VERSION, 4000)
        assert again.unread == part.unread


def test_a_night_in_which_nothing_is_new_has_a_portion_of_nothing(tmp_path: Path) -> None:
    texts = _many(1000)
    (part,) = _left(_ranges(tmp_path, texts), texts, 4000)
    assert read_lines(part).records.num_rows == 0
    assert read_lines(part).counts == {0: 1000}


@pytest.mark.parametrize("stored", [[], ["something else"]])
def test_where_nothing_is_known_ranges_stay(stored: list[str], tmp_path: Path) -> None:
    ranges = _ranges(tmp_path, _many(1000))
    left = _left(ranges, stored, 4000)
    assert [(part.start, part.end) for part in left] == [(part.start, part.end) for part in ranges]
    assert sum(part.unread is not None for part in left) <= 3 * len(stored)


def test_portions_of_what_is_unread_are_no_larger_than_others(tmp_path: Path) -> None:
    texts = _many(3000)
    ranges = _ranges(tmp_path, texts)
    left = _left(ranges, [text for number, text in enumerate(texts) if number % 300 > 90], 4000)
    assert 1 < len(left) < len(ranges)
    for part in left:
        assert part.unread is not None
        assert sum(span.end - span.start for span in part.unread.spans) < 4000 + 2 * len(texts[-1])


def test_what_is_no_whole_record_is_left_as_it_is(tmp_path: Path) -> None:
    texts = _many(1000)
    one = _file(tmp_path, "\n".join(texts).encode(), replace(FOUND, kind="users", holds="people"))
    ranges = portions([one], 4000)
    assert _left(ranges, texts, 4000) == ranges
