"""When workers read: before people are read where nothing is stored, not at all where little is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine
from pipeline.steps.ingesting import ingest, people
from pipeline.warehouse import Connection
from tests.contract.homes import ingest_into, ticket, warehouse, write_lines
from tests.contract.whole_nights import stored_texts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def con(home: Path) -> Iterator[Connection]:
    with warehouse(home) as connection:
        yield connection


def test_where_little_is_new_it_is_read_here_and_stands_where_it_stood(
    con: Connection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that are stored are passed over, but counted; no worker is started for the few that are not, but who
    scores is told to begin; not where nothing is new."""
    tickets = [ticket(n, f"Question {n}.") for n in range(400)]
    ingest_into(con, home, write_lines(tmp_path / "one", tickets), partition_mb=8 / 1024)
    changed: list[Any] = [*tickets[:50], "not json", *tickets[50:], "", "{"]
    changed[200] = ticket("199", "Question 199.", "Any news?", hour=10)
    path = write_lines(tmp_path / "two", changed)
    (path_whole := tmp_path / "three").write_bytes(path.read_bytes() + b"\n")

    started, told = list[int](), list[int]()
    monkeypatch.setattr(engine, "_processes", started.append)
    parted, again = (
        ingest_into(con, home, path, partition_mb=8 / 1024, engine="processes", say_free=lambda: told.append(1))
        for _ in range(2)
    )
    rejects = con.execute("SELECT line, reason, extract FROM rejects WHERE path = 'two' ORDER BY ALL").fetchall()
    whole = ingest_into(con, home, path_whole)

    assert not started
    assert told == [1]
    assert [row[:2] for row in rejects] == [(51, "bad_json"), (403, "bad_json")]
    assert (
        rejects == con.execute("SELECT line, reason, extract FROM rejects WHERE path = 'three' ORDER BY ALL").fetchall()
    )
    assert (parted.changed, again.changed, whole.changed) == (1, 0, 0)
    assert (parted.read, parted.stored, parted.set_aside) == (whole.read, whole.stored, whole.set_aside)
    assert stored_texts(con)["199"] == ["Question 199.", "Any news?"]


def test_readers_begin_while_people_are_read_where_nothing_is_stored(
    con: Connection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something is, little may be left to read."""
    done, taken = list[str](), list[bool]()

    class Watched(engine.Crew):
        def begin(self, count: int, *rest: Any) -> None:
            done.append(f"begun: {count > 1}")
            super().begin(count, *rest)

        def take(self) -> Any:
            taken.append((pool := super().take()) is not None)
            return pool

    def read_people(*given: Any) -> None:
        done.append("people")
        people.ingest_people(*given)

    monkeypatch.setattr(ingest, "Crew", Watched)
    monkeypatch.setattr(ingest, "ingest_people", read_people)
    for hour in (9, 10):
        path = write_lines(tmp_path / f"{hour}", [ticket(n, f"Asked at {hour}.", hour=hour) for n in range(200)])
        ingest_into(con, home, path, partition_mb=8 / 1024, engine="processes")

    assert done == ["begun: True", "people", "people"]
    assert taken[0]
    assert stored_texts(con)["7"] == ["Asked at 10."]
