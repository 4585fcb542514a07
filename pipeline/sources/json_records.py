"""Records of JSON made into canonical rows by DuckDB: a shape and a few queries are all that a helpdesk's module says.

Shapes are those of DuckDB's `from_json` (https://duckdb.org/docs/stable/data/json/json_functions): what is of another
type than the shape says becomes NULL, keys that the shape does not name are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.confined import scratch
from pipeline.errors import WrongSource
from pipeline.sources.relations import Query, named_in, relations
from pipeline.sources.source import BATCH_SCHEMAS, Batch

# A time with its zone, in UTC; what is no day of a calendar of four digits is no time (Python has no other, and a day
# less at both ends leaves room to reckon).
DATED = "{0} BETWEEN TIMESTAMP '0001-01-03' AND TIMESTAMP '9999-12-29'"
# As most helpdesks write a time, in UTC; all others are read with a calendar of zones, which takes four times as long.
# That calendar stays in the zone that a time names ("… Europe/Berlin") for whatever it reads after it (DuckDB 1.5), so
# that those which name one, no TIMESTAMP, are read by a cast of their own.
_PLAIN_TIMES = "said LIKE '20__-__-__T__:__:__Z' OR said LIKE '20__-__-__T__:__:__.___Z'"
_MACROS = f"""
    CREATE TEMP MACRO dated(said) AS CASE WHEN {DATED.format("said")} THEN said END;
    CREATE TEMP MACRO moment(said) AS CASE WHEN {_PLAIN_TIMES} THEN TRY_CAST(said AS TIMESTAMP)
        WHEN TRY_CAST(said AS TIMESTAMP) IS NULL THEN dated(TRY_CAST(said || '' AS TIMESTAMPTZ)::TIMESTAMP)
        ELSE dated(TRY_CAST(said AS TIMESTAMPTZ)::TIMESTAMP) END;
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
    queries: Mapping[str, Query],
    *,
    shared: Mapping[str, Query] | None = None,
) -> Batch:
    """Canonical rows of `records` (columns of RECORDS).

    shapes: kind -> shape; each becomes a table of that name with `record` and the shape's columns, valid records only.
        One of a kind that is not there is made, empty, only where a query reads it beside another that is.
    problems: kind -> SQL expression over such a table (`type` is the JSON type): a reason, or NULL where all is well.
    shared: name -> SELECT over those tables and what is shared before it, made a table once for all queries.
    queries: name of a table of Batch -> SELECT over both; columns that it leaves out are NULL. Several SELECTs give
        their rows together; of these, and of all, those are left out that read only kinds of which there is no record.
        `moment(text)` reads a time that has a zone (without one it is taken as UTC), `moment_of_unix(text)` also
        seconds since 1970 (milliseconds: `moment_of_unix(TRY_CAST(ms AS DOUBLE) / 1000)`), `present(text)` is NULL
        for blanks. A key may be missing, or hold anything: queries see NULL then, or JSON as text.
    Raises WrongSource for what is wrong with these, with DuckDB's first line where it cannot quote a record.
    """
    present = set(pc.unique(records["kind"]).to_pylist())
    made = relations(shapes, present, shared or {}, queries)
    needed = made.kinds | {name for kind in present & shapes.keys() for name in named_in(problems[kind], shapes)}
    con = scratch()
    try:
        con.execute(_MACROS)
        con.register("records", records)
        con.execute(_REJECTS)
        for kind, shape in shapes.items():
            if kind in present or kind in needed:
                _parse(con, kind, shape)
            if kind in present:
                _set_aside(con, kind, problems[kind])
        if present - shapes.keys():
            con.execute(_BAD_JSON)
        for name, query in made.shared.items():
            with _told_of(f"the shared {name}"):
                con.execute(f"CREATE TEMP TABLE {name} AS FROM ({query})")
        rows = {name: _rows(con, name, query) for name, query in made.queries.items()}
        return Batch(**rows, rejects=con.execute("FROM rejects ORDER BY record").to_arrow_table())
    finally:
        con.close()


