"""The ingest step: files of the helpdesk become tickets and messages in the warehouse.

People and organizations are read first (the vault before everything, so that a crash between the two databases
loses nothing), then tickets in portions by workers, then all of it is loaded in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home, Settings
from pipeline.confined import close_scratch
from pipeline.cores import MANY, take_all_cores
from pipeline.engine import Crew, Engine, chosen
from pipeline.privacy.vault import learn_people, open_vault, people_digest
from pipeline.sources.discovery import Input, Portion, discover, portions
from pipeline.sources.reasons import REASONS
from pipeline.steps.ingesting.forgotten import note_forgotten
from pipeline.steps.ingesting.load import load_tickets
from pipeline.steps.ingesting.partition import TEXT_VERSION, Result, Task, get_ready, ingest_partition
from pipeline.steps.ingesting.people import ingest_people, load_organizations, note_day, refresh_contacts
from pipeline.steps.ingesting.unread import leave_out_known
from pipeline.steps.spreading.spread import refuse_open_road, spread
from pipeline.warehouse import Connection, give_back_memory, scalar

Progress = Callable[[str, int, int], None]
_MANY_PORTIONS = 16
_FAULTS = [name for name, reason in REASONS.items() if reason.is_fault]


@dataclass
class IngestCounts:
    """What the given files hold now (`read` = `stored` + all of `set_aside`), and what this run did about it."""

    read: int = 0
    stored: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    people_set_aside: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    deleted: int = 0
    redacted: dict[str, int] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    taken_for: list[str] = field(default_factory=list)
    already_read: dict[str, int] = field(default_factory=dict)  # files not read again, by the night that read them

    @property
    def fault_share(self) -> float:
        """Share of the input that was set aside because something is wrong with it."""
        faults = sum(count for reason, count in self.set_aside.items() if REASONS[reason].is_fault)
        return faults / self.read if self.read else 0.0


def ingest(
    con: Connection,
    home: Home,
    settings: Settings,
    paths: Sequence[str],
    *,
    source: str,
    work: Path,
    engine: Engine,
    workers: int,
    dask_address: str | None,
    progress: Progress,
    retry_rejects: bool = False,
    as_of: date | None = None,
    say_free: Callable[[], None] = lambda: None,
) -> IngestCounts:
    """Reads what is new or changed under `paths`; the same input twice leaves the same state.

    `say_free` is called where something may have changed in what is stored: this process is busy then, no other is.

    Files of which a message found no ticket are read again, as the ticket may be there now; with `retry_rejects` all
    files of which something was set aside as wrong.
    """
    refuse_open_road(engine, dask_address, settings.run)
    inputs, passed_over = discover(paths, source, TEXT_VERSION)
    if retry_rejects:
        _forget_mended(con, inputs)
    again = _FAULTS if retry_rejects else ["no_ticket"]
    known = dict(con.execute(_SETTLED, [again]).fetchall())
    fresh = [one for one in inputs if one.digest not in known]
    people = [one for one in fresh if one.found.holds == "people"]
    tickets = [one for one in fresh if one.found.holds != "people"]
    parts = portions(tickets, _portion_size(tickets, settings))
    is_first = not scalar(con, "SELECT EXISTS (FROM tickets)")
    with Crew(workers) as readers:
        # In later nights little of it may be left to read.
        address = dask_address or settings.run.dask_address
        if is_first and len(parts) > 1 and chosen(engine, len(parts), address) == "processes":
            readers.begin(len(parts), get_ready, None)
        ingest_people(con, home, people, settings.staff_domains, as_of)
        if parts and not is_first:
            say_free()
        counts = _ingest_tickets(
            con,
            home,
            settings,
            tickets,
            parts,
            work=work,
            engine=engine,
            workers=workers,
            dask_address=dask_address,
            progress=progress,
            as_of=as_of,
            crew=readers,
        )
    count_inputs(con, inputs, counts)
    days = Counter(str(known[one.digest] or "") for one in inputs if one.digest in known)
    counts.already_read = dict(sorted(days.items()))
    counts.passed_over = [place.name for place in passed_over]
    counts.taken_for = sorted({one.found.title for one in inputs})
    return counts


_SETTLED = """
    SELECT digest, max(read_on) FROM inputs
    WHERE digest NOT IN (SELECT digest FROM rejects WHERE reason IN (SELECT unnest(?))) GROUP BY digest
