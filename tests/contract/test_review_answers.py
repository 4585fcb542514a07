"""Answered lists become labels, by whichever program they come back and whoever answered them."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.learning.labels import read_rows
from tests.contract.homes import call
from tests.contract.review_lists import answer, ask, bring, by_turns, read, states, table, write
from tests.saved_by import PROGRAMS

Copy = Callable[[Path], Path]


@pytest.fixture
def home(finished: Path, copy_of: Copy) -> Path:
    return copy_of(finished)


def test_a_filled_list_becomes_labels_and_reading_it_again_changes_nothing(home: Path, tmp_path: Path) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "20"), by_turns, evidence_turn="0")
    rows[7]["decision"] = ""  # unanswered
    said = bring(home, write(tmp_path / "a.csv", rows))
    assert "19 new decisions" in said and "1 unanswered" in said
    labels = table(home, "FROM labels ORDER BY read_order")
    assert {one["origin"] for one in labels} == {"review"} and {one["decided_by"] for one in labels} == {"labeller"}
    assert {str(one["decided_on"]) for one in labels} == {"2026-11-21"}
    assert all((one["evidence_turn"] == 0) == (one["decision"] is True) for one in labels)
    assert "was read before" in bring(home, tmp_path / "a.csv")
    shutil.copy(tmp_path / "a.csv", tmp_path / "b.csv")
    with open(tmp_path / "b.csv", "a", encoding="utf-8") as stream:
        stream.write("\r\n")  # other bytes, the same answers
    assert "0 new decisions, 19 known" in bring(home, tmp_path / "b.csv")
    assert table(home, "FROM labels ORDER BY read_order") == labels


def test_a_changed_answer_is_a_new_decision_and_a_stale_copy_takes_nothing_back(home: Path, tmp_path: Path) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "4", "--signal=praise"), lambda *_: "no")
    bring(home, write(tmp_path / "first.csv", rows))
    bring(home, write(tmp_path / "second.csv", answer(rows, lambda *_: "yes")))
    bring(home, tmp_path / "first.csv")
    assert len(table(home, "FROM labels")) == 8
    assert {one["decision"] for one in states(home)} == {True}
    bring(home, write(tmp_path / "third.csv", [*answer(rows, lambda *_: "no")[:1]]))  # meant anew, on the same day
    assert len(table(home, "SELECT DISTINCT label_id FROM labels")) == 9


def test_names_are_not_kept(home: Path, tmp_path: Path) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "3", "--signal=praise"), lambda *_: "yes")
    names = ("Rosalind Quill", "rosalind@desk.example", "Second Reader")
    for row, name in zip(rows, names, strict=True):
        row["decided_by"] = name
    said = bring(home, write(tmp_path / "a.csv", rows), "--role=adjudicator")
    assert "2 rows had something else than a role" in said
    roles = Counter(one["decided_by"] for one in table(home, "FROM labels"))
    assert roles == {"adjudicator": 2, "second_reader": 1}
    kept = json.dumps([table(home, f"FROM {name}") for name in ("labels", "examples", "questions")], default=str)
    assert "rosalind" not in (kept + said).lower()


@pytest.mark.parametrize("program", ["Excel, Germany", "Google Sheets"])
def test_a_list_comes_back_from_a_spreadsheet(home: Path, tmp_path: Path, program: str) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "12"), by_turns, evidence_turn="0")
    saved = PROGRAMS[program].saves([list(rows[0]), *(list(row.values()) for row in rows)])
    (tmp_path / "saved.csv").write_bytes(saved)
    assert "12 new decisions" in bring(home, tmp_path / "saved.csv")


def test_what_cannot_be_understood_is_counted_and_listed(home: Path, tmp_path: Path) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "7", "--signal=praise"), lambda *_: "yes", evidence_turn="0")
    rows[0]["decision"] = "perhaps"
    rows[1]["signal"] = "prais"
    rows[2]["example_id"] = "E-0123456789abcdef"
    rows[3]["example_id"] = ""
    rows[4]["evidence_turn"] = "99"  # kept without it
    twice = rows[5] | {"decision": "no"}  # both ways in one list
    said = bring(home, write(tmp_path / "a.csv", [*rows, twice]), code=1)
    assert "2 new decisions" in said and "5 set aside" in said
    for words in ("row 2: 'perhaps' is no decision", "prais is no declared", "E-0123456789abcdef: this home", "row 5:"):
        assert words in said
    assert "turn 99 is none of the customer's" in said and "answers both ways" in said
    assert sorted(str(one["evidence_turn"]) for one in table(home, "FROM labels")) == ["0", "None"]


def test_readers_disagree_until_somebody_settles_it(home: Path, tmp_path: Path) -> None:
    rows = ask(home, tmp_path / "q.csv", "-n", "24", "--signal=praise")
    bring(home, write(tmp_path / "1.csv", answer(rows, by_turns)))
    other = answer(rows, lambda place, row: "no" if place == 0 else by_turns(place, row))
    assert "readers disagree about 1" in bring(home, write(tmp_path / "2.csv", other), "--role=second_reader")
    shown = call(home, "review", "labels", "--signal=praise").stdout
    assert "1 disputed" in shown and "labeller yes, second_reader no" in shown
    assert "labeller and second_reader: 18 of 19 alike: too few to say" in shown
    done = call(home, "review", "errors", "--signal=praise", "--out", tmp_path / "again.csv")
    assert done.returncode == 0, done.stderr
    again = read(tmp_path / "again.csv")
    assert again[0]["why"] == "readers disagree" and again[0]["decided_by"] == "adjudicator"
    settled = answer(again[:1], lambda *_: "yes")
    bring(home, write(tmp_path / "3.csv", settled))
    now = next(one for one in states(home) if one["example_id"] == again[0]["example_id"])
    assert (now["decision"], now["is_disputed"], now["decided_by"]) == (True, False, "adjudicator")


def test_label_studio_both_ways(home: Path, tmp_path: Path) -> None:
    """Out its import format, back what its export adds: two annotators are two readers, a skipped task is none."""
    out = tmp_path / "tasks.json"
    assert call(home, "review", "export", "-n", "6", "--format=labelstudio", "--out", out).returncode == 0
    tasks = json.loads(out.read_text("utf-8"))
    config = call(home, "review", "config").stdout
    for field in ("question", "turns", "suggested"):
        assert f'"${field}"' in config and all(field in task["data"] for task in tasks)
    assert "probability" not in tasks[0]["data"]

    def annotation(word: str, who: int, **other: Any) -> dict[str, Any]:
        choice = {"from_name": "decision", "to_name": "conversation", "type": "choices", "value": {"choices": [word]}}
        return {"id": who, "completed_by": {"id": who, "email": "ann@desk.example"}, "result": [choice]} | other

    number = {"from_name": "evidence_turn", "to_name": "conversation", "type": "number", "value": {"number": 0}}
    for task in tasks:
        task["annotations"] = [annotation("no", 5, created_at="2026-11-21T09:00:00Z")]
    tasks[0]["annotations"][0] = annotation("yes", 5)
    tasks[0]["annotations"][0]["result"].append(number)
    tasks[1]["annotations"].append(annotation("yes", 6, created_at="2026-11-21T10:00:00Z"))
    tasks[2]["annotations"] = [annotation("yes", 5, was_cancelled=True)]
    tasks[3]["annotations"] = []
    out.write_text(json.dumps(tasks), encoding="utf-8")
    said = bring(home, out)
    assert "5 new decisions" in said and "2 unanswered" in said and "readers disagree about 1" in said
    yes = table(home, "FROM labels WHERE decision ORDER BY evidence_turn")
    assert [(one["decided_by"], one["evidence_turn"]) for one in yes] == [("labeller", 0), ("second_reader", None)]
    # What labels there are, as annotated tasks: read back, nothing is news.
    assert call(home, "review", "labels", "--out", tmp_path / "all.json").returncode == 0
    assert "0 new decisions, 5 known, 2 unanswered" in bring(home, tmp_path / "all.json")
    small = [task["data"] | {"decision": "yes", "annotator": 5} for task in tasks[3:4]]
    (tmp_path / "min.json").write_text(json.dumps(small), encoding="utf-8")
    assert "1 new decisions" in bring(home, tmp_path / "min.json")


def test_what_an_owner_types_becomes_a_label_with_the_night(home: Path, tmp_path: Path) -> None:
    rows = [row for file in sorted(home.glob("data/owners/*/open.csv")) for row in read(file)]
    no, won = [row for row in rows if row["motion"] in ("answer", "offer", "save")][:2]
    typed = [{"lead_id": no["lead_id"], "outcome": "not_a_signal"}, {"lead_id": won["lead_id"], "outcome": "won"}]
    write(home / "data" / "feedback" / "inbox" / "mine.csv", typed)
    assert call(home, "decide", "--as-of=2026-11-20").returncode == 0
    (label,) = table(home, "SELECT l.*, e.ticket_id FROM labels l JOIN examples e USING (example_id)")
    assert (label["ticket_id"], label["signal"]) == (no["ticket_id"], no["signal"])
    assert (label["decision"], label["decided_by"], label["origin"]) == (False, "owner", "feedback")
    shown = call(home, "review", "labels", "--signal", no["signal"], "--out", tmp_path / "l.jsonl").stdout
    assert "feedback 1 (0 yes)" in shown and "prevalence" not in shown
    assert read_rows(tmp_path / "l.jsonl", no["signal"]) == []  # an owner's word alone
    write(tmp_path / "again.csv", [{"lead_id": no["lead_id"], "outcome": "bad_timing"}])
    assert call(home, "feedback", "import", tmp_path / "again.csv", "--as-of=2026-11-20").returncode == 0
    assert [one["decision"] for one in table(home, "FROM labels ORDER BY read_order")] == [False, None]
    assert states(home)[0]["decision"] is None
