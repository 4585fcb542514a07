"""General records said in one way: whatever their columns are called and their cells spelled, the same keys.

A record of any kind becomes JSON with times in UTC, and roles, statuses, priorities and ratings in our words. What
is no object stays as it is, for its reader to set it aside.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipeline.confined import scratch
from pipeline.sources.generic.columns import Path_, folded, found_columns, json_path, objects, words
from pipeline.sources.generic.times import READ_TIMES
from pipeline.sources.source import RECORDS

_ADDRESS = r"[^\s<>\"'',;:()]+@[^\s<>\"'',;:()]+\.[^\s<>\"'',;:()]+"


def canonical(records: pa.Table) -> pa.Table:
    """`records` (columns of RECORDS, kinds `messages`, `tickets`, `conversations`, each also with `, day first` or
    `, month first` after it) with the kinds `rows` and `conversations` and texts of canonical JSON."""
    con = scratch()
    try:
        con.execute(_MACROS)
        con.register("given", records)
        con.execute(_OBJECTS)
        columns = found_columns(_paths(con, "objects"))
        con.execute(_ITEMS, {"lists": [json_path(path) for path in columns.get("messages", [])] or ["$.no_list"]})
        con.execute(_fields("fields", "objects", columns))
        con.execute(_fields("item_fields", "items", found_columns(_paths(con, "items"))))
        con.execute(_TIMES)
        con.execute(READ_TIMES)
        return con.execute(_CANONICAL).to_arrow_table().cast(RECORDS)
    finally:
        con.close()


def _paths(con: duckdb.DuckDBPyConnection, table: str) -> list[Path_]:
    """Paths of the keys that the records of a table have, one object deep where an alias leads there."""
    names = [row[0] for row in con.execute(f"SELECT DISTINCT unnest(json_keys(text)) FROM {table}").fetchall()]
    paths: list[Path_] = [(name,) for name in names]
    for path in found_objects(names):
        inner = con.execute(f"SELECT DISTINCT unnest(json_keys(text, ?)) FROM {table}", [json_path(path)]).fetchall()
        paths += [(*path, row[0]) for row in inner]
    return paths


def found_objects(names: Iterable[str]) -> list[Path_]:
    """Those of the names that aliases lead into, and that a JSON path can ask for."""
    return sorted((name,) for name in names if folded(name) in objects() and name.isidentifier())


def _fields(made: str, table: str, columns: dict[str, list[Path_]]) -> str:
    """SQL that makes a table of cells by field: all paths in one pass, the first that says something wins."""
    paths = sorted({path for found in columns.values() for path in found})
    place = {path: number for number, path in enumerate(paths, start=1)}
    asked = ", ".join("'" + json_path(path).replace("'", "''") + "'" for path in paths) or "'$.no_key'"
    cells = {name: [f"present(v[{place[path]}])" for path in columns.get(name, [])] for name in _ASKED}
    chosen = ", ".join(
        f"{'coalesce(' + ', '.join(found) + ')' if found else 'NULL::VARCHAR'} AS {name}"
        for name, found in cells.items()
    )
    folded_cells = ", ".join(f"folded({name}) AS {name}" for name in _OF_WORDS)
    folded_cells += ", list_transform(roles, lambda r: folded(r)) AS roles"
    roles = f"[{', '.join(cells['role'] + cells['author_name'])}]::VARCHAR[]"
    return (
        f"CREATE TEMP TABLE {made} AS SELECT record, place, shape, day_order, {chosen}, {roles} AS roles "
        f"FROM (SELECT *, json_extract_string(text, [{asked}]) AS v FROM {table});"
        f"CREATE TEMP TABLE said_{made} AS SELECT * REPLACE ({folded_cells}), "
        f"role_of(folded(author_name)) IS NULL AS has_own_name FROM {made}"
    )


_ASKED = (
    "ticket_id subject description status priority channel team url rating opened_at updated_at requester_id "
    "requester_email requester_name assignee organization account_id email name message_id said_at text html role "
    "is_agent is_customer author_id author_email author_name is_public is_private visibility draft own_id"
).split()

_OF_WORDS = "status priority rating is_agent is_customer is_public is_private visibility draft".split()


def _meaning(meanings: str, otherwise: str = "NULL") -> str:
    """SQL: which of these a cell's folded spelling means. All spellings are one text, since each constant costs a plan
    what some hundred cells cost; what is folded holds no bar."""
    cases = " ".join(
        f"WHEN contains('|{'|'.join(sorted(words()[meaning]))}|', '|' || f || '|') THEN '{meaning}'"
        for meaning in meanings.split()
    )
    return f"CASE {cases} ELSE {otherwise} END"


_OPEN_IF_SAID = "CASE WHEN f IS NOT NULL THEN 'open' END"
_MACROS = f"""
    CREATE TEMP MACRO present(said) AS nullif(trim(said, ' \t\r\n\u00a0'), '');
    CREATE TEMP MACRO folded(said) AS lower(regexp_replace(said, '[^\\pL\\pN]+', '', 'g'));
    CREATE TEMP MACRO role_of(f) AS {_meaning("customer agent bot system")};
    CREATE TEMP MACRO note_of(f) AS {_meaning("note")};
    CREATE TEMP MACRO status_of(f) AS {_meaning("new open pending hold solved closed deleted spam", _OPEN_IF_SAID)};
    CREATE TEMP MACRO priority_of(f) AS {_meaning("low normal high urgent")};
    CREATE TEMP MACRO rating_of(f) AS {_meaning("good bad")};
    CREATE TEMP MACRO truth_of(f) AS {_meaning("yes no")};
    CREATE TEMP MACRO address_in(said) AS nullif(lower(regexp_extract(said, '{_ADDRESS}')), '');
    CREATE TEMP MACRO name_in(said) AS
        present(regexp_replace(regexp_replace(said, '{_ADDRESS}', ''), '[<>"()]|^mailto:', '', 'g'));
