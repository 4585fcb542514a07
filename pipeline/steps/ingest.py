"""The ingest step: files of the helpdesk become tickets and messages in the warehouse.

People and organizations are read first (the vault before everything, so that a crash between the two databases
loses nothing), then tickets in partitions by workers, then all of it is loaded in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home, Settings
from pipeline.engine import Engine, map_partitions
from pipeline.leads.domains import registered_domain
from pipeline.privacy.vault import learn_people, open_vault, people_digest
from pipeline.sources import SOURCES
from pipeline.sources.discovery import Input, Range, discover, ranges
from pipeline.sources.reasons import REASONS
from pipeline.steps.ingest_load import load_tickets
from pipeline.steps.ingest_partition import TEXT_VERSION, Result, Task, ingest_partition, read_lines
from pipeline.warehouse import Connection, scalar, transaction

Progress = Callable[[str, int, int], None]


@dataclass
class IngestCounts:
    """What the given files hold now (`read` = `stored` + all of `set_aside`), and what this run did about it."""

    read: int = 0
    stored: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    deleted: int = 0
    redacted: dict[str, int] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    @property
    def fault_share(self) -> float:
        """Share of the input that was set aside because something is wrong with it."""
        faults = sum(count for reason, count in self.set_aside.items() if REASONS[reason].is_fault)
        return faults / self.read if self.read else 0.0


def ingest(
    con: Connection, home: Home, settings: Settings, paths: Sequence[str], *, source: str, work: Path,
    engine: Engine, workers: int, dask_address: str | None, progress: Progress,
) -> IngestCounts:
    """Reads what is new or changed under `paths`; the same input twice leaves the same state."""
    inputs, passed_over = discover(paths, source, TEXT_VERSION)
    known = {row[0] for row in con.execute("SELECT digest FROM inputs").fetchall()}
    fresh = [one for one in inputs if one.digest not in known]
    _ingest_people(con, home, [one for one in fresh if one.kind != "tickets"])
    counts = _ingest_tickets(
        con, home, settings, [one for one in fresh if one.kind == "tickets"], work=work, engine=engine,
        workers=workers, dask_address=dask_address, progress=progress,
    )
    _count_inputs(con, inputs, counts)
    counts.passed_over = [path.name for path in passed_over]
    return counts


def _ingest_people(con: Connection, home: Home, inputs: list[Input]) -> None:
    for one in inputs:
        records = rejected = 0
        for part in ranges([one], 16 << 20):
            some, bad = _ingest_people_part(con, home, part)
            records, rejected = records + some, rejected + bad
        with transaction(con):  # once the whole file is in: a run killed before reads it again
            con.execute(
                "INSERT INTO inputs BY NAME SELECT ? AS path, ? AS digest, ? AS source, ? AS kind, "
                "? AS line_count, ? AS stored_count WHERE ? NOT IN (SELECT digest FROM inputs)",
                [one.path.name, one.digest, one.source, one.kind, records, records - rejected, one.digest],
            )


def _ingest_people_part(con: Connection, home: Home, part: Range) -> tuple[int, int]:
    """How many records there were, and how many could not be read."""
    lines, bad, _ = read_lines(part)
    batch = SOURCES[part.source].read(part.kind, lines)
    if part.kind == "users":
        with open_vault(home.vault) as vault:
            learn_people(vault, part.source, batch.people)
        refresh_contacts(con, home, part.source)
    else:
        _load_organizations(con, part.source, batch.organizations)
    return lines.num_rows + bad.num_rows, bad.num_rows + batch.rejects.num_rows


def refresh_contacts(con: Connection, home: Home, source: str) -> None:
    """Copies from the vault what may be known outside it: pseudonym, staff or not, registered mail domain."""
    with open_vault(home.vault) as vault:
        people = vault.execute(
            "SELECT contact_id, is_staff, split_part(email, '@', -1) AS host, organization_id FROM people "
            "WHERE source = ?", [source],
        ).to_arrow_table()
    hosts = people["host"].to_pylist()
    domain_of = {host: registered_domain(host) for host in set(hosts) if host}
    contacts = people.drop_columns(["host"]).append_column(
        "email_domain", pa.array([domain_of.get(host) for host in hosts], pa.string())
    )
    con.register("incoming_contacts", contacts)
    with transaction(con):
        con.execute("DELETE FROM contacts WHERE source = ?", [source])
        con.execute("INSERT INTO contacts BY NAME SELECT ? AS source, * FROM incoming_contacts", [source])
    con.unregister("incoming_contacts")


def _load_organizations(con: Connection, source: str, organizations: pa.Table) -> None:
    domains = [
        sorted({d for d in (registered_domain(host) for host in hosts or []) if d})
        for hosts in organizations["domains"].to_pylist()
    ]
    place = organizations.column_names.index("domains")
    table = organizations.set_column(place, "domains", pa.array(domains, pa.list_(pa.string())))
    con.register("incoming_organizations", table)
    with transaction(con):
        con.execute(
            "DELETE FROM organizations WHERE source = ? AND organization_id IN "
            "(SELECT organization_id FROM incoming_organizations)", [source],
        )
        con.execute(
            "INSERT INTO organizations BY NAME SELECT ? AS source, organization_id, max(external_id) AS external_id, "
            "max(name) AS name, max(domains) AS domains FROM incoming_organizations GROUP BY organization_id", [source],
        )
    con.unregister("incoming_organizations")


def _ingest_tickets(
    con: Connection, home: Home, settings: Settings, inputs: list[Input], *, work: Path, engine: Engine,
    workers: int, dask_address: str | None, progress: Progress,
) -> IngestCounts:
    counts = IngestCounts()
    parts = ranges(inputs, int(settings.run.partition_mb * (1 << 20)))
    if not parts:
        return counts
    out = work / "ingest"
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_vault(home.vault):
        pass  # made before workers open it read-only
    tasks = [Task(part, home.vault, _known_hashes(con, work), out) for part in parts]

    def read_all() -> list[Result]:
        return map_partitions(
            ingest_partition, tasks, engine=engine, workers=workers, dask_address=dask_address,
            progress=lambda done, total: progress("ingest", done, total),
        )

    results = read_all()
    if _learn_embedded(home, parts, results) and len(parts) > 1:
        results = read_all()  # who one partition introduces may speak in another
    for result in results:
        for kind, count in result.redacted.items():
            counts.redacted[kind] = counts.redacted.get(kind, 0) + count
    if any(result.people.num_rows for result in results):
        for name in {part.source for part in parts}:
            refresh_contacts(con, home, name)
    counts.changed, counts.deleted = load_tickets(con, settings, out, parts, results)
    return counts


def _learn_embedded(home: Home, parts: list[Range], results: list[Result]) -> bool:
    """Whether people embedded in tickets told the vault anything new."""
    with open_vault(home.vault) as vault:
        before = people_digest(vault)
        for part, result in zip(parts, results, strict=True):
            if result.people.num_rows:
                learn_people(vault, part.source, result.people)
        return people_digest(vault) != before


def _known_hashes(con: Connection, work: Path) -> Path | None:
    if not scalar(con, "SELECT count(*) FROM tickets"):
        return None
    path = work / "known.parquet"
    if not path.exists():
        con.execute(f"COPY (SELECT ticket_hash FROM tickets) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
    return path


def _count_inputs(con: Connection, inputs: list[Input], counts: IngestCounts) -> None:
    """Counts come from what is remembered of each file, so that reading it again says the same."""
    digests = [one.digest for one in inputs if one.kind == "tickets"]
    row = con.execute(
        "SELECT coalesce(sum(line_count), 0), coalesce(sum(stored_count), 0) FROM inputs WHERE digest IN "
        "(SELECT unnest(?))", [digests],
    ).fetchone()
    counts.read, counts.stored = (int(row[0]), int(row[1])) if row else (0, 0)
    counts.set_aside = dict(
        con.execute(
            "SELECT reason, count(*) FROM rejects WHERE digest IN (SELECT unnest(?)) GROUP BY reason ORDER BY reason",
            [digests],
        ).fetchall()
    )


__all__ = ["IngestCounts", "Range", "ingest"]
