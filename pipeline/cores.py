"""How many cores SQL takes: one where there is little to do, because threads cost a small night a sixth of its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

# Rows of all tables: some 10,000 tickets, for which one core takes as long as two. Not bytes: two nights of twenty
# tickets are 34 MB, because each table takes room for rows that it does not have.
_FEW = 200_000
MANY = 5_000  # records


def take_cores(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """One core for a database of few `rows` or a new one, else all."""
    if rows < _FEW:
        con.execute("SET threads = 1")


def take_all_cores(con: duckdb.DuckDBPyConnection) -> None:
    """For much that comes into a database that was small."""
    con.execute("RESET threads")


@contextmanager
def one_core_less(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Leaves a core to a worker that nobody but this process waits for: on all of them both take longer."""
    row = con.execute("SELECT current_setting('threads')").fetchone()
    threads = int(row[0]) if row else 1
    con.execute(f"SET threads = {max(threads - 1, 1)}")
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")
