"""Homes for tests: made empty, filled by an ingest in this process, or by the command in another."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

from pipeline import bundled
from pipeline.cli.app import main
from pipeline.config import Home, Settings
from pipeline.engine import Engine
from pipeline.schema import TABLES
from pipeline.steps.ingesting.ingest import IngestCounts, ingest
from pipeline.steps.keys import check_keys
from pipeline.warehouse import Connection, open_warehouse, single_writer
from tests.warm_start import started, ticketscout

SAMPLE = bundled.sample()
CRM = [f"--{file.stem}={file}" for file in sorted((SAMPLE / "crm").glob("*.csv"))]
NIGHTS = ("2026-11-19", "2026-11-20")
_SLOW = 300


def command(home: Path, *arguments: str | Path) -> list[str]:
    """The command line that users run, on `home`."""
    return [sys.executable, "-m", "pipeline.cli.app", *map(str, arguments), "--home", str(home)]


def night_arguments(day: str) -> list[str]:
    """A night of the sample."""
    return ["nightly", f"--tickets={SAMPLE / 'helpdesk' / day}", f"--as-of={day}", "--engine=local", *CRM]


def run(home: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end, in a process of its own that had a warm start."""
    words = [*map(str, arguments), "--home", str(home)]
    return ticketscout(words, cwd=bundled.sample().parents[1], env=_clean() | environment, timeout=_SLOW)


def start(home: Path, *arguments: str | Path) -> BaseProcess:
    """Starts the command in a process group of its own, whose streams nobody reads."""
    return started([*map(str, arguments), "--home", str(home)], cwd=SAMPLE.parents[1], env=_clean())


@contextmanager
def stopped_in(home: Path, arguments: list[str], moment: Callable[[], bool]) -> Iterator[BaseProcess]:
    """A command that stands still from `moment` on, and goes on in the end."""
    command = start(home, *arguments)
    assert command.pid
    while command.is_alive() and not moment():
        time.sleep(0.001)
    os.killpg(command.pid, signal.SIGSTOP)
    assert command.is_alive(), "it had ended before"
    try:
        yield command
    finally:
        os.killpg(command.pid, signal.SIGCONT)
        command.join()


def run_afresh(home: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in a Python of its own, with its own seed of hashes."""
    return subprocess.run(
        command(home, *arguments),
        capture_output=True,
        text=True,
        timeout=_SLOW,
        check=False,
        env=_clean() | environment,
        cwd=bundled.sample().parents[1],
    )


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TICKETSCOUT_")}


def call(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same as `run`, in this process: the command's own entry point, without the second that Python starts for."""
    out, err, argv, mask = io.StringIO(), io.StringIO(), sys.argv, os.umask(0o077)
    sys.argv = ["ticketscout", *map(str, arguments), "--home", str(home)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0
    finally:
        sys.argv = argv
        os.umask(mask)
    return subprocess.CompletedProcess(list(map(str, arguments)), code, out.getvalue(), err.getvalue())


@contextmanager
def warehouse(home: Path) -> Iterator[Connection]:
    """The home's warehouse, made on first use."""
    place = Home(home)
    with single_writer(place), open_warehouse(place) as con:
        yield con


def ingest_into(
    con: Connection,
    home: Path,
    *paths: Path,
    partition_mb: float = 8.0,
    teams: dict[str, str] | None = None,
    engine: Engine = "local",
    say_free: Callable[[], None] = lambda: None,
) -> IngestCounts:
    """Ingests, in this process if nothing else is said, one worker, and checks every key."""
    work = home / "work"
    for leftover in [work / "known.parquet", *work.glob("ingest/*")]:
        leftover.unlink(missing_ok=True)
    work.mkdir(exist_ok=True)
    settings = Settings(run={"partition_mb": partition_mb}, teams=teams or {})  # type: ignore[arg-type]
    counts = ingest(
        con,
        Home(home),
        settings,
        [str(path) for path in paths],
        source="auto",
        work=work,
        engine=engine,
        workers=1,
        dask_address=None,
        progress=lambda step, done, total: None,
        say_free=say_free,
    )
    check_keys(con)
    return counts


def write_lines(path: Path, records: list[Any], end: str = "\n") -> Path:
    """One JSON object a line; text stands as it is."""
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


def ticket(ticket_id: int | str, *said: str, hour: int = 9, **other: Any) -> dict[str, Any]:
    """A ticket of customer 20 as Zendesk exports it, with a comment for each thing said; `hour` is when it changed."""
    comments = [
        {
            "id": f"{ticket_id}{n}",
            "author_id": 20,
            "public": True,
            "created_at": f"2026-11-10T00:{n:02}:00Z",
            "plain_body": text,
        }
        for n, text in enumerate(said)
    ]
    return {
        "id": ticket_id,
        "subject": "A question",
        "status": "open",
        "requester_id": 20,
        "created_at": "2026-11-10T00:00:00Z",
        "updated_at": f"2026-11-10T{hour:02}:00:00Z",
        "comments": comments,
    } | other


def user(user_id: int, name: str, email: str, role: str = "end-user", **other: Any) -> dict[str, Any]:
    """A row of the users file."""
    return {"id": user_id, "name": name, "email": email, "role": role} | other


def published(home: Path) -> dict[str, Any]:
    """Everything that nights left for people, by path: bytes, and manifests without their durations."""
    files: dict[str, Any] = {}
    for folder in ("digests", "owners"):
        for file in sorted((home / "data" / folder).rglob("*")):
            if file.is_file():
                content: Any = file.read_bytes()
                if file.name == "manifest.json":
                    content = {key: value for key, value in json.loads(content).items() if key != "durations"}
                files[str(file.relative_to(home))] = content
    return files


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence that a failed command ends with."""
    assert "Traceback" not in done.stderr + done.stdout
    lines = done.stderr.rstrip("\n").split("\n")
    assert lines[-1].startswith("ticketscout: "), done.stderr
    assert not any(line.startswith("ticketscout: ") for line in lines[:-1])
    assert lines[-1].endswith(".") and len(lines[-1]) > 30
    return lines[-1]


def row_counts(home: Path) -> dict[str, int]:
    """Rows by kept table; a warehouse that was never made has none."""
    if not (home / "data" / "warehouse.duckdb").exists():
        return {}
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        counts = {name: con.execute(f"SELECT count(*) FROM {name}").fetchone() for name in TABLES}
    return {name: row[0] for name, row in counts.items() if row and row[0]}
