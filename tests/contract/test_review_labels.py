"""What labels there are: moved to another home, brought in as rows, read by who learns, looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.learning.examples import Example, redacted
from pipeline.learning.labels import read_rows
from pipeline.scoring.said import Said
from tests.contract.homes import call, sentence, warehouse
from tests.contract.review_lists import OWN_SIGNAL, answer, ask, bring, by_turns, read, states, table, write

Copy = Callable[[Path], Path]


@pytest.fixture
def home(finished: Path, copy_of: Copy) -> Path:
    return copy_of(finished)


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_labels_move_to_a_new_home_whole(home: Path, tmp_path: Path, ending: str) -> None:
    """Export, import elsewhere: the same label_states, decisions and questions; there too nothing is asked twice."""
    rows = ask(home, tmp_path / "q.csv", "-n", "20")
    bring(home, write(tmp_path / "1.csv", answer(rows, by_turns, evidence_turn="0")))
    bring(home, write(tmp_path / "2.csv", answer(rows[3:9], lambda *_: "yes")), "--role=second_reader")
    bring(home, write(tmp_path / "3.csv", answer(rows[:1], lambda *_: "no")))  # changed later
    bring(home, write(tmp_path / "4.csv", answer(rows[4:5], lambda *_: "cannot say")), "--role=adjudicator")
    out = tmp_path / f"labels.{ending}"
    done = call(home, "review", "labels", "--out", out)
    assert done.returncode == 0, done.stderr
    other = tmp_path / "new"
    assert "set aside" in bring(other, out)
    assert states(other) == states(home)
    kept = "SELECT * EXCLUDE (read_order) FROM labels ORDER BY label_id"
    assert table(other, kept) == table(home, kept)
    assert table(other, "FROM questions ORDER BY ALL") == table(home, "FROM questions ORDER BY ALL")
    call(other, "review", "labels", "--out", tmp_path / f"again.{ending}")
    assert (tmp_path / f"again.{ending}").read_bytes() == out.read_bytes()
    assert "0 new decisions" in bring(home, out)


def test_labels_are_what_train_and_pandas_read(home: Path, tmp_path: Path) -> None:
    rows = answer(ask(home, tmp_path / "q.csv", "-n", "10", "--signal=praise"), by_turns, evidence_turn="0")
    bring(home, write(tmp_path / "a.csv", rows))
    call(home, "review", "labels", "--signal=praise", "--out", tmp_path / "l.jsonl")
    found = read_rows(tmp_path / "l.jsonl", "praise")
    assert sorted(row.label for row in found) == [0] * 6 + [1] * 2
    assert all(row.evidence == (0,) for row in found if row.label)
    assert read_rows(tmp_path / "l.jsonl", "praise", {"origin": "review"}) == found
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_json(tmp_path / "l.jsonl", lines=True)
    assert list(frame.label.dropna()) == [row.label for row in found]


def test_rows_of_labels_are_brought_in_redacted(tmp_path: Path) -> None:
    """Into a home that has seen no night."""
    rows = [
        {"text": "Mail me at ann@desk.example, I want to cancel.", "labels": {"churn_risk": 1, "praise": 0, "odd": 1}},
        {
            "turns": [{"role": "Ann Quill", "text": "Hi"}, {"role": "customer", "text": "Great!"}],
            "labels": {"praise": 1},
            "evidence": {"praise": 1},
            "group": "ann@desk.example",
            "said_on": "2026-10-01",
        },
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    said = bring(tmp_path / "home", file, code=1)
    assert "3 new decisions" in said and "for no declared signal" in said
    kept = json.dumps(states(tmp_path / "home"), default=str)
    assert "[EMAIL]" in kept and "desk.example" not in kept and "Quill" not in kept
    praised = next(one for one in states(tmp_path / "home") if one["decision"] and one["signal"] == "praise")
    assert (praised["evidence_turn"], str(praised["said_on"]), praised["origin"]) == (1, "2026-10-01", "hand")


def test_one_label_a_row_needs_to_know_its_signal(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "I cancel.", "label": 1}\n{"text": "Hello.", "label": 0}\n', encoding="utf-8")
    done = call(tmp_path / "home", "review", "import", file)
    assert done.returncode == 2 and "give --signal" in sentence(done)
    assert "2 new decisions" in bring(tmp_path / "home", file, "--signal=churn_risk")


def test_what_random_answers_say_of_the_model(home: Path, tmp_path: Path) -> None:
    rows = ask(home, tmp_path / "q.csv", "-n", "60", "--signal=praise", "--random-share=1")
    with warehouse(home) as con:
        query = "SELECT example_id FROM examples JOIN scores s USING (source, ticket_id) WHERE s.signal = 'praise' AND "
        praised = {row[0] for row in con.execute(query + "is_signal").fetchall()}
    bring(home, write(tmp_path / "a.csv", answer(rows, lambda _, row: "yes" if row["example_id"] in praised else "no")))
    shown = call(home, "review", "labels", "--signal=praise").stdout
    line = next(line for line in shown.splitlines() if line.startswith("  prevalence"))
    assert "60 random answers" in line and f"{sum(r['example_id'] in praised for r in rows) / 60:.1%}" in line
    assert "recall          too few to say" in shown


@pytest.mark.parametrize("signal", ["praise", "kind_words"])
def test_labels_that_are_probably_wrong_are_found(tmp_path: Path, signal: str) -> None:
    """Of 120 rows six are turned round; judged by the starter, or, for a signal of this home alone, by each other."""
    home = tmp_path / "home"
    (home / "models" / "signals").mkdir(parents=True)
    spec = OWN_SIGNAL.replace("parcel_question", "kind_words")
    (home / "models" / "signals" / "kind_words.toml").write_text(spec, encoding="utf-8")
    things = "invoice parcel login report calendar backup export chart filter import mailbox licence webhook".split()
    yes = [
        "Thank you so much, {} was wonderful!",
        "I love how kindly you dealt with the {}.",
        "Brilliant work on the {}!",
    ]
    no = ["Where do I find the {} page?", "The {} shows an error since Monday.", "Please resend our {} of October."]
    texts = [
        (form.format(f"{one} and {two}"), form in yes) for one in things for two in things[:2] for form in yes + no
    ]
    rows: list[dict[str, Any]] = [{"text": text, "label": int(label)} for text, label in texts[:120]]
    turned = rows[::20]
    for row in turned:
        row["label"] = 1 - row["label"]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    bring(home, file, f"--signal={signal}")
    done = call(home, "review", "errors", f"--signal={signal}", "-n", "20", "--out", tmp_path / "e.csv")
    assert done.returncode == 0, done.stderr
    found = read(tmp_path / "e.csv")
    assert ("the starter" if signal == "praise" else "models of the other labels") in done.stderr
    assert len(done.stdout.splitlines()) == len(found)
    wrong = {Example(redacted([Said("customer", row["text"])])).id for row in turned} & {r["example_id"] for r in found}
    assert len(wrong) >= 4 and found[0]["example_id"] in wrong  # by chance one of 20 would be
    assert all({one["label"], one["suggested"]} == {"yes", "no"} for one in found)
    settled = answer(found, lambda _, row: row["suggested"])
    assert f"{len(found)} new decisions" in bring(home, write(tmp_path / "s.csv", settled))
    assert {one["decided_by"] for one in states(home)} == {"labeller", "adjudicator"}


def test_looking_changes_nothing(home: Path, tmp_path: Path) -> None:
    rows = ask(home, tmp_path / "q.csv", "-n", "8", "--signal=praise")
    bring(home, write(tmp_path / "a.csv", answer(rows, by_turns)))
    before = {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}
    for command in (("labels",), ("errors", "--signal=praise")):
        assert call(home, "review", *command).returncode == 0
    assert {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()} == before
