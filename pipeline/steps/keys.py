"""Declared keys hold: DuckDB would check them by an index, and refuse a ticket that replaces itself."""

from __future__ import annotations

import json

from pipeline import schema
from pipeline.errors import StepFailed
from pipeline.schema.history import CHANGES
from pipeline.steps.kept import leave, rows_digest
from pipeline.warehouse import Connection, scalar

_REMEMBERED = "keys"
# Tables of many rows, which a night does not write after it was decided, and in which files leave no trace.
_OF_TICKETS = "tickets messages ticket_events contacts organizations ticket_origins scores facts".split()
_LARGE = [*_OF_TICKETS, *(table.name for table in CHANGES)]


def check_keys(con: Connection) -> None:
    """Every declared key holds, of what the decision read and of what it wrote: within its transaction, so that no
    wrong join is kept. Raises StepFailed naming the table.

    Large tables whose keys are those that were last found unique are not looked at. Of others first hashes are counted,
    all in one statement; only where there are fewer than rows are keys compared.
    """
    unique = json.loads(scalar(con, "SELECT value FROM remembered WHERE name = ?", [_REMEMBERED]) or "{}")
    of_each = " UNION ALL ".join(rows_digest(name, ", ".join(schema.TABLES[name].key)) for name in _LARGE)
    keys = {name: f"{rows} {hashes}" for name, rows, hashes in con.execute(of_each).fetchall()}
    changed = [table for name, table in schema.TABLES.items() if name not in keys or unique.get(name) != keys[name]]
    for name, rows, hashes in con.execute(" UNION ALL ".join(table.key_count() for table in changed)).fetchall():
        if rows == hashes:
            continue
        twice = con.execute(schema.TABLES[name].key_check()).fetchone()
        if twice:
            raise StepFailed(f"table {name} holds the key {twice} twice: please report this.")
    if keys != unique:
        leave(con, _REMEMBERED, json.dumps(keys))
