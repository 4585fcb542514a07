"""`topics` as people run it: what it lists, that edits hold for later nights, and that bad input changes nothing."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import NIGHTS, call, night_arguments, row_counts, sentence

Copy = Callable[[Path], Path]
COLUMNS = (
    "topic_id,title,status,accounts,revenue,tickets_7d,tickets_28d,first_seen,last_seen,plan_blocked,quotes,"
    "example_ticket_ids"
)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def done(home: Path, *arguments: str | Path) -> str:
    result = call(home, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def listed(home: Path, out: Path) -> dict[str, dict[str, str]]:
    """Topics by id, as exported."""
    done(home, "topics", "export", "--out", out)
    return {row["topic_id"]: row for row in rows_of(out)}


def of(topics: dict[str, dict[str, str]], ticket: str) -> str:
    """The topic that shows a ticket."""
    return next(name for name, row in topics.items() if ticket in row["example_ticket_ids"].split())


@pytest.fixture(scope="module")
def finished(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shared home's copy of this file: an edit that is refused still takes the lock and is audited."""
    return Path(shutil.copytree(finished, tmp_path_factory.mktemp("topics") / "home"))


@pytest.fixture(scope="module")
def gantt(finished: Path) -> str:
    """The topic of 5039 to 5041."""
    return of({row["topic_id"]: row for row in rows_of(finished / "data/digests" / NIGHTS[1] / "needs.csv")}, "5039")


def test_the_list_fits_a_terminal_and_says_what_is_not_assigned(finished: Path) -> None:
    lines = done(finished, "topics").splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split()[0] == "topic"
    assert "needs" in lines[-1]
    assert lines[-1].startswith("Not assigned: ")


def test_the_export_is_the_nights_list(finished: Path, tmp_path: Path) -> None:
    listed(finished, tmp_path / "topics.csv")
    night = finished / "data" / "digests" / NIGHTS[1] / "needs.csv"
    assert (tmp_path / "topics.csv").read_bytes() == night.read_bytes()
    assert (tmp_path / "topics.csv").read_text("utf-8-sig").splitlines()[0] == COLUMNS


def test_a_topic_is_shown_in_the_customers_words(finished: Path, tmp_path: Path) -> None:
    topics = listed(finished, tmp_path / "topics.csv")
    shown = done(finished, "topics", "show", of(topics, "5039"))
    assert all(f"ticket {n}" in shown for n in (5039, 5040, 5041))
    assert "“Why is there no way to export the Gantt chart as a PDF?”" in shown


def test_edits_show_at_once_and_hold_for_the_next_night(first_night: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(first_night)
    topics = listed(home, tmp_path / "before.csv")
    gantt, dark, jira = (of(topics, ticket) for ticket in ("5039", "5045", "5042"))
    done(home, "topics", "rename", gantt, "Export   as PDF, ask ann@buyer.example")
    done(home, "topics", "merge", gantt, dark)
    split = done(home, "topics", "split", jira, "5042").strip()
    now = listed(home, tmp_path / "now.csv")
    assert now[gantt]["title"] == "Export as PDF, ask [EMAIL]"
    assert (dark in now, now[gantt]["accounts"]) == (False, "6")
    assert of(now, "5042") == split

    done(home, *night_arguments(NIGHTS[1]))

    night = {row["topic_id"]: row for row in rows_of(home / "data" / "digests" / NIGHTS[1] / "needs.csv")}
    assert night[gantt]["title"] == "Export as PDF, ask [EMAIL]"
    assert (dark in night, night[gantt]["accounts"]) == (False, "6")
    assert of(night, "5042") == split
    assert night.keys() >= now.keys()

    for _ in range(3):
        done(home, "topics", "undo")
    after = listed(home, tmp_path / "after.csv")
    assert after.keys() >= topics.keys()
    assert after[gantt]["title"] == topics[gantt]["title"]
    assert split not in after
    history = done(home, "topics", "history").splitlines()
    assert len(history) == 6
    assert all(line.endswith("(taken back)") for line in history[:3])


def test_a_dry_run_changes_nothing(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    topics = listed(home, tmp_path / "topics.csv")
    gantt, dark = of(topics, "5039"), of(topics, "5045")
    before = row_counts(home)
    done(home, "topics", "merge", gantt, dark, "--dry-run")
    done(home, "topics", "split", gantt, "5039", "--dry-run")
    assert row_counts(home) == before


def test_topics_of_few_accounts_are_counted_not_listed(finished: Path, copy_of: Copy) -> None:
    """5007 is one account's; three topics have three accounts or more."""
    home = copy_of(finished)
    (home / "ticketscout.toml").write_text("[topics]\nminimum_accounts = 3\n")
    done(home, "publish", "--as-of", NIGHTS[1])
    night = home / "data" / "digests" / NIGHTS[1]
    assert [int(row["accounts"]) >= 3 for row in rows_of(night / "needs.csv")] == [True] * 3
    assert json.loads((night / "manifest.json").read_text())["counts"]["topics"]["left_out"] == 1
    assert "fewer accounts than the minimum" in (night / "digest.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "T-nothing"), "is no topic here"),
        (("rename", "T-nothing", "Words"), "is no topic here"),
        (("rename", "GANTT", "  "), "a title has 1 to 90 characters"),
        (("rename", "GANTT", "w" * 91), "a title has 1 to 90 characters"),
        (("merge", "GANTT", "GANTT"), "a topic is named twice"),
        (("merge", "GANTT", "T-nothing"), "is no topic here"),
        (("split", "GANTT", "4711"), "ticket '4711' is not in"),
        (("split", "GANTT", "5039", "5040", "5041"), "these are all tickets"),
        (("undo",), "there is no edit to take back"),
        (("export", "--out", "."), "is a folder"),
        (("export", "--out", "no/such/folder.csv"), "No such file"),
        (("export",), "--out"),
        (("split", "GANTT"), "Missing argument"),
    ],
)
def test_wrong_use_is_one_sentence_and_writes_nothing(
    finished: Path, gantt: str, arguments: tuple[str, ...], says: str
) -> None:
    before = row_counts(finished)
    result = call(finished, "topics", *(gantt if word == "GANTT" else word for word in arguments))
    assert result.returncode in (2, 3)
    assert says in sentence(result)
    assert row_counts(finished) == before


@pytest.mark.parametrize("arguments", [(), ("show", "T-1"), ("rename", "T-1", "Words"), ("undo",), ("history",)])
def test_an_empty_home_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = call(tmp_path / "empty", "topics", *arguments)
    assert result.returncode == 2
    assert "no night was" in sentence(result)


def test_what_was_merged_says_where_it_went(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    topics = listed(home, tmp_path / "topics.csv")
    gantt, dark = of(topics, "5039"), of(topics, "5045")
    done(home, "topics", "merge", gantt, dark)
    assert f"{dark} was merged: its needs are in {gantt}" in sentence(call(home, "topics", "merge", gantt, dark))
