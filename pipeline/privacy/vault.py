"""The vault: which pseudonym is whom. A database of its own, opened only to learn people and to publish lists.

A pseudonym is a salted SHA-256 of source and helpdesk user id; the salt is made once per home and never leaves
the vault. No published byte or order depends on it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.confined import SAFE, confine
from pipeline.privacy.attaching import attach
from pipeline.privacy.forgotten import pseudonym_sql, without_forgotten

# A person once seen as agent or admin stays staff: former agents come back from the helpdesk as end users,
# and their old replies must not become the customer's words.
STAFF_ROLES = ("agent", "admin")

# Every table: its columns, and which rows of it are those of people who are forgotten (`gone_people`: contact_id,
# `gone_addresses`: address; lower case).
TABLES: dict[str, tuple[str, str]] = {
    "salt": ("value VARCHAR NOT NULL", "false"),
    "people": (
        "source VARCHAR NOT NULL, user_id VARCHAR NOT NULL, contact_id VARCHAR NOT NULL, name VARCHAR, email VARCHAR, "
        "organization_id VARCHAR, is_staff BOOLEAN NOT NULL",
        "contact_id IN (SELECT contact_id FROM gone_people) OR lower(email) IN (SELECT address FROM gone_addresses)",
    ),
    "marked": (
        "mark VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL",
        "kind = 'email' AND value IN (SELECT address FROM gone_addresses)",
    ),
    # Salted hashes: by them the forgotten are known when they come again, and by nothing else.
    "forgotten": ("kind VARCHAR NOT NULL, mark VARCHAR NOT NULL", "false"),
    # What began to be erased and has not ended.
    "unfinished": ("what VARCHAR NOT NULL, since TIMESTAMP NOT NULL", "false"),
}
_DDL = "".join(f"CREATE TABLE IF NOT EXISTS {name} ({columns});" for name, (columns, _) in TABLES.items())


@contextmanager
def open_vault(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the vault, made on first use, owner-only; encrypted where a key is set (`attaching`)."""
    con = duckdb.connect(config={**SAFE, "threads": "2"})
    try:
        attach(con, path, read_only=read_only)
        con.execute("USE vault")
        confine(con)
        if not read_only:
            con.execute(_DDL)
            con.execute("INSERT INTO salt SELECT ? WHERE NOT EXISTS (FROM salt)", [secrets.token_hex(32)])
        yield con
    finally:
        con.close()


def salt_of(con: duckdb.DuckDBPyConnection) -> str:
    """The home's salt."""
    row = con.execute("SELECT value FROM salt").fetchone()
    assert row is not None, "open_vault makes the salt"
    return str(row[0])


def people_digest(con: duckdb.DuckDBPyConnection) -> tuple[object, ...]:
    """Changes when anything that reading messages depends on does: who there is, by which name, staff or not."""
    return (
        con.execute(
            "SELECT count(*), bit_xor(hash(source, user_id, name, is_staff)), (SELECT count(*) FROM forgotten) "
            "FROM people"
        ).fetchone()
        or ()
    )


def learn_people(con: duckdb.DuckDBPyConnection, source: str, people: pa.Table) -> None:
    """Upserts `people` (columns of `pipeline.sources.source.PEOPLE`); the same rows twice change nothing.

    Where the export says nothing now (no name, no address), what was known before stays. Who was forgotten is not
    learnt again; a new id of theirs is remembered as one of theirs.
    """
    salt = salt_of(con)
    con.register("incoming", without_forgotten(con, salt, source, people))
    staff = ", ".join(f"'{role}'" for role in STAFF_ROLES)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE merged AS
        WITH incoming AS (
            SELECT user_id, max(name) AS name, max(lower(email)) AS email,
                max(organization_id) AS organization_id, bool_or(coalesce(role IN ({staff}), false)) AS is_staff
            FROM incoming WHERE user_id IS NOT NULL GROUP BY user_id
        )
        SELECT ? AS source, i.user_id, {pseudonym_sql(salt, "$1", "i.user_id")} AS contact_id,
            coalesce(i.name, p.name) AS name, coalesce(i.email, p.email) AS email,
            coalesce(i.organization_id, p.organization_id) AS organization_id,
            i.is_staff OR coalesce(p.is_staff, false) AS is_staff
        FROM incoming i LEFT JOIN people p ON p.source = $1 AND p.user_id = i.user_id
        WHERE p.user_id IS NULL OR i.name <> coalesce(p.name, '') OR i.email <> coalesce(p.email, '')
            OR i.organization_id <> coalesce(p.organization_id, '') OR i.is_staff AND NOT p.is_staff
        """.replace("?", "$1"),
        [source],
    )
    con.unregister("incoming")
    con.execute("BEGIN")
    con.execute("DELETE FROM people WHERE (source, user_id) IN (SELECT source, user_id FROM merged)")
    con.execute("INSERT INTO people BY NAME FROM merged")
    con.execute("COMMIT")
