"""Homes with faults, each made by what makes it in life: files put there, commands run, killed or standing still, other
programs, a checkout and packages as they lie on a disk. `scenes` are what the doctor said of each."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipeline import bundled
from pipeline.config import Home, Settings
from pipeline.privacy.attaching import KEY
from pipeline.privacy.vault import open_vault
from pipeline.steps.doctor.examine import examine
from pipeline.steps.watching.watch import watch
from tests.contract.forgotten_world import ADDRESS, export, read, write
from tests.contract.homes import call, start, warehouse
from tests.faults import stopped
from tests.warm_start import SERVER, command
from tests.watch_year import broken, fill_year

Rows = list[dict[str, str]]
ROOT = bundled.sample().parents[1]
SPEC = bundled.sample() / "own_signal" / "contract_request.toml"
MODEL = "churn_risk"
DELIVER = '[[deliver]]\nname = "team"\nurl_env = "TEAM_URL"\nsend = ["digest"]\n'
LONG_KEY = "a long key for a test of the vault"
NOBODY_THERE = "json://127.0.0.1:9"
# A program of somebody's that has both databases open.
_OPEN = (
    "import duckdb, sys; held = [duckdb.connect(name) for name in sys.argv[1:]]; print(1, flush=True); sys.stdin.read()"
)


def said(done: subprocess.CompletedProcess[str]) -> Rows:
    """What the doctor found; it says in its exit code whether anything is wrong."""
    assert not done.stderr
    rows: Rows = json.loads(done.stdout)["checks"]
    assert done.returncode == (1 if any(row["state"] == "wrong" for row in rows) else 0), rows
    return rows


def doctor(home: Path) -> Rows:
    return said(call(home, "doctor", "--json"))


def scenes(place: Path, finished: Path) -> Iterator[tuple[str, Rows]]:
    """What is said of homes below `place`, by what is the matter with them; several things where one call tells all."""

    def copied(home: Path, name: str) -> Path:
        return Path(shutil.copytree(home, place / name))

    yield "nothing", doctor(finished)
    yield "no folder", doctor(place / "nowhere")
    yield "files as others left them", _carelessly_kept(copied(finished, "careless"))
    yield "files that are damaged", _damaged(copied(finished, "damaged"))
    yield "a newer release's warehouse", _newer(copied(finished, "newer"))
    yield "a folder for reading alone", _for_reading(copied(finished, "reading"))
    with _environment({KEY: LONG_KEY}):
        yield "a night long ago", _rows(examine(Home(finished), datetime(2099, 1, 1)))
    yield "another vault", _other_vault(copied(finished, "vault"))
    yield from _small(place)
    yield "an unusual night", _unusual(place / "unusual")
    yield from _installed(place)


def _carelessly_kept(home: Path) -> Rows:
    (home / "data").chmod(0o755)
    (home / "data" / "vault.duckdb").chmod(0o644)
    (home / "data" / "unfinished-01234567.duckdb").touch()
    (home / "models" / "signals").mkdir(parents=True)
    (home / "models" / "signals" / "ours.toml").write_text("name = 1")
    (home / "marks.csv").write_text("colour\nred\n")
    (home / "ticketscout.toml").write_text(f'{DELIVER}[crm]\ncompetitors = "gone.csv"\nopt_outs = "marks.csv"\n')
    # A file with a hole as large as what is free: takes no room.
    os.truncate(home / "data" / "warehouse.duckdb", shutil.disk_usage(home).free)
    return doctor(home)


def _damaged(home: Path) -> Rows:
    (home / "ticketscout.toml").write_text("caps = [")
    os.truncate(home / "data" / "warehouse.duckdb", 5000)
    _encrypt(home)
    shutil.copytree(bundled.starter_models() / MODEL, home / "models" / MODEL)
    os.truncate(home / "models" / MODEL / "model.npz", 1000)
    (home / "models" / "signals").mkdir()
    shutil.copy(SPEC, home / "models" / "signals")
    return doctor(home)


def _newer(home: Path) -> Rows:
    """No command of this release writes such a number."""
    with duckdb.connect(str(home / "data" / "warehouse.duckdb")) as con:
        con.execute("UPDATE meta SET version = 99")
    (home / "ticketscout.toml").write_text("colour = 1")
    with _environment({KEY: "short"}):
        return doctor(home)


def _encrypt(home: Path) -> None:
    with _environment({KEY: LONG_KEY}), open_vault(home / "data" / "vault.duckdb"):
        pass


def _other_vault(home: Path) -> Rows:
    (home / "data" / "vault.duckdb").unlink()
    duckdb.connect(str(home / "data" / "vault.duckdb")).close()
    (home / "data" / "vault.duckdb").chmod(0o600)
    (home / "ticketscout.toml").mkdir()
    return doctor(home)


def _for_reading(home: Path) -> Rows:
    """The vault is encrypted, and its key there."""
    _encrypt(home)
    for folder in (home / "data", home):
        folder.chmod(0o500)
    out, err = home.parent / "reading.out", home.parent / "reading.err"
    arguments = ["doctor", "--json", "--home", str(home)]
    process = SERVER.Process(
        target=_as_anybody, args=(arguments, str(ROOT), {**os.environ, KEY: LONG_KEY}, str(out), str(err))
    )
    process.start()
    process.join()
    for folder in (home, home / "data"):
        folder.chmod(0o700)
    return said(subprocess.CompletedProcess(arguments, process.exitcode or 0, out.read_text(), err.read_text()))


def _as_anybody(arguments: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> None:
    """As a user whom the modes of files bind: root gives up the right to pass over them (capabilities(7): version 3,
    this process, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH)."""
    if os.geteuid() == 0 and sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        who = (ctypes.c_uint32 * 2)(0x20080522, 0)
        rights = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice, for rights over 31
        assert libc.capget(who, rights) == 0
        rights[0], rights[1] = rights[0] & ~0b110, rights[1] & ~0b110
        assert libc.capset(who, rights) == 0
    command(arguments, cwd, env, out, err)


def _small(place: Path) -> Iterator[tuple[str, Rows]]:
    """A home of a few tickets without accounts, one of them broken; somebody is forgotten from whom a model learnt."""
    (place / "export").mkdir()
    folder, home = export(place / "export"), place / "small"
    (home / "data" / "feedback" / "inbox").mkdir(parents=True)
    (home / "data").chmod(0o700)
    (home / "data" / "feedback" / "inbox" / "odd.csv").write_text("a,b\n1,2\n")
    (home / "ticketscout.toml").write_text(DELIVER)
    assert call(home, "ingest", "--tickets", folder, "--engine=local").returncode == 1  # more was set aside than may be
    night = ["nightly", "--tickets", folder, "--as-of=2026-11-12", "--engine=local"]
    yield from _at_work(home, night)
    with _environment({"TEAM_URL": NOBODY_THERE}):
        assert call(home, *night).returncode == 1
        yield "a bad night", doctor(home)
    (home / "ticketscout.toml").write_text(f"tolerate = 0.5\n{DELIVER}")
    shutil.copytree(bundled.starter_models() / MODEL, home / "models" / MODEL)
    questions = home / "questions.csv"
    assert call(home, "review", "export", "--out", questions, "-n", "20").returncode == 0
    write(questions, [row | {"decision": "yes"} for row in read(questions)])
    assert call(home, "review", "import", questions).returncode == 0
    forget = ["forget", "--email", ADDRESS, "--home", str(home)]
    assert stopped.run(home, forget, place / "log", at="erase_found: before erase_found").was_killed
    yield "an erasure that was killed", doctor(home)
    assert call(home, *forget[:3]).returncode == 0
    yield "somebody was forgotten", doctor(home)


def _at_work(home: Path, arguments: Sequence[str | Path]) -> Iterator[tuple[str, Rows]]:
    """A night that stands still, beside it a program that has both databases open for writing; then it is killed."""
    night = start(home, *arguments)
    assert night.pid
    while night.is_alive() and not any(home.glob("data/unfinished-*.duckdb")):
        time.sleep(0.001)
    os.killpg(night.pid, signal.SIGSTOP)
    names = [str(home / "data" / name) for name in ("warehouse.duckdb", "vault.duckdb")]
    program = subprocess.Popen([sys.executable, "-c", _OPEN, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with program:
        assert program.stdin and program.stdout and program.stdout.readline() == b"1\n"
        yield "a night at work", doctor(home)
        program.stdin.close()
    os.killpg(night.pid, signal.SIGKILL)
    night.join()
    yield "a night that was killed", doctor(home)


def _unusual(home: Path) -> Rows:
    """Half a month of a made-up helpdesk, watched night by night; in the last its export was empty."""
    with warehouse(home) as con:
        nights = fill_year(con, seed=1, days=17, signals=("unmet_need",))
        con.execute("DELETE FROM nights WHERE as_of > ?", [nights[-1]])
        for night in nights[:-1]:
            watch(con, Home(home), Settings(), night, _nobody)
        with broken(con, nights[-1], "an export is empty"):
            watch(con, Home(home), Settings(), nights[-1], _nobody)
    return doctor(home)


def _nobody(_: object) -> None:
    raise AssertionError("nothing is scored again unless the settings ask for it")


def _installed(place: Path) -> Iterator[tuple[str, Rows]]:
    """A checkout of its own beside packages as they were installed: links to those that are, without some."""
    checkout, site = place / "checkout", place / "site"
    shutil.copytree(ROOT / "pipeline", checkout / "pipeline")
    (checkout / "models").mkdir()
    for one in (ROOT / "models").iterdir():
        (checkout / "models" / one.name).symlink_to(one)
    (checkout / "models" / "facts").unlink()
    (checkout / "models" / "facts").mkdir()
    (checkout / "models" / "facts" / "seats.toml").write_text("not = [TOML")
    others = "".join(
        f"{name}==0.0.1 \\\n    --hash=sha256:0\n" for name in ("rich", "typer", "numpy", "duckdb", "pydantic")
    )
    (checkout / "requirements").mkdir()
    (checkout / "requirements" / "base.txt").write_text(f"jinja2==0.0.1 ; python_full_version < '3.9' \\\n{others}")
    site.mkdir()
    for one in Path(sysconfig.get_paths()["purelib"]).iterdir():
        (site / one.name).symlink_to(one)
    (installed,) = site.glob("ticketscout-*.dist-info")
    next(site.glob("apprise-*.dist-info")).unlink()
    old = next(site.glob("pyarrow-*.dist-info"))
    metadata = (old / "METADATA").read_text(encoding="utf-8")
    old.unlink()
    old.mkdir()
    (old / "METADATA").write_text(metadata.replace("\nVersion: ", "\nVersion: 0.", 1))
    home = place / "installed"
    home.mkdir()
    environment = {"PYTHONPATH": f"{checkout}{os.pathsep}{site}", "PATH": os.environ["PATH"]}
    doctor_s = [sys.executable, "-S", "-m", "pipeline.cli.app", "doctor", "--json", "--home", str(home)]
    how: Mapping[str, object] = {"env": environment, "cwd": place, "capture_output": True, "text": True}
    yield "packages of other versions", said(subprocess.run(doctor_s, **how))  # type: ignore[call-overload]
    installed.unlink()
    yield "not installed", said(subprocess.run(doctor_s, **how))  # type: ignore[call-overload]


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


def _rows(found: list[tuple[str, object]]) -> Rows:
    return [{"check": name, **{key: getattr(one, key) for key in ("state", "what", "mend")}} for name, one in found]
