"""Reads the CRM's CSV files into their tables; each file given replaces its table as a whole.

Delimiter, BOM and column order do not matter; header names are compared without case and can be mapped in settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.errors import BadTable, InputNotFound
from pipeline.leads.domains import registered_domain
from pipeline.schema import TABLES, Column
from pipeline.warehouse import Connection, scalar, transaction

# Columns that a file calls otherwise than the table, because SQL keeps the word for itself.
_FILE_NAMES = {"wishes": {"on_date": "on"}}
_YES, _NO = ("true", "yes", "y", "1", "x"), ("false", "no", "n", "0")
FILES = ("accounts", "opportunities", "wishes", "availability", "competitors", "products")


@dataclass(frozen=True)
class CrmCount:
    """What came of a CRM file: rows stored, rows without a needed value or given twice, cells that did not parse."""

    rows: int
    set_aside: int
    unreadable: int


def load_crm(
    con: Connection, files: Mapping[str, Path | None], headers: Mapping[str, Mapping[str, str]]
) -> dict[str, CrmCount]:
    """Loads every file given. Raises InputNotFound, or BadTable that names the missing column."""
    counts = {}
    for table in FILES:
        path = files.get(table)
        if path is not None:
            counts[table] = _load(con, table, path, headers.get(table, {}))
    if "accounts" in counts:
        _load_domains(con)
    return counts


def check_crm(con: Connection, files: Mapping[str, Path | None], headers: Mapping[str, Mapping[str, str]]) -> None:
    """The same errors as `load_crm`, before anything is written."""
    for table in FILES:
        path = files.get(table)
        if path is not None:
            _columns(con, table, path, headers.get(table, {}))


def _load(con: Connection, table: str, path: Path, headers: Mapping[str, str]) -> CrmCount:
    columns = _columns(con, table, path, headers)
    read = int(scalar(con, f"SELECT count(*) FROM {_csv(path)}"))
    key = ", ".join(TABLES[table].key)
    all_columns = ", ".join(TABLES[table].column_names)  # a fixed choice between two rows of one key
    needed = " AND ".join(f"{c.name} IS NOT NULL" for c in TABLES[table].columns if c.is_needed)
    selected = ", ".join(f"{_cast(column, columns)} AS {column.name}" for column in TABLES[table].columns)
    typed = [c for c in TABLES[table].columns if c.type != "VARCHAR" and c.name in columns]
    unreadable = sum(
        int(
            scalar(
                con,
                f"SELECT count(*) FROM {_csv(path)} "
                f"WHERE {_text(columns[c.name])} IS NOT NULL AND {_cast(c, columns)} IS NULL",
            )
        )
        for c in typed
    )
    with transaction(con):
        con.execute(f"DELETE FROM {table}")
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM (SELECT {selected} FROM {_csv(path)}) WHERE {needed} "
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {all_columns}) = 1"
        )
    rows = int(scalar(con, f"SELECT count(*) FROM {table}"))
    return CrmCount(rows, read - rows, unreadable)


def _columns(con: Connection, table: str, path: Path, headers: Mapping[str, str]) -> dict[str, str]:
    """Table column -> header of the file."""
    if not path.is_file():
        raise InputNotFound(f"{path} is not there: give the CSV that the CRM exports as {table}.")
    try:
        found = [row[0] for row in con.execute(f"DESCRIBE FROM {_csv(path)}").fetchall()]
    except duckdb.Error as error:
        raise BadTable(f"{path} cannot be read as CSV: {str(error).splitlines()[0]}") from error
    by_name = {name.strip().lower().replace(" ", "_"): name for name in found}
    mapped = {ours: theirs.strip().lower().replace(" ", "_") for ours, theirs in headers.items()}
    columns = {}
    for column in TABLES[table].columns:
        ours = _FILE_NAMES.get(table, {}).get(column.name, column.name)
        header = by_name.get(mapped.get(ours, ours))
        if header is not None:
            columns[column.name] = header
        elif column.is_needed:
            raise BadTable(
                f"{path} has no column {ours!r} (it has {', '.join(found[:12])}): add it, or map it in "
                f"ticketscout.toml under [crm.headers.{table}]."
            )
    return columns


def _csv(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"read_csv('{quoted}', all_varchar = true, header = true, null_padding = true, strict_mode = false)"


def _text(header: str) -> str:
    escaped = header.replace('"', '""')
    return f"nullif(trim(\"{escaped}\"), '')"


def _cast(column: Column, columns: Mapping[str, str]) -> str:
    if column.name not in columns:
        return f"NULL::{column.type}"
    text = _text(columns[column.name])
    if column.type == "VARCHAR":
        return text
    if column.type == "BOOLEAN":
        return f"CASE WHEN lower({text}) IN {_YES} THEN true WHEN lower({text}) IN {_NO} THEN false END"
    if column.type == "DATE":
        return f"coalesce(TRY_CAST({text} AS DATE), TRY_CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE))"
    return f"TRY_CAST(replace({text}, ',', '') AS {column.type})"


def _load_domains(con: Connection) -> None:
    rows = con.execute(
        "SELECT account_id, domain FROM accounts WHERE domain IS NOT NULL ORDER BY account_id"
    ).fetchall()
    pairs = sorted(
        {
            (account_id, registered)
            for account_id, domains in rows
            for host in domains.replace(",", ";").split(";")
            if (registered := registered_domain(_host(host)))
        }
    )
    con.register(
        "pairs",
        pa.table(
            {
                "account_id": pa.array([a for a, _ in pairs], pa.string()),
                "domain": pa.array([d for _, d in pairs], pa.string()),
            }
        ),
    )
    with transaction(con):
        con.execute("DELETE FROM account_domains")
        con.execute("INSERT INTO account_domains BY NAME FROM pairs")
    con.unregister("pairs")


def _host(text: str) -> str:
    return text.strip().split("://")[-1].split("/")[0].split("@")[-1]
