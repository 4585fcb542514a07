"""Homes that read a helpdesk on loopback, and what is in them afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipeline.config import Home
from pipeline.privacy.vault import open_vault
from pipeline.unfinished import unfinished
from tests.contract.helpdesk_answers import LOGIN, TOKEN, Helpdesk
from tests.contract.homes import call

# What a sync makes, but for when it did.
_STATE = ("tickets", "messages", "ticket_events", "contacts", "organizations", "tombstones")


def home_of(folder: Path, name: str, desk: Helpdesk, **options: object) -> Path:
    """A home that reads `desk`, five records a page, and does not wait long. All have the same salt."""
    patience = {"attempts": 3, "backoff_seconds": 0.01, "longest_wait_seconds": 2, "timeout_seconds": 5, "share": 0}
    home = folder / "home"
    (home / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    home.chmod(0o700)
    with open_vault(home / "data" / "vault.duckdb") as vault:
        vault.execute("UPDATE salt SET value = 'salt'")
    lines = ["[sync]", *(f"{key} = {value}" for key, value in (patience | options).items())]
    lines += [f"[sync.{name}]", f'address = "{desk.address}"', f'login = "{LOGIN}"', 'token_env = "DESK_TOKEN"']
    (home / "ticketscout.toml").write_text("\n".join([*lines, "start = 2026-11-01", "page_size = 5"]) + "\n")
    return home


def pull(home: Path, code: int = 0, *more: str) -> str:
    """Syncs; returns what it said."""
    done = call(home, "sync", "--only-pull", *more)
    assert done.returncode == code, done.stderr
    assert TOKEN not in done.stdout + done.stderr and "555" not in done.stdout + done.stderr
    return done.stderr


def stored(home: Path) -> list[int]:
    """Tickets by id."""
    return [number for (number,) in rows(home, "SELECT ticket_id::INT FROM tickets ORDER BY ALL")]


def state(home: Path) -> dict[str, list[Any]]:
    """All rows of all that a sync stores."""
    return {name: rows(home, f"FROM {name} ORDER BY ALL") for name in _STATE}


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Of the home's warehouse, as a run that was stopped left it where one was."""
    with duckdb.connect(str(unfinished(Home(home)) or home / "data" / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


_AT_ONCE: dict[str, dict[str, list[Any]]] = {}


def read_at_once(folder: Path, name: str, desk: Helpdesk) -> dict[str, list[Any]]:
    """The state of a new home that reads `desk` as it is, without a fault and at once."""
    has = f"{name} {desk.tickets} {desk.deleted} {desk.spam}"
    if has not in _AT_ONCE:
        _AT_ONCE[has] = _read_at_once(folder, name, desk)
    return _AT_ONCE[has]


def _read_at_once(folder: Path, name: str, desk: Helpdesk) -> dict[str, list[Any]]:
    faults, pause, desk.faults, desk.pause = desk.faults, desk.pause, [], 0.0
    home = home_of(folder / "at-once", name, desk)
    pull(home)
    desk.faults, desk.pause = faults, pause
    found = state(home)
    shutil.rmtree(home)
    return found


def everything(home: Path, but: str = "") -> str:
    """All that lies in a home: rows of tables and of Parquet, bytes of all files but those that begin with `but`."""
    place = home.parent / "copy"
    shutil.copytree(home, place)
    found = []
    for file in place.rglob("*.duckdb"):  # which a run that was killed did not close: whoever opens it mends it
        with duckdb.connect(str(file)) as con:
            for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                if not but or not file.name.startswith(but):
                    found += [table, *map(str, con.execute(f'FROM "{table}"').fetchall())]
    for file in (path for path in place.rglob("*") if path.is_file() and not (but and path.name.startswith(but))):
        found.append(file.read_bytes().decode("latin-1"))
        # One that a run was killed over may lack its end, or hold no more than the sign that stands at either end.
        if file.suffix == ".parquet" and found[-1].endswith("PAR1") and len(found[-1]) > len("PAR1"):
            found += map(str, duckdb.read_parquet(str(file)).fetchall())
    shutil.rmtree(place)
    return "\n".join(found)
