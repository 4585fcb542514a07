"""All that is held of a person, as a file: what `forget` would erase, and where each piece is from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb

from pipeline import schema
from pipeline.config import Home, Settings
from pipeline.errors import UsageError
from pipeline.privacy.forgotten import remember
from pipeline.privacy.vault import TABLES as VAULT_TABLES
from pipeline.privacy.vault import open_vault
from pipeline.steps.auditing.audit import add_entry
from pipeline.steps.forgetting.erase import held_rows
from pipeline.steps.forgetting.forget import gone_from_vault
from pipeline.steps.forgetting.found import Gone, find_leads, find_marked
from pipeline.steps.forgetting.lists import published_pairs, rows_about
from pipeline.steps.forgetting.whom import Target, marks_of
from pipeline.steps.review.handed import handed_out
from pipeline.warehouse import Connection, open_warehouse, transaction, warehouse_files


def export_person(home: Home, settings: Settings, target: Target, out: Path) -> int:
    """Writes `out`, owner-only, and returns how many rows; none where nothing is held, and no file then.

    Raises UsageError where the file is there, or several people are meant. The caller holds `single_writer`.
    """
    if out.exists():
        raise UsageError(f"{out} is there already: name another file.")
    if not warehouse_files(home):
        return 0
    with open_warehouse(home, memory_limit=settings.run.memory_limit) as con, open_vault(home.vault) as vault:
        marks = marks_of(con, vault, target)
        if not marks.num_rows:
            return 0
        vault.execute("BEGIN")
        try:
            vault.execute("DELETE FROM forgotten")
            remember(vault, marks)
            held = _held(con, vault, home, find_marked(con, vault))
        finally:
            vault.execute("ROLLBACK")
        rows = sum(len(part["rows"]) for part in held)
        with transaction(con):
            add_entry(con, "export-person", {"rows": rows})
            _write(out, held)
    return rows


def _held(con: Connection, vault: duckdb.DuckDBPyConnection, home: Home, gone: Gone) -> list[dict[str, Any]]:
    find_leads(con, gone, published_pairs(home))
    gone_from_vault(con, vault)
    held = []
    for name, (_, whose) in VAULT_TABLES.items():
        held.append({"from": f"vault: {name}", "about": "who is who", "rows": _dicts(vault, name, whose, {})})
    for table in schema.TABLES.values():
        for sql, values in held_rows(table, gone):
            held.append({"from": table.name, "about": table.grain, "rows": _dicts(con, table.name, sql, values)})
    for path, rows in rows_about(home, gone, handed_out(con, home)):
        place = path.relative_to(home.path) if home.path in path.parents else path
        held.append({"from": str(place), "about": "a list that was written", "rows": rows})
    return [part for part in held if part["rows"]]


def _dicts(con: duckdb.DuckDBPyConnection, table: str, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    found = con.execute(f"SELECT * FROM {table} WHERE {sql} ORDER BY ALL", values)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _write(out: Path, held: list[dict[str, Any]]) -> None:
    """Owner-only from its first byte; never over a file that is there."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"held": held}, stream, indent=2, ensure_ascii=False, default=str)
        stream.write("\n")
