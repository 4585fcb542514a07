"""What a user can get wrong, through the command line: its exit code, one sentence at the end, nothing half done."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.schema import TABLES
from tests.contract.homes import NIGHTS, SAMPLE, call, command, published, run, ticket, user, warehouse, write_lines

AS_OF = "--as-of=2026-11-12"
ACCOUNTS = "account_id,name,domain\nA-1,Elmcrest,elmcrest.example\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    write_lines(folder / "tickets.ndjson", [ticket(1, "Hello."), ticket(2, "Good day.")])
    write_lines(folder / "users.ndjson", [user(20, "Nora Quist", "nora@elmcrest.example")])
    (folder / "accounts.csv").write_text(ACCOUNTS)
    return folder


def _sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence that a failed command ends with."""
    assert "Traceback" not in done.stderr + done.stdout
    lines = done.stderr.rstrip("\n").split("\n")
    assert lines[-1].startswith("ticketscout: "), done.stderr
    assert not any(line.startswith("ticketscout: ") for line in lines[:-1])
    assert lines[-1].endswith(".") and len(lines[-1]) > 30
    return lines[-1]


def _rows(home: Path) -> dict[str, int]:
    """Rows by kept table; a warehouse that was never made has none."""
    if not (home / "data" / "warehouse.duckdb").exists():
        return {}
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        counts = {name: con.execute(f"SELECT count(*) FROM {name}").fetchone() for name in TABLES}
    return {name: row[0] for name, row in counts.items() if row and row[0]}


def _missing(export: Path) -> list[str]:
    return ["--tickets", str(export / "no-such-file.ndjson")]


def _missing_glob(export: Path) -> list[str]:
    return ["--tickets", str(export / "*.nothing")]


def _other_format(export: Path) -> list[str]:
    (export / "tickets.ndjson").write_bytes(b"%PDF-1.7\n\x00\x01\x02\n")
    return ["--tickets", str(export / "tickets.ndjson")]


def _other_json(export: Path) -> list[str]:
    write_lines(export / "tickets.ndjson", [{"conversation": 1, "text": "Hello."}])
    return ["--tickets", str(export / "tickets.ndjson")]


def _empty_folder(export: Path) -> list[str]:
    (export / "empty").mkdir()
    return ["--tickets", str(export / "empty")]


def _empty_file(export: Path) -> list[str]:
    (export / "empty").touch()
    return ["--tickets", str(export / "empty")]


def _only_users(export: Path) -> list[str]:
    return ["--tickets", str(export / "users.ndjson")]


def _unknown_source(export: Path) -> list[str]:
    return ["--tickets", str(export), "--source", "fax"]


def _no_account_name(export: Path) -> list[str]:
    (export / "accounts.csv").write_text("account_id,company\nA-1,Elmcrest\n")
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _no_accounts_file(export: Path) -> list[str]:
    return ["--tickets", str(export), "--accounts", str(export / "none.csv")]


def _accounts_are_a_folder(export: Path) -> list[str]:
    return ["--tickets", str(export), "--accounts", str(export)]


def _accounts_are_empty(export: Path) -> list[str]:
    (export / "accounts.csv").write_text("")
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _accounts_are_a_picture(export: Path) -> list[str]:
    (export / "accounts.csv").write_bytes(bytes(range(256)) * 20)
    return ["--tickets", str(export), "--accounts", str(export / "accounts.csv")]


def _bad_day(export: Path) -> list[str]:
    return ["--tickets", str(export), "--as-of", "2026-02-30"]


def _day_in_words(export: Path) -> list[str]:
    return ["--tickets", str(export), "--as-of", "yesterday"]


def _unknown_engine(export: Path) -> list[str]:
    return ["--tickets", str(export), "--engine", "steam"]


def _negative_workers(export: Path) -> list[str]:
    return ["--tickets", str(export), "--workers", "-2"]


def _no_tickets(export: Path) -> list[str]:
    return ["--accounts", str(export / "accounts.csv")]


def _unknown_option(export: Path) -> list[str]:
    return ["--tickets", str(export), "--fast"]


