"""Whose a ticket is: where its requester belonged when they wrote, and which company a name means."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from pipeline.leads.names import likest
from pipeline.steps.kept import Anew, is_as_left, leave, rows_as_they_are
from pipeline.warehouse import Connection, make_table

# A person's organization or address often comes a night or two after their first ticket.
LATE_DAYS = 7
# In the order in which they read each other; company names are compared between the two.
MATCHING = ("account_families", "ticket_accounts")


def match_tickets(con: Connection, as_of: date, tables: Anew) -> None:
    """Makes `account_families`, `named_accounts` and, for this night's decision alone, `ticket_accounts`; keeps
    `ticket_origins`."""
    families, accounts = MATCHING
    keep_origins(con, as_of)
    tables.make(families)
    _name_accounts(con)
    tables.make_for_now(accounts)


def keep_origins(con: Connection, as_of: date) -> None:
    """Writes down where new tickets come from, and fills what was not known of those of the last `LATE_DAYS`. What the
    night wrote before is written anew."""
    if is_as_left(con, _ORIGINS, _of_origins(con, as_of)):
        return
    con.execute("DELETE FROM ticket_origins WHERE first_seen_on >= ?", [as_of])
    con.execute(_GONE_ORIGINS)
    con.execute(_NEW_ORIGINS, [as_of])
    con.execute(_LATE_ORIGINS, [as_of, LATE_DAYS])
    leave(con, _ORIGINS, _of_origins(con, as_of))


def _of_origins(con: Connection, as_of: date) -> str:
    people = "source, contact_id, organization_id, email_domain"
    digest = rows_as_they_are(
        con, tickets="source, ticket_id, requester_id", contacts=people, ticket_origins="*COLUMNS(*)"
    )
    return f"{as_of} {digest}"


def _name_accounts(con: Connection) -> None:
    """Table `named_accounts`: organizations that nothing surer leads to an account, and the account named alike."""
    found = con.execute(_NAMELESS).fetchall()
    accounts = (
        dict(con.execute("SELECT account_id, name FROM accounts ORDER BY account_id").fetchall()) if found else {}
    )
    best = likest([name for _, _, name in found], accounts)
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("organization_id", pa.string()),
            ("account_id", pa.string()),
            ("likeness", pa.int32()),
        ]
    )
    make_table(
        con,
        "named_accounts",
        schema,
        ((source, one, *account) for (source, one, _), account in zip(found, best, strict=True) if account),
    )


_ORIGINS = "ticket_origins"
_GONE_ORIGINS = """
    DELETE FROM ticket_origins WHERE NOT EXISTS (
        FROM tickets t WHERE t.source = ticket_origins.source AND t.ticket_id = ticket_origins.ticket_id)
"""
_NEW_ORIGINS = """
    INSERT INTO ticket_origins BY NAME
    SELECT t.source, t.ticket_id, c.organization_id, c.email_domain, ?::DATE AS first_seen_on
    FROM tickets t LEFT JOIN contacts c ON c.source = t.source AND c.contact_id = t.requester_id
    ANTI JOIN ticket_origins o ON o.source = t.source AND o.ticket_id = t.ticket_id
"""
_LATE_ORIGINS = """
    UPDATE ticket_origins SET organization_id = coalesce(ticket_origins.organization_id, c.organization_id),
        email_domain = coalesce(ticket_origins.email_domain, c.email_domain)
    FROM tickets t JOIN contacts c ON c.source = t.source AND c.contact_id = t.requester_id
    WHERE t.source = ticket_origins.source AND t.ticket_id = ticket_origins.ticket_id
        AND ticket_origins.first_seen_on > ?::DATE - ?::INTEGER
        AND (ticket_origins.organization_id IS NULL OR ticket_origins.email_domain IS NULL)
"""
_NAMELESS = """
    SELECT source, organization_id, name FROM organizations
    WHERE name IS NOT NULL AND coalesce(external_id, '') NOT IN (SELECT account_id FROM accounts)
        AND NOT list_has_any(domains, (SELECT coalesce(list(DISTINCT domain), []) FROM account_domains))
        AND (source, organization_id) IN (
            SELECT t.source, coalesce(t.organization_id, o.organization_id)
            FROM tickets t LEFT JOIN ticket_origins o USING (source, ticket_id))
    ORDER BY source, organization_id
"""
