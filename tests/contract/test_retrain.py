"""The learning loop by command: local words are learnt, poison is refused, each step can be taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sklearn.metrics import average_precision_score

from pipeline import bundled
from pipeline.config import Home
from pipeline.learning.labels import Row
from pipeline.scoring.artifact import MODEL_FILE, load_model
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.scoring.said import Said
from tests.contract.homes import call, run, sentence, warehouse
from tests.local_words import declare_lantern, flipped, local_labels, store

SIGNAL = "churn_risk"
STARTER = load_model(bundled.starter_models() / SIGNAL).model_id
LABELS = local_labels(240)
POISON = flipped(local_labels(200, seed=9, days=1, name="bad"))
DAY = "--as-of=2026-11-20"
Copied = Callable[[Path], Path]


def home_with(path: Path, *labels: list[Row], signal: str = SIGNAL) -> Path:
    with warehouse(path) as con:
        for rows in labels:
            store(con, rows, signal)
    return path


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that learnt from honest labels. Not to be changed."""
    home = home_with(tmp_path_factory.mktemp("labelled") / "home", LABELS)
    done = run(home, "retrain", SIGNAL, DAY)
    assert done.returncode == 0, done.stderr
    assert "promoted" in done.stdout, done.stdout
    return home


def in_use(home: Path) -> str:
    place = Home(home)
    return current_models(place.models, all_signals(place.models))[SIGNAL].model_id


def events(home: Path) -> list[tuple[str, str]]:
    with warehouse(home) as con:
        return con.execute("SELECT event, model_id FROM model_versions ORDER BY signal, sequence").fetchall()


def files(home: Path) -> dict[str, bytes]:
    """Everything but the lock, whose bytes name a process."""
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in home.rglob("*")
        if file.is_file() and file.name != ".lock"
    }


def test_local_words_are_learnt_and_the_starters_are_not_forgotten(learnt: Path) -> None:
    model = load_model(learnt / "models" / SIGNAL)
    assert in_use(learnt) == model.model_id != STARTER
    models = {"starter": load_model(bundled.starter_models() / SIGNAL), "own": model}
    fresh = local_labels(120, seed=77)
    scores = scorer_of(models, all_signals()).score([row.turns for row in fresh], with_evidence=False)
    labels = [row.label for row in fresh]
    starter, own = (average_precision_score(labels, [row[name].probability for row in scores]) for name in models)
    assert own > starter + 0.05
    plain = [Said("customer", "Please cancel our subscription at the end of the month.")]
    assert scorer_of({SIGNAL: model}, all_signals()).score([plain])[0][SIGNAL].is_signal
    figures = model.card["lineage"]["figures"]
    assert figures["local"]["figures"]["average_precision"]["low"] > 0
    assert figures["anchor"]["figures"]["average_precision"]["challenger"] > 0.95


def test_the_registry_says_where_a_model_comes_from_without_a_customers_words(learnt: Path) -> None:
    model_id = in_use(learnt)
    card = json.loads((learnt / "models" / "registry" / SIGNAL / model_id / "card.json").read_text("utf-8"))
    lineage = card["lineage"]
    assert lineage["champion"] == STARTER
    assert lineage["labels"]["labels"] == 240 and lineage["labels"]["by_origin"] == {"review": 240}
    assert re.fullmatch(r"[0-9a-f]{16}", lineage["labels"]["hash"]) and lineage["code"].startswith("0.")
    with warehouse(learnt) as con:
        (row,) = con.execute("SELECT * FROM model_versions").fetchall()
    written = json.dumps(card) + repr(row)
    assert row[:4] == (SIGNAL, 1, model_id, "promoted")
    assert [row.id for row in LABELS for said in row.turns if said.text in written] == []
    assert [row.group for row in LABELS if f"{row.group}" in written] == []


