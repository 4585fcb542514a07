"""Front's records with blanks for ids, and text that is no JSON: found by fuzzing."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.source import RECORDS, Batch

LAST = {"id": "msg_1", "type": "email", "is_inbound": True, "created_at": 1794276000, "text": "We need more seats."}
EVENT = {"id": "evt_1", "type": "reopen", "emitted_at": 1794276000, "conversation": {"id": "cnv_1"}}


def _read(**kinds: dict[str, Any]) -> Batch:
    rows = [(n, kind, json.dumps(record)) for n, (kind, record) in enumerate(kinds.items())]
    return read_checked(SOURCES["front"], pa.table(list(zip(*rows, strict=True)), schema=RECORDS))


def test_a_last_message_without_an_id_is_no_message_of_its_own() -> None:
    conversation = {"id": "cnv_1", "created_at": 1794276000, "status": "unassigned", "last_message": LAST}
    assert _read(conversations=conversation).messages["message_id"].to_pylist() == ["cnv_1:msg_1"]
    blank = _read(conversations=conversation | {"last_message": LAST | {"id": " "}})
    assert blank.messages.num_rows == 0 and blank.tickets.num_rows == 1


def test_an_event_of_no_conversation_is_set_aside() -> None:
    assert _read(events=EVENT).events["ticket_id"].to_pylist() == ["cnv_1"]
    blank = _read(events=EVENT | {"conversation": {"id": ""}})
    assert blank.events.num_rows == 0 and blank.rejects["reason"].to_pylist() == ["no_ticket"]


@pytest.mark.parametrize("padding", range(4))
def test_what_is_no_json_is_set_aside_wherever_duckdb_cuts_its_message(padding: int) -> None:
    """DuckDB quotes the beginning of a bad record by bytes: the quote may end within a character."""
    wrong = '{"id": "cnv_1", ' + "x" * padding + "\u2028" * 400
    given = pa.table([[0, 1], ["conversations", "events"], [wrong, json.dumps(EVENT)]], schema=RECORDS)
    batch = read_checked(SOURCES["front"], given)
    assert batch.rejects["reason"].to_pylist() == ["bad_json"] and batch.events.num_rows == 1
