"""What a source is: how a file is recognised, and how its records become canonical, still raw, rows.

The rows live in memory only; `steps.ingesting.partition` cleans and redacts them before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from pipeline.sources.reasons import REASONS, REMARKS

# What a record is to its conversation: all of it, a part that is joined to others by the conversation's id, or people.
Holds = Literal["whole", "parts", "people"]

TIME = pa.timestamp("us")

# A record of a file: `record` is unique in the table, `text` is JSON.
RECORDS = pa.schema([("record", pa.int64()), ("kind", pa.string()), ("text", pa.string())])
RAW_TICKETS = pa.schema(
    [
        ("record", pa.int64()),
        ("ticket_id", pa.string()),
        ("url", pa.string()),
        ("subject", pa.string()),
        ("status", pa.string()),
        ("priority", pa.string()),
        ("channel", pa.string()),
        ("team", pa.string()),
        ("requester_id", pa.string()),
        ("organization_id", pa.string()),
        ("created_at", TIME),
        ("updated_at", TIME),
        ("status_updated_at", TIME),
        ("rating", pa.string()),
        ("reopen_count", pa.int32()),
        ("group_station_count", pa.int32()),
        ("is_whole", pa.bool_()),
    ]
)
RAW_MESSAGES = pa.schema(
    [
        ("record", pa.int64()),
        ("ticket_id", pa.string()),
        ("message_id", pa.string()),
        ("place", pa.int32()),
        ("author_id", pa.string()),
        ("role_hint", pa.string()),
        ("is_public", pa.bool_()),
        ("said_at", TIME),
        ("body", pa.string()),
        ("is_html", pa.bool_()),
        ("is_loose", pa.bool_()),
    ]
)
PARTICIPANTS = pa.schema(
    [
        ("record", pa.int64()),
        ("user_id", pa.string()),
        ("part", pa.string()),
    ]
)
PEOPLE = pa.schema(
    [
        ("user_id", pa.string()),
        ("name", pa.string()),
        ("email", pa.string()),
        ("role", pa.string()),
        ("organization_id", pa.string()),
    ]
)
RAW_ORGANIZATIONS = pa.schema(
    [
        ("organization_id", pa.string()),
        ("external_id", pa.string()),
        ("name", pa.string()),
        ("domains", pa.list_(pa.string())),
    ]
)
RAW_EVENTS = pa.schema(
    [
        ("record", pa.int64()),
        ("ticket_id", pa.string()),
        ("event_id", pa.string()),
        ("kind", pa.string()),
        ("happened_at", TIME),
        ("actor_id", pa.string()),
        ("value", pa.string()),
        ("is_loose", pa.bool_()),
    ]
)
RAW_REMARKS = pa.schema([("record", pa.int64()), ("remark", pa.string())])
RAW_REJECTS = pa.schema([("record", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])


def _empty(schema: pa.Schema) -> Callable[[], pa.Table]:
    return lambda: schema.empty_table()


@dataclass(frozen=True)
class Batch:
    """Canonical rows of some records; `record` is the record each came from.

    Columns of NEEDED are in every row, those of WORDS hold these words or NULL; whatever else ends the run (`checked`).

    tickets: a row a version of a ticket. `is_whole`: its messages and events with the same `record` are all there are;
        else those stored stay, and so do its stored subject, requester and organization where this version says none or
        begins later. A ticket that has no record of its own, only messages, has the negative of the first one's.
        `status` NULL: the helpdesk has none; whoever spoke last tells: open after the customer, solved after staff.
        solved may be opened again, closed is for good, deleted takes the ticket out; pending waits for the customer,
        hold for somebody else. `rating` good or bad, `priority` low, normal, high or urgent.
    messages: a row a message. `is_loose`: it came without its ticket's record and is joined by `ticket_id`; `place`
        is then 0. `message_id` is `<ticket>:<the helpdesk's id>`; `<ticket>:description` stands in for an opening
        text until the messages come. `role_hint` (customer, agent, bot, system) wins over what people are known as;
        unknown: nobody can tell, so that only who is known as staff is taken for somebody.
        A message that is not public is a note among colleagues; take it for one where nothing is said.
        `body` holds tags where `is_html`. `said_at`: of one without a time, that of the message before it.
    events: transferred, reopened, rated (value good or bad), breached, assigned, status (value: the new one).
    participants: who takes part in a ticket; `part` is requester, staff (assignee) or other. Rows of authors too.
        Rows of a loose message may leave out everybody but its author.
    people, organizations: as their own records or out of tickets; names and addresses go to the vault alone. `role`:
        agent and admin are staff, an end-user is a customer. `domains` of an organization: by them, and by
        `external_id` (the CRM's account id), a ticket finds its account.
    remarks: what is wrong with a record that is stored all the same; a key of REMARKS.
    rejects: a row a record that is set aside; `reason` is a key of REASONS.
    """

    tickets: pa.Table = field(default_factory=_empty(RAW_TICKETS))
    messages: pa.Table = field(default_factory=_empty(RAW_MESSAGES))
    events: pa.Table = field(default_factory=_empty(RAW_EVENTS))
    participants: pa.Table = field(default_factory=_empty(PARTICIPANTS))
    people: pa.Table = field(default_factory=_empty(PEOPLE))
    organizations: pa.Table = field(default_factory=_empty(RAW_ORGANIZATIONS))
    remarks: pa.Table = field(default_factory=_empty(RAW_REMARKS))
    rejects: pa.Table = field(default_factory=_empty(RAW_REJECTS))


BATCH_SCHEMAS: Mapping[str, pa.Schema] = {
    "tickets": RAW_TICKETS,
    "messages": RAW_MESSAGES,
    "events": RAW_EVENTS,
    "participants": PARTICIPANTS,
    "people": PEOPLE,
    "organizations": RAW_ORGANIZATIONS,
    "remarks": RAW_REMARKS,
    "rejects": RAW_REJECTS,
}


# The only words that these columns may hold, beside NULL.
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tickets": {
        "status": ("new", "open", "pending", "hold", "solved", "closed", "deleted"),
        "priority": ("low", "normal", "high", "urgent"),
        "rating": ("good", "bad"),
    },
    "messages": {"role_hint": ("customer", "agent", "bot", "system", "unknown")},
    "events": {"kind": ("transferred", "reopened", "rated", "breached", "assigned", "status")},
    "participants": {"part": ("requester", "staff", "other")},
    "people": {"role": ("agent", "admin", "end-user")},
    "remarks": {"remark": tuple(REMARKS)},
    "rejects": {"reason": tuple(REASONS)},
}
# Columns that are never NULL.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "tickets": ("record", "ticket_id", "created_at", "updated_at"),
    "messages": ("record", "ticket_id", "message_id", "is_public", "said_at", "body"),
    "events": ("record", "ticket_id", "event_id", "kind", "happened_at"),
    "participants": ("record", "user_id", "part"),
    "people": ("user_id",),
    "organizations": ("organization_id",),
    "remarks": ("record", "remark"),
    "rejects": ("record", "reason"),
}


@dataclass(frozen=True)
class Kind:
    """One shape of record.

    needs: keys that such a record has, all of them; any_of: of these at least one; without: none of these.
    lists: names under which a page lists such records (`tickets`, `_embedded.conversations`), and under which
        Singer and Airbyte stream them (`ticket_comments`). Empty where records only stand by themselves.
    key: where the conversation's id stands in it, as a JSON path; of parts that have none, all are read by one worker.
    framings: what it may be framed by; "json" is lines and documents alike.
    test: what keys alone do not tell, on a parsed record.
    told_by: of general formats, the keys that told, as they are called in this record; the first one is `key`.
    """

    name: str
    holds: Holds
    needs: frozenset[str]
    any_of: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    lists: tuple[str, ...] = ()
    key: str = ""
    framings: frozenset[str] = frozenset({"json"})
    test: Callable[[Mapping[str, Any]], bool] | None = None
    told_by: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None

    def is_shape_of(self, record: Mapping[str, Any]) -> bool:
        """Whether a parsed record looks like one of this kind."""
        keys = record.keys()
        return (
            self.needs <= keys
            and (not self.any_of or bool(self.any_of & keys))
            and not self.without & keys
            and (self.test is None or self.test(record))
        )


@dataclass(frozen=True)
class Source:
    """One helpdesk, or one general format.

    kinds: in the order in which they are tried.
    read: table of RECORDS of these kinds -> Batch. Never raises for bad records.
    is_general: asked only where no helpdesk knows the record.
    """

    name: str
    title: str
    kinds: tuple[Kind, ...]
    read: Callable[[pa.Table], Batch]
    is_general: bool = False

    def kind(self, name: str) -> Kind:
        """The kind of that name. Raises KeyError."""
        return {kind.name: kind for kind in self.kinds}[name]
