"""`replay` on the sample's two nights, as people run it: what it says, and that it only looks."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import call, run, sentence, warehouse

Copy = Callable[[Path], Path]
DIFFERENT = ("--threshold", "churn_risk=0.95", "--rule", "reopened=off", "--rule", "asked_lately.days=14")


def test_without_changes_every_night_comes_out_as_it_was_decided(finished: Path) -> None:
    done = run(finished, "replay")
    assert (done.returncode, done.stderr) == (0, "replay: 2 of 2 parts\n")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "2 nights decided again, 2026-11-19 to 2026-11-20",
        "Under the settings of then every night comes out as it was decided.",
    ]
    assert "→" not in done.stdout and "Would have been" not in done.stdout
    only = call(finished, "replay", "--from=2026-11-20", "--to=2026-11-20").stdout.splitlines()
    assert only[0] == "1 night decided again, 2026-11-20 to 2026-11-20" and only[1] == lines[1]


def test_other_thresholds_and_rules_as_people_run_them(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    """A-1019 waits for a reopened ticket, 5020 by 5021; A-1016 may be leaving (data/sample/README.md)."""
    home = copy_of(finished)
    done = call(home, "replay", *DIFFERENT, "--examples", "99", "--csv", tmp_path / "replay")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert "offer, Lindenhof Kliniken, upgrade_intent" in done.stdout
    assert "      It was then: held by reopened." in lines
    assert "Was sent, and would not have been" in done.stdout and "under the threshold (0." in done.stdout
    assert "What people answered is known only of what was listed" in done.stdout
    tables = {}
    for name in ("nights", "leads", "became"):
        with open(tmp_path / "replay" / f"{name}.csv", encoding="utf-8-sig", newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    told = json.loads(call(finished, "replay", *DIFFERENT, "--json").stdout)
    assert [one["lead_id"] for one in told["sent"]] == [row["lead_id"] for row in tables["leads"]]
    assert len(told["by_night"]) == len(tables["nights"]) and told["nights"] == ["2026-11-19", "2026-11-20"]
    assert told["what_if"]["thresholds"] == [["churn_risk", 0.95]]
    sent = sum(int(row["listed"]) for row in tables["nights"])
    assert sent >= sum(int(row["leads"]) for row in tables["became"]) > 0
    assert call(finished, "replay", *DIFFERENT, "--examples", "99").stdout == done.stdout


def test_what_is_listed_is_what_the_lists_of_the_day_had(finished: Path) -> None:
    told = json.loads(call(finished, "replay", "--json").stdout)
    for night in ("2026-11-19", "2026-11-20"):
        rows = []
        for name in ("leads.csv", "saves.csv"):
            with open(finished / "data" / "digests" / night / name, encoding="utf-8-sig", newline="") as stream:
                rows += list(csv.DictReader(stream))
        assert sum(row["listed"] for row in told["by_night"] if row["as_of"] == night) == len(rows) > 0


def test_a_replay_changes_nothing_and_needs_no_right_to_write(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    audit = home / "data" / "audit.jsonl"  # of which files were written elsewhere
    audit.unlink(missing_ok=True)
    before = {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}
    folders = sorted(path for path in home.rglob("*") if path.is_dir())
    (home / "data" / "warehouse.duckdb").chmod(0o400)
    for arguments in (DIFFERENT, ("--now",), ("--json", "--csv", str(tmp_path / "out"))):
        assert call(home, "replay", *arguments).returncode == 0
    assert len(audit.read_text().splitlines()) == 1
    audit.unlink()
    assert {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()} == before
    assert sorted(path for path in home.rglob("*") if path.is_dir()) == folders


def test_the_settings_of_today(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    (home / "ticketscout.toml").write_text("[caps]\nleads = 1\nsaves = 1\n", encoding="utf-8")
    assert "every night comes out as it was decided" in call(home, "replay").stdout
    assert "It would be: over the limit of the day's list." in call(home, "replay", "--now").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--threshold", "churn=0.3"), "signals are churn_risk, praise"),
        (("--threshold", "churn_risk=30"), "a number from 0 to 1"),
        (("--rule", "angri=off"), "no rule"),
        (("--rule", "angry=of"), "angry=off"),
        (("--rule", "caps.leads=0"), "caps.saves"),
        (("--from", "yesterday"), "is not a day"),
        (("--from", "2027-01-01"), "lies after the last night"),
        (("--to", "2027-01-01"), "lies after the last night"),
        (("--from", "2026-11-20", "--to", "2026-11-19"), "lies after --to"),
        (("--from", "2026-11-18", "--to", "2026-11-18"), "no night was decided here on 2026-11-18"),
        (("--last", "0"), "--last"),
        (("--examples", "-1"), "--examples"),
        (("--csv", "{home}/data/digests"), "lies in the home's data"),
        (("--csv", "{home}/data/warehouse.duckdb"), "lies in the home's data"),
        (("--csv", "{file}"), "is a file"),
    ],
)
def test_wrong_use_is_one_sentence(finished: Path, arguments: tuple[str, ...], says: str) -> None:
    here = str(Path(__file__))
    done = call(finished, "replay", *(one.format(home=finished, file=here) for one in arguments))
    assert done.returncode == 2 and says in sentence(done) and done.stdout == ""


def test_homes_that_cannot_be_replayed(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    """None at all; one of an earlier release, whose nights kept no history; a warehouse that was cut off."""
    done = call(tmp_path / "none", "replay")
    assert done.returncode == 2 and "ticketscout nightly" in sentence(done)
    assert not (tmp_path / "none").exists()
    home = copy_of(finished)
    with warehouse(home) as con:
        found = con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'history_%'").fetchall()
        for (name,) in found:
            con.execute(f"DROP TABLE {name}")
    done = call(home, "replay")
    assert done.returncode == 2 and "the 2 nights up to 2026-11-20 cannot be replayed" in sentence(done)
    assert call(home, "decide", "--as-of=2026-11-21").returncode == 0
    done = call(home, "replay")
    assert done.stdout.startswith("1 night decided again, 2026-11-21") and "as it was decided" in done.stdout
    assert "left out, decided before history was kept: nights up to 2026-11-20 (2)" in done.stderr
    file = home / "data" / "warehouse.duckdb"
    file.write_bytes(file.read_bytes()[:5000])
    assert call(home, "replay").returncode == 3
