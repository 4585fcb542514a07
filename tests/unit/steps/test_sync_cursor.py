"""However a list changes while it is read, and wherever a run is killed, the last state of every record is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.apis import APIS
from pipeline.sources.apis.api import Stream
from pipeline.steps.syncing.cursor import Cursor, moment_of, next_reference

_STREAMS = {
    f"{api.name} {stream.title}": stream
    for api in APIS.values()
    for stream in api.streams
    if stream.order in ("moment", "run")
}
START, SIZE = 1_000_000, 3


@dataclass
class World:
    """A helpdesk's list: when each record changed last, and which of its changes were read."""

    changed: dict[int, int] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    now: int = START

    def change(self, number: int, later: int) -> None:
        self.now += later
        self.changed[number] = self.now

    def page(self, stream: Stream, asked: dict[str, Any], body: dict[str, Any] | None) -> Any:
        """Offsets under whatever name a page has; in the order of change, or of the ids."""
        if body is not None:
            since, start = body["query"]["value"] + 1, int(body["pagination"].get("starting_after", 0))
        else:
            since, start = moment_of(asked[stream.since]) or 0, (asked["page"] - 1) * SIZE
        if stream.kind == "contacts" and body is not None:
            since -= since % 86_400  # Intercom's search knows days alone
        found = [number for number, at in self.changed.items() if at >= since]
        found.sort(key=lambda number: (self.changed[number], number) if stream.order == "moment" else (number, 0))
        records = [{"id": number, "updated_at": self.changed[number]} for number in found[start : start + SIZE]]
        more = start + SIZE < len(found)
        if stream.records == "":
            return records
        name = stream.records.split(".")
        answer: Any = {name[-1]: records} if len(name) == 1 else {name[0]: {name[1]: records}}
        return answer | {
            "pages": {"next": {"starting_after": str(start + SIZE)} if more else None},
            "page": {"totalPages": -(-len(found) // SIZE)},
        }


def _run(world: World, stream: Stream, kept: str | None, changes: list[tuple[int, int]], pages: int) -> str | None:
    """Reads at most `pages` pages, with a change after each; the cursor that is kept."""
    cursor = Cursor.of(stream, SIZE, START, kept)
    for _ in range(pages):
        if cursor.is_done:
            break
        asked, body = cursor.request()
        answer = world.page(stream, asked, body)
        for one in cursor.fresh(answer):
            world.read[one["id"]] = one["updated_at"]
        cursor.advance(answer, world.now)
        kept = cursor.kept()
        if changes:
            world.change(*changes.pop())
    assert not cursor.repeats
    return kept


_CHANGE = st.tuples(st.integers(1, 12), st.sampled_from([0, 0, 0, 1, 30, 400]))

# What changes after each page, and after how many pages the run is killed.
_RUN = st.tuples(st.lists(_CHANGE, max_size=6), st.integers(1, 8))


@pytest.mark.parametrize("name", sorted(_STREAMS))
@given(before=st.lists(_CHANGE, max_size=25), runs=st.lists(_RUN, max_size=5))
def test_every_record_is_read_as_it_is_at_last(
    name: str, before: list[tuple[int, int]], runs: list[tuple[list[tuple[int, int]], int]]
) -> None:
    stream, world = _STREAMS[name], World()
    for change in before:
        world.change(*change)
    kept = None
    for changes, pages in runs:
        kept = _run(world, stream, kept, list(changes), pages)
        world.now += 3600
    kept = _run(world, stream, kept, [], 100)  # what was killed comes to its end, and the next run to the present
    _run(world, stream, kept, [], 100)
    assert world.read == world.changed


def test_a_list_that_is_not_in_its_order_is_read_by_its_pages() -> None:
    """Then the next run begins before this one did."""
    stream = _STREAMS["intercom conversations"]
    cursor = Cursor.of(stream, 2, START, None)
    page = {"conversations": [{"id": 2, "updated_at": START + 9}, {"id": 1, "updated_at": START + 5}]}
    cursor.advance(page | {"pages": {"next": {"starting_after": "x"}}}, START + 5000)
    assert (cursor.since, cursor.ref, cursor.is_loose) == (START, "x", True)
    cursor.advance(page | {"pages": {"next": None}}, START + 5001)
    assert cursor.is_done and cursor.since == START + 5000 - stream.overlap_seconds


def test_an_export_goes_on_from_its_last_pointer_even_at_the_end() -> None:
    stream = next(one for one in APIS["zendesk"].streams if one.kind == "tickets")
    cursor = Cursor.of(stream, 0, START, None)
    assert cursor.request()[0]["start_time"] == START - 1 and "cursor" not in cursor.request()[0]
    cursor.advance({"tickets": [{"id": 1}], "after_cursor": "abc", "end_of_stream": True}, START)
    assert cursor.is_done
    later = Cursor.of(stream, 0, START, cursor.kept())
    assert later.request()[0]["cursor"] == "abc" and "start_time" not in later.request()[0]
    later.advance({"tickets": [], "after_cursor": None, "end_of_stream": True}, START)
    assert json.loads(later.kept())["ref"] == "abc"


def test_a_scroll_ends_with_its_first_empty_page() -> None:
    pages = next(one for one in APIS["intercom"].streams if one.kind == "companies").pages
    assert next_reference(pages, {"data": [1], "scroll_param": "s"}, 1, None, 0) == "s"
    assert next_reference(pages, {"data": [], "scroll_param": "s"}, 0, "s", 0) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_700_000_000, 1_700_000_000),
        (1_700_000_000.9, 1_700_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000),
        ("2023-11-14T22:13:20", 1_700_000_000),
        ("yesterday", None),
        (None, None),
        (True, None),
    ],
)
def test_times_of_records(value: Any, seconds: int | None) -> None:
    assert moment_of(value) == seconds
