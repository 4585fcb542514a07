"""data/pii as it lies: enough, varied, well-formed, nothing nearly twice, nobody's; and how it is counted."""

import re
from collections import Counter

import pytest

from pipeline.learning.groups import near_duplicates
from pipeline.text.placeholders import KINDS
from tests.bench.pii import UNSEEN, look, read_messages

ROWS = read_messages()
KEYS = {"id", "text", "spans", "country", "register", "batch"}
REGISTERS = {"fluent", "short", "angry", "polite", "terse", "non_native", "casual", "misspelt", "rambling"}


def _beside_spans(row: dict[str, object]) -> str:
    text, spans = str(row["text"]), row["spans"]
    assert isinstance(spans, list)
    return "".join(c for place, c in enumerate(text) if not any(start <= place < end for start, end, _ in spans))


def test_rows_are_well_formed() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 1000
    for row in ROWS:
        assert KEYS <= set(row) <= KEYS | {"names"} and row["register"] in REGISTERS, row["id"]
        ends = 0
        for start, end, kind in row["spans"]:
            assert ends <= start < end <= len(row["text"]) and kind in KINDS, row["id"]
            assert row["text"][start:end] == row["text"][start:end].strip(), row["id"]
            ends = end


def test_kinds_countries_and_look_alikes_are_many() -> None:
    kinds = Counter(kind for row in ROWS for *_, kind in row["spans"])
    assert set(kinds) == set(KINDS) and min(kinds.values()) >= 30
    assert len({row["country"] for row in ROWS}) >= 50
    assert sum(not row["spans"] for row in ROWS) * 3 >= len(ROWS)
    assert sum(row["batch"] == UNSEEN for row in ROWS) * 4 >= len(ROWS)


def test_no_message_is_there_twice_or_nearly() -> None:
    assert near_duplicates([row["text"] for row in ROWS], near=0.9) == []


def test_addresses_are_nobodys() -> None:
    for row in ROWS:
        for start, end, kind in row["spans"]:
            if kind == "EMAIL":
                assert re.search(r"example\W?$|＠", row["text"][start:end], re.IGNORECASE), row["id"]
        for domain in re.findall(r"@((?:[\w-]+\.)+[a-z]+)", _beside_spans(row)):
            assert domain.endswith(".example"), row["id"]


@pytest.mark.parametrize(
    ("text", "spans", "found", "right"),
    [
        pytest.param("to jo@acme.example now", [[3, 18, "EMAIL"]], [True], [True], id="gone"),
        pytest.param("to jo fenn now", [[3, 10, "NAME"]], [False], [], id="kept"),
        pytest.param("192.0.2.10 is it", [], [], [False], id="a placeholder for nothing"),
        pytest.param("192.0.2.10, not 4411 0088", [[16, 25, "ID"]], [False], [False], id="elsewhere"),
    ],
)
def test_what_counts_as_found_and_as_false(
    text: str, spans: list[list[object]], found: list[bool], right: list[bool]
) -> None:
    looked = look({"text": text, "spans": spans})
    assert [is_found for *_, is_found in looked.spans] == found
    assert [is_right for *_, is_right in looked.placeholders] == right
