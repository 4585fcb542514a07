"""Reads the CRM's CSV files into their tables; each file given replaces its table as a whole.

Encoding, delimiter and column order do not matter, nor how a spreadsheet rewrote days and numbers; header names are
compared without case and can be mapped in settings. Ids that a spreadsheet rounded are refused: the table would be
replaced by one in which customers cannot be told apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.digest.folder import checksum
from pipeline.errors import BadTable, InputNotFound
from pipeline.leads.domains import registered_domain
from pipeline.schema import TABLES
from pipeline.steps.feedback.saved_table import Table, name_of, read_table
from pipeline.steps.feedback.saved_values import (
    day_meant,
    day_order,
    decimal_mark,
    is_rounded_id,
    number_meant,
    yes_or_no,
)
from pipeline.steps.kept import code_digest, leave, rows_as_they_are
from pipeline.warehouse import Connection, scalar, transaction

_NUMBERS = ("INTEGER", "DECIMAL(18,2)")
# Columns that a file calls otherwise than the table, because SQL keeps the word for itself.
_FILE_NAMES = {"wishes": {"on_date": "on"}}
FILES = ("accounts", "opportunities", "wishes", "availability", "competitors", "products")
_REMEMBERED = "crm_file:"
# Tables that come of the same file.
_MADE_BESIDE = {"accounts": ("account_domains",)}


@dataclass(frozen=True)
class CrmCount:
    """What came of a CRM file: rows stored, rows without a needed value or given twice, cells that did not parse."""

    rows: int
    set_aside: int
    unreadable: int


@dataclass(frozen=True)
class CrmFile:
    """A file as it lies there: `made_from` is all that its table is made from. It is read unless its table is what came
    of the same before; then `count` is what came of it."""

    made_from: str
    read: tuple[Table, dict[str, list[str | None]]] | None
    count: CrmCount | None = None


def read_crm(
    con: Connection, files: Mapping[str, Path | None], headers: Mapping[str, Mapping[str, str]]
) -> dict[str, CrmFile]:
    """Every file given that is another than the one last loaded. Nothing is written. Raises InputNotFound, or BadTable
    that names the missing column."""
    return {
        table: _known_or_read(con, table, path, headers.get(table, {})) for table in FILES if (path := files.get(table))
    }


def check_crm(files: Mapping[str, Path], headers: Mapping[str, Mapping[str, str]]) -> None:
    """The same errors, where there is no warehouse."""
    for table, path in files.items():
        _read(table, path, headers.get(table, {}))


def load_crm(con: Connection, files: Mapping[str, CrmFile]) -> dict[str, CrmCount]:
    """Puts what was read in the place of what is there; what came of every file."""
    counts = {}
    for table, file in files.items():
        counts[table] = file.count or _load(con, table, file)
    return counts


def _known_or_read(con: Connection, table: str, path: Path, headers: Mapping[str, str]) -> CrmFile:
    _need(table, path)
    made_from = f"{checksum(path)} {json.dumps(headers, sort_keys=True)} {code_digest()}"
    known = json.loads(scalar(con, "SELECT value FROM remembered WHERE name = ?", [_REMEMBERED + table]) or "{}")
    if known.get("made_from") == made_from and known["rows"] == _rows(con, table):
        return CrmFile(made_from, None, CrmCount(**known["count"]))
    return CrmFile(made_from, _read(table, path, headers))


def _rows(con: Connection, table: str) -> str:
    return rows_as_they_are(con, **dict.fromkeys((table, *_MADE_BESIDE.get(table, ())), "*COLUMNS(*)"))


def _load(con: Connection, table: str, file: CrmFile) -> CrmCount:
    assert file.read is not None
    read, cells = file.read
    with transaction(con):
        count = _replace(con, table, read, cells)
        if table == "accounts":
            _load_domains(con)
        known = {"made_from": file.made_from, "rows": _rows(con, table), "count": vars(count)}
        leave(con, _REMEMBERED + table, json.dumps(known))
    return count


def _replace(con: Connection, table: str, read: Table, cells: dict[str, list[str | None]]) -> CrmCount:
    columns = TABLES[table].columns
    meant = _meant(table, cells, read.delimiter)
    rows = pa.table({name: pa.array(values, pa.string()) for name, values in meant.items()})
    key = ", ".join(TABLES[table].key)
    all_columns = ", ".join(TABLES[table].column_names)  # a fixed choice between two rows of one key
    needed = " AND ".join(f"{c.name} IS NOT NULL" for c in columns if c.is_needed)
    selected = ", ".join(f"TRY_CAST({c.name} AS {c.type}) AS {c.name}" for c in columns)
    con.register("crm_rows", rows)
    con.execute(f"DELETE FROM {table}")
    con.execute(
        f"INSERT INTO {table} BY NAME SELECT * FROM (SELECT {selected} FROM crm_rows) WHERE {needed} "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {all_columns}) = 1"
    )
    given = sum(cell is not None for values in cells.values() for cell in values)
    understood = sum(int(scalar(con, f"SELECT count(TRY_CAST({c.name} AS {c.type})) FROM crm_rows")) for c in columns)
    con.unregister("crm_rows")
    stored = int(scalar(con, f"SELECT count(*) FROM {table}"))
    return CrmCount(stored, len(read.rows) - stored, given - understood)


def _read(table: str, path: Path, headers: Mapping[str, str]) -> tuple[Table, dict[str, list[str | None]]]:
    """The file, and its cells by column of the table, without the rows whose cells have moved."""
    _need(table, path)
    read = read_table(path)
    places = _places(table, path, read, headers)
    whole = [row for row in read.rows if not any(map(str.strip, row[len(read.header) :]))]
    cells = {
        column.name: [_cell(row, places[column.name]) if column.name in places else None for row in whole]
        for column in TABLES[table].columns
    }
    for name, values in cells.items():
        if name.endswith("_id"):
            refuse_rounded_ids(path, name, values)
    return read, cells


def _need(table: str, path: Path) -> None:
    if not path.is_file():
        raise InputNotFound(f"{path} is not there: give the CSV that the CRM exports as {table}.")


def refuse_rounded_ids(path: Path, column: str, cells: Iterable[str | None]) -> None:
    """Raises BadTable where a spreadsheet took ids for numbers and rounded them."""
    if rounded := [cell for cell in cells if cell and is_rounded_id(cell)]:
        raise BadTable(
            f"{path}: {len(rounded)} cells of {column} are like {rounded[0]}, ids that a spreadsheet rounded: give the "
            "CRM's own export, or open it with that column as text (Excel: Data, From Text/CSV) before saving it."
        )


def _places(table: str, path: Path, read: Table, headers: Mapping[str, str]) -> dict[str, int]:
    """Table column -> place in the file's rows."""
    by_name = {name: place for place, name in reversed(list(enumerate(read.columns())))}
    mapped = {ours: name_of(theirs) for ours, theirs in headers.items()}
    places = {}
    for column in TABLES[table].columns:
        ours = _FILE_NAMES.get(table, {}).get(column.name, column.name)
        place = by_name.get(mapped.get(ours, ours))
        if place is not None:
            places[column.name] = place
        elif column.is_needed:
            raise BadTable(
                f"{path} has no column {ours!r} (it has {', '.join(read.header[:12])}): add it, or map it in "
                f"ticketscout.toml under [crm.headers.{table}]."
            )
    return places


