"""`ticketscout predict` as CONTRACT.md has it: one row per input row and signal, in order, whatever the input."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline import bundled
from pipeline.errors import BadTable, UsageError
from pipeline.steps.predict import predict
from tests.contract.homes import run

HEADER = "id,signal,probability,is_signal,turn,evidence"
SIGNALS = sorted(file.stem for file in bundled.signal_specs().glob("*.toml"))


def turns(*said: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in said]


# Each row says which case it covers by its id.
CASES: list[dict[str, Any]] = [
    {"id": "z-first", "text": "We cancel our contract at the end of the month and move everyone to Boardwell."},
    {"id": "a-second", "text": "thanks, that worked"},
    {
        "id": "other keys",
        "text": "Where is my parcel?",
        "label": 1,
        "turn": 9,
        "customer": {"name": "Jo"},
        "turns": None,
    },
    {
        "id": "agent first",
        "turns": turns(("agent", "Hello!"), ("customer", "We need 40 more seats, what is the price?"), ("agent", "ok")),
    },
    {
        "id": "later turn",
        "turns": turns(
            ("customer", "hi"),
            ("agent", "hi"),
            ("customer", "We are leaving you, please cancel our contract."),
            ("customer", "ok"),
        ),
    },
    {"id": "agent only", "turns": turns(("agent", "Would you like to upgrade to the business plan?"))},
    {"id": "no turns", "turns": []},
    {"id": "empty text", "text": ""},
    {"id": "personal", "text": "Cancel our contract, write to jane.doe@client.example or call +44 20 7946 0018."},
    {"id": "spaces", "text": "Please   cancel\n\tour  \u00a0contract"},
    {"id": "entities", "text": "cancel our contract &amp; refund &lt;all&gt; of it"},
    {"id": "tags", "text": "<p>cancel our contract</p>"},
    {"id": "=1+1", "text": "=HYPERLINK cancel our contract"},
    {"id": 'quote " comma , id', "text": 'We said "cancel it", twice'},
    {"id": "z-first", "text": "the id came before"},
    {"id": "surrogate", "text": "cancel \ud83d our contract"},
    {"id": "emoji", "text": "love you all 🙂 best team ever, I tell everyone"},
    {"id": "long", "text": "Please cancel our contract. " * 400},
    {"id": "separator", "text": "cancel\u2028our contract\x0bnow\x85please"},
]


def rows_of(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8"), newline="")))


def write(folder: Path, rows: list[dict[str, Any]], *, start: bytes = b"", end: str = "\n") -> Path:
    file = folder / "in.jsonl"
    file.write_bytes(start + "".join(json.dumps(row) + end for row in rows).encode("ascii"))
    return file


@pytest.fixture(scope="module")
def predicted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CSV of all cases by the starters."""
    folder = tmp_path_factory.mktemp("predict")
    done = run(folder / "home", "predict", write(folder, CASES), "--out", folder / "deep" / "out.csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""  # the result is the file; messages for people go to stderr
    assert "Traceback" not in done.stderr
    return folder / "deep" / "out.csv"


@pytest.fixture(scope="module")
def by_id(predicted: Path) -> dict[str, dict[str, dict[str, str]]]:
    """id → signal → row; of the id that comes twice, the first."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows_of(predicted):
        found.setdefault(row["id"], {}).setdefault(row["signal"], row)
    return found


def test_header_is_exact(predicted: Path) -> None:
    assert predicted.read_bytes().splitlines()[0].decode() == HEADER


def test_one_row_per_input_row_and_signal_in_input_order(predicted: Path) -> None:
    expected = [(str(case["id"]), signal) for case in CASES for signal in SIGNALS]
    assert [(row["id"], row["signal"]) for row in rows_of(predicted)] == expected


def test_probabilities_are_plain_decimals_and_not_rounded(predicted: Path) -> None:
    rows = rows_of(predicted)
    for row in rows:
        assert re.fullmatch(r"0\.\d+", row["probability"]), row
        assert 0 <= float(row["probability"]) <= 1
    assert sum(len(row["probability"]) > 15 for row in rows) > len(rows) / 2


def test_is_signal_is_true_or_false_by_the_cards_threshold(by_id: dict[str, dict[str, dict[str, str]]]) -> None:
    words = {row["is_signal"] for case in by_id.values() for row in case.values()}
    assert words == {"true", "false"}
    assert by_id["later turn"]["churn_risk"]["is_signal"] == "true"
    assert by_id["a-second"]["churn_risk"]["is_signal"] == "false"
    for signal in SIGNALS:
        said = {float(case[signal]["probability"]): case[signal]["is_signal"] for case in by_id.values()}
        assert [said[p] for p in sorted(said)] == sorted(said[p] for p in sorted(said)), "one threshold parts them"


@pytest.mark.parametrize(
    ("case", "turn"),
    [("z-first", "0"), ("other keys", "0"), ("agent first", "1"), ("later turn", "2"), ("empty text", "0")],
)
def test_turn_counts_all_turns_from_zero(by_id: dict[str, dict[str, dict[str, str]]], case: str, turn: str) -> None:
    assert by_id[case]["churn_risk"]["turn"] == turn


@pytest.mark.parametrize("case", ["agent only", "no turns"])
def test_without_a_customer_turn_turn_is_empty_and_probability_zero(
    by_id: dict[str, dict[str, dict[str, str]]], case: str
) -> None:
    for row in by_id[case].values():
        assert float(row["probability"]) == 0
        assert (row["is_signal"], row["turn"], row["evidence"]) == ("false", "", "")


@pytest.mark.parametrize(
    ("case", "evidence"),
    [
        ("personal", "Cancel our contract, write to [EMAIL] or call [PHONE]."),
        ("spaces", "Please cancel our contract"),
        ("entities", "cancel our contract &amp; refund &lt;all&gt; of it"),  # only what came as HTML is decoded
        ("tags", "<p>cancel our contract</p>"),  # the text is taken as it is
        ("=1+1", "=HYPERLINK cancel our contract"),  # a quote, not a cell of a list
        ("later turn", "We are leaving you, please cancel our contract."),
        ("long", "Please cancel our contract."),
        ("empty text", ""),
    ],
)
def test_evidence_is_the_turns_sentence(by_id: dict[str, dict[str, dict[str, str]]], case: str, evidence: str) -> None:
    assert by_id[case]["churn_risk"]["evidence"] == evidence


def test_evidence_stands_in_every_row_with_words(by_id: dict[str, dict[str, dict[str, str]]]) -> None:
    without = {"agent only", "no turns", "empty text"}
    for name, case in by_id.items():
        assert all(bool(row["evidence"]) == (name not in without) for row in case.values()), name


def test_nothing_is_stored_in_the_home(predicted: Path) -> None:
    home = predicted.parents[1] / "home"
    kept = [file for file in home.rglob("*") if file.is_file()] if home.exists() else []
    assert not [file for file in kept if b"contract" in file.read_bytes()]
    assert [file.name for file in predicted.parent.iterdir()] == ["out.csv"]


def test_byte_order_mark_crlf_and_blank_lines_change_nothing(predicted: Path, tmp_path: Path) -> None:
    file = write(tmp_path, CASES, start=b"\xef\xbb\xbf", end="\r\n\r\n")
    assert run(tmp_path, "predict", file, "--out", tmp_path / "out.csv").returncode == 0
    assert (tmp_path / "out.csv").read_bytes() == predicted.read_bytes()


def test_no_rows_give_the_header_alone(tmp_path: Path) -> None:
    done = run(tmp_path, "predict", write(tmp_path, []), "--out", tmp_path / "out.csv")
    assert done.returncode == 0
    assert (tmp_path / "out.csv").read_text("utf-8").split() == [HEADER]


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "1"',
        b'{"text": "no id"}',
        b'{"id": "1"}',
        b'{"id": "1", "text": null}',
        b'{"id": null, "text": "a"}',
        b'{"id": "1", "turns": [{"text": "no role"}]}',
        b'["1", "a"]',
        b'{"id": "1", "text": "\xff"}',
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(b'{"id": "0", "text": "good"}\n\n' + line + b'\n{"id": "2", "text": "good"}\n')
    with pytest.raises(BadTable, match=r"in\.jsonl, line 3: expected"):
        predict(file, tmp_path / "out.csv", tmp_path / "models", None)
    assert not list(tmp_path.glob("out.csv*"))


def test_a_failed_prediction_is_one_sentence_and_leaves_the_last_one_alone(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("precious", "utf-8")
    (tmp_path / "in.jsonl").write_text('{"id": "0", "text": "good"}\n{', "utf-8")
    done = run(tmp_path / "home", "predict", tmp_path / "in.jsonl", "--out", tmp_path / "out.csv")
    assert done.returncode == 2
    assert re.match(r"ticketscout: .*in\.jsonl, line 2: ", done.stderr.strip().splitlines()[-1])
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out.csv").read_text("utf-8") == "precious"


@pytest.mark.parametrize(
    ("source", "out", "models", "says"),
    [
        ("none.jsonl", "out.csv", None, "none.jsonl"),
        ("in.jsonl", ".", None, "cannot be written"),
        ("in.jsonl", "in.jsonl/out.csv", None, "cannot be written"),
        ("in.jsonl", "out.csv", "none", "holds no model"),
        ("in.jsonl", "out.csv", "bad", "train it again"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, source: str, out: str, models: str | None, says: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "a"}\n', "utf-8")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "card.json").write_text("{}", "utf-8")
    folder = tmp_path / models if models else None
    with pytest.raises(UsageError, match=says):
        predict(tmp_path / source, tmp_path / out, tmp_path / "models", folder)


def test_models_is_one_folder_or_a_folder_of_folders_and_nothing_else_speaks(predicted: Path, tmp_path: Path) -> None:
    file = write(tmp_path, CASES[:2])
    shutil.copytree(bundled.starter_models() / "praise", tmp_path / "some" / "praise")
    shutil.copytree(bundled.starter_models() / "churn_risk", tmp_path / "some" / "renamed")
    for models, expected in (("some/praise", ["praise"]), ("some", ["churn_risk", "praise"])):
        done = run(tmp_path / "home", "predict", file, "--out", tmp_path / "out.csv", "--models", tmp_path / models)
        assert done.returncode == 0, done.stderr
        rows = rows_of(tmp_path / "out.csv")
        assert [row["signal"] for row in rows] == expected * 2
        every = {(row["id"], row["signal"]): row for row in reversed(rows_of(predicted))}
        assert rows == [every[row["id"], row["signal"]] for row in rows], "the same model says the same in company"
