"""One run writes, anybody reads: readers block no night and see no half of one; a second night waits or says for whom
it would."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipeline import schema
from pipeline.config import Home
from pipeline.errors import BadConfiguration
from pipeline.unfinished import unfinished
from pipeline.warehouse import open_to_read, warehouse_files
from tests.contract.homes import NIGHTS, call, night_arguments, published, run, sentence, start, stopped_in, warehouse

Copy = Callable[[Path], Path]
SECOND = night_arguments(NIGHTS[1])
_NOTEBOOK = """
import sys
import duckdb
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
for line in sys.stdin:
    print(con.execute("SELECT max(as_of) FROM nights").fetchone()[0], flush=True)
"""


class _Notebook:
    """A Python of its own that has the warehouse open and says, when asked, which night it sees."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def sees(self) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def _notebook(home: Path, how: str = "read") -> Iterator[_Notebook]:
    command = [sys.executable, "-c", _NOTEBOOK, str(home / "data" / "warehouse.duckdb"), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield _Notebook(process)
        assert process.stdin
        process.stdin.close()


def test_a_notebook_left_open_blocks_no_night_and_keeps_what_it_opened(
    first_night: Path, finished: Path, copy_of: Copy
) -> None:
    home = copy_of(first_night)
    with _notebook(home) as before:
        assert before.sees() == NIGHTS[0]
        assert call(home, *SECOND).returncode == 0
        assert before.sees() == NIGHTS[0]
        with _notebook(home) as after:
            assert after.sees() == NIGHTS[1]
    assert published(home) == published(finished)


def test_who_looks_during_a_night_sees_the_last_one_whole(first_night: Path, finished: Path, copy_of: Copy) -> None:
    """Decided and half published, but not ended; one command and one notebook of each kind, and another night."""
    home = copy_of(first_night)
    with stopped_in(home, SECOND, lambda: (home / "data" / "digests" / f".{NIGHTS[1]}.new").exists()) as night:
        for looking in (("account", "A-1001"), ("models", "churn_risk")):
            seen, before = call(home, *looking), call(first_night, *looking)
            assert (seen.returncode, seen.stdout) == (0, before.stdout)
        said = call(home, "status")
        assert said.returncode == 0 and f"last night: {NIGHTS[0]}" in said.stdout
        assert f"at work: process {night.pid}, ticketscout nightly, since 2" in said.stdout
        with _notebook(home) as notebook:
            assert notebook.sees() == NIGHTS[0]
        second = run(home, *SECOND)
        assert second.returncode == 3
        assert f"process {night.pid}, ticketscout nightly, since 2" in sentence(second)
        waited = run(home, *SECOND, "--wait", "0.3")
        assert waited.returncode == 3 and "waiting 0.3 s at most for another run: process" in waited.stderr
    assert night.exitcode == 0
    assert published(home) == published(finished)


def test_a_second_night_waits_for_the_first_and_then_changes_nothing(
    first_night: Path, finished: Path, copy_of: Copy
) -> None:
    home = copy_of(first_night)
    night = start(home, *SECOND)
    while not (home / "work").exists():
        time.sleep(0.001)
    second = run(home, *SECOND, "--wait", "120")
    night.join()
    assert (night.exitcode, second.returncode) == (0, 0), second.stderr
    assert "waiting 120 s at most for another run: process" in second.stderr
    assert published(home) == published(finished)


def test_what_a_stopped_run_had_read_is_gone_on_with_and_seen_by_nobody_before(
    first_night: Path, copy_of: Copy, finished: Path
) -> None:
    home = copy_of(first_night)
    assert call(home, "nightly", "--as-of=2026-11-18", SECOND[1]).returncode == 2  # wrote nothing, leaves nothing
    assert unfinished(Home(home)) is None
    with stopped_in(home, SECOND, lambda: any(home.glob("work/*/score"))) as night:
        assert night.pid
        os.killpg(night.pid, signal.SIGKILL)
    left = unfinished(Home(home))
    assert left and left.stat().st_mode & 0o777 == 0o600
    assert left in warehouse_files(Home(home))
    said = call(home, "status").stdout
    assert "a run was stopped before its end" in said and f"last night: {NIGHTS[0]}" in said
    with open_to_read(Home(home)) as con, duckdb.connect(str(left), read_only=True) as further:
        count = "SELECT count(*) FROM tickets"
        assert further.execute(count).fetchone() > con.execute(count).fetchone()
    assert call(home, *SECOND).returncode == 0
    assert published(home) == published(finished)
    assert warehouse_files(Home(home)) == [home / "data" / "warehouse.duckdb"]


def test_a_backup_put_back_beside_what_a_stopped_run_left_is_not_passed_over(
    first_night: Path, finished: Path, copy_of: Copy
) -> None:
    home = copy_of(finished)
    data = home / "data"
    shutil.copy(data / "warehouse.duckdb", data / "unfinished-0123abcd.duckdb")
    shutil.copy(first_night / "data" / "warehouse.duckdb", data / "warehouse.duckdb")
    done = call(home, "nightly", "--as-of=2026-11-21", *SECOND[1:2])
    assert done.returncode == 2 and "unfinished-0123abcd.duckdb" in sentence(done)
    (data / "unfinished-0123abcd.duckdb").unlink()
    assert call(home, "decide", "--as-of=2026-11-21").returncode == 0


def test_a_program_that_writes_into_the_warehouse_is_named(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    with _notebook(home, "write") as notebook:
        notebook.sees()
        done = run(home, *SECOND)
        assert done.returncode == 3 and f"process {notebook.process.pid}" in sentence(done)


def test_nobody_writes_into_the_warehouse_while_it_is_copied(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    file, copying = home / "data" / "warehouse.duckdb", home / "data" / ".unfinished.copying"
    with open(file, "ab") as stream:  # so large that the copy takes its time; DuckDB looks at none of it
        stream.truncate(512 << 20)
    with stopped_in(home, SECOND, copying.exists) as night:
        assert copying.exists() and copying.stat().st_size < 512 << 20, "it was copied before"
        with _notebook(home, "write") as writer:
            assert writer.sees() == "", "another program opened it for writing"
    assert night.exitcode == 0
    with _notebook(home, "write") as writer:
        assert writer.sees() == NIGHTS[1]


def test_a_log_that_an_earlier_release_left_is_taken_along(first_night: Path, copy_of: Copy) -> None:
    """It wrote where the warehouse lies; killed, it left DuckDB's log beside it."""
    home = copy_of(first_night)
    file = home / "data" / "warehouse.duckdb"
    dies = "import os, sys, duckdb\ncon = duckdb.connect(sys.argv[1])\n" + (
        "con.execute(\"INSERT INTO remembered VALUES ('kept', 'yes')\")\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", dies, str(file)], check=False)
    assert file.with_name("warehouse.duckdb.wal").exists()
    assert call(home, "decide", "--as-of=2026-11-20").returncode == 0
    assert warehouse_files(Home(home)) == [file]
    with open_to_read(Home(home)) as con:
        assert con.execute("SELECT value FROM remembered WHERE name = 'kept'").fetchone() == ("yes",)


_MOVED = "UPDATE accounts SET name = name || ' (moved)'"


def test_an_earlier_version_is_migrated_and_a_copy_of_it_kept(
    first_night: Path, finished: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a migration made up for this, as no version was raised yet; it is run as a real one would be."""
    home = copy_of(first_night)
    (home / "data" / "warehouse.duckdb").chmod(0o640)
    monkeypatch.setitem(schema.MIGRATIONS, schema.VERSION, f"{_MOVED}; DROP TABLE wishes")
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(BadConfiguration, match="run nightly first"), open_to_read(Home(home)):
        pass
    with warehouse(home) as con:
        assert con.execute("SELECT max(version) FROM meta").fetchone() == (schema.VERSION,)
        assert con.execute("SELECT count(*) FROM accounts WHERE name NOT LIKE '% (moved)'").fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM wishes").fetchone() == (0,), "made anew, as it is declared"
    (copy,) = home.glob("data/warehouse.duckdb.v*")
    assert copy.name == f"warehouse.duckdb.v{schema.VERSION - 1}" and copy.stat().st_mode & 0o777 == 0o600
    assert copy in warehouse_files(Home(home))
    with duckdb.connect(str(copy), read_only=True) as con:
        assert con.execute("SELECT max(version) FROM meta").fetchone() == (schema.VERSION - 1,)
        assert con.execute("SELECT count(*) FROM accounts WHERE name LIKE '% (moved)'").fetchone() == (0,)
    with warehouse(home) as con:  # once
        assert con.execute("SELECT count(*) FROM accounts WHERE name LIKE '%(moved) (moved)'").fetchone() == (0,)


def test_a_migration_that_fails_leaves_everything_as_it_was(
    first_night: Path, copy_of: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(first_night)
    before = (home / "data" / "warehouse.duckdb").read_bytes()
    broken = "UPDATE accounts SET name = 'gone'; UPDATE accounts SET no_such_column = 1"
    with monkeypatch.context() as patched:
        patched.setitem(schema.MIGRATIONS, schema.VERSION, broken)
        patched.setattr(schema, "VERSION", schema.VERSION + 1)
        assert call(home, "decide", "--as-of=2026-11-20").returncode == 3
    assert (home / "data" / "warehouse.duckdb").read_bytes() == before
    assert call(home, "decide", "--as-of=2026-11-20").returncode == 0


def test_columns_that_an_earlier_release_did_not_have_are_added(first_night: Path, copy_of: Copy) -> None:
    home = copy_of(first_night)
    with warehouse(home) as con:
        con.execute("ALTER TABLE leads DROP COLUMN contact_id")
        before = con.execute("SELECT count(*) FROM leads").fetchone()
    with warehouse(home) as con:
        assert con.execute("SELECT count(*) FROM leads WHERE contact_id IS NULL").fetchone() == before != (0,)


def test_a_home_of_few_rows_takes_one_core_however_many_tables_it_has(finished: Path, copy_of: Copy) -> None:
    """Tables take room for rows that they do not have: its file is 34 MB."""
    with open_to_read(Home(finished)) as con:
        assert con.execute("SELECT current_setting('threads')").fetchone() == (1,)
    home = copy_of(finished)
    with warehouse(home) as con:
        con.execute("INSERT INTO remembered SELECT 'row ' || range, '' FROM range(200_000)")
    with open_to_read(Home(home)) as con, duckdb.connect() as other:
        threads = "SELECT current_setting('threads')"
        assert con.execute(threads).fetchone() == other.execute(threads).fetchone()
