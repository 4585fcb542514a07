"""Whatever JSON may hold stands once in every key of a record of every kind, of every source that reads JSON: nothing
raises, and what is read can be stored. A new source is looked at from its fixture on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.discovery import discover, portions
from pipeline.sources.reading import read_portion
from pipeline.sources.source import RECORDS
from tests.contract.test_sources_golden import LAYOUTS, files_of
from tests.once import IN_FULL

READ_AS_JSON = sorted(
    {
        layout.split("/")[0]
        for layout in LAYOUTS
        if any("json" in kind.framings for kind in SOURCES[layout.split("/")[0]].kinds)
    }
)
ODD: tuple[Any, ...] = (
    None, True, 0, -1.5, 1e300, "x", "", "2026-13-45T99:99:99Z", "9" * 400, "\0",
    [], [[]], [None], {}, {"id": {}}, [1, {"id": []}],
)  # fmt: skip
WHOLE = ("", "{", "[]", "7", "null", '"x"', "{}")


@pytest.mark.parametrize("source", READ_AS_JSON)
def test_nothing_that_json_may_hold_stops_the_reading(source: str) -> None:
    """`read_checked` refuses words, ids and empty columns that cannot be stored."""
    records = []
    for kind, record in sorted(_fullest(source).items()):
        records += [(kind, json.dumps(spoilt)) for spoilt in _spoilt(record, 0)]
        records += [(kind, text) for text in WHOLE]
    numbers = pa.array(range(len(records)), pa.int64())
    kinds, texts = (pa.array([pair[i] for pair in records], pa.string()) for i in (0, 1))
    batch = read_checked(SOURCES[source], pa.table([numbers, kinds, texts], schema=RECORDS))
    assert len(records) > 100 and batch.tickets.num_rows and batch.rejects.num_rows
    told = batch.tickets["record"].to_pylist() + batch.rejects["record"].to_pylist()
    assert len(told) == len(set(told))
    assert batch.tickets["status"].null_count == 0 or source == "generic"


def _fullest(source: str) -> dict[str, dict[str, Any]]:
    """The record of each kind with the most keys, of all layouts of the source; every kind of JSON has one."""
    found: dict[str, dict[str, Any]] = {}
    for layout in (one for one in LAYOUTS if one.split("/")[0] == source):
        for portion in portions(discover([str(file) for file in files_of(layout)])[0], 1 << 30):
            for reading in read_portion(portion):
                for row in reading.records.to_pylist():
                    record = _object(row["text"])
                    if len(record) > len(found.get(row["kind"], {})):
                        found[row["kind"]] = record
    assert found.keys() >= {kind.name for kind in SOURCES[source].kinds if "json" in kind.framings}
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _spoilt(record: Any, turn: int) -> Iterator[Any]:
    """The record with one thing in it made odd, at any depth; in the short form each key holds four odd things."""
    if isinstance(record, dict):
        for number, (key, value) in enumerate(record.items(), start=turn):
            odd = ODD if IN_FULL else (ODD[(number + i * 4 + i) % len(ODD)] for i in range(4))
            yield from ({**record, key: one} for one in odd)
            yield from ({**record, key: inner} for inner in _spoilt(value, number + 1))
            yield {name: kept for name, kept in record.items() if name != key}
    elif isinstance(record, list):
        for place, value in enumerate(record):
            yield from ([*record[:place], inner, *record[place + 1 :]] for inner in _spoilt(value, turn + place))
