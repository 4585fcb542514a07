"""Labels survive their files: any words, any program, any order of decisions."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Home
from pipeline.digest.csv_file import write_list
from pipeline.learning.examples import ORIGINS, ROLES, Decision, Example, decision_of, redacted, word_of
from pipeline.scoring.said import Said
from pipeline.signals.spec import Signal
from pipeline.steps.review.answers import Answers, Reading, meant, role_of, turn_of
from pipeline.steps.review.asked import COLUMNS, as_cells, as_lines, rows_of_labels
from pipeline.steps.review.decisions import keep_decisions
from pipeline.steps.review.label_states import make_label_states
from pipeline.steps.review.read import read_answers
from pipeline.steps.review.read_back import import_answers
from pipeline.steps.review.ticket_examples import keep_examples
from pipeline.warehouse import Connection, in_memory
from tests.saved_by import PROGRAMS
from tests.warehouse_rows import rows_of

DAY = dt.date(2026, 11, 20)
# Quotes, separators, line ends, spaces that programs collapse, formulas, letters of many scripts.
NASTY = st.text(st.sampled_from("ab =+-@;,\"'\n\r\t\\|%\u00a0\u2028éß漢😀"), max_size=30)
TURNS = st.lists(st.tuples(st.sampled_from(["customer", "agent"]), NASTY), min_size=1, max_size=4)
DECISIONS = st.lists(
    st.tuples(st.booleans() | st.none(), st.sampled_from(ROLES), st.sampled_from(ORIGINS), st.integers(0, 2)),
    max_size=6,
)


def reading(signals: Mapping[str, Signal]) -> Reading:
    return Reading(signals, "labeller", "", DAY)


def kept(con: Connection, turns: list[tuple[str, str]], given: list[tuple[Any, ...]]) -> Example:
    example = Example(redacted([Said(*turn) for turn in turns]), "zendesk", "7", "A-1", DAY)
    keep_examples(con, [example])
    decided = [
        Decision(example.id, "praise", decision, None, role, origin, DAY + dt.timedelta(days), "g")
        for decision, role, origin, days in given
    ]
    keep_decisions(con, decided)
    return example


@settings(max_examples=20)
@given(turns=TURNS, given=DECISIONS, program=st.sampled_from(["Excel, Germany", "LibreOffice", "Google Sheets", ""]))
def test_decisions_come_back_from_csv_and_json(
    signals: Mapping[str, Signal], tmp_path_factory: pytest.TempPathFactory, turns: Any, given: Any, program: str
) -> None:
    con, folder = in_memory(), tmp_path_factory.mktemp("files")
    kept(con, turns, given)
    make_label_states(con)
    rows = rows_of_labels(con, ["praise"])
    write_list(folder / "l.csv", COLUMNS, map(as_cells, rows))
    if program:
        text = (folder / "l.csv").read_text("utf-8-sig")
        (folder / "l.csv").write_bytes(PROGRAMS[program].saves(list(csv.reader(io.StringIO(text, newline="")))))
    lines = "".join(json.dumps(line) + "\n" for line in as_lines(rows, ""))
    (folder / "l.jsonl").write_text(lines, encoding="utf-8")
    for name in ("l.csv", "l.jsonl"):
        if not rows:
            continue
        other = in_memory()
        found = read_answers(folder / name, reading(signals))
        assert not found.not_understood
        keep_examples(other, found.examples.values())
        keep_decisions(other, found.history, history=len(found.history))
        assert keep_decisions(other, found.history, history=len(found.history)).new == 0
        for query in ("SELECT * FROM examples", "SELECT * FROM labels ORDER BY read_order"):
            assert rows_of(other, query) == rows_of(con, query)


@given(turns=TURNS)
def test_an_example_is_known_by_its_words_however_often_they_are_redacted(turns: list[tuple[str, str]]) -> None:
    once = redacted([Said(*turn) for turn in turns])
    assert Example(once).id == Example(redacted(once)).id
    assert Example(once).id != Example((*once, Said("customer", "more"))).id


@pytest.mark.parametrize(
    ("typed", "decision"),
    [
        ("yes", True),
        (" YES. ", True),
        ("ja", True),
        ("WAHR", True),
        ("1", True),
        ("no", False),
        ("nein", False),
        ("cannot say", None),
        ("Can’t say", None),
        ("cannot_say", None),
        ("?", None),
        ("perhaps", "perhaps"),
        ("yes and no", "yes and no"),
    ],
)
def test_what_people_type_as_a_decision(typed: str, decision: bool | str | None) -> None:
    assert meant(typed) == decision


def test_words_of_decisions_are_read_as_they_are_written() -> None:
    assert [decision_of(word_of(one)) for one in (True, False, None)] == [True, False, None]


@pytest.mark.parametrize(
    ("typed", "role"),
    [("", ""), ("labeller", "labeller"), ("Second reader", "second_reader"), ("owner", None), ("Ann Quill", None)],
)
def test_only_roles_of_readers_are_roles(typed: str, role: str | None) -> None:
    assert role_of(typed) == role


@pytest.mark.parametrize(
    ("typed", "turn"), [("0", 0), ("2", 2), ("2.0", 2), ("2,0", 2), ("[3]", 3), ("", None), ("-1", None), ("two", None)]
)
def test_a_turns_number(typed: str, turn: int | None) -> None:
    assert turn_of(typed) == turn


def test_a_file_whose_history_names_a_person_is_not_taken(tmp_path: Path, signals: Mapping[str, Signal]) -> None:
    con = in_memory()
    kept(
        con, [("customer", "Thank you all so much")], [(True, "labeller", "review", 0), (False, "labeller", "hand", 0)]
    )
    make_label_states(con)
    (line,) = as_lines(rows_of_labels(con, ["praise"]), "")
    line["decisions"][0]["decided_by"] = "Ann Quill"
    line["decisions"][1]["origin"] = "Ann Quill"
    (tmp_path / "l.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    found: Answers = read_answers(tmp_path / "l.jsonl", reading(signals))
    assert found.history == [] and len(found.not_understood) == 2 and "Quill" not in str(found.not_understood)


def test_a_line_that_is_cut_off_leaves_nothing_behind(tmp_path: Path, signals: Mapping[str, Signal]) -> None:
    """Nor does a row that a spreadsheet cut: it is listed, the others are kept."""
    con = in_memory()
    for text in ("Thank you", "I leave"):
        kept(con, [("customer", text)], [(True, "labeller", "review", 0)])
    make_label_states(con)
    cells = [as_cells(row) for row in rows_of_labels(con, ["praise"])]
    cells[0][-1] = cells[0][-1][:20]
    write_list(tmp_path / "l.csv", COLUMNS, cells)
    counts = import_answers(Home(tmp_path / "home"), tmp_path / "l.csv", reading(signals))
    assert counts.new == 1 and counts.set_aside == ["row 2: is not as review labels wrote it"]
