"""`ticketscout review` on the sample's two nights, as people run it: asked, answered, looked at, handed on."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.learning.examples import Example, redacted
from pipeline.learning.labels import read_rows
from pipeline.scoring.said import Said
from pipeline.steps.review.export import COLUMNS
from pipeline.steps.review.label_states import make_label_states
from tests.contract.homes import call, row_counts, run, sentence, warehouse
from tests.saved_by import PROGRAMS
from tests.warehouse_rows import rows_of

Copy = Callable[[Path], Path]
Row = dict[str, str]
OWN_SIGNAL = """
name = "parcel_question"
title = "asks for a parcel"
guideline = "Yes: asks where a parcel is."
list = "needs"
prevalence = 0.05
half_life = 7
minimum_precision = 0.5
next_step = "Say where it is."
"""


def ask(home: Path, out: Path, *arguments: str) -> list[Row]:
    done = call(home, "review", "export", "--out", out, *arguments)
    assert done.returncode == 0, done.stderr
    return read(out)


def read(file: Path) -> list[Row]:
    with open(file, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, rows: list[Row]) -> Path:
    with open(file, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def answer(rows: list[Row], decide: Callable[[int, Row], str], **other: str) -> list[Row]:
    return [row | other | {"decision": decide(place, row)} for place, row in enumerate(rows)]


def by_turns(place: int, _: Row) -> str:
    return ("yes", "no", "no", "cannot say", "no")[place % 5]


def bring(home: Path, file: Path, *arguments: str, code: int = 0) -> str:
    done = call(home, "review", "import", file, "--as-of=2026-11-21", *arguments)
    assert done.returncode == code, done.stderr
    return done.stderr


def table(home: Path, query: str) -> list[dict[str, Any]]:
    with warehouse(home) as con:
        make_label_states(con)
        return rows_of(con, query)


def states(home: Path) -> list[dict[str, Any]]:
    return table(home, "FROM label_states ORDER BY example_id, signal")


@pytest.fixture
def home(finished: Path, copy_of: Copy) -> Path:
    return copy_of(finished)


def test_the_queue_as_people_run_it(home: Path, tmp_path: Path) -> None:
    done = run(home, "review", "export", "-n", "40", "--out", tmp_path / "q.csv")
    assert (done.returncode, done.stdout) == (0, "")
    rows = read(tmp_path / "q.csv")
    assert tuple(rows[0]) == COLUMNS and len(rows) == 40
    assert Counter(row["signal"] for row in rows) == dict.fromkeys(
        ("churn_risk", "praise", "unmet_need", "upgrade_intent"), 10
    )
    assert all(row["conversation"].startswith("[0] ") and row["suggested_evidence"] for row in rows)
    assert not any(row["decision"] or row["decided_by"] or row["note"] for row in rows)
    why = table(home, "SELECT signal, why, count(*) AS n FROM questions GROUP BY ALL ORDER BY ALL")
    assert {(one["signal"], one["why"]) for one in why if one["n"] >= 2} >= {
        (signal, why) for signal in ("churn_risk", "praise") for why in ("random", "uncertain", "diverse")
    }
    assert table(home, "FROM questions WHERE (why = 'random') <> (inclusion IS NOT NULL)") == []
    assert table(home, "FROM questions WHERE asked_on <> '2026-11-20'") == []  # the night's day, not today's


def test_nothing_is_asked_twice_and_the_random_share_is_never_zero(home: Path, tmp_path: Path) -> None:
    """Until all tickets were asked about; also where the share that is asked for is next to nothing."""
    seen: set[tuple[str, str]] = set()
    for part in range(12):
        rows = ask(home, tmp_path / f"{part}.csv", "-n", "30", "--signal=praise", "--random-share=0.0001")
        pairs = [(row["example_id"], row["signal"]) for row in rows]
        assert len(set(pairs)) == len(pairs) and not seen & set(pairs)
        before, seen = len(seen), seen | set(pairs)
        random = table(home, "FROM questions WHERE why = 'random'")
        if rows:
            assert len({(one["example_id"], one["signal"]) for one in random} & set(pairs)) >= min(len(rows), 3)
        assert len(seen) - before == 30 or len(rows) < 30
        if not rows:
            break
    assert not rows
    tickets = table(home, "SELECT count(DISTINCT ticket_id) AS n FROM messages WHERE role = 'customer' AND is_public")
    assert len(seen) >= tickets[0]["n"] - 3  # the same words are one question


def test_the_same_night_asks_the_same_and_the_model_is_not_shown(home: Path, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "other")
    one = ask(home, tmp_path / "1.csv", "-n", "16")
    other = ask(tmp_path / "other", tmp_path / "2.csv", "-n", "16")
    assert one == other
    shown = ask(home, tmp_path / "3.csv", "-n", "4", "--show-model")
    assert "probability" in shown[0] and not {"probability", "why", "inclusion"} & set(one[0])


def test_chosen_questions_do_not_thin_out_the_random_draw(home: Path, tmp_path: Path) -> None:
    """A ticket that was asked about because the model was uncertain counts as random once the draw meets it."""
    ask(home, tmp_path / "1.csv", "-n", "50", "--signal=praise")
    chosen = {one["example_id"] for one in table(home, "FROM questions WHERE why <> 'random'")}
    ask(home, tmp_path / "2.csv", "-n", "8", "--signal=praise", "--random-share=1")
    random = {one["example_id"]: one for one in table(home, "FROM questions WHERE why = 'random'")}
    assert chosen & set(random)
    assert all(0 < one["inclusion"] <= 1 for one in random.values())


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
    assert "2 new decisions" in said and "6 set aside" not in said and "5 set aside" in said
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


def test_a_signal_of_the_home_alone_is_asked_and_labelled(home: Path, tmp_path: Path) -> None:
    """Without a model: nothing is uncertain, but random and diverse there is."""
    (home / "models" / "signals").mkdir(parents=True)
    (home / "models" / "signals" / "parcel_question.toml").write_text(OWN_SIGNAL, encoding="utf-8")
    rows = ask(home, tmp_path / "q.csv", "-n", "10", "--signal=parcel_question")
    assert Counter(one["why"] for one in table(home, "FROM questions")) == {"random": 2, "diverse": 8}
    bring(home, write(tmp_path / "a.csv", answer(rows, by_turns)))
    shown = call(home, "review", "labels", "--signal=parcel_question").stdout
    assert shown.startswith("parcel_question: 2 yes, 6 no, 2 cannot be said, 0 disputed")
    assert "prevalence" in shown and "recall" not in shown


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


def test_looking_changes_nothing(home: Path, tmp_path: Path) -> None:
    rows = ask(home, tmp_path / "q.csv", "-n", "8", "--signal=praise")
    bring(home, write(tmp_path / "a.csv", answer(rows, by_turns)))
    before = {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}
    for command in (("labels",), ("errors", "--signal=praise")):
        assert call(home, "review", *command).returncode == 0
    assert {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()} == before


BAD = {
    "not there": None,
    "empty": b"",
    "no such columns": b"lead_id,outcome\nL-1,won\n",
    "two columns": b"example_id,signal,decision,decision\nE-1,praise,yes,no\n",
    "a workbook": b"PK\x03\x04",
    "cut off": b'[{"data": {"example_id": "E-1", "signal": "praise"}, "annotations": [',
    "no tasks": b'[{"data": {"text": "a"}}]',
    "no rows of labels": b'{"text": "a"}\n',
    "a label that is none": b'{"text": "a", "labels": {"praise": 1}}\n{"text": "b", "labels": {"praise": "yes"}}\n',
    "not UTF-8": b'{"text": "a\xff", "labels": {"praise": 1}}\n',
    "cut in the middle": b'{"text": "a", "labels": {"praise": 1}}\n{"text": "b", "lab',
    "all unknown": b"example_id,signal,decision\nE-0123456789abcdef,praise,yes\n",
    "a name as its id": b"example_id,signal,decision\nAnn Quill,praise,yes\n",
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_one_sentence_and_nothing_is_lost(first_night: Path, tmp_path: Path, case: str) -> None:
    content = BAD[case]
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    before = row_counts(first_night)
    done = call(first_night, "review", "import", file)
    assert done.returncode == 2 and "Quill" not in sentence(done), done.stderr
    assert row_counts(first_night) == before
    done = call(tmp_path / "nothing", "review", "import", file)
    assert done.returncode == 2 and sentence(done) and row_counts(tmp_path / "nothing") == {}


def test_wrong_use_is_one_sentence(first_night: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("typed")
    for arguments, says in (
        (("export", "--out", there), "is there already"),
        (("export", "--out", tmp_path / "x.csv", "-n", "0"), "at least one"),
        (("export", "--out", tmp_path / "x.csv", "--random-share", "0"), "above 0"),
        (("export", "--out", tmp_path / "x.csv", "--format", "xlsx"), "use csv or labelstudio"),
        (("export", "--out", tmp_path / "x.csv", "--signal", "prais"), "is no declared signal"),
        (("export", "--out", there / "x.csv"), "cannot be written"),
        (("import", tmp_path), "is no file"),
        (("import", there, "--role", "Ann"), "names are not kept"),
        (("import", there, "--signal", "prais"), "is no declared signal"),
        (("labels", "--signal", "prais"), "is no declared signal"),
        (("labels", "--out", tmp_path / "x.xlsx"), "ends with .jsonl"),
        (("errors", "--signal", "praise"), "labels"),
        (("errors", "--signal", "prais"), "is no declared signal"),
        (("errors", "--signal", "praise", "--out", there), "is there already"),
    ):
        done = call(first_night, "review", *arguments)
        assert done.returncode == 2 and says in sentence(done), arguments
    assert sorted(file.name for file in tmp_path.iterdir()) == ["there.csv"] and there.read_text() == "typed"
    assert "questions" not in row_counts(first_night)
    for arguments in (("export", "--out", tmp_path / "x.csv"), ("labels",), ("errors", "--signal", "praise")):
        done = call(tmp_path / "empty", "review", *arguments)
        assert done.returncode == 2 and "ticketscout nightly" in sentence(done)
    assert not (tmp_path / "empty").exists()


def test_an_old_home_gets_the_tables(finished: Path, copy_of: Copy, tmp_path: Path) -> None:
    home = copy_of(finished)
    with duckdb.connect(str(home / "data" / "warehouse.duckdb")) as con:
        for name in ("examples", "labels", "questions", "feedback_examples"):
            con.execute(f"DROP TABLE {name}")
    assert ask(home, tmp_path / "q.csv", "-n", "4")
