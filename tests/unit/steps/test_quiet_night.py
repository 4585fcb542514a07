"""A night in which nothing is new does only what has to be done, and leaves what a night that does all would leave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline import schema
from pipeline.config import Home, Settings
from pipeline.engine import Crew
from pipeline.errors import StepFailed
from pipeline.scoring.models import all_signals
from pipeline.steps import decide, night
from pipeline.steps import score as score_step
from pipeline.steps.decide import prepare
from pipeline.steps.keys import check_keys
from pipeline.steps.night import Night, run_steps
from pipeline.steps.topics.group import group_needs
from pipeline.steps.wide_tables import run_sql_wide
from pipeline.steps.work_folder import work_folder
from pipeline.warehouse import Connection, clear, in_memory, open_warehouse, single_writer
from tests.contract.homes import NIGHTS, call, night_arguments, published

AS_OF = date(2026, 11, 20)


@pytest.fixture
def con() -> Connection:
    """Two needs of a night, not grouped yet."""
    con = in_memory()
    prepare(con, Settings(), all_signals(), AS_OF)
    con.execute(
        "CREATE TABLE signals AS SELECT 'zendesk' AS source, i::VARCHAR AS ticket_id, 'unmet_need' AS signal, "
        "0.9 AS probability, TIMESTAMP '2026-11-19' + to_seconds(i) AS said_at, "
        "'We miss an export to spreadsheets.' AS quote FROM range(2) t(i)"
    )
    return con


def test_topics_stand_as_long_as_the_needs_do(con: Connection) -> None:
    group_needs(con)
    con.execute("UPDATE topic_titles SET title = 'not made again'")
    group_needs(con)
    assert _titles(con) == {"not made again"}


def test_topics_are_made_again_when_a_need_or_an_edit_is_new(con: Connection) -> None:
    group_needs(con)
    made = _titles(con)
    con.execute("UPDATE topic_titles SET title = 'old'")
    con.execute("INSERT INTO signals SELECT * REPLACE ('7' AS ticket_id) FROM signals WHERE ticket_id = '1'")
    group_needs(con)
    assert _titles(con) == made
    topic = con.execute("SELECT topic_id FROM topic_titles").fetchall()[0][0]
    con.execute(
        "INSERT INTO topic_edits BY NAME SELECT 1 AS edit_number, 0 AS place, 'rename' AS kind, ? AS topic_id, "
        "'Exports' AS title, DATE '2026-11-20' AS made_on",
        [topic],
    )
    group_needs(con)
    assert _titles(con) == {"Exports"}


def test_a_key_that_is_there_twice_is_found_by_its_hash(con: Connection) -> None:
    check_keys(con)
    con.execute("INSERT INTO nights VALUES (?, now()::TIMESTAMP), (?, now()::TIMESTAMP)", [AS_OF, AS_OF])
    with pytest.raises(StepFailed, match="table nights holds the key"):
        check_keys(con)


def test_every_table_has_its_keys_counted(con: Connection) -> None:
    for table in schema.TABLES.values():
        assert con.execute(table.key_count()).fetchall()[0][0] == table.name


def test_clearing_takes_temporary_tables_and_leaves_the_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with single_writer(home), open_warehouse(home) as con:
        con.execute("CREATE TEMP TABLE passing AS SELECT 1 AS one; CREATE TABLE kept AS SELECT 2 AS two")
        clear(con)
        names = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert "kept" in names and "passing" not in names
        assert con.execute("FROM kept").fetchall() == [(2,)]


def test_steps_on_one_connection_write_a_row_of_the_ledger_each(tmp_path: Path) -> None:
    night = Night(Home(tmp_path), Settings(), AS_OF, engine="local")
    with single_writer(night.home), work_folder(night.work):
        run_steps(night, lambda *_: None, "feedback", "watch", "decide")
    with single_writer(night.home), open_warehouse(night.home) as con:
        ran = con.execute("SELECT step FROM runs ORDER BY started_at").fetchall()
    assert ran == [("feedback",), ("watch",), ("decide",)]


def test_what_reads_words_is_not_imported_before_there_are_words_to_read() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, pipeline.steps.night; print({'spacy', 'sklearn', 'tldextract'} & {*sys.modules})",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "set()"


def _titles(con: Connection) -> set[str]:
    return {title for (title,) in con.execute("SELECT title FROM topic_titles").fetchall()}


def test_who_scores_begins_where_something_is_new_and_nobody_where_nothing_is(
    first_night: Path, finished: Path, copy_of: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, left_over = list[int](), list[object]()

    class Watched(Crew):
        def begin(self, count: int, *rest: Any) -> None:
            begun.append(count)
            super().begin(count, *rest)

        def __exit__(self, *exc: object) -> None:
            left_over.append(self._pool)
            super().__exit__(*exc)

    def make_wide(con: Connection, name: str) -> None:
        made.append((scoring[-1], name))
        run_sql_wide(con, name)

    def score(*given: Any, **named: Any) -> dict[str, int]:
        scoring.append(True)
        try:
            return score_step.score(*given, **named)
        finally:
            scoring.append(False)

    scoring, made = [False], list[tuple[bool, str]]()
    monkeypatch.setattr(night, "Crew", Watched)
    monkeypatch.setattr(night, "score", score)
    monkeypatch.setattr(decide, "run_sql_wide", make_wide)
    home = copy_of(first_night)
    arguments = [*night_arguments(NIGHTS[1]), "--engine=processes", "--workers=1"]
    assert call(home, *arguments).returncode == 0
    assert (begun, left_over) == ([1, 1], [None])  # by the ingest and by the scoring, which took them
    assert published(home) == published(finished)
    # What is made of tickets alone while somebody scores is not made again.
    assert [while_scoring for while_scoring, name in made if name == "ticket_states"] == [True]
    assert not any(while_scoring for while_scoring, name in made if name != "ticket_states")

    begun.clear()
    assert call(home, *arguments).returncode == 0
    assert not begun


def test_what_was_made_while_others_scored_is_made_again_where_it_changed(
    first_night: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = Home(copy_of(first_night))
    with single_writer(home), open_warehouse(home) as con:
        decide.begin_to_decide(con, Settings(), all_signals(), AS_OF)
        unsolved = con.execute("SELECT count(*) FROM ticket_states WHERE is_unsolved").fetchone()
        con.execute("UPDATE tickets SET status = 'solved'")
        decide.decide(con, Settings(), all_signals(), AS_OF)
        assert unsolved != (0,)
        assert con.execute("SELECT DISTINCT is_unsolved FROM ticket_states").fetchall() == [(False,)]
