"""Records that came another way than from a file (a page of an API) become tickets and messages, in one transaction."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.config import Home, Settings
from pipeline.privacy.vault import learn_people, open_vault
from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.discovery import Input, Portion
from pipeline.sources.opening import Place
from pipeline.sources.reading import Reading, reading_of
from pipeline.sources.recognition import Found
from pipeline.sources.source import Batch
from pipeline.steps.ingesting.asking import HASH
from pipeline.steps.ingesting.forgotten import note_forgotten
from pipeline.steps.ingesting.ingest import IngestCounts, count_inputs, stored_people
from pipeline.steps.ingesting.load import load_tickets
from pipeline.steps.ingesting.partition import TEXT_VERSION, Task, ingest_partition
from pipeline.steps.ingesting.people import load_organizations, note_read, refresh_contacts
from pipeline.steps.ingesting.taking_part import with_staff
from pipeline.warehouse import Connection, transaction


def ingest_records(
    con: Connection,
    home: Home,
    settings: Settings,
    *,
    source: str,
    name: str,
    records: Sequence[tuple[str, str]],
    work: Path,
    also: Callable[[Connection], None] = lambda con: None,
) -> IngestCounts:
    """Stores `records` (kind and JSON text) of a source; `name` is the place shown for what is set aside.

    The same records twice leave the same state. People are learnt first; then tickets, messages and what `also` does
    are stored in one transaction. Bounded by what is given: nothing but redacted rows is written, into a folder of
    `work` that is gone afterwards.
    """
    if not records:
        with transaction(con):
            also(con)
        return IngestCounts()
    reading = _without_known(con, source, reading_of(records))
    batch = read_checked(SOURCES[source], reading.records)
    _learn_people(con, home, source, batch, settings.staff_domains)
    conversations, people = (_input(source, name, records, holds) for holds in ("parts", "people"))
    reading = _of_conversations(source, records, reading)
    is_new = any(rows.num_rows for rows in (batch.tickets, batch.messages, batch.events, batch.rejects))
    counts = IngestCounts()

    def note(con: Connection) -> None:
        if people:
            note_read(con, people, *_people_read(source, records, batch))
        also(con)

    if conversations and is_new:
        _store(con, home, settings, conversations, reading, batch, work, note, counts)
    else:
        with transaction(con):
            if conversations:
                note_read(con, conversations, reading.counts[0], ())
            note(con)
    count_inputs(con, [one for one in (conversations, people) if one], counts)
    return counts


def _store(
    con: Connection,
    home: Home,
    settings: Settings,
    one: Input,
    reading: Reading,
    batch: Batch,
    work: Path,
    also: Callable[[Connection], None],
    counts: IngestCounts,
) -> None:
    """One portion through a worker's steps, and into the warehouse."""
    portion = Portion((one,), 0)
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Never a path twice: DuckDB knows a file that it has read again by its path, size and time, pages follow fast.
    out = Path(tempfile.mkdtemp(prefix="records-", dir=work))
    try:
        stored = stored_people(con, out, one.source, _tickets_of(batch))
        staff = tuple(settings.staff_domains)
        result = ingest_partition(Task(portion, home.vault, None, stored, out, staff, reading, batch))
        counts.redacted = dict(result.redacted)
        if result.forgotten:
            with open_vault(home.vault) as vault:
                note_forgotten(vault, one.source, result.forgotten)
        counts.changed, counts.deleted = load_tickets(con, settings, out, [portion], [result], also)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _people_kinds(source: str) -> list[str]:
    return [kind.name for kind in SOURCES[source].kinds if kind.holds == "people"]


def _input(
    source: str, name: str, records: Sequence[tuple[str, str]], holds: Literal["parts", "people"]
) -> Input | None:
    """Conversations and people are an input each, so that they are counted as those of files are."""
    kinds = _people_kinds(source)
    some = [record for record in records if (record[0] in kinds) == (holds == "people")]
    if not some:
        return None
    found = Found(source, "lines", frozenset(), "", some[0][0], holds, "the helpdesk's API gave them")
    return Input(Place(name), found, _digest(f"{name} {holds}", some), sum(len(text) for _, text in some))


def _people_read(source: str, records: Sequence[tuple[str, str]], batch: Batch) -> tuple[int, list[tuple[int, str]]]:
    """How many there were, and place and reason of those that cannot be read."""
    kinds = _people_kinds(source)
    places = {place for place, (kind, _) in enumerate(records, start=1) if kind in kinds}
    bad = zip(batch.rejects["record"].to_pylist(), batch.rejects["reason"].to_pylist(), strict=True)
    return len(places), [(place, reason) for place, reason in bad if place in places]


def _of_conversations(source: str, records: Sequence[tuple[str, str]], reading: Reading) -> Reading:
    """The same records, but places of conversations alone: what has none is nobody's."""
    kinds = _people_kinds(source)
    mask = pa.array([kind not in kinds for kind, _ in records])
    return replace(reading, places=reading.places.filter(mask), counts={0: pc.sum(mask).as_py()})


def _digest(name: str, records: Sequence[tuple[str, str]]) -> str:
    digest = hashlib.sha256(f"{TEXT_VERSION}\n{name}".encode())
    for kind, text in records:
        digest.update(f"\n{kind} {len(text)} ".encode())
        digest.update(text.encode("utf-8", "replace"))
    return digest.hexdigest()


def _without_known(con: Connection, source: str, reading: Reading) -> Reading:
    """Without the conversations whose very bytes are stored: what is asked for twice is read once."""
    con.register("given_records", reading.records)
    whole = [kind.name for kind in SOURCES[source].kinds if kind.holds == "whole"]
    known = con.execute(_KNOWN, {"version": TEXT_VERSION, "source": source, "whole": whole}).to_arrow_table()["record"]
    con.unregister("given_records")
    if not len(known):
        return reading
    return replace(reading, records=reading.records.filter(pc.invert(pc.is_in(reading.records["record"], known))))


_KNOWN = f"""
    WITH given AS (
        SELECT record, {HASH.format("text")} AS ticket_hash FROM given_records
        WHERE list_contains($whole::VARCHAR[], kind)
    )
    SELECT record FROM given WHERE ticket_hash IN (SELECT ltrim(ticket_hash, '-') FROM tickets WHERE source = $source)
"""


def _learn_people(con: Connection, home: Home, source: str, batch: Batch, staff: Sequence[str]) -> None:
    """Who speaks must be known before what they say is redacted."""
    people = with_staff(batch.people, staff)
    if people.num_rows or not home.vault.exists():  # workers open it read-only
        with open_vault(home.vault) as vault:
            learn_people(vault, source, people)
            refresh_contacts(con, vault, source, people["user_id"])
    if batch.organizations.num_rows:
        load_organizations(con, source, batch.organizations)


def _tickets_of(batch: Batch) -> list[str]:
    """Ids of the conversations that parts among the records belong to."""
    parts = pa.concat_tables([table.select(["ticket_id", "is_loose"]) for table in (batch.messages, batch.events)])
    loose = parts.filter(pc.fill_null(parts["is_loose"], False))["ticket_id"]
    return sorted(ticket for ticket in pc.unique(loose).to_pylist() if ticket)
