"""Where a list is read next: what is asked for a page, and how its answer moves that on. Pure, but for `now`.

The state is small and plain, so that it is kept in the transaction that stores a page:
`since` (Unix seconds), `ref` (the next page), `began` (of the run), `seen` (records at `since` that are stored).
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.sources.apis.api import Pages, Stream
from pipeline.steps.syncing.places import at, put, records_at

# Records younger than this may change within the second in which they were read, or not be found yet.
_FRESH = 60


def page_request(pages: Pages, ref: Any, size: int) -> dict[str, Any]:
    """What is asked for the page that `ref` names, None for the first."""
    asked: dict[str, Any] = {pages.size_param: size or pages.size} if pages.size_param else {}
    if ref is not None:
        asked[pages.param] = ref
    elif pages.param and not pages.next:
        asked[pages.param] = 1
    return asked


def next_reference(pages: Pages, answer: Any, count: int, ref: Any, size: int) -> Any:
    """The reference to the page after this one of `count` records; None where this was the last."""
    if (pages.end and at(answer, pages.end) is True) or (pages.more and at(answer, pages.more) is not True):
        return None
    if pages.next:
        found = at(answer, pages.next)
        is_named = pages.end or pages.more or count  # a scroll names a next page for ever
        return found if isinstance(found, (str, int)) and found != "" and is_named else None
    number = (ref or 1) + 1 if pages.param else None
    if pages.count:
        total = at(answer, pages.count)
        return number if isinstance(total, int) and number is not None and number <= total else None
    return number if count >= (size or pages.size) > 0 else None


@dataclass
class Cursor:
    """How far one list was read."""

    stream: Stream
    size: int
    since: int
    ref: Any = None
    began: int | None = None
    seen: list[str] = field(default_factory=list)
    is_done: bool = False
    repeats: bool = False
    # Not kept: how many pages this run has read; how often the pages of one second, and what was new in the last round,
    # and what came with it of later ones;
    # whether the list turned out not to be in order; what was asked.
    page: int = 0
    rounds: int = 0
    unseen: int = 0
    given: set[tuple[str, int | None]] = field(default_factory=set)
    is_loose: bool = False
    visited: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, stream: Stream, size: int, start: int, kept: str | None) -> Cursor:
        """The cursor as it was kept, or a new one from `start` on."""
        cursor = cls(stream, size, start)
        if kept is None or stream.order == "whole":
            return cursor
        state = json.loads(kept)
        cursor.since, cursor.seen = state["since"], state["seen"]
        # Numbers of pages and an export's pointer hold over days; other references may have expired.
        if stream.order == "cursor" or (stream.order == "run" and not stream.pages.next):
            cursor.ref, cursor.began = state["ref"], state["began"]
        return cursor

    def kept(self) -> str:
        """The state as it is stored."""
        since, seen = self.since, self.seen
        if self.stream.order == "moment" and self.began and since > self._early():
            since, seen = self._early(), []
        return json.dumps({"since": since, "ref": self.ref, "began": self.began, "seen": seen})

    def request(self) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Parameters and body of the next question."""
        stream = self.stream
        asked = page_request(stream.pages, self.ref, self.size)
        if stream.since and not (stream.order == "cursor" and self.ref is not None):
            # Intercom's `>` and others' `from on` are made one: a second too early costs nothing.
            asked[stream.since] = self.since - 1 if stream.since_is == "seconds" else _iso(self.since)
        if stream.body is None:
            return {**stream.params, **asked}, None
        body = copy.deepcopy(dict(stream.body))
        for place, value in asked.items():
            put(body, place, value)
        return dict(stream.params), body

    def fresh(self, answer: Any) -> list[dict[str, Any]]:
        """Records of the answer that are not stored yet."""
        records = [one for one in records_at(answer, self.stream.records) or [] if isinstance(one, dict)]
        seen = set(self.seen)
        return [
            one
            for one in records
            if not (self._moment(one) == self.since and str(one.get("id")) in seen)
            and (str(one.get("id")), self._moment(one)) not in self.given
        ]

    def advance(self, answer: Any, now: int) -> None:
        """Moves on past an answer that came at `now`."""
        self.page += 1
        self.visited.add(self._place())
        self.began = self.began or now
        records = records_at(answer, self.stream.records) or []
        ref = next_reference(self.stream.pages, answer, len(records), self.ref, self.size)
        if self.stream.order == "cursor":
            self._follow_pointer(answer, ref)
        elif self.stream.order == "moment":
            self._by_moment(records, ref)
        else:
            self.ref, self.is_done = ref, ref is None
        if self.is_done:
            self._end()
        elif self._place() in self.visited:
            self.repeats = self.is_done = True
            self._end()

    def _follow_pointer(self, answer: Any, ref: Any) -> None:
        self.is_done = ref is None
        last = ref if ref is not None else at(answer, self.stream.pages.next)
        if isinstance(last, (str, int)) and last != "":
            self.ref = last

    def _by_moment(self, records: list[Any], ref: Any) -> None:
        """The change of the last record is where the next page begins.

        More records of one second than a page holds are read by their pages, and again until nothing new comes: a
        record that changes meanwhile leaves the second, and another slips to a page that was read.
        """
        moments = [moment for one in records if (moment := self._moment(one)) is not None]
        if len(moments) < len(records) or moments != sorted(moments):
            self.is_loose = True
        if self.is_loose:
            self.ref, self.is_done = ref, ref is None
            return
        last = max([self.since, *moments])
        unseen = self._ids(records, moments, self.since) - set(self.seen)
        self.unseen += len(unseen)
        is_old = self.since < self._early()
        self.seen = sorted(unseen | set(self.seen)) if is_old else []
        if is_old and self.ref is not None and (last > self.since or ref is None) and (self.unseen or not self.rounds):
            self.ref, self.rounds, self.unseen = None, self.rounds + 1, 0
            self.given |= {(str(one.get("id")), at) for one, at in zip(records, moments, strict=True)}
        elif last > self.since:
            self.since, self.ref, self.rounds, self.unseen, self.given = last, None, 0, 0, set()
            self.seen = sorted(self._ids(records, moments, last)) if last < self._early() else []
            self.is_done = ref is None
        else:
            self.ref, self.is_done = ref, ref is None

    @staticmethod
    def _ids(records: list[Any], moments: list[int], moment: int) -> set[str]:
        return {str(one.get("id")) for one, at in zip(records, moments, strict=True) if at == moment}

    def _early(self) -> int:
        """What changed before is found by every later search, and will not change within its second."""
        return (self.began or self.since) - max(_FRESH, self.stream.overlap_seconds)

    def _end(self) -> None:
        """The list is read; what the next run begins with."""
        if self.stream.order == "run" or self.is_loose:
            if not self.repeats:
                self.since, self.seen = (self.began or self.since) - self.stream.overlap_seconds, []
        elif self.stream.order == "moment" and self.since > self._early():
            self.since, self.seen = self._early(), []
        if self.stream.order != "cursor":
            self.ref = None
        self.began = None

    def _place(self) -> str:
        return json.dumps([self.since, self.ref, self.rounds])

    def _moment(self, record: dict[str, Any]) -> int | None:
        return moment_of(record.get(self.stream.moment)) if isinstance(record, dict) and self.stream.moment else None


def moment_of(value: Any) -> int | None:
    """A time of a record in Unix seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value)
    try:
        said = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return int((said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp())


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