def _parse(con: duckdb.DuckDBPyConnection, kind: str, shape: str) -> None:
    try:
        with _told_of(f"the shape of {kind}", but=duckdb.InvalidInputException):
            con.execute(_RECORDS.format(kind=kind, shape=shape, checked="records"))
    except (duckdb.InvalidInputException, UnicodeDecodeError):
        # Not all of it is JSON: that is found out by reading it a second time. Where DuckDB's message quotes half of a
        # character, Python cannot even read the message.
        con.execute(_BAD_JSON)
        with _told_of(f"the shape of {kind}"):
            con.execute(_RECORDS.format(kind=kind, shape=shape, checked=_CHECKED))


def _set_aside(con: duckdb.DuckDBPyConnection, kind: str, problem: str) -> None:
    with _told_of(f"the problem of {kind}"):
        wrong = con.execute(f"SELECT record, {problem} AS reason FROM {kind} k WHERE reason IS NOT NULL")
        wrong = wrong.to_arrow_table()
    if wrong.num_rows:
        con.register("wrong", wrong)
        con.execute(_WRONG.format(kind=kind))
        con.unregister("wrong")


def _rows(con: duckdb.DuckDBPyConnection, name: str, query: str) -> pa.Table:
    if name not in BATCH_SCHEMAS:
        raise WrongSource(f"there is no table {name!r}, only {', '.join(BATCH_SCHEMAS)}")
    schema = BATCH_SCHEMAS[name]
    con.register("empty", schema.empty_table())
    identified = _IDENTIFIED.get(name, "FROM made")
    with _told_of(f"the query {name}"):
        made = con.execute(f"WITH made AS (FROM empty UNION ALL BY NAME ({query})) {identified}").to_arrow_table()
    con.unregister("empty")
    if more := [column for column in made.column_names if column not in schema.names]:
        raise WrongSource(f"the query {name} gives a column {more[0]!r}, {name} has {', '.join(schema.names)}")
    try:
        return made.cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise WrongSource(f"the query {name} gives {_not_cast(made, schema)}") from None


def _not_cast(made: pa.Table, schema: pa.Schema) -> str:
    """The first column that cannot be of its type."""
    for field in schema:
        try:
            made[field.name].cast(field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            hint = ", which moment(text) makes of a text" if pa.types.is_timestamp(field.type) else ""
            return f"{made[field.name].type} in {field.name}, where {field.type} is needed{hint}"
    return "columns of other types"


# What these say comes of the statement; the messages of all others may quote a record.
_OF_THE_STATEMENT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
_OF_THE_SOURCE = (duckdb.DataError, duckdb.ProgrammingError, duckdb.NotSupportedError)


@contextmanager
def _told_of(part: str, but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """Which part of a source it is that DuckDB refuses, and why."""
    try:
        yield
    except but:
        raise
    except _OF_THE_STATEMENT as error:
        raise WrongSource(f"{part}: {str(error).splitlines()[0]}") from None
    except _OF_THE_SOURCE as error:
        raise WrongSource(f"{part}: {type(error).__name__} in a record") from None


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


_REJECTS = "CREATE TEMP TABLE rejects (record BIGINT, reason VARCHAR, raw VARCHAR)"
_BAD_JSON = """
    INSERT INTO rejects
    SELECT record, 'bad_json' AS reason, text AS raw FROM records
    WHERE NOT json_valid(text) AND record NOT IN (SELECT record FROM rejects)
"""
_CHECKED = "(FROM records WHERE json_valid(text))"
# JSON that begins with a brace is an object; to ask is to parse it again.
_RECORDS = """
    CREATE OR REPLACE TEMP TABLE {kind} AS
    SELECT record, CASE WHEN starts_with(text, '{{') THEN 'OBJECT' ELSE json_type(text) END AS type,
        unnest(from_json(text, '{shape}'))
    FROM (SELECT record, text FROM {checked} WHERE kind = '{kind}')
"""
_WRONG = """
    INSERT INTO rejects SELECT w.record, w.reason, r.text FROM wrong w JOIN records r ON r.record = w.record;
    DELETE FROM {kind} WHERE record IN (SELECT record FROM wrong)
"""