WRONG: dict[Callable[[Path], list[str]], str] = {
    _missing: "no-such-file.ndjson", _missing_glob: "*.nothing", _other_format: "tickets.ndjson", _other_json: "tickets.ndjson",
    _empty_folder: "no tickets", _empty_file: "empty", _only_users: "no tickets", _unknown_source: "zendesk",
    _no_account_name: "'name'", _no_accounts_file: "none.csv", _accounts_are_a_folder: "export", _accounts_are_empty: "accounts.csv",
    _accounts_are_a_picture: "accounts.csv", _bad_day: "2026-02-30", _day_in_words: "yesterday", _unknown_engine: "processes",
    _negative_workers: "--workers", _no_tickets: "--tickets", _unknown_option: "--fast",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__.strip("_"))
def test_wrong_use_is_named_and_nothing_is_written(wrong: Callable[[Path], list[str]], export: Path, tmp_path: Path) -> None:
    arguments = wrong(export)
    as_of = [] if "--as-of" in arguments else [AS_OF]
    home = tmp_path / "home"
    done = call(home, "nightly", *as_of, *arguments)

    assert done.returncode == 2, done.stderr
    assert WRONG[wrong] in _sentence(done)
    assert _rows(home) == {}
    assert not any(home.glob("data/digests/*")) and not any(home.glob("data/owners/*")) and not (home / "work").exists()


@pytest.mark.parametrize(("toml", "named"), [
    ("tolerat = 0.5\n", "tolerat"), ("[caps]\nlead = 3\n", "caps.lead"), ("tolerate = 7\n", "tolerate"), ("tolerate = \n", "TOML"),
    ("[rules.be_nice]\nenabled = true\n", "be_nice"), ("[rules.vulnerable]\ndays = 3\n", "vulnerable"),
    ("[run]\nengine = 'steam'\n", "run.engine"), ("[crm]\naccounts = 'none.csv'\n", "none.csv"), ("[run]\nmemory_limit = 'much'\n", "memory_limit"),
])
def test_wrong_configuration_is_named_and_nothing_is_written(toml: str, named: str, export: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "ticketscout.toml").write_text(toml)
    done = call(home, "nightly", AS_OF, "--tickets", export)
    assert done.returncode == 2, done.stderr
    assert named in _sentence(done)
    assert _rows(home) == {}


def test_unknown_environment_variable_is_named(export: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, TICKETSCOUT_TOLERATED="1")
    assert done.returncode == 2
    assert "TICKETSCOUT_TOLERATED" in _sentence(done)


def test_bad_records_are_set_aside_and_counted_and_the_rest_is_published(export: Path, tmp_path: Path) -> None:
    records: list[Any] = [
        ticket(1, "Hello."), '{"id": 2, "status": "open", "requester_id": 20, "comm', ticket(3), ticket(4, "Last."), "[]",
        {**ticket(5, "When?"), "updated_at": None, "created_at": None}, ticket(6, "Gone.", status="deleted"), ticket(1, "Hello again.", hour=10),
    ]
    path = write_lines(export / "tickets.ndjson", records)
    path.write_bytes(path.read_bytes() + b'{"id": 7, "subject": "caf\xe9", "status": "open"}\n')
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, "--accounts", export / "accounts.csv")

    assert done.returncode == 1, done.stderr
    counts = _manifest(tmp_path / "home")["counts"]
    aside = {reason: one["count"] for reason, one in counts["set_aside"].items()}
    assert aside == {"bad_encoding": 1, "bad_json": 1, "not_an_object": 1, "no_time": 1, "deleted": 1, "superseded": 1}
    assert counts["read"] == 9 == counts["stored"] + sum(aside.values())
    assert counts["tickets"] == 3  # 1, 3 without a word in it, 4
    assert "set aside" in done.stderr and "Traceback" not in done.stderr
    assert "more than 1%" in _sentence(done)


