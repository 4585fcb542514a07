"""Who was forgotten, as salted hashes: enough to know them when they come again, not enough to say who they were.

`forgotten` in the vault holds marks of four kinds: `person` (of a pseudonym, itself a salted hash of source and user
id), `address` (lower case), `ticket` (of source and id) and `name` (of a name and of each word of it: others go on
calling them by it, and it is to be redacted still).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa


def pseudonym_sql(salt: str, source: str, user_id: str) -> str:
    """SQL expression of the contact_id of the person `user_id` (an expression) of `source` (an expression)."""
    return f"'C' || substr(sha256('{salt}:' || {source} || ':' || {user_id}), 1, 20)"


def mark_sql(salt: str, kind: str, value: str) -> str:
    """SQL expression of the mark of `value` (an expression)."""
    return f"sha256('{salt}:{kind}:' || {value})"


def ticket_mark_sql(salt: str, source: str, ticket_id: str) -> str:
    """SQL expression of the mark of a ticket; both are expressions."""
    return mark_sql(salt, "ticket", f"{source} || ':' || {ticket_id}")


def address_mark_sql(salt: str, address: str) -> str:
    """SQL expression of the mark of an address, however it is written."""
    return mark_sql(salt, "address", f"lower(trim({address}))")


def words_sql(text: str) -> str:
    """SQL expression of the words of `text` (an expression), lower case, as names are told by."""
    return f"regexp_extract_all(lower({text}), '[\\p{{L}}\\p{{M}}\\p{{N}}’''-]+')"


def has_forgotten(con: duckdb.DuckDBPyConnection, table: str = "forgotten") -> bool:
    """Whether anybody was ever forgotten here; a vault of an earlier release has no such table."""
    try:
        return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    except duckdb.CatalogException:
        return False


def remember(con: duckdb.DuckDBPyConnection, marks: pa.Table) -> None:
    """Adds marks (columns kind and mark) that are not there yet."""
    con.register("given_marks", marks)
    con.execute(
        "INSERT INTO forgotten BY NAME SELECT DISTINCT kind, mark FROM given_marks ANTI JOIN forgotten USING (mark)"
    )
    con.unregister("given_marks")


def without_forgotten(con: duckdb.DuckDBPyConnection, salt: str, source: str, people: pa.Table) -> pa.Table:
    """`people` of a helpdesk without those who were forgotten, by id or address."""
    if not people.num_rows or not has_forgotten(con):
        return people
    person = mark_sql(salt, "person", pseudonym_sql(salt, "$source", "user_id"))
    con.register("given_people", people)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE known_again AS SELECT DISTINCT user_id, 'person' AS kind, {person} AS mark "
        f"FROM given_people WHERE {person} IN (SELECT mark FROM forgotten) "
        f"OR {address_mark_sql(salt, 'email')} IN (SELECT mark FROM forgotten)",
        {"source": source},
    )
    kept = con.execute(
        "FROM given_people WHERE user_id IS NULL OR user_id NOT IN (SELECT user_id FROM known_again)"
    ).to_arrow_table()
    remember(con, con.execute("SELECT kind, mark FROM known_again").to_arrow_table())
    con.unregister("given_people")
    con.execute("DROP TABLE known_again")
    return kept
