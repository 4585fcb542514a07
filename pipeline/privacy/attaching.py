"""How the vault's file is opened: encrypted where the environment holds a key, else readable by its owner alone.

DuckDB encrypts a whole file, its log and temporary files with AES-256-GCM
(https://duckdb.org/2025/11/19/encryption-in-duckdb.html). To write one it wants OpenSSL, which its extension httpfs
brings; nothing is fetched here, so without it DuckDB's built-in AES writes, whose random numbers DuckDB does not
hold for good enough (https://github.com/duckdb/duckdb/pull/20148). `how_it_is_kept` says which it is.

The key comes from the environment alone: worker processes inherit it, no command line, parameter or log holds it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import duckdb

from pipeline.anew import copy_anew
from pipeline.confined import SAFE
from pipeline.errors import BadConfiguration, Busy, StepFailed

KEY = "TICKETSCOUT_VAULT_KEY"
# DuckDB derives the file's key by one hash: a short pass phrase would be guessed.
SHORTEST = 20


def attach(con: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool = False) -> None:
    """Attaches the vault to `con` under the name `vault`; a plain one is encrypted first where there is a key.

    Raises BadConfiguration where the key is missing, too short or not the vault's.
    """
    key = _key()
    is_new = not path.exists()
    is_encrypted = _is_encrypted(path)
    if is_encrypted and not key:
        raise BadConfiguration(f"{path} is encrypted: set {KEY} to its key, then run again.")
    if key and not read_only:
        _load_cryptography(con)
        if not is_new and not is_encrypted:
            _encrypt(con, path, key)
            is_encrypted = True
    _attach(con, path, "vault", key if is_new or is_encrypted else "", read_only=read_only)
    if is_new:
        path.chmod(0o600)


def detach(con: duckdb.DuckDBPyConnection) -> None:
    """Lets go of the vault, if it was attached: sessions of the same database come after this one."""
    with suppress(duckdb.FatalException):  # of a database that is given up
        con.execute("DETACH DATABASE IF EXISTS vault")


def how_it_is_kept(path: Path) -> str:
    """One line for people: whether the vault is encrypted, and by what."""
    if not _is_encrypted(path):
        later = f"the next run encrypts it with {KEY}" if _key() else f"set {KEY} to have it encrypted"
        return f"vault: not encrypted, readable by the owner of its file alone; {later}"
    if _has_openssl(duckdb.connect()):
        return "vault: encrypted (AES-256-GCM, OpenSSL)"
    return (
        "vault: encrypted (AES-256-GCM) by what DuckDB has built in, whose random numbers are weak; "
        "its extension httpfs, installed once, brings OpenSSL"
    )


def _key() -> str:
    key = os.environ.get(KEY)
    if key is not None and len(key) < SHORTEST:
        raise BadConfiguration(f"{KEY} is shorter than {SHORTEST} characters: take a random one, or unset it.")
    return key or ""


def _is_encrypted(path: Path) -> bool:
    """By the file's header: eight bytes of checksum, "DUCK", eight of version, then flags, of which bit 0 says so."""
    try:
        with path.open("rb") as file:
            header = file.read(28)
    except FileNotFoundError:
        return False
    return header[8:12] == b"DUCK" and bool(header[20] & 1)


def _has_openssl(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        con.execute("LOAD httpfs")
    except duckdb.Error:  # not installed
        return False
    return True


def _load_cryptography(con: duckdb.DuckDBPyConnection) -> None:
    if not _has_openssl(con):
        con.execute("SET force_mbedtls_unsafe = 'true'")


def _attach(con: duckdb.DuckDBPyConnection, path: Path, name: str, key: str, *, read_only: bool = False) -> None:
    options = [f"ENCRYPTION_KEY {_literal(key)}"] if key else []
    options += ["READ_ONLY"] if read_only else []
    try:
        con.execute(f"ATTACH {_literal(str(path))} AS {name}" + (f" ({', '.join(options)})" if options else ""))
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        if "wrong encryption key" in said.lower():
            raise BadConfiguration(f"{KEY} is not the key of {path}: set the one that it was encrypted with.") from None
        if "lock" in said.lower():
            raise Busy(f"another program has {path} open: close it, then run again.") from None
        # Without the cause: DuckDB may quote the statement, in which the key stands.
        raise StepFailed(f"cannot open {path}: {said.replace(key, '…') if key else said}") from None


def rewrite(path: Path) -> None:
    """The vault anew in a file of its own, so that nothing that was deleted is left in freed bytes; kept as it was
    (encrypted or not). Nobody has it open."""
    con = duckdb.connect(config=SAFE)
    try:
        key = _key() if _is_encrypted(path) else ""
        if key:
            _load_cryptography(con)
        _copy(con, path, key, path.with_name(f"{path.name}.rewriting"), key)
    finally:
        con.close()


def _encrypt(con: duckdb.DuckDBPyConnection, path: Path, key: str) -> None:
    """The vault as an encrypted file in the place of the plain one, or, if the machine stops here, as it was."""
    _copy(con, path, "", path.with_name(f"{path.name}.encrypting"), key)


def _copy(con: duckdb.DuckDBPyConnection, path: Path, key: str, new: Path, new_key: str) -> None:
    for left in (new, new.with_name(f"{new.name}.wal")):
        left.unlink(missing_ok=True)
    _attach(con, path, "old_file", key)
    _attach(con, new, "new_file", new_key)
    copy_anew(con, new)
    new.replace(path)


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
