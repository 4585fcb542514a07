"""Declared keys hold: DuckDB would check them by an index, and refuse a ticket that replaces itself."""

from __future__ import annotations

import json

from pipeline import schema
from pipeline.errors import StepFailed
from pipeline.steps.kept import leave, rows_digest
from pipeline.warehouse import Connection, scalar

_REMEMBERED = "keys"


def check_keys(con: Connection) -> None:
    """Every declared key holds. Raises StepFailed naming the table, so that no wrong join goes unseen.

    Tables whose keys are those that were last found unique are not looked at. Of others first hashes are counted, all
    in one statement; only where there are fewer than rows are keys compared.
    """
    unique = json.loads(scalar(con, "SELECT value FROM remembered WHERE name = ?", [_REMEMBERED]) or "{}")
    of_each = " UNION ALL ".join(rows_digest(table.name, ", ".join(table.key)) for table in schema.TABLES.values())
    keys = {name: f"{rows} {hashes}" for name, rows, hashes in con.execute(of_each).fetchall()}
    changed = [table for table in schema.TABLES.values() if unique.get(table.name) != keys[table.name]]
    if not changed:
        return
    for name, rows, hashes in con.execute(" UNION ALL ".join(table.key_count() for table in changed)).fetchall():
        if rows == hashes:
            continue
        twice = con.execute(schema.TABLES[name].key_check()).fetchone()
        if twice:
            raise StepFailed(f"table {name} holds the key {twice} twice: please report this.")
    leave(con, _REMEMBERED, json.dumps(keys))
