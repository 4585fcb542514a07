"""Forgetting somebody everywhere: in this order, so that a run that is killed is finished by the next.

What people typed is read; salted marks of whom it is about are written into the vault, with a sign that it has begun;
lists; the warehouse in one transaction; the vault; the last night decided and published again from what is left; the
files of both databases written anew. Whatever is found by a mark and still there goes, whoever it was asked for first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.config import Home, Settings
from pipeline.errors import UntrustedModel
from pipeline.privacy import vault as the_vault
from pipeline.privacy.attaching import rewrite as rewrite_vault
from pipeline.privacy.forgotten import address_mark_sql, remember
from pipeline.privacy.vault import open_vault
from pipeline.scoring.models import all_signals
from pipeline.steps.auditing.audit import add_entry
from pipeline.steps.feedback.seen import REMEMBERED, name_of
from pipeline.steps.forgetting.again import decide_again, read_typed
from pipeline.steps.forgetting.erase import counted, erase
from pipeline.steps.forgetting.found import Gone, find_leads, find_marked
from pipeline.steps.forgetting.lists import erase_lists, published_pairs
from pipeline.steps.forgetting.whom import Target, marks_of
from pipeline.steps.retraining.registry import own_model
from pipeline.steps.review.handed import handed_out
from pipeline.steps.spreading.spread import clear_partitions
from pipeline.steps.work_folder import clear_runs
from pipeline.warehouse import Connection, open_warehouse, rewrite, scalar, transaction, warehouse_files


@dataclass
class Erasure:
    """What went, or would: rows by table and by folder of lists; files that nobody can read as lists."""

    rows: dict[str, int] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.lists


def forget(home: Home, settings: Settings, target: Target, *, dry_run: bool) -> Erasure | None:
    """None where nothing is held of them. Raises UsageError where several are meant. Callers hold `single_writer`."""
    if not warehouse_files(home):  # a first night that was killed has left one by another name
        return None
    with open_warehouse(home, memory_limit=settings.run.memory_limit) as con, open_vault(home.vault) as vault:
        marks = marks_of(con, vault, target)
        is_finished = unfinished(vault) != "forget"
        if not marks.num_rows and is_finished:
            return None
        if dry_run:
            return _looked(con, vault, home, marks)
        begin(vault, "forget", marks)
    return finish_forget(home, settings)


def finish_forget(home: Home, settings: Settings) -> Erasure:
    """Erases everything that is marked and still there."""
    read_typed(home, settings)
    with open_warehouse(home, memory_limit=settings.run.memory_limit) as con, open_vault(home.vault) as vault:
        gone = find_marked(con, vault)
        done = erase_found(con, home, gone)
        done.rows |= _from_vault(con, vault)
        with transaction(con):
            add_entry(con, "forget", done.rows | {f"lists: {name}": rows for name, rows in done.lists.items()})
    decide_again(home, settings)
    end(home, settings)
    return done


def _looked(con: Connection, vault: duckdb.DuckDBPyConnection, home: Home, marks: pa.Table) -> Erasure:
    """What would go; the marks are there for as long as it takes to count."""
    vault.execute("BEGIN")
    try:
        remember(vault, marks)
        gone = find_marked(con, vault)
        find_leads(con, gone, published_pairs(home))
        rows = counted(con, gone)
        lists, _, unread = erase_lists(home, gone, handed_out(con, home), dry_run=True)
        rows |= _from_vault(con, vault)
        return Erasure(rows, lists, unread)
    finally:
        vault.execute("ROLLBACK")


def unfinished(vault: duckdb.DuckDBPyConnection) -> str:
    """What was begun and has not ended: forget, retain or nothing."""
    row = vault.execute("SELECT what FROM unfinished").fetchone()
    return str(row[0]) if row else ""


def begin(vault: duckdb.DuckDBPyConnection, what: str, marks: pa.Table | None = None) -> None:
    """Writes down that something is being erased, before it is."""
    vault.execute("BEGIN")
    if marks is not None:
        remember(vault, marks)
    vault.execute("DELETE FROM unfinished")
    vault.execute("INSERT INTO unfinished VALUES (?, ?)", [what, datetime.now(UTC).replace(tzinfo=None)])
    vault.execute("COMMIT")


def end(home: Home, settings: Settings) -> None:
    """Takes away what a killed night left beside the databases, writes these anew, and takes the sign away."""
    clear_runs(home.work)
    clear_partitions(settings.run)
    rewrite(home)
    rewrite_vault(home.vault)
    with open_vault(home.vault) as vault:
        vault.execute("DELETE FROM unfinished")


def erase_found(con: Connection, home: Home, gone: Gone) -> Erasure:
    """Lists first, then the warehouse at once: as long as that holds it, the lists' rows can be found again."""
    find_leads(con, gone, published_pairs(home))
    lists, digests, unread = erase_lists(home, gone, handed_out(con, home), dry_run=False)
    with transaction(con):
        rows = erase(con, gone, models_in_use(home))
        for path, digest in digests.items():
            con.execute("UPDATE remembered SET value = ? WHERE name = ?", [digest, REMEMBERED + name_of(home, path)])
    return Erasure(rows, lists, unread)


def gone_from_vault(con: Connection, vault: duckdb.DuckDBPyConnection) -> None:
    """Makes what `vault.TABLES` reads: `gone_people` and `gone_addresses`, of all that is marked."""
    vault.register("found_people", con.execute("SELECT contact_id, email FROM gone_person").to_arrow_table())
    vault.execute("CREATE OR REPLACE TEMP TABLE gone_people AS SELECT contact_id FROM found_people")
    vault.execute(
        "CREATE OR REPLACE TEMP TABLE gone_addresses AS SELECT DISTINCT email AS address FROM found_people "
        "WHERE email IS NOT NULL"
    )
    vault.unregister("found_people")
    # Of lists of those who are never pitched: people who were never seen in a ticket.
    mark = address_mark_sql(the_vault.salt_of(vault), "value")
    vault.execute(
        "INSERT INTO gone_addresses SELECT DISTINCT value FROM marked "
        f"WHERE kind = 'email' AND {mark} IN (SELECT mark FROM forgotten)"
    )


def _from_vault(con: Connection, vault: duckdb.DuckDBPyConnection) -> dict[str, int]:
    gone_from_vault(con, vault)
    rows: dict[str, int] = {}
    for name, (_, whose) in the_vault.TABLES.items():
        deleted = int(scalar(vault, f"SELECT count(*) FROM {name} WHERE {whose}"))
        vault.execute(f"DELETE FROM {name} WHERE {whose}")
        if deleted:
            rows[f"vault: {name}"] = deleted
    return rows


def models_in_use(home: Home) -> dict[str, str]:
    """Models of the home's own by signal."""
    found = {}
    for signal in all_signals(home.models):
        try:
            model = own_model(home, signal)
        except UntrustedModel:
            continue
        if model:
            found[signal] = model.model_id
    return found
