"""Erases from the warehouse what was found (`found`), as `pipeline/schema` says of each table how a person is in it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipeline import schema
from pipeline.schema.table import KEYS, Table
from pipeline.steps.forgetting.found import Gone
from pipeline.warehouse import Connection

# A model in force that learnt from what was erased: `erased_label:<signal>` -> its id.
LEARNT = "erased_label:"


def counted(con: Connection, gone: Gone) -> dict[str, int]:
    """Rows by table that would go or lose their words; nothing is written."""
    counts = {}
    for table in schema.TABLES.values():
        sql = " OR ".join(f"({predicate})" for _, predicate in _statements(table))
        found = con.execute(f"SELECT count(*) FROM {table.name} WHERE {sql or 'false'}", _ids(sql, gone)).fetchone()
        rows = found[0] if found else 0
        if rows:
            counts[table.name] = rows
    return counts


def held_rows(table: Table, gone: Gone) -> Iterator[tuple[str, dict[str, Any]]]:
    """Predicate, with its values, of rows of a table that are about them; extracts are nobody's."""
    if predicates := [f"({sql})" for _, sql in _statements(table) if not table.holds.emptied]:
        sql = " OR ".join(predicates)
        yield sql, _ids(sql, gone)


def erase(con: Connection, gone: Gone, in_use: Mapping[str, str]) -> dict[str, int]:
    """Within the caller's transaction: rows by table that went or lost their words. `in_use`: models of the home's own
    by signal; those that learnt from what goes are remembered. What nights make of kept tables goes as a whole."""
    _note_models(con, in_use)
    con.execute(_CUT_QUOTES)
    counts = {}
    for table in schema.TABLES.values():
        rows = sum(
            int(con.execute(f"{statement} WHERE {sql}", _ids(sql, gone)).fetchall()[0][0])
            for statement, sql in _statements(table)
        )
        rows += _mend_words(con, table, gone)
        if rows:
            counts[table.name] = rows
    for name in _made_by_nights(con):
        con.execute(f"DROP TABLE {name}")
    return counts


def _statements(table: Table) -> Iterator[tuple[str, str]]:
    """A statement and the predicate of the rows that it changes, each row by one statement only."""
    holds = table.holds
    rows = " OR ".join(
        f"({', '.join(KEYS[kind])}) IN (SELECT ({', '.join(KEYS[kind])}) FROM gone_{kind})"
        if len(KEYS[kind]) > 1
        else f"{KEYS[kind][0]} IN (FROM gone_{kind})"
        for kind in holds.rows
    )
    if holds.ids:
        rows = " OR ".join([*([rows] if rows else []), f"{holds.ids} IN (SELECT unnest($ids::VARCHAR[]))"])
    if rows:
        yield f"DELETE FROM {table.name}", rows
    if holds.who:
        values = ", ".join(f"{column} = {value}" for column, value in holds.blanked.items())
        whose = "contact_id" if "source" not in table.column_names else "(source, contact_id)"
        who = holds.who if whose == "contact_id" else f"(source, {holds.who})"
        yield f"UPDATE {table.name} SET {values}", f"{who} IN (SELECT {whose} FROM gone_person)"
    if holds.emptied:
        values = ", ".join(f"{column} = NULL" for column in holds.emptied)
        some = " OR ".join(f"{column} IS NOT NULL" for column in holds.emptied)
        yield f"UPDATE {table.name} SET {values}", f"({some})"


def _ids(sql: str, gone: Gone) -> dict[str, Any]:
    return {"ids": sorted(gone.ids)} if "$ids" in sql else {}


def _mend_words(con: Connection, table: Table, gone: Gone) -> int:
    """Names of files that call a person by name, and lines of the ledger that name a lead."""
    changed = 0
    called = [word.lower() for word in sorted(gone.addresses | gone.names)]
    for column in table.holds.named if called else ():
        changed += int(
            con.execute(
                f"UPDATE {table.name} SET {column} = 'forgotten-' || substr(md5({column} || random()), 1, 10) "
                f"WHERE len(list_filter($called::VARCHAR[], lambda one: contains(lower({column}), one))) > 0",
                {"called": called},
            ).fetchall()[0][0]
        )
    for column in table.holds.lines if gone.leads else ():
        changed += _mend_lines(con, table.name, column, gone.leads)
    return changed


def _mend_lines(con: Connection, table: str, column: str, leads: Collection[str]) -> int:
    found = con.execute(f"SELECT rowid, {column} FROM {table} WHERE contains({column}, 'L-')").fetchall()
    mended = [
        (row, json.dumps(_without(json.loads(text), leads))) for row, text in found if any(i in text for i in leads)
    ]
    for row, text in mended:
        con.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [text, row])
    return len(mended)


def _without(value: Any, ids: Collection[str]) -> Any:
    """`value` without the entries of lists that name one of `ids`."""
    if isinstance(value, dict):
        return {key: _without(one, ids) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, ids) for one in value if not (isinstance(one, str) and any(i in one for i in ids))]
    return value


def _note_models(con: Connection, in_use: Mapping[str, str]) -> None:
    """Of signals with a label on what goes: the model in force learnt from it, until another takes its place."""
    query = "SELECT DISTINCT signal FROM labels WHERE example_id IN (FROM gone_example) ORDER BY signal"
    for (signal,) in con.execute(query).fetchall():
        if signal in in_use:
            con.execute("DELETE FROM remembered WHERE name = ?", [LEARNT + signal])
            con.execute("INSERT INTO remembered VALUES (?, ?)", [LEARNT + signal, in_use[signal]])


def _made_by_nights(con: Connection) -> list[str]:
    """Tables that are no kept ones: each night makes them anew."""
    kept = {*schema.TABLES, "meta"}
    query = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name"
    return [name for (name,) in con.execute(query).fetchall() if name not in kept]


# Others quote what somebody wrote: in a ticket in which they took part, a message ends where its first quote begins.
_CUT_QUOTES = """
    UPDATE messages SET text = rtrim(left(text, first)), marks = list_filter(marks, lambda m: m.end_offset <= first)
    FROM (
        SELECT source AS s, message_id AS i, list_min(list_transform(
            list_filter(marks, lambda m: m.kind = 'quote'), lambda m: m.start_offset)) AS first
        FROM messages SEMI JOIN gone_reread USING (source, ticket_id)
    ) WHERE source = s AND message_id = i AND first IS NOT NULL
"""