"""

_OBJECTS = """
    CREATE TEMP TABLE objects AS
    SELECT record, 0 AS place, split_part(kind, ', ', 1) AS shape, split_part(kind, ', ', 2) AS day_order, text
    FROM given WHERE json_valid(text) AND json_type(text) = 'OBJECT'
"""
# The first of the keys that a conversation's messages may stand under which is a list.
_ITEMS = """
    CREATE TEMP TABLE items AS
    SELECT record, place, shape, day_order, item AS text FROM (
        SELECT record, shape, day_order, unnest(list) AS item, generate_subscripts(list, 1) AS place FROM (
            SELECT record, shape, day_order, json_extract(
                list_filter(json_extract(text, $lists), lambda j: json_type(j) = 'ARRAY')[1], '$[*]') AS list
            FROM objects WHERE shape = 'conversations'
        )
    ) WHERE json_type(item) = 'OBJECT'
"""
_TIMES = """
    CREATE TEMP TABLE cells_of_time AS
    SELECT DISTINCT unnest([said_at, opened_at, updated_at]) AS said, day_order
    FROM (FROM fields UNION ALL FROM item_fields)
"""
# A person's id is their own, else their address, else their name. Whom the text is of, is the requester where one of
# these is the same; whoever is called by a role's name alone is nobody in particular.
_PEOPLE = """
    SELECT *, coalesce(author_id, author_address, author_label) AS author_key,
        coalesce(requester_id, requester_address, requester_label) AS requester_key,
        coalesce(author_address = requester_address, author_id = requester_id,
            lower(author_label) = lower(requester_label), false) AS is_requester
    FROM (
        SELECT *,
            coalesce(address_in(author_email), address_in(author_name), address_in(author_id),
                CASE WHEN shape = 'messages' THEN address_in(email) END) AS author_address,
            CASE WHEN has_own_name THEN name_in(author_name) END AS author_label,
            coalesce(address_in(requester_email), address_in(requester_name),
                CASE WHEN shape <> 'messages' THEN address_in(email) END) AS requester_address,
            coalesce(name_in(requester_name), CASE WHEN shape <> 'messages' THEN name END) AS requester_label
        FROM {table}
    )
"""
_MEANT = """
    SELECT record, place, shape, ticket_id, own_id, message_id, subject, url, channel, team, organization, account_id,
        status_of(status) AS status, priority_of(priority) AS priority,
        rating_of(rating) AS rating,
        requester_key AS requester_id, requester_address AS requester_email, requester_label AS requester_name,
        coalesce(address_in(assignee), assignee) AS assignee_id, name_in(assignee) AS assignee_name,
        address_in(assignee) AS assignee_email,
        CASE WHEN is_requester THEN requester_key ELSE author_key END AS author_id,
        author_label AS author_name, author_address AS author_email,
        coalesce(
            CASE WHEN is_note THEN 'agent' END, list_filter(list_transform(roles, lambda r: role_of(r)),
                lambda r: r IS NOT NULL)[1],
            CASE truth_of(is_agent) WHEN 'yes' THEN 'agent' WHEN 'no' THEN 'customer' END,
            CASE truth_of(is_customer) WHEN 'yes' THEN 'customer' WHEN 'no' THEN 'agent' END,
            CASE WHEN is_requester THEN 'customer' END
        ) AS role,
        NOT is_note AS is_public, truth_of(draft) = 'yes' AS is_draft,
        coalesce(html, text, description) AS body, html IS NOT NULL AS is_html,
        s.moment AS said_at, o.moment AS opened_at, u.moment AS updated_at,
        coalesce(s.is_ambiguous, o.is_ambiguous, u.is_ambiguous, false) AS is_ambiguous,
        coalesce(s.has_no_zone, o.has_no_zone, u.has_no_zone, false) AS has_no_zone
    FROM (
        SELECT *, coalesce(truth_of(is_private) = 'yes' OR truth_of(is_public) = 'no'
            OR note_of(visibility) IS NOT NULL OR len(list_filter(list_transform(roles,
                lambda r: note_of(r)), lambda r: r IS NOT NULL)) > 0, false) AS is_note
        FROM ({people})
    ) p
    LEFT JOIN times s ON s.said = p.said_at AND s.day_order = p.day_order
    LEFT JOIN times o ON o.said = p.opened_at AND o.day_order = p.day_order
    LEFT JOIN times u ON u.said = p.updated_at AND u.day_order = p.day_order
"""
_CANONICAL = f"""
    WITH meant AS ({_MEANT.format(people=_PEOPLE.format(table="said_fields"))}),
    said AS ({_MEANT.format(people=_PEOPLE.format(table="said_item_fields"))}),
    lists AS (SELECT record, list(said ORDER BY place) AS messages FROM said GROUP BY record)
    SELECT g.record, CASE WHEN g.kind LIKE 'conversations%' THEN 'conversations' ELSE 'rows' END AS kind,
        CASE WHEN m.record IS NULL THEN g.text
             WHEN m.shape = 'conversations' THEN
                json_merge_patch(to_json(m), json_object('messages', coalesce(l.messages, [])))::VARCHAR
             ELSE to_json(m)::VARCHAR END AS text
    FROM given g LEFT JOIN meant m USING (record) LEFT JOIN lists l USING (record)
    ORDER BY g.record
"""
