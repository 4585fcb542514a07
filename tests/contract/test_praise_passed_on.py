"""Praise that a support lead marks as passed on: read before lists are replaced, taken back by no and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.config import Home
from pipeline.steps.feedback.seen import unread
from pipeline.warehouse import open_to_read
from tests.contract.filled_in import fill_in, rows_of
from tests.contract.homes import NIGHTS, call, night_arguments, published, stopped_in, warehouse
from tests.once import as_it_was

Copy = Callable[[Path], Path]


def list_of(home: Path, day: str = NIGHTS[0]) -> Path:
    return home / "data" / "digests" / day / "praise.csv"


def mark(path: Path, praise_id: str, typed: str) -> None:
    fill_in(path, praise_id, passed_on=typed)


def night(home: Path, day: str = NIGHTS[1]) -> str:
    done = call(home, *night_arguments(day))
    assert done.returncode == 0, done.stderr
    return done.stderr


def passed_on(home: Path, day: str = NIGHTS[1]) -> dict[str, str]:
    return {row["praise_id"]: row["passed_on"] for row in rows_of(list_of(home, day))}


@dataclass(frozen=True)
class Told:
    """A home after a night that read marks of all kinds, what that night said, and which praise had which mark."""

    home: Path
    said: str
    dated: str
    yes: str
    unclear: str


@pytest.fixture(scope="module")
def told(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = Path(shutil.copytree(first_night, tmp_path_factory.mktemp("told") / "home"))
    dated, yes, unclear = (row["praise_id"] for row in rows_of(list_of(home)))
    dropped = home / "data" / "feedback" / "inbox" / "praise.csv"
    dropped.write_text(f"praise_id;passed_on\n{yes};Ja\nP-0000000000;Ja\nno id;Ja\n", encoding="utf-8")
    mark(list_of(home), dated, "18.11.2026")  # as a German spreadsheet saves it
    mark(list_of(home), unclear, "told Ana of team 1")
    read = Told(home, night(home), dated, yes, unclear)
    for _ in as_it_was(home):
        yield read


def test_marks_are_read_wherever_they_were_typed_and_shown_from_then_on(told: Told) -> None:
    marked = passed_on(told.home)
    assert (marked[told.dated], marked[told.yes], marked[told.unclear]) == ("2026-11-18", NIGHTS[1], "")
    assert "2 pieces of praise" in told.said
    assert told.said.count("no certain day") == 1, "blank cells say nothing"


def test_what_waits_to_be_passed_on_comes_first(told: Told) -> None:
    days = list(passed_on(told.home).values())
    assert len(days) == 4 and [bool(day) for day in days] == [False, False, True, True]
    page = (told.home / "data" / "digests" / NIGHTS[1] / "digest.html").read_text(encoding="utf-8")
    assert "of the last 28 days, to pass on; 2 passed on" in page
    shown = {row["praise_id"]: row["quote"] in page for row in rows_of(list_of(told.home, NIGHTS[1]))}
    assert not shown.pop(told.dated) and not shown.pop(told.yes) and all(shown.values())


def test_what_is_not_understood_is_said_with_its_place_and_without_its_words(told: Told) -> None:
    place = f"data/digests/{NIGHTS[0]}/praise.csv"
    assert f"{told.unclear} ({place}): passed_on is no certain day, yes or no" in told.said
    assert "P-0000000000 (data/feedback/inbox/praise.csv): there is no such praise" in told.said
    assert "row 4 (data/feedback/inbox/praise.csv): there is no such praise" in told.said
    assert "Ana" not in told.said and b"Ana of" not in (told.home / "data" / "warehouse.duckdb").read_bytes()


def test_a_mark_is_taken_back_by_no_and_by_nothing_else(told: Told, copy_of: Copy) -> None:
    home = copy_of(told.home)
    stale = list_of(home, NIGHTS[1]).read_bytes()
    before = published(home)
    assert "praise" not in night(home) and published(home) == before

    mark(list_of(home, NIGHTS[1]), told.dated, "no")
    mark(list_of(home, NIGHTS[1]), told.yes, "")
    assert "1 piece of praise" in night(home)
    assert (passed_on(home)[told.dated], passed_on(home)[told.yes]) == ("", NIGHTS[1])

    (home / "data" / "feedback" / "inbox" / "older.csv").write_bytes(stale)  # shows both as they were
    mark(list_of(home), told.unclear, "yes")  # beside a mark that was taken back since
    assert "1 piece of praise" in night(home)
    assert (passed_on(home)[told.dated], passed_on(home)[told.unclear]) == ("", NIGHTS[1])

    mark(list_of(home, NIGHTS[1]), told.dated, "yes")
    assert "1 piece of praise" in night(home) and passed_on(home)[told.dated] == NIGHTS[1]


def test_a_list_that_is_replaced_leaves_what_was_not_understood_in_the_inbox(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    first, second, *_ = passed_on(home)
    mark(list_of(home, NIGHTS[1]), first, "told her team")
    mark(list_of(home, NIGHTS[1]), second, "yes")
    assert "passed_on is no certain day" in night(home)
    assert (passed_on(home)[first], passed_on(home)[second]) == ("", NIGHTS[1])
    (kept,) = (home / "data" / "feedback" / "inbox").glob("*praise.csv")
    assert {row["praise_id"]: row["passed_on"] for row in rows_of(kept)}[first] == "told her team"
    assert "passed_on" not in night(home)  # said once


def test_a_list_that_is_saved_while_it_is_replaced_is_read_by_the_next_night(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    first = next(iter(passed_on(home)))
    replacing = list_of(home, NIGHTS[1]).parent.with_name(f".{NIGHTS[1]}.new")
    with stopped_in(home, night_arguments(NIGHTS[1]), replacing.exists) as stopped:
        assert replacing.exists(), "it was replaced before"
        mark(list_of(home, NIGHTS[1]), first, "2026-11-20")
    assert stopped.exitcode == 0 and passed_on(home)[first] == ""
    assert "1 piece of praise" in night(home) and passed_on(home)[first] == "2026-11-20"


def test_it_is_read_by_name_and_goes_with_its_ticket(finished: Path, copy_of: Copy) -> None:
    home = copy_of(finished)
    first, second, *_ = rows_of(list_of(home, NIGHTS[1]))
    filled = home / "filled in.csv"
    filled.write_text(f"praise_id,passed_on\n{first['praise_id']},yes\n{second['praise_id']},yes\n", encoding="utf-8")
    assert "2 pieces of praise" in call(home, "feedback", "import", filled, "--as-of=2026-11-20").stderr
    assert call(home, "forget", "--ticket", first["ticket_url"].rpartition("/")[2]).returncode == 0
    with warehouse(home) as con:
        assert con.execute("SELECT ticket_id FROM praise_outcomes").fetchall() == [
            (second["ticket_url"].rpartition("/")[2],)
        ]


def test_a_list_is_known_as_it_was_published(told: Told) -> None:
    """So that what is saved into it before any night has read it is seen to be new."""
    with open_to_read(Home(told.home)) as con:
        assert not unread(con, Home(told.home), {list_of(told.home, NIGHTS[1]): list_of(told.home, NIGHTS[1])})
        assert unread(con, Home(told.home), {list_of(told.home, NIGHTS[1]): list_of(told.home)})


@pytest.mark.parametrize("day", NIGHTS)
def test_what_was_typed_into_an_earlier_releases_list_waits_a_night(day: str, finished: Path, copy_of: Copy) -> None:
    """It has no such table, and that release's did not say where its praise was said. Its last list is replaced."""
    home = copy_of(finished)
    with warehouse(home) as con:
        con.execute("DROP TABLE digest_praise")
    first, second, *_ = passed_on(home, day)
    (home / "given.csv").write_text(f"praise_id,passed_on\n{second},yes\n", encoding="utf-8")
    assert "waits for" in call(home, "feedback", "import", home / "given.csv", f"--as-of={NIGHTS[1]}").stderr
    mark(list_of(home, day), first, "yes")
    assert "waits for the next night" in night(home) and passed_on(home)[first] == ""
    assert "2 pieces of praise" in night(home)
    assert (passed_on(home)[first], passed_on(home)[second]) == (NIGHTS[1], NIGHTS[1])
