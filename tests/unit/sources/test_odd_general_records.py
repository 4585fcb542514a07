"""Whatever general records hold, they are read or set aside, each once, and nothing is raised."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources import SOURCES
from pipeline.sources.framing import FRAMINGS, Head
from pipeline.sources.source import RECORDS

ODD: list[Any] = [
    None, True, 0, -1.5, "", " ", "text", [], {}, [None], [[]], {"id": {}}, [1, "a", None, {"id": []}], "9" * 400, "\0",
    "99/99/2026", "1e999", "-1", "2026-02-30", {"a b": 1, 'c"d': 2, "$": 3, "*": 4},
]  # fmt: skip
MESSAGE = {
    "ticket_id": "1", "id": "2", "created_at": "2026-11-10T09:00:00Z", "updated_at": "1794301200", "role": "agent",
    "author": {"id": 1, "email": "a@b.example"}, "body": "Hello", "status": "open", "priority": "P1", "rating": "5",
    "customer": {"email": "c@d.example"}, "is_private": "no", "messages": [{"text": "Hi", "role": "customer"}],
    "subject": "S", "description": "D", "company": "E", "assignee": "F", 'odd "key"': 1, "draft": False,
}  # fmt: skip


def _records(kinds: list[str], records: list[str]) -> pa.Table:
    every = [(kind, text) for kind in kinds for text in records]
    return pa.table([list(range(1, len(every) + 1)), *map(list, zip(*every, strict=True))], schema=RECORDS)


def test_general_records_of_odd_values() -> None:
    texts = [json.dumps({**MESSAGE, name: value}) for name in MESSAGE for value in ODD]
    texts += [json.dumps(value) for value in ODD] + ["{", "nonsense", '{"a": 1', "[" * 10_000]
    texts += [json.dumps({**MESSAGE, "messages": [value, {**MESSAGE, "text": value}]}) for value in ODD]
    for kind in SOURCES["generic"].kinds:
        records = _records([kind.name], texts)
        batch = SOURCES["generic"].read(records)
        aside = batch.rejects["record"].to_pylist()
        assert len(aside) == len(set(aside)) and set(aside) <= set(records["record"].to_pylist())
        kept = set(batch.tickets["record"].to_pylist()) | set(batch.messages["record"].to_pylist())
        assert kept and not kept & set(aside)
        ids = batch.messages.filter(pa.compute.invert(batch.messages["is_loose"]))
        keys = list(zip(ids["record"].to_pylist(), ids["message_id"].to_pylist(), strict=True))
        assert len(keys) == len(set(keys))


def test_transcript_records_of_odd_values() -> None:
    whole = {"transcript_id": "1", "headers": {}, "started_on": "2026-11-10", "started_second": 1, "is_utc": True,
             "is_offset": False, 
             "turns": [{"speaker": "A", "seconds": 1, "day": "", "text": "x", "role": "agent"}]}  # fmt: skip
    texts = [json.dumps({**whole, name: value}) for name in whole for value in ODD]
    texts += [json.dumps({**whole, "turns": [{**whole["turns"][0], name: value}]})  # type: ignore[index]
              for name in whole["turns"][0] for value in ODD]  # type: ignore[index]  # fmt: skip
    batch = SOURCES["transcript"].read(_records(["transcripts"], [*texts, "{", "[1]"]))
    assert {"bad_json", "not_an_object"} <= set(batch.rejects["reason"].to_pylist())


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text("WEBVT\n -->0123:.<v Jane>/[](){}", max_size=300).map(str.encode)))
def test_bytes_of_any_kind_are_framed_without_raising(content: bytes) -> None:
    for name in ("table", "transcript"):
        FRAMINGS[name].fits(Head("2026-99-99 x.txt", content, True), frozenset())
        for one in FRAMINGS[name].records(io.BytesIO(content), "2026-99-99 x.txt", frozenset()):
            assert one.reason or isinstance(json.loads(one.text), dict)
