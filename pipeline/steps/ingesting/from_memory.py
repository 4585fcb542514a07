"""Records that came another way than from a file (a page of an API) become tickets and messages, in one transaction."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.config import Home, Settings
from pipeline.privacy.vault import learn_people, open_vault
from pipeline.sources import SOURCES
from pipeline.sources.discovery import Input, Portion
from pipeline.sources.opening import Place
from pipeline.sources.reading import Reading, reading_of
from pipeline.sources.recognition import Found
from pipeline.steps.ingesting.ingest import IngestCounts, count_inputs, stored_people
from pipeline.steps.ingesting.load import load_tickets
from pipeline.steps.ingesting.partition import TEXT_VERSION, Task, ingest_partition
from pipeline.steps.ingesting.people import load_organizations, refresh_contacts, with_staff
from pipeline.warehouse import Connection


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
    are stored in one transaction. Bounded by what is given: nothing but redacted rows is written.
    """
    reading = reading_of(records)
    one = Input(Place(name), _found(source, records), _digest(name, records), sum(len(text) for _, text in records))
    portion = Portion((one,), 0)
    out = work / "records"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, mode=0o700)
    with open_vault(home.vault):
        pass  # made before it is opened read-only
    _learn_people(con, home, source, reading, settings.staff_domains)
    staff = tuple(settings.staff_domains)
    stored = stored_people(con, out, source, _tickets_of(con, source, reading))
    result = ingest_partition(Task(portion, home.vault, None, stored, out, staff, reading))
    counts = IngestCounts(redacted=dict(result.redacted))
    counts.changed, counts.deleted = load_tickets(con, settings, out, [portion], [result], also)
    shutil.rmtree(out)
    count_inputs(con, [one], counts)
    return counts


def _found(source: str, records: Sequence[tuple[str, str]]) -> Found:
    kind = records[0][0] if records else SOURCES[source].kinds[0].name
    return Found(source, "lines", frozenset(), "", kind, "parts", "the helpdesk's API gave them")


def _digest(name: str, records: Sequence[tuple[str, str]]) -> str:
    digest = hashlib.sha256(f"{TEXT_VERSION}\n{name}".encode())
    for kind, text in records:
        digest.update(f"\n{kind} {len(text)} ".encode())
        digest.update(text.encode("utf-8", "replace"))
    return digest.hexdigest()


def _learn_people(con: Connection, home: Home, source: str, reading: Reading, staff_domains: Sequence[str]) -> None:
    """Who speaks must be known before what they say is redacted."""
    batch = SOURCES[source].read(reading.records)
    if batch.people.num_rows:
        with open_vault(home.vault) as vault:
            learn_people(vault, source, with_staff(batch.people, staff_domains))
        refresh_contacts(con, home, source)
    if batch.organizations.num_rows:
        load_organizations(con, source, batch.organizations)


def _tickets_of(con: Connection, source: str, reading: Reading) -> list[str]:
    """Ids of the conversations that parts among the records belong to."""
    found: set[str] = set()
    con.register("given_records", reading.records)
    for kind in SOURCES[source].kinds:
        if kind.holds == "parts":
            rows = con.execute(
                "SELECT DISTINCT json_extract_string(text, ?) FROM given_records WHERE kind = ? AND json_valid(text)",
                [kind.key, kind.name],
            ).fetchall()
            found |= {row[0] for row in rows if row[0]}
    con.unregister("given_records")
    return sorted(found)
