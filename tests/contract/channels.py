"""Homes that tell channels: set up, told, and what is in their lists and their ledger afterwards."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb

from tests.contract.homes import NIGHTS, call, warehouse

SECRET = "T0ken-of-the-channel"


def with_channel(home: Path, *send: str, name: str = "sales", quiet_days: bool = True, timeout: float = 5) -> Path:
    """The home, with one more channel."""
    with open(home / "ticketscout.toml", "a", encoding="utf-8") as stream:
        stream.write(
            f'[[deliver]]\nname = "{name}"\nurl_env = "TICKETSCOUT_{name.upper()}_URL"\n'
            f"send = {json.dumps(send)}\nquiet_days = {str(quiet_days).lower()}\ntimeout_seconds = {timeout}\n"
        )
    return home


def ledger_of(home: Path, channel: str = "sales") -> list[tuple[Any, ...]]:
    """What the ledger says of a channel: day, kind, state, attempts, last error."""
    with warehouse(home) as con:
        return con.execute(
            "SELECT as_of::VARCHAR, kind, state, attempts, last_error FROM deliveries WHERE channel = ? "
            "ORDER BY as_of, kind, recipient",
            [channel],
        ).fetchall()


def listed_rows(home: Path, name: str, day: str = NIGHTS[1]) -> list[dict[str, str]]:
    """The rows of a list of that day."""
    text = (home / "data" / "digests" / day / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def deliver(home: Path, code: int = 0) -> str:
    """Tells what is due; returns what was said of it."""
    done = call(home, "deliver")
    assert done.returncode == code, done.stderr
    return done.stderr


def cells(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The rows of a table, as text."""
    return [str(row) for row in con.execute(f'SELECT COLUMNS(*)::VARCHAR FROM "{table}"').fetchall()]


def where_is(secret: str, home: Path) -> list[str]:
    """Files and tables that have it."""
    files = [file.name for file in sorted(home.rglob("*")) if file.is_file() and secret.encode() in file.read_bytes()]
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return files + [table for table in tables if any(secret in row for row in cells(con, table))]
