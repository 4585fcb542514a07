"""Records of a worker's portion, in memory: framed, unwrapped, of a kind each, and of its bucket alone.

Plain lines are taken as bytes and parted in one go; everything else is framed record by record. Batches are bounded
except for a bucket, whose parts must be seen together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.confined import scratch
from pipeline.sources import SOURCES
from pipeline.sources.discovery import Input, Portion, Unread
from pipeline.sources.framing import FRAMINGS, LONGEST, Framed
from pipeline.sources.lines import lines_of
from pipeline.sources.opening import open_place
from pipeline.sources.source import RECORDS, Kind
from pipeline.sources.streams import PATHS

_BATCH = 16 << 20
_RAW = 480  # of a record that cannot be read; the extract is cut and redacted from it
PLACES = pa.schema([("record", pa.int64()), ("input", pa.int32()), ("place", pa.int64())])
ASIDE = pa.schema([("input", pa.int32()), ("place", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])


@dataclass(frozen=True)
class Reading:
    """Some records of a portion.

    records: columns of RECORDS. places: which input (by its place in the portion) each stood in, and where there.
    aside: what could not be framed. counts: records by input, those set aside included. line_count: lines passed.
    """

    records: pa.Table
    places: pa.Table
    aside: pa.Table = field(default_factory=ASIDE.empty_table)
    counts: dict[int, int] = field(default_factory=dict)
    line_count: int = 0


def read_portion(portion: Portion) -> Iterator[Reading]:
    """The portion's records, at least one reading. Raises nothing for what files hold."""
    if portion.end:
        yield read_lines(portion)
        return
    readings = _numbered(_sorted_out(portion, framed) for framed in _framed(portion))
    if portion.holds_parts:
        yield _together(list(readings))
    else:
        yield from readings


def reading_of(kinds_and_texts: Sequence[tuple[str, str]]) -> Reading:
    """Records that came another way than from a file, in one piece."""
    count = len(kinds_and_texts)
    numbers = pa.array(range(1, count + 1), pa.int64())
    kinds, texts = (pa.array([pair[i] for pair in kinds_and_texts], pa.string()) for i in (0, 1))
    return Reading(
        pa.table([numbers, kinds, texts], schema=RECORDS),
        pa.table([numbers, pa.array([0] * count, pa.int32()), numbers], schema=PLACES),
        counts={0: count},
    )


def read_lines(portion: Portion) -> Reading:
    """Lines of a range, or what is unread of it (places from 1 within the range); blank ones are no records."""
    (one,) = portion.inputs
    unread = portion.unread
    ranges = [span[:2] for span in unread.spans] if unread else [(portion.start, portion.end)]
    lines = lines_of(_bytes(one, ranges), is_start=bool(ranges) and ranges[0][0] == 0)
    places = _places(lines.numbers.to_numpy(), unread)
    bad_places = _places(np.array([number for number, _, _ in lines.bad], np.int64), unread)
    bad = [
        _aside(0, place, reason, raw) for place, (_, reason, raw) in zip(bad_places.to_pylist(), lines.bad, strict=True)
    ]
    count = len(places)
    return Reading(
        pa.table([places, pa.repeat(one.kind, count), lines.texts], schema=RECORDS),
        pa.table([places, pa.repeat(pa.scalar(0, pa.int32()), count), places], schema=PLACES),
        pa.Table.from_pylist(bad, schema=ASIDE),
        {0: count + len(bad) + (unread.known_count if unread else 0)},
        unread.line_count if unread else lines.count,
    )


def _bytes(one: Input, ranges: Sequence[tuple[int, int]]) -> bytes:
    with open(one.place.address, "rb") as stream:
        found = []
        for start, end in ranges:
            stream.seek(start)
            found.append(stream.read(end - start))
    return found[0] if len(found) == 1 else b"".join(found)


def _places(numbers: np.ndarray, unread: Unread | None) -> pa.Array:
    """Where lines stand in the range, by their numbers in all of its spans together."""
    if unread and len(numbers):
        before, counts = np.array([(span.lines_before, span.line_count) for span in unread.spans]).T
        lasts = np.cumsum(counts)
        numbers = numbers + (before - lasts + counts)[np.searchsorted(lasts, numbers)]
    return pa.array(numbers)


def _framed(portion: Portion) -> Iterator[_Framed]:
    """Records of all files of the portion as they stand, some at a time."""
    some = _Framed()
    for number, one in enumerate(portion.inputs):
        with open_place(one.place) as opened:
            last = 0
            for record in FRAMINGS[one.found.framing].records(opened.stream, one.place.name, one.found.lists):
                some.take(number, record)
                last = record.place
                if some.size >= _BATCH:
                    yield some
                    some = _Framed()
            if opened.is_broken:
                some.aside.append(_aside(number, last + 1, "broken_packing", b""))
    yield some


@dataclass
class _Framed:
    """Columns of framed records, and what is set aside."""

    inputs: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    aside: list[dict[str, object]] = field(default_factory=list)
    size: int = 0

    def take(self, number: int, framed: Framed) -> None:
        reason, text = framed.reason or ("too_long" if len(framed.text) > LONGEST else ""), ""
        if not reason:
            try:
                text = framed.text.decode("utf-8")
            except UnicodeDecodeError:
                reason = "bad_encoding"
        if reason:
            self.aside.append(_aside(number, framed.place, reason, framed.text))
            return
        self.inputs.append(number)
        self.places.append(framed.place)
        self.listed.append(framed.listed)
        self.texts.append(text)
        self.size += len(text)


def _aside(number: int, place: int, reason: str, raw: bytes) -> dict[str, object]:
    return {"input": number, "place": place, "reason": reason, "raw": raw[:_RAW].decode("utf-8", "replace")}


