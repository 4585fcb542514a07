"""What a helpdesk's API is: where it lies, how it is asked, how its lists go on, what follows from a record.

Places in answers and bodies are written as `pages.next.starting_after`; an empty one is the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Auth = Literal["bearer", "zendesk", "key_as_user", "client_credentials"]
# How a stream is gone on with the next time:
# cursor  the helpdesk hands out a pointer that never ends; its last one is kept.
# moment  the list is in the order of change; the change of the last record is where the next page begins, so that
#         nothing moves away under a page number, and no limit of pages is met.
# run     the list is of what changed since the last run began, whatever its order.
# whole   the list cannot be limited to what changed.
Order = Literal["cursor", "moment", "run", "whole"]


@dataclass(frozen=True)
class Pages:
    """How a list goes on after a page.

    param: what carries the reference to the next page. next: where the answer has it; without it pages are numbered
    from 1. more, end, count: where the answer says that there is more, that it is the end, or how many pages there
    are; a list that says nothing ends with a page that is not full.
    """

    param: str = ""
    next: str = ""
    more: str = ""
    end: str = ""
    count: str = ""
    size_param: str = ""
    size: int = 0


@dataclass(frozen=True)
class Follow:
    """One more question for each record: `path` has `{id}`. Its list becomes the record's `into`; without `into` the
    answer stands for the record. A record whose status or state is among `unless` is not asked for.

    beside: lists that come in the same answer, by kind. gone: what is said of a record that is not there any more when
    it is asked for, where nothing else will tell; without it such a record is left out. gone_at: where the moment
    goes, since the record itself is as it was before.
    """

    path: str
    records: str = ""
    into: str = ""
    pages: Pages = Pages()
    params: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    per_minute: int = 60
    unless: tuple[str, ...] = ()
    gone: Mapping[str, Any] = field(default_factory=dict)
    gone_at: str = ""
    # (where the answer says how many parts there are, where they are): vendors cut long ones short.
    said_and_given: tuple[str, str] | None = None


@dataclass(frozen=True)
class Stream:
    """One list. `since` takes the moment from which on, as Unix seconds or as ISO text; `moment` is the field of a
    record that says when it changed. Questions with a `body` are POSTed, and all parameters go into it.

    kind: of its records, one of the source's. name: what it is called, where there are several lists of a kind.
    beside: lists that come in the same answer, by kind. joined: (list, field that names the record, field that it
    becomes). says: what every record of the list is by standing in it. overlap_seconds: how much of the last run is
    read again, because searching lags behind. may_be_refused: a plan or a role may not have it (HTTP 403).
    """

    kind: str
    path: str
    records: str
    order: Order
    pages: Pages
    since: str = ""
    since_is: Literal["seconds", "iso"] = "iso"
    moment: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    joined: tuple[tuple[str, str, str], ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    may_be_refused: bool = False
    follow: Follow | None = None
    per_minute: int = 60
    overlap_seconds: int = 60
    name: str = ""

    @property
    def title(self) -> str:
        """What people are told, and its cursor is kept by."""
        return self.name or self.kind


@dataclass(frozen=True)
class Api:
    """A helpdesk. `wait_header` says in answers of 429 how long to wait, where it is not Retry-After: in seconds, or as
    the Unix second at which it ends. `login` is what the setting of that name holds, where one is needed."""

    name: str
    title: str
    auth: Auth
    streams: tuple[Stream, ...]
    address: str = ""
    token_env: str = ""
    login: str = ""
    token_path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_header: str = ""
    wait_is: Literal["seconds", "until"] = "seconds"
