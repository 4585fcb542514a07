"""What is stored already is known by its hash, at the same cost however much is stored."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.steps.ingesting.partition import HASH, UNKNOWN

_WHOLE = ["ticket"]


def _known(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, object]:
    con.execute("CREATE TABLE all_records (record BIGINT, kind VARCHAR, text VARCHAR)")
    rows = [
        (1, "ticket", "stored"),
        (2, "ticket", "stored without its parts"),
        (3, "ticket", "new"),
        (4, "message", "stored"),  # a part is read again, for its conversation's sake
    ]
    con.executemany("INSERT INTO all_records VALUES (?, ?, ?)", rows)
    path = folder / "known.parquet"
    hashes = f"""
        SELECT {HASH.format("'stored'")} AS ticket_hash UNION ALL
        SELECT '-' || {HASH.format("'stored without its parts'")}
    """
    query = hashes.replace("$version", "'2'")
    con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return {"known": str(path), "version": "2", "whole": _WHOLE}


def test_what_is_stored_is_not_read_again(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        given = _known(con, tmp_path)
        assert [row[0] for row in con.execute(UNKNOWN, given).fetchall()] == [3, 4]


def test_no_record_is_compared_with_each_that_is_stored(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        given = _known(con, tmp_path)
        plan = con.execute(f"EXPLAIN {UNKNOWN}", given).fetchall()[0][1]
    assert "HASH_JOIN" in plan
    assert "NL_JOIN" not in plan
    assert "CROSS_PRODUCT" not in plan