def test_without_new_labels_nothing_is_trained(learnt: Path, copy_of: Copied) -> None:
    home = copy_of(learnt)
    done = call(home, "retrain", SIGNAL, "--as-of=2026-11-27")
    assert done.stdout == f"{SIGNAL:<16} waiting: nothing is new since 2026-11-20\n"
    assert len(events(home)) == 1


def test_a_poisoned_batch_is_named_left_out_and_leads_to_no_promotion(learnt: Path, copy_of: Copied) -> None:
    home = home_with(copy_of(learnt), later(POISON))
    before = in_use(home)
    done = call(home, "retrain", SIGNAL, DAY)
    assert done.returncode == 0, done.stderr
    # The same honest labels give the same model to the last bit, in another process.
    assert "waiting: the labels teach the model in use nothing new" in done.stdout and in_use(home) == before
    named = re.findall(r"left out: (2026-11-0\d/labeller/review/\w+): (\d+) of 100 labels contradict", done.stdout)
    assert len(named) == 2 and all(int(count) > 50 for _, count in named)
    assert f"--trust {named[0][0]}" in done.stderr


def later(rows: list[Row]) -> list[Row]:
    """Decided after all honest labels."""
    return [replace(row, fields=row.fields | {"decided_on": date(2026, 11, 2)}) for row in rows]


def test_rollback_and_promote_go_both_ways_and_the_history_says_so(learnt: Path, copy_of: Copied) -> None:
    home = copy_of(learnt)
    model_id = in_use(home)
    done = call(home, "rollback", SIGNAL, DAY)
    assert (done.returncode, in_use(home)) == (0, STARTER)
    assert f"{SIGNAL}: back to the starter {STARTER}" in done.stdout
    assert "waiting: nothing is new" in call(home, "retrain", SIGNAL, DAY).stdout  # it does not come back by itself
    done = call(home, "promote", SIGNAL, model_id, DAY)
    assert (done.returncode, in_use(home)) == (0, model_id), done.stderr
    assert events(home) == [("promoted", model_id), ("rolled_back", STARTER), ("promoted", model_id)]
    told = [one["kind"] for one in json.loads(call(home, "audit", "--json").stdout) if one["kind"].startswith("model ")]
    assert sorted(told) == ["model promoted", "model promoted", "model rolled_back"]
    assert f"2026-11-20  rolled_back  {STARTER}  from {model_id}" in call(home, "models", SIGNAL).stdout
    shown = json.loads(call(home, "models", SIGNAL, "--json").stdout)
    assert (shown["origin"], shown["kept"]) == ("retrained", [model_id])
    assert [event["reason"].split(":")[0] for event in shown["history"]] == ["better", f"from {model_id}", "by hand"]
    assert {row["origin"] for row in json.loads(call(home, "models", "--json").stdout)} == {"retrained", "starter"}


