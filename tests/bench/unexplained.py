"""Rows that no record explains, and counts that do not add up: sentences, none where all is well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from pipeline.sources.reading import Reading
from pipeline.sources.reasons import REASONS, REMARKS
from pipeline.sources.source import BATCH_SCHEMAS, Batch
from pipeline.steps.ingesting.ingest import IngestCounts
from pipeline.warehouse import Connection

_ROLES = (None, "customer", "agent", "bot", "system", "unknown")
_STATUSES = (None, "new", "open", "pending", "hold", "solved", "closed", "deleted")
_KINDS = ("transferred", "reopened", "rated", "breached", "assigned", "status")


def unexplained(reading: Reading, batch: Batch) -> list[str]:
    """What is wrong with a batch that was read of these records; the first of each kind."""
    return list(_of_tables(reading, batch))[:5]


def _of_tables(reading: Reading, batch: Batch) -> Iterator[str]:
    texts = dict(zip(reading.records["record"].to_pylist(), reading.records["text"].to_pylist(), strict=True))
    places = reading.places["record"].to_pylist()
    if sorted(places) != sorted(texts) or len(places) != len(set(places)):
        yield "places are not those of the records"
    if sum(reading.counts.values()) != len(texts) + reading.aside.num_rows:
        yield f"{reading.counts} records, but {len(texts)} read and {reading.aside.num_rows} set aside"
    for name, schema in BATCH_SCHEMAS.items():
        table = getattr(batch, name)
        if table.schema != schema:
            yield f"{name} have columns of their own"
        for column in table.columns:
            column.validate(full=True)  # UTF-8 among other things
        if "record" in schema.names and {abs(one) for one in table["record"].to_pylist()} - set(texts):
            yield f"{name} of records that are not there"
    aside = batch.rejects["record"].to_pylist()
    if len(aside) != len(set(aside)):
        yield "a record set aside twice"
    if set(batch.rejects["reason"].to_pylist()) | set(reading.aside["reason"].to_pylist()) > set(REASONS):
        yield "a reason that is none"
    if set(batch.remarks["remark"].to_pylist()) - set(REMARKS):
        yield "a remark that is none"
    yield from _of_rows(texts, set(aside), batch)


def _of_rows(texts: dict[int, str], aside: set[int], batch: Batch) -> Iterator[str]:
    tickets = batch.tickets.to_pylist()
    own = {row["record"]: row["ticket_id"] for row in tickets}
    for row in tickets:
        if not (row["ticket_id"] or "").strip(" ") or not row["created_at"] or not row["updated_at"]:
            yield f"a ticket without id or time: {row}"
        if row["status"] not in _STATUSES:
            yield f"a status of nobody's: {row['status']!r}"
        if row["record"] >= 0 and not _holds(texts.get(row["record"], ""), row["ticket_id"] or ""):
            yield f"a ticket's id that its record does not hold: {row['ticket_id']!r}"
    if len(own) != len(tickets):
        yield "two tickets of one record"
    messages = batch.messages.to_pylist()
    for row in messages:
        at, ticket_id = row["record"], row["ticket_id"]
        if not (ticket_id or "").strip(" ") or row["said_at"] is None or row["body"] is None:
            yield f"a message without ticket, time or text: {str(row)[:300]}"
        elif not (row["message_id"] or "").startswith(f"{ticket_id}:") or row["message_id"] == f"{ticket_id}:":
            yield f"a message's id that is not its ticket's: {row['message_id']!r} of {ticket_id!r}"
        elif not row["is_loose"] and own.get(at) != ticket_id:
            yield f"a message of {ticket_id!r} in the record of {own.get(at)!r}"
        if row["role_hint"] not in _ROLES or row["place"] is None or row["is_public"] is None:
            yield f"a message of nobody's role or place: {str(row)[:300]}"
        if at in aside:
            yield "a message of a record that is set aside"
    for (_, message_id, is_loose), count in Counter(
        (r["record"], r["message_id"], r["is_loose"]) for r in messages
    ).items():
        if count > 1 and not is_loose:
            yield f"a record with the message {message_id!r} twice"
    for at, count in Counter(row["record"] for row in messages).items():
        if count > texts.get(at, "").count("{") + 1:
            yield f"{count} messages of a record with fewer objects"
    for row in batch.events.to_pylist():
        if not row["ticket_id"] or not row["event_id"] or row["kind"] not in _KINDS or row["happened_at"] is None:
            yield f"an event without ticket, id, kind or time: {row}"
    for table in (batch.people, batch.participants):
        if any(not one for one in table["user_id"].to_pylist()):
            yield "a person without an id"
    if any(not one for one in batch.organizations["organization_id"].to_pylist()):
        yield "an organization without an id"


def _holds(text: str, found: str) -> bool:
    """Whether a record says this somewhere, however it is escaped."""
    if "".join(found.split()) in "".join(text.split()):
        return True
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return json.dumps(found)[1:-1] in text
    said = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return found.replace("e+", "e") in said.replace("e+", "e") or json.dumps(found, ensure_ascii=False)[1:-1] in said


def unexplained_in(con: Connection, counts: IngestCounts) -> list[str]:
    """What is wrong with a warehouse after an ingest."""
    wrong = []
    if counts.read != counts.stored + sum(counts.set_aside.values()):
        wrong.append(f"read {counts.read}, stored {counts.stored}, set aside {counts.set_aside}")
    for sentence, query in _WRONG.items():
        row = con.execute(query).fetchone()
        if row:
            wrong.append(f"{sentence}: {row}")
    return wrong


_WRONG = {
    "a file that stored less than nothing": "SELECT path, line_count, stored_count FROM inputs WHERE stored_count < 0 "
    "OR stored_count > line_count",
    "a message without its ticket": "SELECT message_id FROM messages ANTI JOIN tickets USING (source, ticket_id)",
    "an event without its ticket": "SELECT event_id FROM ticket_events ANTI JOIN tickets USING (source, ticket_id)",
    "a ticket without an id": "SELECT ticket_id FROM tickets WHERE trim(ticket_id) = ''",
    "a message without an id": "SELECT message_id FROM messages WHERE message_id NOT LIKE '%:_%'",
    "a mark outside its text": "SELECT message_id, marks FROM messages WHERE len(list_filter(marks, lambda m: "
    "m.start_offset < 0 OR m.end_offset < m.start_offset OR m.end_offset > length(text))) > 0",
    "places that do not count": "SELECT ticket_id, list(position ORDER BY position) AS found FROM messages "
    "GROUP BY source, ticket_id HAVING found <> range(count(*))",
    "a place set aside that is none": "SELECT path, line FROM rejects WHERE line IS NULL OR line < 1",
    "a ticket both stored and deleted": "SELECT ticket_id FROM tickets SEMI JOIN tombstones USING (source, ticket_id)",
    "a time of no calendar": "SELECT message_id FROM messages WHERE NOT isfinite(said_at)",
}
