"""Keeps nothing longer than `[retain]` of `ticketscout.toml` says; the audit itself is kept.

A ticket that is too old goes as a forgotten one does, with what was made of it. Its id stays as that of a deleted one,
so that the next export does not bring it back as long as nothing happens to it.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from pipeline.config import Home, Settings
from pipeline.config_retain import Retain
from pipeline.digest.folder import checksum
from pipeline.errors import UsageError
from pipeline.privacy.vault import open_vault
from pipeline.steps.auditing.audit import add_entry
from pipeline.steps.feedback.seen import REMEMBERED, name_of
from pipeline.steps.forgetting.again import decide_again, read_typed
from pipeline.steps.forgetting.erase import counted
from pipeline.steps.forgetting.forget import Erasure, begin, end, erase_found, finish_forget, unfinished
from pipeline.steps.forgetting.found import Gone, find_leads, find_old
from pipeline.steps.forgetting.lists import erase_lists, published_pairs
from pipeline.steps.review.handed import handed_out
from pipeline.warehouse import Connection, open_warehouse, transaction, warehouse_files


def retain(home: Home, settings: Settings, as_of: date, *, dry_run: bool) -> Erasure:
    """What went, or would, as of the end of that day. Raises UsageError where no age is set. Callers hold
    `single_writer`."""
    ages = settings.retain
    if ages == Retain():
        raise UsageError(f"no age is set: write [retain] into {home.toml.name}, as in tickets = 730, digests = 365.")
    if not warehouse_files(home):
        return Erasure()
    with open_vault(home.vault) as vault:
        left = unfinished(vault)
    if left == "forget" and not dry_run:
        finish_forget(home, settings)
    if not dry_run:
        read_typed(home, settings)
    with open_warehouse(home, memory_limit=settings.run.memory_limit) as con, open_vault(home.vault) as vault:
        gone = _too_old(con, ages, as_of)
        if dry_run:
            return _looked(con, vault, home, ages, gone, as_of)
        if left != "retain" and _looked(con, vault, home, ages, gone, as_of).is_empty:
            return Erasure()
        begin(vault, "retain")
        done = _erase(con, vault, home, ages, gone, as_of)
    decide_again(home, settings)
    end(home, settings)
    return done


def _too_old(con: Connection, ages: Retain, as_of: date) -> Gone:
    last = as_of - timedelta(days=ages.tickets - 1) if ages.tickets else date.min
    return find_old(con, con.execute(_OLD, [last]).to_arrow_table())


def _looked(
    con: Connection, vault: duckdb.DuckDBPyConnection, home: Home, ages: Retain, gone: Gone, as_of: date
) -> Erasure:
    find_leads(con, gone, published_pairs(home) if gone.tickets else ())
    rows = counted(con, gone) if gone.tickets or ages.extracts else {}
    lists, _, unread = erase_lists(home, gone, handed_out(con, home), dry_run=True) if gone.tickets else ({}, {}, [])
    lists |= _counted_files(con, home, ages, as_of)
    people = vault.execute(f"SELECT count(*) FROM people WHERE {_without_tickets(con, vault, ages)}").fetchone()
    if people and people[0]:
        rows["vault: people"] = people[0]
    return Erasure(rows, lists, unread)


def _erase(
    con: Connection, vault: duckdb.DuckDBPyConnection, home: Home, ages: Retain, gone: Gone, as_of: date
) -> Erasure:
    con.execute("CREATE OR REPLACE TEMP TABLE buried AS " + _BURIED)
    done = erase_found(con, home, gone) if gone.tickets or ages.extracts else Erasure()
    files = _old_files(con, home, ages, as_of)
    done.lists |= _counted_files(con, home, ages, as_of)
    whose = _without_tickets(con, vault, ages)
    people = vault.execute(f"SELECT contact_id FROM people WHERE {whose}").to_arrow_table()
    if people.num_rows:
        done.rows["vault: people"] = people.num_rows
    con.register("old_people", people)
    with transaction(con):
        con.execute("INSERT INTO tombstones BY NAME FROM buried ANTI JOIN tombstones USING (source, ticket_id)")
        con.execute("DELETE FROM contacts WHERE contact_id IN (SELECT contact_id FROM old_people)")
        add_entry(con, "retain", done.rows | {f"lists: {name}": rows for name, rows in done.lists.items()})
    con.unregister("old_people")
    vault.execute(f"DELETE FROM people WHERE {whose}")
    for path in files:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return done


def _without_tickets(con: Connection, vault: duckdb.DuckDBPyConnection, ages: Retain) -> str:
    """SQL of the vault's people of whom no ticket is left; staff stays."""
    if not ages.people_without_tickets:
        return "false"
    vault.register("taking_part", con.execute(_TAKING_PART).to_arrow_table())
    return "NOT is_staff AND contact_id NOT IN (SELECT contact_id FROM taking_part)"


def _old_files(con: Connection, home: Home, ages: Retain, as_of: date) -> list[Path]:
    """Days' folders, but never the last, and files in the inbox that were read, by the age that their name or the disk
    gives them."""
    days = _days(home.digests)[:-1]
    old = [path for day, path in days if ages.digests and (as_of - day).days >= ages.digests]
    most = ages.inbox
    read = dict(con.execute("SELECT name, value FROM remembered WHERE starts_with(name, ?)", [REMEMBERED]).fetchall())
    for path in sorted(home.inbox.rglob("*")) if most else ():
        if path.is_file() and read.get(REMEMBERED + name_of(home, path)) == checksum(path):
            changed = datetime.fromtimestamp(path.stat().st_mtime).date()
            old += [path] if most and (as_of - changed).days >= most else []
    return old


def _days(digests: Path) -> list[tuple[date, Path]]:
    """Folders that are called after a day, by day."""
    found = []
    for path in digests.glob("[0-9]*"):
        with suppress(ValueError):
            found += [(date.fromisoformat(path.name), path)] if path.is_dir() else []
    return sorted(found)


def _counted_files(con: Connection, home: Home, ages: Retain, as_of: date) -> dict[str, int]:
    files = _old_files(con, home, ages, as_of)
    counts = {"days": sum(home.digests in path.parents for path in files)}
    counts["inbox files"] = len(files) - counts["days"]
    return {name: count for name, count in counts.items() if count}


_OLD = """
    SELECT t.source, t.ticket_id FROM tickets t LEFT JOIN (
        SELECT source, ticket_id, max(said_at) AS said_at FROM messages GROUP BY ALL
    ) m USING (source, ticket_id)
    WHERE greatest(t.updated_at, coalesce(m.said_at, t.updated_at)) < ?::DATE
"""
_BURIED = "SELECT source, ticket_id, updated_at FROM tickets SEMI JOIN gone_ticket USING (source, ticket_id)"
_TAKING_PART = """
    SELECT contact_id FROM (
        SELECT source, ticket_id, requester_id AS contact_id FROM tickets
        UNION ALL SELECT source, ticket_id, author_id FROM messages
        UNION ALL SELECT source, ticket_id, actor_id FROM ticket_events
    ) ANTI JOIN gone_ticket USING (source, ticket_id) WHERE contact_id IS NOT NULL
"""
