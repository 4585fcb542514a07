"""What is killed: a night on a home in which people typed, the same with workers, a sync with its night, and a forget.

Each scene has a home to begin from, the command, and all that it leaves, to be compared with an undisturbed run's.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from pipeline.privacy.vault import TABLES as VAULT_TABLES
from pipeline.steps.syncing.sync import PULLED
from tests.contract.forgotten_world import found as found_words
from tests.contract.helpdesk_answers import TOKEN, Helpdesk
from tests.contract.helpdesk_server import helpdesk
from tests.contract.homes import CRM, NIGHTS, SAMPLE, call, published, warehouse
from tests.contract.loopback import WebService, web_service
from tests.contract.sync_homes import everything, home_of

NIGHT = NIGHTS[1]
# In every message of a customer's; redacted before anything is written.
RAW = "212-555-0187"
_SYNC_RAW = "555-0143"
# Somebody of the sample with a lead, in whose list somebody typed.
FORGOTTEN = ("claudine@quellbrook.example", "Overmeer", "board meeting on 3 December")
# When something was done, which no two runs share; the ledger of runs holds nothing else.
_CLOCKS = {"decided_at", "tried_at", "moved_at", "attempts"}
_NOT_COMPARED = {"runs"}
_TOML = """
[crm_export.hubspot]
[crm_export.salesforce]
[[deliver]]
name = "sales"
url_env = "TICKETSCOUT_SALES_URL"
send = ["digest", "alerts"]
"""


@dataclass(frozen=True)
class Scene:
    """`first`: the home that every run begins from; `told`: what channels heard so far; `raw`: never to be
    written; `left`: all that a run leaves."""

    name: str
    first: Path
    arguments: tuple[str, ...]
    env: dict[str, str]
    told: Callable[[], list[str]]
    raw: str
    left: Callable[[Path], dict[str, Any]]


@contextmanager
def scenes(folder: Path, names: Sequence[str] = ("night", "workers", "sync", "forget")) -> Iterator[dict[str, Scene]]:
    """Scenes, with their homes made in `folder` and their servers running."""
    said = {"NO_PROXY": "127.0.0.1", "DESK_TOKEN": TOKEN}
    with patch.dict(os.environ, said), web_service() as service, helpdesk("zendesk") as desk:
        env = {name: value for name, value in os.environ.items() if not name.startswith("TICKETSCOUT_")}
        env["TICKETSCOUT_SALES_URL"] = os.environ["TICKETSCOUT_SALES_URL"] = service.address()
        told = _heard(service)
        made = {}
        if {"night", "workers", "forget"} & set(names):
            first = _typed_into(_first_night(folder))
            forget = ("forget", "--email", FORGOTTEN[0])
            made["forget"] = Scene("forget", _asked(first), forget, env, told, RAW, left_by_forget)
            night = ("nightly", f"--tickets={_export(folder, NIGHT)}", f"--as-of={NIGHT}", *CRM)
            made["night"] = Scene("night", first, (*night, "--engine=local"), env, told, RAW, left)
            workers = (*night, "--engine=processes", "--workers=2")
            made["workers"] = Scene("workers", _in_pieces(first), workers, env, told, RAW, left)
        if "sync" in names:
            home = _synced(folder, desk)
            made["sync"] = Scene("sync", home, _sync_arguments(folder), env, told, _SYNC_RAW, _left_by_sync)
        yield made


def left(home: Path) -> dict[str, Any]:
    """All that lies in a home: every table's rows but for clocks, the vault, files for people, what files there are."""
    found: dict[str, Any] = {}
    with warehouse(home) as con:
        for name, columns in _columns(con):
            if name not in _NOT_COMPARED:
                kept = ", ".join(f'"{column}"' for column in columns if column not in _CLOCKS)
                found[name] = con.execute(f"SELECT {kept} FROM {name} ORDER BY ALL").fetchall()
    with duckdb.connect(str(home / "data" / "vault.duckdb"), read_only=True) as vault:
        for name in VAULT_TABLES.keys() - {"salt"}:
            found[f"vault.{name}"] = vault.execute(f"FROM {name} ORDER BY ALL").fetchall()
    found["files"] = sorted(str(path.relative_to(home)) for path in home.rglob("*"))
    return found | published(home)


