"""Reads who is who: users into the vault, organizations into the warehouse, before any ticket.

A file of people counts as read once all of it is in, so that a run killed before reads it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from pipeline.config import Home
from pipeline.leads.domains import registered_domain
from pipeline.privacy.vault import learn_people, open_vault
from pipeline.sources import SOURCES
from pipeline.sources.checked import read_checked
from pipeline.sources.discovery import Input, Portion, portions
from pipeline.sources.reading import read_portion
from pipeline.steps.ingesting.taking_part import with_staff
from pipeline.warehouse import Connection, transaction

_PART = 16 << 20


def ingest_people(
    con: Connection, home: Home, inputs: list[Input], staff_domains: Sequence[str], as_of: date | None
) -> None:
    """Reads files of users and organizations. Their bad lines are set aside with their place, but without an extract:
    nothing says which of their words are names."""
    for one in inputs:
        records, lines_before, aside = 0, 0, []
        for part in portions([one], _PART):
            some, bad, line_count = _ingest_part(con, home, part, staff_domains)
            aside += [(lines_before + place, reason) for place, reason in bad]
            records, lines_before = records + some, lines_before + line_count
        with transaction(con):
            note_read(con, one, records, aside)
            note_day(con, [one], as_of)


def note_read(con: Connection, one: Input, records: int, aside: Sequence[tuple[int, str]]) -> None:
    """Remembers how many records were read, and place and reason of those set aside; in the caller's transaction."""
    con.execute("DELETE FROM inputs WHERE digest = ?", [one.digest])
    con.execute("DELETE FROM rejects WHERE digest = ?", [one.digest])
    con.execute(
        "INSERT INTO inputs BY NAME SELECT ? AS path, ? AS digest, ? AS source, ? AS kind, ? AS line_count, "
        "? AS stored_count",
        [one.place.name, one.digest, one.source, one.kind, records, records - len(aside)],
    )
    for place, reason in aside:
        con.execute(
            "INSERT INTO rejects BY NAME SELECT ? AS digest, ? AS path, ? AS line, ? AS reason",
            [one.digest, one.place.name, place, reason],
        )


def note_day(con: Connection, inputs: Sequence[Input], as_of: date | None) -> None:
    """Remembers which night read these files; in the transaction in which they are noted as read."""
    con.execute(
        "UPDATE inputs SET read_on = ? WHERE digest IN (SELECT unnest(?::VARCHAR[]))",
        [as_of, [one.digest for one in inputs]],
    )


def _ingest_part(
    con: Connection, home: Home, part: Portion, staff_domains: Sequence[str]
) -> tuple[int, list[tuple[int, str]], int]:
    """How many records there were, place and reason of those that could not be read, and how many lines."""
    records, line_count, bad = 0, 0, []
    for reading in read_portion(part):
        batch = read_checked(SOURCES[part.source], reading.records)
        if batch.people.num_rows:
            with open_vault(home.vault) as vault:
                learn_people(vault, part.source, with_staff(batch.people, staff_domains))
                refresh_contacts(con, vault, part.source, batch.people["user_id"])
        if batch.organizations.num_rows:
            load_organizations(con, part.source, batch.organizations)
        place_of = dict(zip(reading.places["record"].to_pylist(), reading.places["place"].to_pylist(), strict=True))
        bad += [
            (place_of[record], reason)
            for record, reason in zip(
                batch.rejects["record"].to_pylist(), batch.rejects["reason"].to_pylist(), strict=True
            )
        ]
        bad += list(zip(reading.aside["place"].to_pylist(), reading.aside["reason"].to_pylist(), strict=True))
        records += sum(reading.counts.values())
        line_count += reading.line_count
    return records, bad, line_count


def refresh_contacts(
    con: Connection, vault: duckdb.DuckDBPyConnection, source: str, user_ids: pa.ChunkedArray | None = None
) -> None:
    """Copies from the vault what may be known outside it: pseudonym, staff or not, registered mail domain. Of
    everybody, or of those named; whoever is as before is not written again."""
    vault.register("asked_for", pa.table({"user_id": user_ids if user_ids is not None else pa.array([], pa.string())}))
    people = vault.execute(
        "SELECT contact_id, is_staff, split_part(email, '@', -1) AS host, organization_id FROM people "
        f"WHERE source = ? {'' if user_ids is None else 'AND user_id IN (SELECT user_id FROM asked_for)'}",
        [source],
    ).to_arrow_table()
    vault.unregister("asked_for")
    hosts = people["host"].to_pylist()
    domain_of = {host: registered_domain(host) for host in set(hosts) if host}
    contacts = people.drop_columns(["host"]).append_column(
        "email_domain", pa.array([domain_of.get(host) for host in hosts], pa.string())
    )
    con.register("incoming_contacts", contacts)
    con.execute(_NEW_CONTACTS, [source])
    with transaction(con):
        con.execute("DELETE FROM contacts WHERE (source, contact_id) IN (SELECT source, contact_id FROM new_contacts)")
        con.execute("INSERT INTO contacts BY NAME FROM new_contacts")
    con.unregister("incoming_contacts")


_NEW_CONTACTS = """
    CREATE OR REPLACE TEMP TABLE new_contacts AS
    SELECT ? AS source, contact_id, is_staff, email_domain, organization_id FROM incoming_contacts
    EXCEPT SELECT source, contact_id, is_staff, email_domain, organization_id FROM contacts
        WHERE contact_id IN (SELECT contact_id FROM incoming_contacts)
"""


def load_organizations(con: Connection, source: str, organizations: pa.Table) -> None:
    """Replaces the organizations given; several rows of one are told as one."""
    domains = [
        sorted({d for d in (registered_domain(host) for host in hosts or []) if d})
        for hosts in organizations["domains"].to_pylist()
    ]
    place = organizations.column_names.index("domains")
    table = organizations.set_column(place, "domains", pa.array(domains, pa.list_(pa.string())))
    con.register("incoming_organizations", table)
    with transaction(con):
        con.execute(
            "DELETE FROM organizations WHERE source = ? AND organization_id IN "
            "(SELECT organization_id FROM incoming_organizations)",
            [source],
        )
        con.execute(
            "INSERT INTO organizations BY NAME SELECT ? AS source, organization_id, max(external_id) AS external_id, "
            "max(name) AS name, max(domains) AS domains FROM incoming_organizations GROUP BY organization_id",
            [source],
        )
    con.unregister("incoming_organizations")
