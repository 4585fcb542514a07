"""What flow tests share: the sample's places, a day's files, what Prefect's database holds."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pipeline
from pipeline import bundled

ROOT = Path(pipeline.__file__).resolve().parents[1]
DAY = "2026-11-19"
TICKETS = bundled.sample() / "helpdesk" / DAY
CRM = {file.stem: file for file in sorted((bundled.sample() / "crm").glob("*.csv"))}


def run_module(home: Path, elsewhere: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """`python -m flows.nightly` on the sample's first night, for somebody who has never used Prefect."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(elsewhere), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "flows.nightly", "--home", home, "--tickets", TICKETS, "--as-of", DAY, *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300, check=False)


def published(home: Path) -> dict[str, Any]:
    """Everything that a night left for people, by path: bytes, and the manifest without its durations."""
    files: dict[str, Any] = {}
    for folder in ("digests", "owners"):
        for file in sorted((home / "data" / folder).rglob("*")):
            if file.is_file():
                files[str(file.relative_to(home))] = file.read_bytes()
    manifest = f"data/digests/{DAY}/manifest.json"
    files[manifest] = {key: value for key, value in json.loads(files[manifest]).items() if key != "durations"}
    return files


def wait_for(what: Callable[[], Any], seconds: float, why: str) -> Any:
    """The first true answer of `what`; fails with `why` after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} s in vain: {why}")


def rows(database: Path, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of Prefect's database, read beside the running server."""
    con = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        return con.execute(query, parameters).fetchall()
    finally:
        con.close()


def words_of(database: Path) -> str:
    """All that the database says: every cell, and the bytes of its files, as plain words."""
    parts: list[str] = []
    for (table,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        parts += [" ".join(_text(cell) for cell in row) for row in rows(database, f'SELECT * FROM "{table}"')]
    parts += [_text(file.read_bytes()) for file in sorted(database.parent.glob(f"{database.name}*"))]
    return as_words("\n".join(parts))


def sample_sentences() -> list[str]:
    """Sentences of the sample's messages and its subjects, as plain words."""
    texts: list[str] = []
    for line in (TICKETS / "tickets.ndjson").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        texts += [ticket["subject"], *(comment["plain_body"] for comment in ticket["comments"])]
    sentences = {as_words(part) for text in texts for part in re.split(r"[.!?\n]", text)}
    return sorted(sentence for sentence in sentences if len(sentence.split()) >= 4)


def as_words(text: str) -> str:
    """Lower-case words with one space between them, JSON's escapes undone."""
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return " ".join(re.findall(r"\w+", re.sub(r"\\+[nrt]", " ", text).lower()))


def _text(cell: Any) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
