"""`ticketscout train` and `evaluate` as CONTRACT.md has them, through the command."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline import bundled
from pipeline.config import Home
from pipeline.errors import NotEnoughLabels
from pipeline.learning.labels import read_rows
from pipeline.scoring.artifact import load_model
from pipeline.scoring.conversation import Score
from pipeline.scoring.models import all_signals, scorer_of
from pipeline.scoring.said import Said
from pipeline.steps.train import evaluate_signal
from tests.contract.homes import run, run_afresh

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"
FIGURES = {"precision", "recall", "f1", "average_precision", "precision@10", "calibration_error"}
SPEC = """
name = "parcel_question"
title = "asks for a parcel"
guideline = "Yes: asks where a parcel is."
list = "needs"
prevalence = 0.05
half_life = 7
minimum_precision = 0.5
next_step = "Say where it is."

[[cues]]
name = "parcel_word"
example = "my parcel"
patterns = [[{LOWER = {IN = ["parcel", "package"]}}]]
"""


def labelled(count: int, *, signal: str = "churn_risk") -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (LABELS / f"{signal}.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["batch"] in ("churn_risk-a", "churn_risk-b")]
    random.Random(5).shuffle(rows)
    return rows[:count]


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which `train` has written churn_risk from 120 rows and what other tools leave in such files."""
    home = tmp_path_factory.mktemp("trained")
    rows = [row | {"other": {"deep": [1]}, "score": 0.3} for row in labelled(120)]
    rows += [{"text": "nobody labelled this for it", "labels": {}}, {"text": "nor this", "labels": {"praise": 1}}]
    done = run(home, "train", "churn_risk", "--labels", write(home / "labels.jsonl", rows), "--prevalence", "0.05")
    assert done.returncode == 0, done.stderr
    return home


def test_train_writes_model_and_card_to_the_homes_models(trained: Path) -> None:
    folder = trained / "models" / "churn_risk"
    assert sorted(file.name for file in folder.iterdir()) == ["card.json", "model.npz"]
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert (card["rows"], card["prevalence"], card["objective"]) == (120, 0.05, "f1")  # unlabelled rows are not for it
    assert card["model_id"] == load_model(folder).model_id


def test_same_rows_in_another_process_are_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    done = run_afresh(
        trained,
        "train",
        "churn_risk",
        "--labels",
        write(tmp_path / "plain.jsonl", labelled(120)),
        "--prevalence",
        "0.05",
        "--out",
        tmp_path / "again",
        PYTHONHASHSEED="17",
        OMP_NUM_THREADS="1",
    )
    assert done.returncode == 0, done.stderr
    for file in ("card.json", "model.npz"):
        assert (tmp_path / "again" / file).read_bytes() == (trained / "models" / "churn_risk" / file).read_bytes()


def test_the_homes_model_is_used_from_then_on(trained: Path) -> None:
    done = run(trained, "models")
    assert load_model(trained / "models" / "churn_risk").model_id in done.stdout
    assert load_model(bundled.starter_models() / "praise").model_id in done.stdout


@pytest.mark.parametrize(
    ("signal", "options", "says"),
    [
        ("churn_risk", ["--labels", "few.jsonl"], "59 labelled rows"),
        ("churn_risk", ["--labels", "few.jsonl", "--prevalence", "1"], "prevalence"),
        ("nonsense", ["--labels", "few.jsonl"], "no declared signal"),
    ],
)
def test_refusals_are_one_sentence_and_exit_2(tmp_path: Path, signal: str, options: list[str], says: str) -> None:
    write(tmp_path / "few.jsonl", labelled(59))
    paths = [str(tmp_path / option) if option.endswith(".jsonl") else option for option in options]
    done = run(tmp_path / "home", "train", signal, *paths)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ticketscout: ") and says in last and "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "models").exists()


