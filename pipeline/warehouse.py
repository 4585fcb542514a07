"""The only module that opens the warehouse: connect, migrate, lock, replace rows, run a SQL file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import bundled, schema, unfinished
from pipeline.anew import copy_anew
from pipeline.config import Home
from pipeline.config_run import MEMORY_LIMIT
from pipeline.confined import SAFE, confine
from pipeline.cores import take_cores
from pipeline.errors import BadConfiguration, Busy, StepFailed, TicketscoutError, UsageError
from pipeline.lock import locked, silent

Connection = duckdb.DuckDBPyConnection

_HEADER = re.compile(r"\A(--[^\n]*\n)+")
_WHO = re.compile(r"\(PID (\d+)\)")  # as DuckDB says who holds its lock
_LITTLE = 50_000_000  # bytes of memory


@contextmanager
def single_writer(home: Home, *, wait: float = 0.0, say: Callable[[str], None] = silent) -> Iterator[None]:
    """Holds the home's lock; what was written under it is what readers find from its good end on.

    Raises Busy, naming the holder, where another run still has it after `wait` seconds.
    """
    home.create()
    with locked(home, wait, say):
        try:
            yield
        except BaseException:
            with suppress(TicketscoutError):  # what went wrong is said, not what it left behind
                _drop_if_nothing_is_in_it(home)
            raise
        unfinished.finish(home)


@contextmanager
def open_to_read(home: Home, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[Connection]:
    """A read-only connection to what the last run that ended well left; temporary tables may be made, nothing written.

    Several may read at once, and while a run writes. Raises UsageError where no night was published yet.
    """
    if not home.warehouse.exists():
        raise UsageError(f"no night was run in {home.path} yet: run ticketscout nightly there first.")
    con = _connect(str(home.warehouse), memory_limit, read_only=True)
    try:
        there = _looked_at(con, home)
        _refuse_other_version(con, home, for_now=True)
        _add_tables(con, there, for_now=True)
        yield con
    finally:
        con.close()


@contextmanager
def open_warehouse(home: Home, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[Connection]:
    """A read-write connection to the file that becomes the warehouse when `single_writer`, which the caller holds, ends
    well; migrated, closed at the end. Raises Busy where another program writes into the warehouse."""
    import pyarrow.dataset  # noqa: F401 - DuckDB would import it within a statement, where Ctrl-C is lost

    path = _begun(home)
    con = _connect(str(path), memory_limit)
    try:
        _migrate(con, home, path, _looked_at(con, home))
        yield con
    finally:
        con.close()


def warehouse_files(home: Home) -> list[Path]:
    """Every file that holds its rows: itself, logs, what a stopped run left, copies of other versions."""
    return unfinished.files(home)


def _begun(home: Home) -> Path:
    try:
        return unfinished.begin(home)
    except BlockingIOError:  # somebody writes into the warehouse, who is not to lose it
        _connect(str(home.warehouse), MEMORY_LIMIT, read_only=True).close()  # raises Busy, and says who
        return unfinished.begin(home)


def _drop_if_nothing_is_in_it(home: Home) -> None:
    """A run that failed before it wrote anything leaves nothing to go on with."""
    path = unfinished.unfinished(home)
    if path is None:
        return
    if unfinished.is_untouched(home, path):
        unfinished.drop(path)
    elif unfinished.is_new(path):
        with closing(_connect(str(path), MEMORY_LIMIT)) as con:
            rows = scalar(con, "SELECT sum(estimated_size) FROM duckdb_tables() WHERE table_name <> 'meta'")
        if not rows:
            unfinished.drop(path)


def rewrite(home: Home) -> None:
    """The warehouse anew in a file of its own, in its place at once: what was deleted is not left in freed bytes.

    Nobody has it open; the caller holds `single_writer`. Copies of earlier versions, which hold it still, go.
    """
    path = _begun(home)
    new = unfinished.beside(home)
    with closing(_connect(":memory:", MEMORY_LIMIT)) as con:
        for name, file in (("old_file", path), ("new_file", new)):
            con.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS {name}")
        copy_anew(con, new)
    new.replace(path)
    unfinished.finish(home)
    for left in set(warehouse_files(home)) - {home.warehouse}:
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def clear(con: Connection) -> None:
    """Between two steps on one connection: temporary tables go, as closing and opening would have it."""
    for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
        con.execute(f'DROP TABLE temp."{name}"')


def give_back_memory(con: Connection, memory_limit: str) -> None:
    """Before workers begin, who need it more: what DuckDB keeps of the file goes, unless it is little."""
    if scalar(con, "SELECT sum(memory_usage_bytes) FROM duckdb_memory()") < _LITTLE:
        return
    with suppress(duckdb.OutOfMemoryException):  # some of it is still to be written into the file
        con.execute("SET memory_limit = '1MB'")
    con.execute(f"SET memory_limit = '{memory_limit}'")


def in_memory(*, memory_limit: str = MEMORY_LIMIT, spill: str = "") -> Connection:
    """A warehouse in memory, for tests and replays. What does not fit goes into `spill`; no other file is reached."""
    con = _connect(":memory:", memory_limit)
    con.execute("SET temp_directory = ?", [spill])
    con.execute("SET enable_external_access = false")
    with transaction(con):
        _create_tables(con, has_readers=False)
    return con


def _connect(path: str, memory_limit: str, *, read_only: bool = False) -> Connection:
    try:
        con = duckdb.connect(path, read_only=read_only, config=SAFE)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            found = _WHO.search(str(error))
            who = f"another program{f' (process {found[1]})' if found else ''}"
            raise Busy(f"{who} has {path} open: close it there, or open it with read_only, then run again.") from error
        raise StepFailed(f"cannot open {path}: {str(error).splitlines()[0]}") from error
    con.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{memory_limit}'; SET enable_progress_bar = false")
    # Its search for symbols in the texts of every table costs more than the room it saves.
    con.execute("SET disabled_compression_methods = 'fsst'")
    return con


def _looked_at(con: Connection, home: Home) -> dict[str, int]:
    """Confines SQL to the home and to as many cores as pay; how many columns each table has that is there, asked once:
    a look into DuckDB's catalogue takes milliseconds."""
    confine(con, home.path)
    there = con.execute("SELECT table_name, column_count, estimated_size FROM duckdb_tables()").fetchall()
    take_cores(con, sum(rows for _, _, rows in there))
    return {name: columns for name, columns, _ in there}


