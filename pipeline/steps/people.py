"""Names and addresses from the vault, for the lists that are being published; kept in memory only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from pipeline.config import Home
from pipeline.digest.outputs import FROM_VAULT
from pipeline.privacy.vault import open_vault

# Pseudonym -> name, address; either may be empty.
People = dict[str, tuple[str, str]]


def people_of(home: Home, contact_ids: Iterable[str | None]) -> People:
    """Whom the pseudonyms stand for."""
    wanted = sorted({contact_id for contact_id in contact_ids if contact_id})
    with open_vault(home.vault) as vault:
        vault.register("wanted", pa.table({"contact_id": pa.array(wanted, pa.string())}))
        rows = vault.execute(
            "SELECT contact_id, coalesce(name, ''), coalesce(email, '') FROM people SEMI JOIN wanted USING (contact_id)"
        ).fetchall()
    return {contact_id: (name, email) for contact_id, name, email in rows}


def selected(columns: Sequence[str]) -> str:
    """SQL of a list's columns from its table, pseudonyms where names will stand."""
    return ", ".join(f"{FROM_VAULT[c][0]} AS {c}" if c in FROM_VAULT else c for c in columns)


def names_of(people: People, columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of each column that comes from the vault, what stands for which pseudonym."""
    fields = {column: ("name", "email").index(FROM_VAULT[column][1]) for column in columns if column in FROM_VAULT}
    return {column: {who: person[field] for who, person in people.items()} for column, field in fields.items()}
