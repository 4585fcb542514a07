"""Puts rows into a warehouse's tables; what a row leaves out takes a plain default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipeline.schema import TABLES
from pipeline.warehouse import Connection

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_LONG_AGO = datetime(2026, 1, 1)
_DEFAULTS: dict[str, Row] = {
    "tickets": {
        "source": "zendesk",
        "status": "solved",
        "created_at": _LONG_AGO,
        "updated_at": _LONG_AGO,
        "ticket_hash": "h",
    },
    "messages": {
        "source": "zendesk",
        "position": 0,
        "role": "customer",
        "is_public": True,
        "text": "Hello.",
        "marks": [],
    },
    "contacts": {"source": "zendesk", "is_staff": False},
    "organizations": {"source": "zendesk", "domains": []},
    "scores": {
        "source": "zendesk",
        "ticket_hash": "h",
        "model_id": "m",
        "probability": 0.8,
        "is_signal": True,
        "quote": "Hello.",
        "subtype": "",
    },
    "facts": {"source": "zendesk"},
    "outcomes": {"outcome_reason": "", "file": "open.csv"},
}


def fill(con: Connection, rows: Mapping[str, Iterable[Row]]) -> None:
    """Adds rows to their tables, in the order given."""
    for table, given in rows.items():
        names = TABLES[table].column_names
        full = [_DEFAULTS.get(table, {}) | row for row in given]
        if unknown := {name for row in full for name in row} - set(names):
            raise KeyError(f"{table} has no column {sorted(unknown)}")
        if full:
            con.register("rows_given", pa.Table.from_pylist([{n: row.get(n) for n in names} for row in full]))
            con.execute(f"INSERT INTO {table} BY NAME FROM rows_given")
            con.unregister("rows_given")


def empty(con: Connection, tables: Iterable[str] = TABLES) -> None:
    """Takes all rows out again."""
    for table in tables:
        con.execute(f"DELETE FROM {table}")


def rows_of(con: Connection, query: str) -> list[Row]:
    """A query's rows by column name."""
    found = con.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
