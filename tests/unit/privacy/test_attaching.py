"""The vault's file: what it shows to who has no key, and what people are told about keys."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import BadConfiguration, StepFailed
from pipeline.privacy.attaching import KEY, how_it_is_kept
from pipeline.privacy.vault import learn_people, open_vault, salt_of
from pipeline.sources.source import PEOPLE

RIGHT, WRONG = "a key of the tests' own, 'quoted'", "another key of the tests' own"
NAME, ADDRESS = b"Orsolya Pemberwick", b"orsolya@quillhaven.example"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "vault.duckdb"


def _learn(vault: Path) -> str:
    person = {"user_id": "7", "name": NAME.decode(), "email": ADDRESS.decode()}
    with open_vault(vault) as con:
        learn_people(con, "zendesk", pa.Table.from_pylist([person], PEOPLE))
        return salt_of(con)


def _name(vault: Path, *, read_only: bool = False) -> str:
    with open_vault(vault, read_only=read_only) as con:
        return str(con.execute("SELECT name FROM people").fetchall()[0][0])


def _bytes(vault: Path) -> bytes:
    return b"".join(file.read_bytes() for file in vault.parent.iterdir())


def test_no_byte_of_an_encrypted_vault_tells_a_name(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, RIGHT)
    salt = _learn(vault)
    assert _name(vault) == _name(vault, read_only=True) == NAME.decode()
    for secret in (NAME, ADDRESS, salt.encode(), RIGHT.encode()):
        assert secret not in _bytes(vault)
    assert "encrypted (AES-256-GCM" in how_it_is_kept(vault)
    assert vault.stat().st_mode & 0o777 == 0o600


def test_a_vault_is_encrypted_when_a_key_appears(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    salt = _learn(vault)
    assert NAME in _bytes(vault)
    assert "not encrypted" in how_it_is_kept(vault) and KEY in how_it_is_kept(vault)
    monkeypatch.setenv(KEY, RIGHT)
    assert "the next run encrypts it" in how_it_is_kept(vault)
    left = vault.with_name("vault.duckdb.encrypting")
    left.write_bytes(b"half a copy of a run that was killed")
    assert _name(vault) == NAME.decode()
    with open_vault(vault) as con:
        assert salt_of(con) == salt
    assert NAME not in _bytes(vault)
    assert [file.name for file in vault.parent.iterdir()] == [vault.name]
    assert vault.stat().st_mode & 0o777 == 0o600


def test_a_wrong_or_missing_key_is_one_sentence_without_the_key(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, RIGHT)
    _learn(vault)
    before = _bytes(vault)
    for key, said in (
        (WRONG, "is not the key"),
        (None, "is encrypted: set"),
        ("short", "shorter than"),
        ("", "shorter"),
    ):
        monkeypatch.setenv(KEY, key) if key is not None else monkeypatch.delenv(KEY)
        for read_only in (False, True):
            with pytest.raises(BadConfiguration, match=said) as raised, open_vault(vault, read_only=read_only):
                pass
            assert "\n" not in str(raised.value) and WRONG not in str(raised.value) and raised.value.exit_code == 2
            assert raised.value.__cause__ is None
    assert _bytes(vault) == before


def test_a_damaged_vault_is_named_and_the_key_is_not(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, RIGHT)
    _learn(vault)
    vault.write_bytes(vault.read_bytes()[:4096] + b"\xff" * 4096)
    with pytest.raises((StepFailed, BadConfiguration), match=str(vault.parent)) as raised, open_vault(vault):
        pass
    assert RIGHT not in str(raised.value)
