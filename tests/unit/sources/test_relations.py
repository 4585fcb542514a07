"""What has nothing to read is left out, and nothing else: the names that a query is taken to read hold all those of
DuckDB's own parser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline.sources import SOURCES, json_records
from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query, named_in, parts, relations
from pipeline.sources.source import RECORDS

KINDS = ("cases", "notes", "firms")
SHARED: Mapping[str, Query] = {
    "said": ("SELECT * FROM cases", "SELECT * FROM notes"),
    "named": "SELECT name FROM firms",
    "both": "SELECT * FROM said JOIN named USING (name)",
}
QUERIES: Mapping[str, Query] = {
    "messages": "SELECT * FROM said",
    "people": ("SELECT name FROM cases", "SELECT name FROM firms"),
    "organizations": "FROM named",
    "remarks": "SELECT 1",
}


def test_what_reads_only_kinds_that_are_not_there_is_left_out() -> None:
    made = relations(KINDS, {"cases"}, SHARED, QUERIES)
    assert made.queries == {"messages": "SELECT * FROM said", "people": "SELECT name FROM cases", "remarks": "SELECT 1"}
    assert made.shared == {"said": "SELECT * FROM cases"}
    assert made.kinds == {"cases"}


def test_several_parts_are_one_relation() -> None:
    made = relations(KINDS, {"cases", "notes", "firms"}, SHARED, QUERIES)
    assert made.shared["said"] == "FROM (SELECT * FROM cases) UNION ALL BY NAME FROM (SELECT * FROM notes)"
    assert list(made.shared) == ["said", "named"] and made.kinds == set(KINDS)


def test_what_is_read_beside_what_is_there_is_made_whole() -> None:
    """Empty, but with its columns."""
    made = relations(KINDS, {"firms"}, SHARED, {"people": "SELECT * FROM both"})
    assert list(made.shared) == ["said", "named", "both"]
    assert made.kinds == set(KINDS) and made.shared["said"].count("FROM (") == 2


def test_with_nothing_there_is_nothing_to_ask() -> None:
    made = relations(KINDS, set(), SHARED, QUERIES)
    assert made.queries == {"remarks": "SELECT 1"} and not made.shared and not made.kinds


@pytest.mark.parametrize(
    "query",
    [
        "FROM cases",
        "SELECT 1 FROM notes n, Cases",
        'SELECT 1 FROM ((notes JOIN "cases" USING (id)))',
        "SELECT 1 WHERE 1 IN (FROM cases)",
        "SELECT 1 FROM memory.main.cases AS c",
        "SELECT 1 FROM -- a comment\n /* another */ cases",
        "SELECT 1, ---------- a rule, ---------\n 2 FROM --------\n cases",
        "TABLE cases",
    ],
)
def test_a_table_is_found_however_it_is_written(query: str) -> None:
    assert "cases" in named_in(query, KINDS)


def _everything_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, set[str], str]]:
    """Source, its names of tables, and each SELECT that it asks."""
    seen: list[tuple[Any, ...]] = []

    def note(*given: Any) -> Any:
        seen.append(given)
        return relations(*given)

    monkeypatch.setattr(json_records, "relations", note)
    for name, source in SOURCES.items():
        kinds = [kind.name for kind in source.kinds]
        source.read(pa.table([pa.array(range(len(kinds))), pa.array(kinds), pa.array(["{}"] * len(kinds))], RECORDS))
        for of, _, shared, queries in seen:
            for query in (*shared.values(), *queries.values()):
                yield from ((name, {*of, *shared}, part) for part in parts(query))
        seen.clear()


def test_no_query_of_a_source_reads_what_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    con, count = duckdb.connect(), 0
    for source, known, query in _everything_asked(monkeypatch):
        row = con.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchone()
        assert row
        tree = json.loads(row[0])
        assert not tree["error"], (source, query)
        assert set(_tables(tree)) & known <= named_in(query, known), (source, query)
        count += 1
    assert count > 80


def _tables(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if tree.get("type") == "BASE_TABLE":
            yield tree["table_name"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for one in tree:
            yield from _tables(one)


def test_what_is_shared_is_made_once_and_temporary() -> None:
    records = pa.table([pa.array([1]), pa.array(["cases"]), pa.array(['{"id":"1"}'])], schema=RECORDS)
    batch = read_json(
        records,
        {"cases": '{"id":"VARCHAR"}'},
        {"cases": "CAST(NULL AS VARCHAR)"},
        {
            "people": "SELECT id AS user_id, drawn::VARCHAR AS name FROM seen",
            "participants": "SELECT record, drawn::VARCHAR AS user_id, 'other' AS part FROM seen",
        },
        shared={"seen": "SELECT *, random() AS drawn FROM cases"},
    )
    assert batch.people["name"].to_pylist() == batch.participants["user_id"].to_pylist()
    assert not batch.tickets.num_rows and batch.tickets.schema
