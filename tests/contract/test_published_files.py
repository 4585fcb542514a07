"""What a night publishes: the same bytes each time, on every engine, and lists that every reader reads alike."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.digest.folder import checksum
from pipeline.digest.outputs import OUTPUTS
from tests.contract.homes import NIGHTS, call, night_arguments, published, run_afresh, ticket, write_lines

Copy = Callable[[Path], Path]


def test_same_night_twice_gives_the_same_bytes(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    done = call(home, *night_arguments(NIGHTS[1]))
    assert done.returncode == 0, done.stderr
    assert published(home) == published(finished)


def test_processes_and_another_home_give_the_same_bytes(first_night: Path, tmp_path: Path) -> None:
    """Another home has another salt: no published byte or order depends on it, nor on how the files were cut."""
    arguments = [argument for argument in night_arguments(NIGHTS[0]) if not argument.startswith("--engine")]
    done = run_afresh(tmp_path, *arguments, "--engine=processes", "--workers=2", TICKETSCOUT_RUN__PARTITION_MB="0.03")
    assert done.returncode == 0, done.stderr
    assert "ingest: 4 of 4 parts" in done.stderr
    assert published(tmp_path) == published(first_night)


def test_every_list_is_there_and_reads_alike_in_csv_and_pandas(finished: Path) -> None:
    day = finished / "data" / "digests" / NIGHTS[1]
    for file in [*(day / name for name in OUTPUTS), *finished.glob("data/owners/*/open.csv")]:
        raw = file.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n"), file
        assert b"\n" not in raw.replace(b"\r\n", b""), file  # one row a line
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
        if file.name in OUTPUTS:
            assert rows[0] == list(OUTPUTS[file.name].columns)
        assert {len(row) for row in rows} == {len(rows[0])}, file
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        assert [list(table.columns), *table.to_numpy().tolist()] == rows, file
        assert not [cell for row in rows[1:] for cell in row if re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell)], file


def test_formulas_that_customers_wrote_are_text(first_night: Path, finished: Path) -> None:
    """Tickets 5043 to 5045 and 5051 begin with what a spreadsheet would run."""
    quotes = {
        cell
        for home in (first_night, finished)
        for file in home.glob("data/*/*/*.csv")
        for row in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
        for cell in row
    }
    assert [cell for cell in quotes if cell.startswith("'")]


def test_manifest_vouches_for_every_file(finished: Path) -> None:
    for day in (finished / "data" / "digests").iterdir():
        manifest = json.loads((day / "manifest.json").read_text(encoding="utf-8"))
        files = {file.name: checksum(file) for file in day.iterdir() if file.name != "manifest.json"}
        assert manifest["files"] == files
        assert {*OUTPUTS, "digest.html"} <= set(files)
        for name in OUTPUTS:
            rows = list(csv.reader(io.StringIO((day / name).read_bytes().decode("utf-8-sig"), newline="")))
            assert manifest["rows"][name] == len(rows) - 1


def test_quiet_day_has_headers_and_no_rows(tmp_path: Path) -> None:
    export = write_lines(tmp_path / "tickets", [ticket(1, "How do I print this page?")])
    done = call(tmp_path / "home", "nightly", "--as-of=2026-11-12", "--tickets", export)
    assert done.returncode == 0, done.stderr
    day = tmp_path / "home" / "data" / "digests" / "2026-11-12"
    for name, output in OUTPUTS.items():
        if name != "service.csv":
            assert (day / name).read_bytes() == b"\xef\xbb\xbf" + ",".join(output.columns).encode() + b"\r\n"


@pytest.mark.parametrize(
    "leftovers", [(".2026-11-20.new",), (".2026-11-20.old",), (".2026-11-20.new", ".2026-11-20.old")]
)
@pytest.mark.parametrize("day_stands", [True, False])
def test_what_a_killed_publishing_left_is_mended(
    leftovers: tuple[str, ...], day_stands: bool, finished: Path, copy_of: Copy
) -> None:
    """Killed before, between and after the two renames; the run that follows leaves the same bytes."""
    home = copy_of(finished)
    digests = home / "data" / "digests"
    for name in leftovers:
        for file in (digests / NIGHTS[1]).iterdir():
            (digests / name).mkdir(exist_ok=True)
            (digests / name / file.name).write_bytes(file.read_bytes())
    if not day_stands:
        for file in (digests / NIGHTS[1]).iterdir():
            file.unlink()
        (digests / NIGHTS[1]).rmdir()
    done = call(home, "publish", f"--as-of={NIGHTS[1]}")
    assert done.returncode == 0, done.stderr
    assert published(home) == published(finished)


def test_outcome_in_a_folder_that_a_killed_run_moved_aside_reaches_the_inbox(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    digests = home / "data" / "digests"
    old = digests / f".{NIGHTS[1]}.old"
    old.mkdir()
    (old / "leads.csv").write_bytes((digests / NIGHTS[1] / "leads.csv").read_bytes().replace(b",,,\r\n", b",won,,\r\n"))
    lead = next(iter(csv.DictReader(io.StringIO((old / "leads.csv").read_bytes().decode("utf-8-sig"), newline=""))))
    assert lead["outcome"] == "won"
    assert call(home, "publish", f"--as-of={NIGHTS[1]}").returncode == 0
    said = call(
        home,
        "feedback",
        "import",
        home / "data" / "feedback" / "inbox" / f"{NIGHTS[1]}-leads.csv",
        "--as-of=2026-11-21",
    )
    assert said.returncode == 0
    explained = call(home, "explain", lead["lead_id"])
    assert "outcome won" in explained.stdout