def _sorted_out(portion: Portion, framed: _Framed) -> Reading:
    """Records unwrapped and given their kind; those of other buckets are left to their workers."""
    source = SOURCES[portion.source]
    con = scratch()
    try:
        con.register("framed", _table(framed))
        con.register("inputs", pa.Table.from_pylist([_input_row(n, one) for n, one in enumerate(portion.inputs)]))
        con.register("kinds", pa.Table.from_pylist([_kind_row(kind) for kind in source.kinds], schema=_KINDS))
        con.execute(_UNWRAPPED.format(record=_by_envelope(2), stream=_by_envelope(1), is_record=_by_envelope(0)))
        con.execute(_OF_A_KIND, {"bucket": portion.bucket, "buckets": portion.buckets})
        records = con.execute("SELECT record, kind, text FROM sorted WHERE kind IS NOT NULL ORDER BY record")
        records = records.to_arrow_table().cast(RECORDS)
        places = con.execute("SELECT record, input, place FROM sorted WHERE kind IS NOT NULL ORDER BY record")
        places = places.to_arrow_table().cast(PLACES)
        unread = con.execute(_UNREAD).to_arrow_table().cast(ASIDE)
    finally:
        con.close()
    # Every worker sees what cannot be framed; the first bucket's tells of it.
    own = framed.aside if portion.bucket == 0 else []
    aside = pa.concat_tables([pa.Table.from_pylist(own, schema=ASIDE), unread])
    counts: dict[int, int] = {}
    for number in (*places["input"].to_pylist(), *aside["input"].to_pylist()):
        counts[number] = counts.get(number, 0) + 1
    return Reading(records, places, aside, counts)


def _table(framed: _Framed) -> pa.Table:
    return pa.table(
        {
            "input": pa.array(framed.inputs, pa.int32()),
            "place": pa.array(framed.places, pa.int64()),
            "listed": pa.array(framed.listed, pa.string()),
            "text": pa.array(framed.texts, pa.string()),
        }
    )


def _input_row(number: int, one: Input) -> dict[str, object]:
    return {"input": number, "envelope": one.found.envelope, "kind": one.kind, "key": one.found.key}


_KINDS = pa.schema([("kind", pa.string()), ("key", pa.string()), ("lists", pa.list_(pa.string()))])


def _kind_row(kind: Kind) -> dict[str, object]:
    return {"kind": kind.name, "key": kind.key if kind.holds != "people" else "", "lists": list(kind.lists)}


def _by_envelope(part: int) -> str:
    """SQL: what stands at an envelope's path, by the input's envelope."""
    cases = " ".join(f"WHEN '{name}' THEN json_extract(text, '{paths[part]}')" for name, paths in PATHS.items())
    return f"CASE envelope {cases} END"


# What is no JSON keeps its text, so that it is set aside with its reason where its source reads it.
_UNWRAPPED = """
    CREATE TEMP TABLE unwrapped AS
    WITH checked AS (
        SELECT f.*, i.envelope, i.kind, i.key, i.envelope <> '' AND json_valid(f.text) AS is_wrapped
        FROM framed f JOIN inputs i USING (input)
    )
    SELECT input, place, kind, key AS own_key,
        CASE WHEN is_wrapped THEN ({record})::VARCHAR ELSE text END AS text,
        CASE WHEN is_wrapped THEN coalesce(({stream}) ->> '$', '') ELSE listed END AS listed
    FROM checked WHERE NOT is_wrapped OR CASE WHEN is_wrapped THEN {is_record} END IS NOT NULL
"""
# Lists that may hold several kinds (`results`) hold what the file was taken for.
_OF_A_KIND = """
    CREATE TEMP TABLE sorted AS
    WITH listing AS (
        SELECT listed, list(kind ORDER BY kind) AS of
        FROM (SELECT kind, unnest(lists) AS listed FROM kinds) GROUP BY listed
    ), named AS (
        SELECT u.* EXCLUDE (kind), kind AS own_kind,
            CASE WHEN u.listed = '' OR list_contains(l.of, u.kind) THEN u.kind ELSE l.of[1] END AS kind
        FROM unwrapped u LEFT JOIN listing l USING (listed)
    ), keyed AS (
        SELECT n.*, CASE WHEN path <> '' AND json_valid(n.text) THEN json_extract_string(n.text, path) END AS key
        FROM (
            SELECT n.*, CASE WHEN n.kind = own_kind AND own_key <> '' THEN own_key ELSE k.key END AS path
            FROM named n LEFT JOIN kinds k USING (kind)
        ) n
    )
    SELECT row_number() OVER (ORDER BY input, place) AS record, input, place, kind, listed, text FROM keyed
    WHERE coalesce(hash(key) % $buckets, 0) = $bucket
"""
_UNREAD = """
    SELECT input, place, 'not_read' AS reason, listed AS raw FROM sorted WHERE kind IS NULL ORDER BY record
"""


def _numbered(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Readings whose records go on counting."""
    before = 0
    for reading in readings:
        count = reading.records.num_rows + reading.aside.num_rows
        yield replace(
            reading,
            records=_counted_from(reading.records, before),
            places=_counted_from(reading.places, before),
        )
        before += count


def _counted_from(table: pa.Table, before: int) -> pa.Table:
    return table.set_column(0, table.schema.field(0), pc.add(table["record"], before))


def _together(readings: Sequence[Reading]) -> Reading:
    counts: dict[int, int] = {}
    for reading in readings:
        for number, count in reading.counts.items():
            counts[number] = counts.get(number, 0) + count
    return Reading(
        pa.concat_tables([reading.records for reading in readings]),
        pa.concat_tables([reading.places for reading in readings]),
        pa.concat_tables([reading.aside for reading in readings]),
        counts,
    )
