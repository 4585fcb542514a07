"""The vault: who a pseudonym is, learned again and again from what the helpdesk says that day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline.privacy.vault import learn_people, open_vault, people_digest, salt_of
from pipeline.sources.source import PEOPLE


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_vault(tmp_path / "vault.duckdb") as con:
        yield con


def _learn(vault: duckdb.DuckDBPyConnection, **person: str | None) -> tuple[object, ...]:
    learn_people(vault, "zendesk", pa.Table.from_pylist([{"user_id": "7", **person}], PEOPLE))
    return vault.execute("SELECT name, email, is_staff FROM people WHERE user_id = '7'").fetchone() or ()


def test_staff_stay_staff_and_what_is_not_said_again_stays_known(vault: duckdb.DuckDBPyConnection) -> None:
    assert _learn(vault, name="Will Fennimore", email="Will@Tidewater.example", role="agent") == (
        "Will Fennimore",
        "will@tidewater.example",
        True,
    )
    assert _learn(vault, role="end-user") == ("Will Fennimore", "will@tidewater.example", True)
    assert _learn(vault, name="Will F.") == ("Will F.", "will@tidewater.example", True)


def test_same_people_twice_change_nothing(vault: duckdb.DuckDBPyConnection) -> None:
    _learn(vault, name="Nora Quist", role="end-user")
    before = vault.execute("FROM people").fetchall(), people_digest(vault)
    _learn(vault, name="Nora Quist", role="end-user")
    assert (vault.execute("FROM people").fetchall(), people_digest(vault)) == before
    _learn(vault, role="admin")
    assert people_digest(vault) != before[1]


def test_pseudonym_stays_and_is_nobody_elses(vault: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [{"user_id": str(n), "name": f"Person {n}"} for n in range(500)]
    learn_people(vault, "zendesk", pa.Table.from_pylist(rows, PEOPLE))
    learn_people(vault, "other", pa.Table.from_pylist(rows, PEOPLE))
    ids = {
        (source, user): contact
        for source, user, contact in vault.execute("SELECT source, user_id, contact_id FROM people").fetchall()
    }
    assert len(set(ids.values())) == 1000
    salt = salt_of(vault)
    vault.close()
    with open_vault(tmp_path / "vault.duckdb") as again:
        assert salt_of(again) == salt
        learn_people(again, "zendesk", pa.Table.from_pylist(rows, PEOPLE))
        assert {
            (s, u): c for s, u, c in again.execute("SELECT source, user_id, contact_id FROM people").fetchall()
        } == ids
    assert (tmp_path / "vault.duckdb").stat().st_mode & 0o777 == 0o600
