"""A partition of messages becomes conversations, and partitions are as many as workers can share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.scoring.said import Said
from pipeline.steps import score_partition
from pipeline.steps.score import FEWEST, MOST, _partition_size
from pipeline.steps.score_messages import messages_of

MARK = pa.struct([("kind", pa.string()), ("start_offset", pa.int32()), ("end_offset", pa.int32())])
STORED = pa.schema(
    [(name, pa.string()) for name in ("source", "ticket_id", "role", "text", "language")]
    + [("is_public", pa.bool_()), ("marks", pa.list_(MARK))]
)


def row(source: str, ticket: str, role: str | None, text: str | None, **more: Any) -> dict[str, Any]:
    return {"source": source, "ticket_id": ticket, "role": role, "text": text, "is_public": True, "marks": []} | more


def test_messages_are_told_ticket_by_ticket() -> None:
    quoted = [{"kind": "quote", "start_offset": 4, "end_offset": 20}]
    rows = [
        row("a", "1", "customer", "Hi."),
        row("a", "1", "agent", "Hello.", language="en"),
        row("b", "1", "customer", "The same number elsewhere."),  # another source's ticket 1
        row("b", "2", None, "Who?"),
        row("b", "2", "", "Who?", marks=None),
        row("b", "2", "agent", "Between us.", is_public=False),
        row("b", "2", "agent", "Whether it is public is not known.", is_public=None),
        row("b", "3", "customer", "Hallo.", language="de"),
        row("b", "3", "customer", None, language=""),
        row("b", "3", "customer", "Yes.> your last words", marks=quoted),
    ]
    messages = messages_of(pa.Table.from_pylist(rows, STORED), frozenset(["en"]))
    expected = [
        [Said("customer", "Hi."), Said("agent", "Hello.")],
        [Said("customer", "The same number elsewhere.")],
        [
            Said("nobody", "Who?"),
            Said("nobody", "Who?"),
            Said("note", "Between us."),
            Said("note", "Whether it is public is not known."),
        ],
        [Said("foreign", "Hallo."), Said("customer", ""), Said("customer", messages.texts[-1])],
    ]
    for at_once in (1, 2, 3, 10):
        assert [said for some in messages.conversations(at_once) for said in some] == expected
    assert "your last words" not in messages.texts[-1]
    assert messages.sizes.tolist() == [2, 1, 4, 3]


def test_no_messages_are_no_conversations() -> None:
    assert list(messages_of(STORED.empty_table(), frozenset(["en"])).conversations(5)) == []


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("due", [0, 1, 3_999, 9_000, 49_000, 200_000, 201_000, 1_000_000])
def test_all_workers_have_as_many_partitions(due: int, workers: int) -> None:
    size = _partition_size(due, workers, 300 * due)
    assert FEWEST <= size <= MOST
    partitions = -(-due // size)
    assert size == FEWEST or partitions % workers == 0


def test_partitions_of_long_tickets_are_smaller() -> None:
    assert _partition_size(200_000, 2, 200_000 * 300) == 25_000
    assert _partition_size(200_000, 2, 200_000 * 1_600) == 10_000
    assert _partition_size(200_000, 2, 200_000 * 100_000) < 8_000


def test_facts_are_the_same_some_bytes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["This is absolutely unacceptable.", "", None, "Thanks!", "You people are useless."] * 4
    rows = [row("a", str(i), "customer", text) | {"message_id": f"m{i}"} for i, text in enumerate(said)]
    stored = pa.Table.from_pylist(rows, STORED.append(pa.field("message_id", pa.string())))
    messages = messages_of(stored, frozenset(["en"]))
    has_signal = np.ones(len(said), dtype=bool)
    found = []
    for most in (10**9, 40):
        monkeypatch.setattr(score_partition, "_BYTES_AT_ONCE", most)
        found.append(score_partition._facts(messages, {}, has_signal))
    assert found[0] == found[1]
    assert list(dict.fromkeys(found[0]["message_id"].to_pylist()))[:2] == ["m0", "m4"]