def _create_tables(con: Connection, *, has_readers: bool = True) -> None:
    con.execute("CREATE TABLE IF NOT EXISTS meta (version INTEGER NOT NULL)")
    _add_tables(con, {}, has_readers=has_readers)
    con.execute("INSERT INTO meta SELECT ? WHERE NOT EXISTS (FROM meta)", [schema.VERSION])


def _add_tables(con: Connection, there: Mapping[str, int], *, for_now: bool = False, has_readers: bool = True) -> None:
    """Makes declared tables that are not there yet. `for_now`: as temporary ones, all that a reader may make."""
    missing = [table for table in schema.TABLES.values() if table.name not in there]
    con.execute("\n".join(table.ddl(for_now=for_now, has_readers=has_readers) for table in missing))


def _migrate(con: Connection, home: Home, path: Path, there: Mapping[str, int]) -> None:
    """Brings the file to this version, step by step and all or nothing. A copy of it is kept before."""
    if "meta" not in there:
        with transaction(con):
            _create_tables(con)
        path.chmod(0o600)
        return
    found = _refuse_other_version(con, home)
    if found < schema.VERSION:
        con.execute("CHECKPOINT")
        unfinished.keep_copy(home, path, found)
    with transaction(con):
        for version in range(found, schema.VERSION):
            con.execute(schema.MIGRATIONS[version])
        con.execute("UPDATE meta SET version = ? WHERE version <> ?", [schema.VERSION, schema.VERSION])
        if found < schema.VERSION:
            there = _looked_at(con, home)
        _add_tables(con, there)
        _add_columns(con, there)


def _add_columns(con: Connection, there: Mapping[str, int]) -> None:
    """Adds declared columns that an earlier release did not have; they may be empty, as nothing fills them. One is only
    ever added, so that a table which has as many as are declared has all of them."""
    for table in schema.TABLES.values():
        if table.name in there and there[table.name] < len(table.columns):
            has = {name for name, *_ in con.execute(f"DESCRIBE {table.name}").fetchall()}
            for column in table.columns:
                if column.name not in has:
                    con.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.type}")


def _refuse_other_version(con: Connection, home: Home, *, for_now: bool = False) -> int:
    """The version that is there. Raises BadConfiguration where it cannot be brought to ours, and where one only looks
    (`for_now`) also where it was not yet."""
    row = con.execute("SELECT max(version) FROM meta").fetchone()
    found = int(row[0]) if row and row[0] is not None else 0
    if not for_now and found in schema.MIGRATIONS:
        return found
    if found != schema.VERSION:
        said = f"{home.warehouse} has version {found}, this Ticketscout reads version {schema.VERSION}: "
        if found in schema.MIGRATIONS:
            raise BadConfiguration(said + "the next night brings it there, run nightly first.")
        raise BadConfiguration(said + "use the release that wrote it, or start in a new --home.")
    return found


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # a disk that is full has ended it already; what went wrong is said
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