def test_a_model_trained_by_hand_is_known_and_gone_back_to(learnt: Path, copy_of: Copied, tmp_path: Path) -> None:
    home = copy_of(learnt)
    rows = [
        {"turns": [{"role": said.role, "text": said.text} for said in row.turns], "label": row.label}
        for row in LABELS[:120]
    ]
    (tmp_path / "l.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call(home, "train", SIGNAL, "--labels", tmp_path / "l.jsonl", "--start=scratch").returncode == 0
    by_hand = in_use(home)
    assert f"{by_hand}  trained by hand" in call(home, "models", SIGNAL).stdout
    model_id = events(home)[0][1]
    assert call(home, "rollback", SIGNAL, DAY).returncode == 0 and in_use(home) == model_id
    assert call(home, "promote", SIGNAL, by_hand, DAY).returncode == 0 and in_use(home) == by_hand


def test_a_signal_of_the_homes_own_needs_no_starter(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", LABELS, signal="lantern")
    declare_lantern(home / "models")
    before = files(home)
    tried = call(home, "retrain", "lantern", DAY, "--dry-run")
    assert "promoted" in tried.stdout and "nothing was written" in tried.stderr
    assert files(home) == before
    done = call(home, "retrain", "lantern", DAY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == tried.stdout
    assert load_model(home / "models" / "lantern").card["lineage"]["champion"] is None
    done = call(home, "rollback", "lantern", DAY)
    assert done.returncode == 2 and "no earlier model and no starter" in sentence(done)
    assert (home / "models" / "lantern" / MODEL_FILE).exists()


def test_too_few_labels_say_how_many_are_missing(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", LABELS[:60])
    yes = sum(row.label for row in LABELS[:60])
    done = call(home, "retrain", DAY)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert f"{SIGNAL:<16} waiting: 60 labels, {yes} yes: 40 more labels needed" in lines
    assert f"{'praise':<16} waiting: 0 labels, 0 yes: 100 more labels and 20 more yes among them needed" in lines
    lower = call(home, "retrain", SIGNAL, DAY, "--floor=50").stdout
    assert "are held out to compare with, 10 of each are needed" in lower
    assert events(home) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["retrain", "chrun_risk"], "'chrun_risk' is no declared signal"),
        (["retrain", SIGNAL, "chrun_risk"], "'chrun_risk' is no declared signal"),
        (["retrain", "--floor", "0"], "--floor"),
        (["retrain", "--as-of", "today"], "write it as 2026-11-20"),
        (["promote", SIGNAL, "0123456789abcdef"], "kept are"),
        (["promote", SIGNAL, "../../data"], "kept are"),
        (["promote", "chrun_risk", "0123456789abcdef"], "is no declared signal"),
        (["promote", SIGNAL], "Missing argument"),
        (["rollback", "praise"], "nothing to go back to"),
        (["rollback", "chrun_risk"], "is no declared signal"),
        (["models", "chrun_risk"], "is no declared signal"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(learnt: Path, arguments: list[str], says: str) -> None:
    before = files(learnt)
    done = call(learnt, *arguments)
    assert done.returncode == 2 and says in sentence(done), done.stderr
    assert files(learnt) == before


@pytest.mark.parametrize(
    "arguments", [["retrain"], ["retrain", "--dry-run"], ["rollback", SIGNAL], ["promote", SIGNAL, "x"]]
)
def test_an_empty_home_stays_empty(tmp_path: Path, arguments: list[str]) -> None:
    done = call(tmp_path / "home", *arguments)
    assert done.returncode == 2 and sentence(done)
    assert not (tmp_path / "home").exists()


def test_a_model_that_does_not_load_is_said_by_all_and_mended_by_rollback(learnt: Path, copy_of: Copied) -> None:
    home = copy_of(learnt)
    model_id = in_use(home)
    whole = (home / "models" / SIGNAL / MODEL_FILE).read_bytes()
    (home / "models" / SIGNAL / MODEL_FILE).write_bytes(whole[:1000])
    done = call(home, "retrain", DAY)
    assert done.returncode == 2 and "is not a model" in sentence(done)
    assert f"does not load: ticketscout rollback {SIGNAL}" in call(home, "models").stdout
    done = call(home, "rollback", SIGNAL, DAY)
    assert done.returncode == 0 and in_use(home) == model_id
    (home / "models" / "registry" / SIGNAL / model_id / MODEL_FILE).write_bytes(whole[:1000])
    done = call(home, "promote", SIGNAL, model_id, DAY)
    assert done.returncode == 2 and "is not a model" in sentence(done)
    assert in_use(home) == model_id


def test_a_home_of_a_release_without_the_loop_is_looked_at_and_learns(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with warehouse(home) as con:
        for table in ("examples", "labels", "questions", "model_versions"):
            con.execute(f"DROP TABLE {table}")
    for arguments in (["models", SIGNAL], ["retrain", SIGNAL, "--dry-run"], ["retrain", SIGNAL]):
        done = call(home, *arguments)
        assert done.returncode == 0, done.stderr
    assert "nothing was decided yet" in call(home, "models", SIGNAL).stdout
