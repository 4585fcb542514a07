"""How many cores SQL takes: one where there is little to do, because threads cost a small night a sixth of its time."""

from __future__ import annotations

from pathlib import Path

import duckdb

_SMALL = 16_000_000  # bytes of a database
MANY = 5_000  # records


def take_cores(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """One core for a small database or a new one, else all."""
    if not path.exists() or path.stat().st_size < _SMALL:
        con.execute("SET threads = 1")


def take_all_cores(con: duckdb.DuckDBPyConnection) -> None:
    """For much that comes into a database that was small."""
    con.execute("RESET threads")
