"""Names and addresses from the vault, for the lists that are being published; kept in memory only."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.config import Home
from pipeline.privacy.vault import open_vault

# Pseudonym -> name, address; either may be empty.
People = dict[str, tuple[str, str]]


def people_of(home: Home, contact_ids: Iterable[str | None]) -> People:
    """Whom the pseudonyms stand for."""
    wanted = sorted({contact_id for contact_id in contact_ids if contact_id})
    with open_vault(home.vault) as vault:
        rows = vault.execute(
            "SELECT contact_id, coalesce(name, ''), coalesce(email, '') FROM people "
            "WHERE contact_id IN (SELECT unnest(?))",
            [wanted],
        ).fetchall()
    return {contact_id: (name, email) for contact_id, name, email in rows}
