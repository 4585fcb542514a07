"""Front's records with blanks for ids: found by fuzzing."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

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