"""


def _forget_mended(con: Connection, inputs: list[Input]) -> None:
    """What was set aside of a file that stands here in another state by the same name is no longer so."""
    for one in inputs:
        con.execute(
            "DELETE FROM rejects WHERE path = ? AND digest <> ? AND digest IN (SELECT digest FROM inputs "
            "WHERE source = ?)",
            [one.place.name, one.digest, one.source],
        )


def _ingest_tickets(
    con: Connection,
    home: Home,
    settings: Settings,
    inputs: list[Input],
    parts: list[Portion],
    *,
    work: Path,
    engine: Engine,
    workers: int,
    dask_address: str | None,
    progress: Progress,
    as_of: date | None,
    crew: Crew,
) -> IngestCounts:
    counts = IngestCounts()
    if not parts:
        return counts
    parts = leave_out_known(con, parts, TEXT_VERSION, _portion_size(inputs, settings))
    if len(parts) > 1:
        give_back_memory(con, settings.run.memory_limit)
    _give_back_readers_memory()
    out = work / "ingest"
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_vault(home.vault):
        pass  # made before workers open it read-only
    known = _known_hashes(con, work)
    stored = {part.source: stored_people(con, work, part.source) for part in parts if part.holds_parts}
    staff = tuple(settings.staff_domains)
    tasks = [Task(part, home.vault, known, stored.get(part.source), out, staff) for part in parts]

    # A worker takes longer to start than to read one portion.
    here_if_alone: Engine = "local" if engine == "processes" and len(tasks) == 1 else engine

    def read_all() -> list[Result]:
        return spread(
            ingest_partition,
            tasks,
            home=home,
            run=settings.run,
            inputs=sorted({one.place.address for one in inputs if not one.place.is_remote}),
            engine=here_if_alone,
            workers=workers,
            dask_address=dask_address,
            progress=lambda done, total: progress("ingest", done, total),
            crew=crew,
        )

    results = read_all()
    if sum(result.line_count for result in results) > MANY:
        take_all_cores(con)
    if _learn_embedded(con, home, parts, results) and len(parts) > 1:
        results = read_all()  # who one portion introduces may speak in another
    _give_back_readers_memory()
    for result in results:
        for kind, count in result.redacted.items():
            counts.redacted[kind] = counts.redacted.get(kind, 0) + count
    if any(result.people.num_rows for result in results):
        with open_vault(home.vault) as vault:
            for name in sorted({part.source for part in parts}):
                refresh_contacts(con, vault, name)
    counts.changed, counts.deleted = load_tickets(
        con, settings, out, parts, results, lambda con: note_day(con, inputs, as_of)
    )
    return counts


def _give_back_readers_memory() -> None:
    """What Arrow and sessions of records keep where records were read in this process."""
    pa.default_memory_pool().release_unused()
    close_scratch()


def _portion_size(inputs: Sequence[Input], settings: Settings) -> int:
    """Bytes. What a portion costs whatever is in it (connections, plans, gates) is some 0.15 s, so that where there are
    many they are three times as large: a worker then takes 90 MB more, and less than scoring."""
    size = int(settings.run.partition_mb * (1 << 20))
    return size * 3 if sum(one.size for one in inputs) > _MANY_PORTIONS * size else size


def _learn_embedded(con: Connection, home: Home, parts: list[Portion], results: list[Result]) -> bool:
    """Whether people found among tickets told the vault anything new."""
    with open_vault(home.vault) as vault:
        before = people_digest(vault)
        for part, result in zip(parts, results, strict=True):
            if result.people.num_rows:
                learn_people(vault, part.source, result.people)
            if result.organizations.num_rows:
                load_organizations(con, part.source, result.organizations)
            note_forgotten(vault, part.source, result.forgotten)
        return people_digest(vault) != before


def _known_hashes(con: Connection, work: Path) -> Path | None:
    if not scalar(con, "SELECT count(*) FROM tickets"):
        return None
    path = work / "known.parquet"
    if not path.exists():
        _copy(con, "SELECT ticket_hash FROM tickets", path)
    return path


def stored_people(con: Connection, work: Path, source: str, tickets: Sequence[str] | None = None) -> Path:
    """Who asked and who spoke in stored tickets, or in those named, by pseudonym: messages that come without their
    ticket need to know. A Parquet file of ticket_id, contact_id, part."""
    path = work / f"people-of-{source}.parquet"
    con.execute("SET VARIABLE source = ?", [source])
    con.execute("SET VARIABLE tickets = ?", [list(tickets or [])])
    _copy(con, _STORED_PEOPLE.format(wanted="" if tickets is None else _NAMED_TICKETS), path)
    return path


_NAMED_TICKETS = "AND ticket_id IN (SELECT unnest(getvariable('tickets')::VARCHAR[]))"
_STORED_PEOPLE = """
    SELECT ticket_id, requester_id AS contact_id, 'requester' AS part FROM tickets
    WHERE source = getvariable('source') AND requester_id IS NOT NULL {wanted}
    UNION SELECT ticket_id, author_id, 'other' FROM messages
    WHERE source = getvariable('source') AND author_id IS NOT NULL {wanted}
"""


def _copy(con: Connection, query: str, path: Path) -> None:
    con.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")


def count_inputs(con: Connection, inputs: Sequence[Input], counts: IngestCounts) -> None:
    """Counts come from what is remembered of each file, so that reading it again says the same."""
    digests = [one.digest for one in inputs if one.found.holds != "people"]
    row = con.execute(
        "SELECT coalesce(sum(line_count), 0), coalesce(sum(stored_count), 0) FROM inputs WHERE digest IN "
        "(SELECT unnest(?))",
        [digests],
    ).fetchone()
    counts.read, counts.stored = (int(row[0]), int(row[1])) if row else (0, 0)
    counts.set_aside = _set_aside(con, digests)
    counts.people_set_aside = _set_aside(con, [one.digest for one in inputs if one.found.holds == "people"])
    counts.remarks = dict(con.execute(_REMARKS, [digests]).fetchall())


_REMARKS = """
    SELECT remark, sum(record_count)::BIGINT FROM input_remarks WHERE digest IN (SELECT unnest(?))
    GROUP BY remark ORDER BY remark
"""


def _set_aside(con: Connection, digests: list[str]) -> dict[str, int]:
    query = "SELECT reason, count(*) FROM rejects WHERE digest IN (SELECT unnest(?)) GROUP BY reason ORDER BY reason"
    return dict(con.execute(query, [digests]).fetchall())