def _cell(row: list[str], place: int) -> str | None:
    """A cell, or None where it is blank. CRMs write an id as ="007", so that Excel leaves it as it is."""
    text = row[place].strip() if place < len(row) else ""
    kept = re.fullmatch(r'="([^"]*)"', text) if text.startswith("=") else None
    return (kept[1].strip() if kept else text) or None


def _meant(table: str, cells: Mapping[str, list[str | None]], delimiter: str) -> dict[str, list[str | None]]:
    """Cells by column as SQL casts them; what is not certain is None. How a file writes days and numbers is told by all
    of them together."""
    columns = TABLES[table].columns
    days = (cell for c in columns if c.type == "DATE" for cell in cells[c.name] if cell)
    numbers = (cell for c in columns if c.type in _NUMBERS for cell in cells[c.name] if cell)
    order, mark = day_order(days), decimal_mark(numbers, delimiter)

    def meaning(type: str, cell: str) -> str | None:
        if type == "BOOLEAN":
            said = yes_or_no(cell)
            return None if said is None else "true" if said else "false"
        if type == "DATE":
            return day_meant(cell, order=order) or None
        number = number_meant(cell, mark)
        is_one = number is not None and (type != "INTEGER" or number == number.to_integral_value())
        return format(number, "f") if number is not None and is_one else None

    meant = dict(cells)
    for column in columns:
        if column.type in ("BOOLEAN", "DATE", *_NUMBERS):  # each distinct cell once
            known = {cell: meaning(column.type, cell) for cell in set(cells[column.name]) if cell}
            meant[column.name] = [known[cell] if cell else None for cell in cells[column.name]]
    return meant


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
    con.execute("DELETE FROM account_domains")
    con.execute("INSERT INTO account_domains BY NAME FROM pairs")
    con.unregister("pairs")


def _host(text: str) -> str:
    return text.strip().split("://")[-1].split("/")[0].split("@")[-1]
