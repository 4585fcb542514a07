"""What SQL may reach: every connection of the program is made with these settings and confined to its own folders.

Neither `enable_external_access` nor `allowed_directories` can be taken back once they are set
(https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview).
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path

import duckdb

# Nothing is fetched at run time; what lies outside the home `confine` keeps from being read.
SAFE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A file that was written anew within the same tick would be read as it was before.
    "enable_external_file_cache": "false",
}


def scratch(*folders: Path) -> duckdb.DuckDBPyConnection:
    """A session in memory with one thread, for records on their way, which reaches the files of `folders` alone.

    It is one of many in a database of the thread's own, since a database costs what a thousand records cost: what it
    leaves there must be temporary, and what it attaches it detaches.
    """
    key = (os.getpid(), threading.get_ident(), frozenset(folders))
    try:
        con = _kept(*key).cursor()
        con.execute("SELECT 1")
    except duckdb.FatalException:  # one session's fault that DuckDB holds against the whole database
        _kept.cache_clear()
        con = _kept(*key).cursor()
    return con


def close_scratch() -> None:
    """What sessions leave for the next goes, where whoever had them goes on with other work."""
    _kept.cache_clear()


@lru_cache(maxsize=4)
def _kept(process: int, thread: int, folders: frozenset[Path]) -> duckdb.DuckDBPyConnection:
    """The database of a thread; a process that is forked makes its own."""
    return _database(*folders)


def _database(*folders: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={**SAFE, "threads": "1"})
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    confine(con, *folders)
    con.execute("SET lock_configuration = true")
    return con


def confine(con: duckdb.DuckDBPyConnection, *folders: Path) -> None:
    """From here on SQL reads and writes nothing outside `folders`, and fetches nothing.

    Connections of one process to one file share their settings: what is confined stays so.
    """
    row = con.execute("SELECT current_setting('enable_external_access')").fetchone()
    if row and not row[0]:
        return
    if folders:
        con.execute("SET allowed_directories = ?", [sorted(str(folder) for folder in folders)])
    con.execute("SET enable_external_access = false")
