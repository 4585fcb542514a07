"""Tables of half a million rows and thirty columns that every night makes anew: what writing them costs most is looking
for a compression of ids that have none."""

from __future__ import annotations

from pipeline.warehouse import Connection, sql_body

WIDE = ("ticket_states", "signals", "lead_evidence", "lead_proposals")
_IS_ID = "_id"


def run_sql_wide(con: Connection, name: str) -> None:
    """Makes table `name` as `run_sql` does, its ids as they stand: hardly one is there twice, and DuckDB would hash all
    of them twice to find that out. Other columns are compressed as DuckDB chooses."""
    query = sql_body(name)
    columns = [
        f"{column} {kind}{' USING COMPRESSION uncompressed' if column.endswith(_IS_ID) else ''}"
        for column, kind, *_ in con.execute(f"DESCRIBE {query}").fetchall()
    ]
    con.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(columns)})")
    con.execute(f"INSERT INTO {name} {query}")
