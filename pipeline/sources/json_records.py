"""Records of JSON made into canonical rows by DuckDB: a shape and a few queries are all that a helpdesk's module says.

Shapes are those of DuckDB's `from_json` (https://duckdb.org/docs/stable/data/json/json_functions): what is of another
type than the shape says becomes NULL, keys that the shape does not name are not read.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from pipeline.sources.source import BATCH_SCHEMAS, Batch

# A time with its zone, in UTC; what is no day of a calendar of four digits is no time (Python has no other, and a day
# less at both ends leaves room to reckon).
DATED = "{0} BETWEEN TIMESTAMP '0001-01-03' AND TIMESTAMP '9999-12-29'"
_MACROS = f"""
    CREATE TEMP MACRO dated(said) AS CASE WHEN {DATED.format("said")} THEN said END;
    CREATE TEMP MACRO moment(said) AS dated(TRY_CAST(said AS TIMESTAMPTZ)::TIMESTAMP);
    CREATE TEMP MACRO moment_of_unix(seconds) AS
        CASE WHEN TRY_CAST(seconds AS DOUBLE) BETWEEN 1 AND 32503680000
            THEN make_timestamp((TRY_CAST(seconds AS DOUBLE) * 1e6)::BIGINT)
            ELSE moment(seconds) END;
    CREATE TEMP MACRO said_id(said) AS CASE WHEN trim(said) <> '' THEN said END;
    CREATE TEMP MACRO present(said) AS nullif(trim(said), '');
"""


def read_json(
    records: pa.Table,
    shapes: Mapping[str, str],
    problems: Mapping[str, str],
    queries: Mapping[str, str],
    *,
    prepare: str = "",
) -> Batch:
    """Canonical rows of `records` (columns of RECORDS).

    shapes: kind -> shape; each becomes a table of that name with `record` and the shape's columns, valid records only.
    problems: kind -> SQL expression over such a table (`type` is the JSON type): a reason, or NULL where all is well.
    prepare: statements to run before the queries, where several need the same.
    queries: name of a table of Batch -> SELECT over those tables; columns that it leaves out are NULL.
        `moment(text)` reads a time that has a zone, `moment_of_unix(text)` seconds too, `present(text)` is NULL for
        blanks. A key may be missing, or hold anything: queries see NULL then, or JSON as text.
    """
    con = duckdb.connect(config={"threads": "1", "autoinstall_known_extensions": "false"})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(_MACROS)
        con.register("records", records)
        con.execute(_REJECTS)
        for kind, shape in shapes.items():
            con.execute(_RECORDS.format(kind=kind, shape=shape))
            con.execute(_WRONG.format(kind=kind, problem=problems[kind]))
        if prepare:
            con.execute(prepare)
        made = {name: _rows(con, name, queries[name]) for name in queries}
        return Batch(**made, rejects=con.execute("FROM rejects ORDER BY record").to_arrow_table())
    finally:
        con.close()


def _rows(con: duckdb.DuckDBPyConnection, name: str, query: str) -> pa.Table:
    schema = BATCH_SCHEMAS[name]
    con.register("empty", schema.empty_table())
    con.execute(f"CREATE OR REPLACE TEMP TABLE made AS FROM empty; INSERT INTO made BY NAME {query}")
    con.unregister("empty")
    return con.execute(_IDENTIFIED.get(name, "FROM made")).to_arrow_table().cast(schema)


# A blank id is nobody's: else all who have one would be the same person.
_IDENTIFIED = {
    "tickets": "SELECT * REPLACE (said_id(requester_id) AS requester_id, said_id(organization_id) AS organization_id) "
    "FROM made",
    "messages": "SELECT * REPLACE (said_id(author_id) AS author_id) FROM made",
    "events": "SELECT * REPLACE (said_id(actor_id) AS actor_id) FROM made",
    "participants": "FROM made WHERE said_id(user_id) IS NOT NULL",
    "people": "SELECT * REPLACE (said_id(organization_id) AS organization_id) FROM made "
    "WHERE said_id(user_id) IS NOT NULL",
    "organizations": "FROM made WHERE said_id(organization_id) IS NOT NULL",
}


_REJECTS = """
    CREATE TEMP TABLE rejects AS
    SELECT record, 'bad_json' AS reason, text AS raw FROM records WHERE NOT json_valid(text)
"""
_RECORDS = """
    CREATE TEMP TABLE {kind} AS
    SELECT record, json_type(text) AS type, unnest(from_json(text, '{shape}'))
    FROM (SELECT record, text FROM records WHERE kind = '{kind}' AND json_valid(text))
"""
_WRONG = """
    INSERT INTO rejects
    SELECT k.record, {problem} AS reason, r.text FROM {kind} k JOIN records r ON r.record = k.record
    WHERE reason IS NOT NULL;
    DELETE FROM {kind} WHERE record IN (SELECT record FROM rejects)
"""
