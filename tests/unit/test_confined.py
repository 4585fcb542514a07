"""What SQL may reach: the home, or nothing; and no module connects to a database in another way."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.config import Home
from pipeline.confined import scratch
from pipeline.privacy.vault import open_vault
from pipeline.warehouse import Connection, in_memory, open_warehouse, single_writer

PIPELINE = Path(__file__).resolve().parents[2] / "pipeline"
OUTSIDE = (
    "FROM read_text('{file}')",
    "ATTACH '{file}.duckdb'",
    "COPY (SELECT 1) TO '{file}.csv'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FROM read_csv('https://192.0.2.1/x.csv')",
    "SET enable_external_access = true",
)


def _refused(con: Connection, file: Path) -> None:
    for statement in OUTSIDE:
        with pytest.raises(duckdb.Error):
            con.execute(statement.format(file=file))


def test_every_kind_of_connection_reaches_nothing_outside(tmp_path: Path) -> None:
    file = tmp_path / "outside.txt"
    file.write_text("a secret")
    home = Home(tmp_path / "it's [a] home")
    with single_writer(home), open_warehouse(home) as con:
        _refused(con, file)
    with open_vault(home.vault) as con:
        _refused(con, file)
    for con in (scratch(), scratch(home.data), in_memory()):
        _refused(con, file)
        con.close()
    with scratch() as con, pytest.raises(duckdb.Error, match="locked"):
        con.execute("SET threads = 1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it's [a] home", "outside.txt"]


def test_sessions_of_a_process_see_nothing_of_each_other_and_are_in_utc() -> None:
    with scratch() as one, scratch() as other:
        one.execute("CREATE TEMP TABLE records AS SELECT 'a customer''s words' AS text")
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM records")
        assert other.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)


def test_no_other_module_connects() -> None:
    connecting = {
        file.relative_to(PIPELINE).as_posix()
        for file in PIPELINE.rglob("*.py")
        if re.search(r"duckdb\.connect\(", file.read_text(encoding="utf-8"))
    }
    # Of these `attaching` copies a vault into a new file, and asks what can encrypt one.
    assert connecting == {"confined.py", "warehouse.py", "privacy/vault.py", "privacy/attaching.py"}