def test_tolerated_share_of_bad_records_ends_well(export: Path, tmp_path: Path) -> None:
    write_lines(export / "tickets.ndjson", [ticket(1, "Hello."), "{"])
    done = run(tmp_path / "home", "nightly", AS_OF, "--tickets", export, TICKETSCOUT_TOLERATE="0.5")
    assert done.returncode == 0, done.stderr
    assert _manifest(tmp_path / "home")["counts"]["set_aside"]["bad_json"]["count"] == 1


def test_second_run_at_the_same_time_is_refused_and_names_the_first(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    before = published(home)
    holder = "import sys, time; from pathlib import Path; from pipeline.config import Home; from pipeline.warehouse import single_writer\n" \
        "with single_writer(Home(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [command(home)[0], "-c", holder, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=SAMPLE.parents[1]
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
        first.communicate("")
    assert done.returncode == 3
    assert f"process {first.pid}" in _sentence(done)
    assert published(home) == before
    assert run(home, "status").returncode == 0  # the lock goes with its holder


def test_warehouse_of_a_newer_release_is_left_alone(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    with warehouse(home) as con:
        con.execute("UPDATE meta SET version = version + 1")
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 2
    assert "version" in _sentence(done)
    assert published(home) == published(first_night)


@pytest.mark.parametrize("file", ["warehouse.duckdb", "vault.duckdb"])
def test_damaged_database_is_named_and_not_replaced(file: str, first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    (home / "data" / file).write_bytes(b"not a database at all" * 1000)
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 3
    _sentence(done)
    assert (home / "data" / file).read_bytes().startswith(b"not a database")
    assert published(home) == published(first_night)


def test_night_before_the_last_one_is_refused(finished: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(finished)
    before = _rows(home)
    done = run(home, "nightly", f"--as-of={NIGHTS[0]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[0])
    assert done.returncode == 2
    assert NIGHTS[1] in _sentence(done)
    assert published(home) == published(finished)
    assert _rows(home) == before


def test_home_that_cannot_be_written_is_named(export: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run(tmp_path / "file" / "home", "nightly", AS_OF, "--tickets", export)
    assert done.returncode == 2
    assert "home" in _sentence(done)


@pytest.mark.parametrize("arguments", [["explain", "L-nothing"], ["feedback", "import", "none.csv"], ["no-such-command"], ["explain"]])
def test_other_commands_end_in_one_sentence_too(arguments: list[str], first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    done = call(copy_of(first_night), *arguments)
    assert done.returncode == 2
    _sentence(done)


def test_list_that_is_none_is_refused_by_name(first_night: Path, copy_of: Callable[[Path], Path], tmp_path: Path) -> None:
    wrong = tmp_path / "other.csv"
    wrong.write_text("name,amount\nElmcrest,3\n")
    done = run(copy_of(first_night), "feedback", "import", wrong)
    assert done.returncode == 2
    assert "lead_id" in _sentence(done)


def test_interrupted_night_says_that_running_again_is_safe(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_night)
    arguments = ["nightly", f"--as-of={NIGHTS[1]}", "--engine=local", f"--tickets={SAMPLE / 'helpdesk' / NIGHTS[1]}"]
    with subprocess.Popen(
        command(home, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=SAMPLE.parents[1]
    ) as night:
        while not (home / "work").exists() and night.poll() is None:
            time.sleep(0.01)
        night.send_signal(signal.SIGINT)
        out, err = night.communicate()
    assert night.returncode == 3
    assert "safe" in _sentence(subprocess.CompletedProcess(arguments, 3, out, err))
    assert not (home / "work").exists()


def _manifest(home: Path) -> dict[str, Any]:
    file, = home.glob("data/digests/*/manifest.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_a_disk_that_is_full_leaves_the_last_digest(first_night: Path, copy_of: Callable[[Path], Path]) -> None:
    """A full disk is played by a folder that nothing can be written into."""
    home = copy_of(first_night)
    shutil.rmtree(home / "work", ignore_errors=True)
    (home / "work").write_text("in the way")
    done = run(home, "nightly", f"--as-of={NIGHTS[1]}", "--tickets", SAMPLE / "helpdesk" / NIGHTS[1])
    assert done.returncode == 3
    assert "work" in _sentence(done)
    assert published(home) == published(first_night)