def test_a_signal_of_ones_own_is_trained_and_its_cues_are_scored_with(tmp_path: Path) -> None:
    """The spec lies nowhere near the home: what prediction needs of it must come with the model."""
    spec = tmp_path / "parcel.toml"
    spec.write_text(SPEC, encoding="utf-8")
    rows = [
        {"text": f"{opening} {word} {ending}", "label": int(word in ("parcel", "package"))}
        for opening in ("where is my", "still no", "I wait for the", "you lost our", "who has the", "send my")
        for word in ("parcel", "package", "invoice", "refund")
        for ending in ("please", "today?", "since Monday", "again and again", "for Mr Li", "now")
    ]
    done = run(
        tmp_path,
        "train",
        "parcel_question",
        "--labels",
        write(tmp_path / "l.jsonl", rows),
        "--spec",
        spec,
        "--out",
        tmp_path / "own",
    )
    assert done.returncode == 0, done.stderr
    asked = write(tmp_path / "in.jsonl", [{"id": n, "text": row["text"]} for n, row in enumerate(rows)])
    done = run(tmp_path, "predict", asked, "--models", tmp_path / "own", "--out", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    with open(tmp_path / "out.csv", encoding="utf-8", newline="") as stream:
        out = list(csv.DictReader(stream))
    assert {row["signal"] for row in out} == {"parcel_question"}
    assert [row["is_signal"] for row in out] == ["true" if row["label"] else "false" for row in rows]
    model = load_model(tmp_path / "own")
    assert "parcel_word" in model.cue_names
    score: Score = scorer_of({"parcel_question": model}, all_signals()).score([[Said("customer", "my parcel")]])[0][
        "parcel_question"
    ]
    assert score.evidence is not None and "cue:parcel_word" in dict(score.evidence.reasons)


GOLD = [
    {
        "id": f"g{n}",
        "stratum": "random" if n % 3 else "rich",
        "labels": {"churn_risk": n % 2, "praise": None},
        "evidence": {"churn_risk": [2] if n % 2 else None},
        "turns": [
            {"role": "customer", "text": f"Hello, question {n}"},
            {"role": "agent", "text": "Yes?"},
            {
                "role": "customer",
                "text": f"We cancel our contract and leave in {n} days" if n % 2 else "Where is the menu?",
            },
        ],
    }
    for n in range(36)
]


def test_evaluate_prints_each_figure_with_its_interval(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", GOLD)
    arguments = ["evaluate", "churn_risk", "--labels", gold, "--models", bundled.starter_models()]
    done = run(tmp_path, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["signal"], result["rows"], result["positives"]) == ("churn_risk", 36, 18)
    assert set(result["figures"]) == FIGURES | {"precision@20", "evidence_turn"}
    for name, figure in result["figures"].items():
        assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1, name
    assert result["figures"]["evidence_turn"]["value"] > 0.9
    plain = run(tmp_path, *arguments)
    assert plain.stdout.startswith("churn_risk: 36 rows, 18 yes")
    figure = result["figures"]["recall"]
    assert f"recall             {figure['value']:.3f}  ({figure['low']:.3f} to {figure['high']:.3f})" in plain.stdout


def test_where_selects_rows(trained: Path, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", GOLD)
    done = run(trained, "evaluate", "churn_risk", "--labels", gold, "--where", "stratum=rich", "--json")
    assert json.loads(done.stdout)["rows"] == 12
    done = run(trained, "evaluate", "churn_risk", "--labels", gold, "--where", "stratum")
    assert done.returncode == 2 and "FIELD=VALUE" in done.stderr


def test_one_label_alone_cannot_be_measured(trained: Path, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", [row for row in GOLD if not row["labels"]["churn_risk"]])
    with pytest.raises(NotEnoughLabels, match="18 rows, 0 yes; evaluating needs both labels"):
        evaluate_signal(Home(trained), "churn_risk", gold, None, {})


@pytest.mark.parametrize("prevalence", ["declared", "as found"])
def test_intervals_hold_the_value_on_real_rows(trained: Path, tmp_path: Path, prevalence: str) -> None:
    """The calibration error of a bootstrap sample is larger than that of the rows themselves on average."""
    rows = [
        row for row in labelled(400)[120:] if prevalence == "declared" or row["label"] == 0 or row["channel"] == "email"
    ]
    file = write(tmp_path / "rows.jsonl", rows)
    result = evaluate_signal(Home(trained), "churn_risk", file, bundled.starter_models(), {})
    assert result["rows"] == len(read_rows(file, "churn_risk"))
    for name, figure in result["figures"].items():
        assert figure["low"] <= figure["value"] <= figure["high"], name
