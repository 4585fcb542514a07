"""The only module that opens the warehouse: connect, migrate, lock, replace rows, run a SQL file."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import bundled, schema
from pipeline.config import Home
from pipeline.errors import BadConfiguration, Busy, StepFailed, UsageError

Connection = duckdb.DuckDBPyConnection

# Nothing is fetched at run time, and nothing outside the database is read by SQL unless a step attaches it.
SAFE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A file that was written anew within the same tick would be read as it was before.
    "enable_external_file_cache": "false",
}
_HEADER = re.compile(r"\A(--[^\n]*\n)+")


@contextmanager
def single_writer(home: Home) -> Iterator[None]:
    """Holds the home's lock. Raises Busy, naming the holder, where another run has it."""
    home.create()
    with open(home.data / ".lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise Busy(f"another run holds {home.data} ({holder}): wait until it has ended, then run again.") from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


@contextmanager
def open_to_read(home: Home, *, memory_limit: str = "1GB") -> Iterator[Connection]:
    """A read-only connection to what the last night left; temporary tables may be made, nothing is written.

    Several may read at once. Raises UsageError where no night was published yet, Busy while a run writes.
    """
    if not home.warehouse.exists():
        raise UsageError(f"no night was run in {home.path} yet: run ticketscout nightly there first.")
    with open(home.data / ".lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy(f"a run is writing {home.data}: wait until it has ended, then look again.") from error
        con = _connect(str(home.warehouse), memory_limit, read_only=True)
        try:
            _refuse_other_version(con, home)
            _add_tables(con, for_now=True)
            yield con
        finally:
            con.close()


@contextmanager
def open_warehouse(home: Home, *, memory_limit: str = "1GB") -> Iterator[Connection]:
    """A read-write connection, migrated, closed at the end. The caller holds `single_writer`."""
    con = _connect(str(home.warehouse), memory_limit)
    try:
        _migrate(con, home)
        yield con
    finally:
        con.close()


def clear(con: Connection, *, memory_limit: str = "1GB") -> None:
    """Between two steps on one connection: temporary tables go, and what DuckDB keeps of the file in memory, which
    workers of the next step need more. As closing and opening would, but for their cost."""
    for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
        con.execute(f'DROP TABLE temp."{name}"')
    with suppress(duckdb.OutOfMemoryException):  # some of it is still to be written into the file
        con.execute("SET memory_limit = '1MB'")
    con.execute(f"SET memory_limit = '{memory_limit}'")


def in_memory(*, memory_limit: str = "1GB") -> Connection:
    """A warehouse of its own in memory, with all tables; what tests and replays decide on."""
    con = _connect(":memory:", memory_limit)
    _create_tables(con)
    return con


def _connect(path: str, memory_limit: str, *, read_only: bool = False) -> Connection:
    try:
        con = duckdb.connect(path, read_only=read_only, config=SAFE)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise Busy(f"another program has {path} open: close it, then run again.") from error
        raise StepFailed(f"cannot open {path}: {str(error).splitlines()[0]}") from error
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = '{memory_limit}'")
    con.execute("SET enable_progress_bar = false")
    return con


def _create_tables(con: Connection) -> None:
    con.execute("CREATE TABLE IF NOT EXISTS meta (version INTEGER NOT NULL)")
    _add_tables(con)
    con.execute("INSERT INTO meta SELECT ? WHERE NOT EXISTS (FROM meta)", [schema.VERSION])


def _add_tables(con: Connection, *, for_now: bool = False) -> None:
    """Makes declared tables that are not there yet; a home of an earlier release gets new ones so. `for_now`: as
    temporary tables, which are all that a read-only connection may make."""
    there = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    for table in schema.TABLES.values():
        if table.name not in there:
            con.execute(table.ddl(for_now=for_now))


def _migrate(con: Connection, home: Home) -> None:
    has_meta = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'meta'").fetchone()
    if not has_meta:
        with transaction(con):
            _create_tables(con)
        home.warehouse.chmod(0o600)
        return
    _refuse_other_version(con, home)
    with transaction(con):
        _add_tables(con)
        _add_columns(con)


def _add_columns(con: Connection) -> None:
    """Adds declared columns that an earlier release did not have; they may be empty, as nothing fills them."""
    there = set(con.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    for table in schema.TABLES.values():
        for column in table.columns:
            if (table.name, column.name) not in there:
                con.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.type}")


def _refuse_other_version(con: Connection, home: Home) -> None:
    row = con.execute("SELECT max(version) FROM meta").fetchone()
    found = row[0] if row else None
    if found != schema.VERSION:
        raise BadConfiguration(
            f"{home.warehouse} has version {found}, this Ticketscout reads version {schema.VERSION}: "
            "use the release that wrote it, or start in a new --home."
        )


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def make_table(con: Connection, name: str, schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> None:
    """Table `name` anew from rows in memory; for small tables that SQL files join."""
    dicts = [dict(zip(schema.names, row, strict=True)) for row in rows]
    con.register("given", pa.Table.from_pylist(dicts, schema))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM given")
    con.unregister("given")


def strings(*names: str) -> pa.Schema:
    """A schema of text columns."""
    return pa.schema([(name, pa.string()) for name in names])


def check_keys(con: Connection) -> None:
    """Every declared key holds. Raises StepFailed naming the table, so that no wrong join goes unseen.

    First hashes are counted, of all tables in one statement; only where there are fewer than rows are keys compared.
    """
    counted = con.execute(" UNION ALL ".join(table.key_count() for table in schema.TABLES.values())).fetchall()
    for name, rows, hashes in counted:
        table = schema.TABLES[name]
        if rows == hashes:
            continue
        twice = con.execute(table.key_check()).fetchone()
        if twice:
            raise StepFailed(f"table {table.name} holds the key {twice} twice: please report this.")


def set_variables(con: Connection, values: Mapping[str, Any]) -> None:
    """What SQL files read through `getvariable(name)`."""
    for name, value in values.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])


def run_sql(con: Connection, name: str) -> int:
    """Makes table `name` from `sql/<name>.sql` (one SELECT under a comment header); returns its row count."""
    con.execute(f"CREATE OR REPLACE TABLE {name} AS\n{sql_body(name)}")
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0


def run_sql_for_now(con: Connection, name: str) -> None:
    """The same as a temporary table, which a read-only connection may make; it hides the night's own."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS\n{sql_body(name)}")


@contextmanager
def written_quickly(con: Connection) -> Iterator[None]:
    """For tables that the next night makes anew: without FSST, DuckDB's compression of texts, which is what writing
    them costs most."""
    con.execute("SET disabled_compression_methods = 'fsst,dict_fsst'")
    try:
        yield
    finally:
        con.execute("SET disabled_compression_methods = ''")


def sql_body(name: str) -> str:
    """The query of a SQL file, without its header."""
    text = (bundled.sql() / f"{name}.sql").read_text(encoding="utf-8")
    return _HEADER.sub("", text)


def scalar(con: Connection, query: str, parameters: list[Any] | None = None) -> Any:
    """The first cell of the first row, or None."""
    row = con.execute(query, parameters or []).fetchone()
    return row[0] if row else None


def has_table(con: Connection, name: str) -> bool:
    """Whether a table of a night is there; a home has none before its first."""
    return bool(scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [name]))
