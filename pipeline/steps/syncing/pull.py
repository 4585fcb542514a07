"""Reads one helpdesk's API to its end, page by page: what follows from a page's records is asked for, all of it is
stored, and how far the list was read moves in the same transaction. Nothing is kept between pages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from requests import Response

from pipeline.config import Home, Settings
from pipeline.sources.apis.api import Follow, Stream
from pipeline.steps.ingesting.ingest import IngestCounts
from pipeline.steps.syncing.client import Asked, Asker, Gone, PageNotHad, Refused
from pipeline.steps.syncing.cursor import Cursor
from pipeline.steps.syncing.kept import keep_cursor, kept_cursor
from pipeline.steps.syncing.places import at, beside_of, put, records_at
from pipeline.steps.syncing.secret import Desk
from pipeline.steps.syncing.store import store_page
from pipeline.warehouse import Connection

Say = Callable[[str], None]


@dataclass
class PullCounts:
    """What one helpdesk gave. `warnings`: a list that repeated itself, one that was not in its order, records that
    went away meanwhile, conversations that the helpdesk gave only in part."""

    pages: int = 0
    records: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    ingested: IngestCounts = field(default_factory=IngestCounts)

    def warn(self, warning: str) -> None:
        self.warnings[warning] = self.warnings.get(warning, 0) + 1


@dataclass(frozen=True)
class Pull:
    """One helpdesk being read. `work`: the run's own folder. `anew`: from that day on, whatever was read before."""

    con: Connection
    home: Home
    settings: Settings
    desk: Desk
    work: Path
    say: Say
    anew: date | None = None

    def run(self) -> PullCounts:
        """Reads all its lists. Raises PageNotHad; what came before is stored."""
        asker, counts = Asker(self.desk, self.settings.sync), PullCounts()
        for stream in self.desk.api.streams:
            self._stream(asker, stream, counts)
        return counts

    def _stream(self, asker: Asker, stream: Stream, counts: PullCounts) -> None:
        desk, title = self.desk, stream.title
        kept = None if self.anew else kept_cursor(self.con, desk.name, title, desk.address)
        cursor = Cursor.of(stream, self._size(stream), _seconds(self.anew or desk.setting.start), kept)
        try:
            for page in _pages(asker, stream, cursor):
                self._page(asker, stream, cursor, page, counts)
        except Refused:
            if not stream.may_be_refused:
                raise
            counts.warn(f"the list of {title.replace('_', ' ')} is not open to this token")
        if cursor.repeats:
            counts.warn("a list repeated itself")
            self.say(f"{desk.name}: {title} came to a page that had been read, and was left there")
        if cursor.is_loose:
            counts.warn("a list was not in its order")

    def _page(self, asker: Asker, stream: Stream, cursor: Cursor, page: Page, counts: PullCounts) -> None:
        name, title, number = self.desk.name, stream.title, cursor.page
        records = [*beside_of(stream.beside, page.answer), *self._whole(asker, stream, page, number, counts)]
        self._store(stream, cursor, f"{name} api: {title} page {number}", records, len(page.fresh), counts)
        counts.pages += 1
        counts.records[title] = counts.records.get(title, 0) + len(page.fresh)
        self.say(f"{name}: {title} page {number}, {len(page.fresh)} records")

    def _size(self, stream: Stream) -> int:
        size = self.desk.setting.page_size
        return min(size, stream.pages.size) if size else 0

    def _whole(
        self, asker: Asker, stream: Stream, page: Page, number: int, counts: PullCounts
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The records with what the answer has beside them and what follows from them."""
        _join(stream, page.answer, page.fresh)
        for one in page.fresh:
            one |= stream.says
            follow = stream.follow
            if follow is None or one.get("id") is None:
                yield stream.kind, one
                continue
            if one.get("status") in follow.unless or one.get("state") in follow.unless:
                yield stream.kind, one | _at_moment(follow, page.now)
                continue
            try:
                found, beside = asker.follow(follow, str(one["id"]), f"what follows page {number} of {stream.title}")
            except Gone:
                counts.warn("a record went away meanwhile")
                if follow.gone:
                    yield stream.kind, {**one, **follow.gone, **_at_moment(follow, page.now)}
                continue
            yield from beside
            if follow.into:
                put(one, follow.into, found)
                yield stream.kind, one
            elif isinstance(found, dict):
                if _is_part(follow, found):
                    counts.warn("a conversation was given only in part")
                yield stream.kind, found

    def _store(
        self,
        stream: Stream,
        cursor: Cursor,
        place: str,
        records: list[tuple[str, dict[str, Any]]],
        count: int,
        counts: PullCounts,
    ) -> None:
        kept, desk, title = cursor.kept(), self.desk, stream.title
        done = store_page(
            self.con,
            self.home,
            self.settings,
            source=desk.name,
            name=place,
            records=list(dict.fromkeys((kind, json.dumps(one)) for kind, one in records)),
            work=self.work,
            also=lambda con: keep_cursor(con, desk.name, title, desk.address, kept, count),
        )
        add(counts.ingested, done)


def add(total: IngestCounts, one: IngestCounts) -> None:
    """Adds what a page brought."""
    for name in ("read", "stored", "changed", "deleted"):
        setattr(total, name, getattr(total, name) + getattr(one, name))
    for name in ("set_aside", "people_set_aside", "remarks", "redacted"):
        sums = getattr(total, name)
        for key, count in getattr(one, name).items():
            sums[key] = sums.get(key, 0) + count


@dataclass(frozen=True)
class Page:
    """An answer, its records that are not stored, and when it came by the helpdesk's clock (Unix seconds)."""

    answer: Any
    fresh: list[dict[str, Any]]
    now: int


def _pages(asker: Asker, stream: Stream, cursor: Cursor) -> Iterator[Page]:
    """Each page; the cursor stands behind it."""
    last: list[Page] = []

    def request() -> Asked | None:
        return None if cursor.is_done else cursor.request()

    def answered(answer: Any, response: Response) -> None:
        if records_at(answer, stream.records) is None:
            raise ValueError("no list")
        last[:] = [Page(answer, cursor.fresh(answer), _now(response))]
        cursor.advance(answer, last[0].now)

    def what() -> str:
        return f"page {cursor.page + 1} of {stream.title}"

    try:
        for _ in asker.pages(stream.path, request, answered, what=what, per_minute=stream.per_minute, kind=stream.path):
            yield last[0]
    except Gone:
        raise PageNotHad(f"there is no {stream.path} at that address: set address to the helpdesk's own.") from None


def _at_moment(follow: Follow, now: int) -> dict[str, str]:
    return {follow.gone_at: datetime.fromtimestamp(now, UTC).isoformat()} if follow.gone_at else {}


def _join(stream: Stream, answer: Any, fresh: list[dict[str, Any]]) -> None:
    for place, names, into in stream.joined:
        of = {one.get(names): one for one in records_at(answer, place) or [] if isinstance(one, dict)}
        for one in fresh:
            if one.get("id") in of and not one.get(into):
                one[into] = of[one["id"]]


def _is_part(follow: Follow, record: dict[str, Any]) -> bool:
    if not follow.said_and_given:
        return False
    said, given = (at(record, place) for place in follow.said_and_given)
    return isinstance(said, int) and isinstance(given, list) and said > len(given)


def _now(response: Response) -> int:
    """The helpdesk's own clock, which its records were stamped by."""
    try:
        return int(parsedate_to_datetime(response.headers["Date"]).timestamp())
    except (KeyError, TypeError, ValueError):
        return int(time.time())


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
