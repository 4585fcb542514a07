"""Whom or what a person asked to be forgotten, as marks: salted hashes by which everything of theirs is found again.

Marks are written down before anything is erased, so that a run that is killed can be finished by the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb
import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.privacy.forgotten import address_mark_sql, mark_sql, ticket_mark_sql, words_sql
from pipeline.privacy.vault import salt_of
from pipeline.schema import TABLES
from pipeline.warehouse import Connection, has_table

MARKS = pa.schema([("kind", pa.string()), ("mark", pa.string())])
# All tickets that any table knows, with who asked where it says so.
EVERY_TICKET = "\nUNION ALL ".join(
    f"SELECT source, ticket_id, {'requester_id' if 'requester_id' in table.column_names else 'NULL'} AS requester_id "
    f"FROM {table.name}"
    for table in TABLES.values()
    if "ticket" in table.holds.rows
)


@dataclass(frozen=True)
class Target:
    """What was given: exactly one, as it was given. It goes into no log, message or table."""

    kind: Literal["email", "contact", "ticket", "account"]
    value: str


def marks_of(con: Connection, vault: duckdb.DuckDBPyConnection, target: Target) -> pa.Table:
    """Marks of people, addresses and tickets; none where nothing is held. Raises UsageError where several are meant.

    A person is everybody in the vault with the same address; with a person go the tickets that they asked.
    """
    _people(con, vault, target)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE every_ticket AS SELECT DISTINCT * FROM ({EVERY_TICKET}) "
        "WHERE ticket_id IS NOT NULL"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE meant_tickets AS SELECT DISTINCT source, ticket_id FROM every_ticket "
        "SEMI JOIN meant_people p ON p.source = every_ticket.source AND p.contact_id = every_ticket.requester_id"
    )
    if target.kind == "ticket":
        _one_ticket(con, target.value)
    if target.kind == "account":
        con.execute(
            "INSERT INTO meant_tickets FROM tickets_of_account ANTI JOIN meant_tickets USING (source, ticket_id)"
        )
    salt = salt_of(vault)
    return con.execute(
        f"""
        SELECT 'person' AS kind, {mark_sql(salt, "person", "contact_id")} AS mark FROM meant_people
        UNION SELECT 'address', {address_mark_sql(salt, "address")} FROM meant_addresses
        UNION SELECT 'name', {mark_sql(salt, "name", "name")} FROM meant_names
        UNION SELECT 'ticket', {ticket_mark_sql(salt, "source", "ticket_id")} FROM meant_tickets
        ORDER BY ALL
        """
    ).to_arrow_table()


def _people(con: Connection, vault: duckdb.DuckDBPyConnection, target: Target) -> None:
    """Makes `meant_people` (source, contact_id) and `meant_addresses` (address)."""
    con.register("known_people", vault.execute("SELECT * FROM people").to_arrow_table())
    con.execute("CREATE OR REPLACE TEMP TABLE meant_people (source VARCHAR, contact_id VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE meant_addresses (address VARCHAR)")
    if target.kind == "email":
        address = target.value.strip().lower()
        listed = vault.execute("SELECT 1 FROM marked WHERE kind = 'email' AND value = ?", [address]).fetchone()
        known = con.execute("SELECT 1 FROM known_people WHERE lower(email) = ?", [address]).fetchone()
        if listed or known:
            con.execute("INSERT INTO meant_addresses VALUES (?)", [address])
    elif target.kind == "contact":
        _one_contact(con, target.value.strip())
    elif target.kind == "account":
        _of_account(con, target.value.strip())
    con.execute(_SAME_ADDRESS)
    con.execute(_NAMES.format(words=words_sql("name")))
    con.unregister("known_people")


def _one_contact(con: Connection, given: str) -> None:
    con.execute(
        "INSERT INTO meant_people SELECT source, contact_id FROM known_people "
        "WHERE contact_id = $given OR user_id = $given OR source || ':' || user_id = $given",
        {"given": given},
    )
    con.execute(
        "INSERT INTO meant_people SELECT source, contact_id FROM contacts WHERE contact_id = ? "
        "AND contact_id NOT IN (SELECT contact_id FROM meant_people)",
        [given],
    )
    _of_one_helpdesk(con, "person", "meant_people")


def _one_ticket(con: Connection, given: str) -> None:
    con.execute(
        "INSERT INTO meant_tickets SELECT DISTINCT source, ticket_id FROM every_ticket "
        "WHERE ticket_id = $given OR source || ':' || ticket_id = $given",
        {"given": given.strip()},
    )
    _of_one_helpdesk(con, "ticket", "meant_tickets")


def _of_one_helpdesk(con: Connection, what: str, meant: str) -> None:
    """Raises UsageError where an id stands for one in several helpdesks."""
    sources = [row[0] for row in con.execute(f"SELECT DISTINCT source FROM {meant} ORDER BY source").fetchall()]
    if len(sources) > 1:
        raise UsageError(
            f"that is a {what} of {' and of '.join(sources)}: write the helpdesk before it, as in {sources[0]}:ID."
        )


def _of_account(con: Connection, account_id: str) -> None:
    """Makes `tickets_of_account`; people are those of its domains and organizations, and who asked for nobody else."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE held_to_be AS "
        "SELECT source, ticket_id, account_id, requester_id FROM history_tickets"
        + (
            " UNION SELECT source, ticket_id, account_id, requester_id FROM ticket_states"
            if has_table(con, "ticket_states")
            else ""
        )
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE tickets_of_account AS SELECT DISTINCT source, ticket_id FROM held_to_be "
        "WHERE account_id = ?",
        [account_id],
    )
    con.execute(_PEOPLE_OF_ACCOUNT, {"account": account_id})


_SAME_ADDRESS = """
    INSERT INTO meant_addresses SELECT DISTINCT lower(p.email) FROM known_people p JOIN meant_people USING (contact_id)
        WHERE p.email IS NOT NULL AND lower(p.email) NOT IN (SELECT address FROM meant_addresses);
    INSERT INTO meant_people SELECT DISTINCT source, contact_id FROM known_people
        WHERE lower(email) IN (SELECT address FROM meant_addresses)
        AND contact_id NOT IN (SELECT contact_id FROM meant_people)
"""
# Whole names, and their words.
_NAMES = """
    CREATE OR REPLACE TEMP TABLE meant_names AS
    WITH parted AS (SELECT {words} AS words FROM known_people SEMI JOIN meant_people USING (source, contact_id))
    SELECT array_to_string(words, ' ') AS name FROM parted WHERE len(words) > 0
    UNION SELECT unnest(words) FROM parted
"""
_PEOPLE_OF_ACCOUNT = """
    INSERT INTO meant_people
    SELECT c.source, c.contact_id FROM contacts c
    WHERE NOT c.is_staff AND (
        c.email_domain IN (SELECT domain FROM account_domains WHERE account_id = $account)
        OR (c.source, c.organization_id) IN (
            SELECT (source, organization_id) FROM organizations WHERE external_id = $account)
        OR (c.source, c.contact_id) IN (
            SELECT (source, requester_id) FROM held_to_be WHERE requester_id IS NOT NULL
            GROUP BY source, requester_id HAVING bool_and(coalesce(account_id, '') = $account)))
"""