def _left_by_sync(home: Path) -> dict[str, Any]:
    """The same, but for how many records of an API the last run read: what a stopped one had read is stored, and the
    next is not given it again, or is given it in another page."""
    found = left(home)
    kept = {name: value for name, value in found.items() if name != "inputs"}
    for name, value in found.items():
        if name.endswith("manifest.json"):
            counts = {key: count for key, count in value["counts"].items() if key not in PULLED}
            kept[name] = value | {"counts": counts, "files": {**value["files"], "digest.html": ""}}
        elif name.endswith("digest.html"):
            kept[name] = re.sub(rb"\d+ tickets read, \d+ stored, \d+ set aside", b"", value)
    return kept


def left_by_forget(home: Path, words: tuple[str, ...] = FORGOTTEN) -> dict[str, Any]:
    """The same, and what is found of them in any format. What the last run counted is what was still there, and a run
    that was killed after it had written its entry leaves two."""
    found = left(home)
    with warehouse(home) as con:
        found["audit_log"] = con.execute("SELECT DISTINCT kind, done_by FROM audit_log ORDER BY ALL").fetchall()
    return found | {word: sorted(places) for word, places in found_words(home, words).items()}


def raw_text_in(home: Path, scene: Scene) -> bool:
    """Whether what a customer wrote lies anywhere in a home as they wrote it, outside the vault."""
    return scene.raw in everything(home, but="vault")


def _columns(con: Any) -> list[tuple[str, list[str]]]:
    query = "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() GROUP BY 1 ORDER BY 1"
    tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return [(name, columns) for name, columns in con.execute(query).fetchall() if name in tables]


def _export(folder: Path, day: str) -> Path:
    """A night of the sample, in whose every message of a customer's there is something to redact."""
    into = Path(shutil.copytree(SAMPLE / "helpdesk" / day, folder / "export" / day, dirs_exist_ok=True))
    staff = {user["id"] for user in _records(into / "users.ndjson") if user.get("role") != "end-user"}
    tickets = _records(into / "tickets.ndjson")
    for comment in (comment for ticket in tickets for comment in ticket.get("comments", [])):
        if comment["author_id"] not in staff:
            for part in ("body", "plain_body"):
                comment[part] = f"{comment.get(part) or ''}\nCall {RAW}."
    (into / "tickets.ndjson").write_text("".join(json.dumps(ticket) + "\n" for ticket in tickets), encoding="utf-8")
    return into


def _records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _first_night(folder: Path) -> Path:
    home = folder / "first"
    home.mkdir()
    (home / "ticketscout.toml").write_text(_TOML)
    tickets = _export(folder, NIGHTS[0])
    done = call(home, "nightly", f"--tickets={tickets}", f"--as-of={NIGHTS[0]}", "--engine=local", *CRM)
    assert done.returncode == 0, done.stderr
    return home


def _typed_into(home: Path) -> Path:
    """Outcomes typed into open lists, and one into a copy dropped into the inbox."""
    lists = sorted(home.glob("data/owners/*/open.csv"))
    for path, outcome in zip(lists, ("contacted", "accepted", "won"), strict=True):
        with open(path, encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        rows[0] |= {"outcome": outcome, "outcome_reason": "typed by hand"}
        into = path if outcome != "accepted" else home / "data" / "feedback" / "inbox" / "copy.csv"
        with open(into, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return home


def _asked(first: Path) -> Path:
    """The same home, in which questions were asked, one list of them outside the lists' folders."""
    home = Path(shutil.copytree(first, first.parent / "asked"))
    assert call(home, "review", "export", "--out", home / "questions.csv", "-n", "30").returncode == 0
    return home


def _in_pieces(first: Path) -> Path:
    """The same home, whose nights are parted so that workers have something to do."""
    home = Path(shutil.copytree(first, first.parent / "in-pieces"))
    with open(home / "ticketscout.toml", "a", encoding="utf-8") as toml:
        toml.write("[run]\npartition_mb = 0.004\n")
    return home


def _synced(folder: Path, desk: Helpdesk) -> Path:
    """A home that has read half of a helpdesk; the rest is there to be read."""
    home = home_of(folder / "sync", "zendesk", desk)
    whole, desk.tickets = desk.tickets, desk.tickets[:4]
    done = call(home, "sync", "--only-pull")
    assert done.returncode == 0, done.stderr
    desk.tickets = whole
    return home


def _sync_arguments(folder: Path) -> tuple[str, ...]:
    accounts = folder / "elmcrest.csv"
    accounts.write_text(
        "account_id,name,domain,owner_email\nA-elmcrest,Elmcrest,elmcrest.example,mia@tidewater.example\n"
    )
    return ("sync", "--as-of=2026-11-12", f"--accounts={accounts}")


def _heard(service: WebService) -> Callable[[], list[str]]:
    return lambda: [json.dumps(one, sort_keys=True) for one in service.told]
