"""A time in JSON is read by itself, whatever times stand before it."""

import itertools
import json
from datetime import datetime

import pyarrow as pa
import pytest

from pipeline.sources.json_records import read_json
from pipeline.sources.source import RECORDS

NINE = datetime(2026, 11, 18, 9, 6)
TIMES = {
    "2026-11-18T09:06:00Z": NINE,
    "2026-11-18T09:06:00.250Z": datetime(2026, 11, 18, 9, 6, 0, 250_000),
    "2026-11-18T09:06:00": NINE,  # without a zone it is UTC's
    "2026-11-18 10:06:00+01:00": NINE,
    "2026-11-18 04:06:00 America/New_York": NINE,
    "2026-11-18": datetime(2026, 11, 18),
    "2026-02-30T09:06:00Z": None,
    "2026-11-18T25:06:00Z": None,
    "20__-__-__T__:__:__Z": None,
    "soon": None,
}


@pytest.mark.parametrize("before", ["2026-11-18 04:06:00 America/New_York", "2026-11-18T09:06:00Z", "soon"])
def test_a_time_is_its_own(before: str) -> None:
    said = [time for pair in zip(itertools.repeat(before), TIMES, strict=False) for time in pair]
    texts = [json.dumps({"id": str(number), "told": time}) for number, time in enumerate(said)]
    records = pa.table([list(range(len(said))), ["one"] * len(said), texts], schema=RECORDS)
    read = read_json(
        records,
        {"one": '{"id":"VARCHAR","told":"VARCHAR"}'},
        {"one": "NULL"},
        {"tickets": "SELECT record, id AS ticket_id, moment(told) AS created_at FROM one"},
    )
    assert read.tickets["created_at"].to_pylist()[1::2] == list(TIMES.values())
