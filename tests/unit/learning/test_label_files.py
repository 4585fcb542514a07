"""data/labels and data/facts as they lie: enough, varied, well-formed, nothing twice, nothing from the sample.

Rows of batches "a", "b" ... of a file were written for its own signal; "praise-a" and the like were written for
another signal and labelled for this one too; "ordinary-*" are tickets as they come, labelled for all.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pipeline import bundled
from pipeline.learning.groups import near_duplicates
from pipeline.learning.labels import read_rows
from pipeline.scoring.features import plain_words
from pipeline.signals.spec import load_signals
from tests.bench.label_counts import README, with_table

DATA = Path(__file__).resolve().parents[3] / "data"
SIGNALS = load_signals(bundled.signal_specs())
FACTS = sorted(file.stem for file in (DATA / "facts").glob("*.jsonl"))
INDUSTRIES = {
    "b2b_software",
    "telecoms",
    "banking",
    "insurance",
    "retail",
    "travel",
    "hospitality",
    "media",
    "utilities",
    "health",
    "logistics",
    "public_services",
}
REGISTERS = {
    "fluent",
    "short",
    "angry",
    "misspelt",
    "rambling",
    "polite",
    "terse",
    "non_native",
    "sarcastic",
    "casual",
}
CHANNELS = {"email", "chat", "tweet", "call", "review"}
KEYS = {"id", "label", "subtype", "industry", "register", "channel", "batch", "group"}
# Reasons for a no that any ticket may have. Other reasons were written to look like the signal: hard negatives.
ORDINARY = {
    "bug",
    "howto",
    "billing_question",
    "billing",
    "delay",
    "delivery",
    "parcel",
    "smalltalk",
    "outage",
    "bag",
    "hotel",
    "login",
    "bill",
    "app",
    "thanks",
    "train",
    "tv",
    "claim",
    "return",
    "streaming",
    "game",
    "invoice",
    "status",
}
# Ordinary elsewhere, but what this signal's own guideline names as its look-alikes.
LOOK_ALIKES = {"unmet_need": {"bug", "howto"}}
# Greetings this short are the same from many customers.
GREETING = 4


@lru_cache
def rows_of(folder: str, name: str) -> list[dict[str, Any]]:
    lines = (DATA / folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words_of(row: dict[str, Any]) -> str:
    return " ".join(turn["text"] for turn in row["turns"]) if "turns" in row else str(row["text"])


def own(signal: str) -> list[dict[str, Any]]:
    return [row for row in rows_of("labels", signal) if "-" not in row["batch"]]


def test_every_signal_has_its_file_and_no_file_is_of_none() -> None:
    assert {file.stem for file in (DATA / "labels").glob("*.jsonl")} == set(SIGNALS)
    assert set(FACTS) < {file.stem for file in bundled.fact_specs().glob("*.toml")}


@pytest.mark.parametrize("signal", SIGNALS)
def test_enough_of_each_label_was_written_for_the_signal_itself(signal: str) -> None:
    labels = Counter(row["label"] for row in own(signal))
    assert labels[1] >= 200 and labels[0] >= 200


@pytest.mark.parametrize("signal", SIGNALS)
def test_at_least_half_of_its_negatives_are_hard(signal: str) -> None:
    reasons = [row["subtype"] for row in own(signal) if not row["label"]]
    assert all(reasons)
    ordinary = ORDINARY - LOOK_ALIKES.get(signal, set())
    assert sum(reason not in ordinary for reason in reasons) >= len(reasons) / 2


@pytest.mark.parametrize("signal", SIGNALS)
def test_rows_are_well_formed(signal: str) -> None:
    rows = rows_of("labels", signal)
    allowed = {subtype.name for subtype in SIGNALS[signal].subtypes}
    for row in rows:
        assert set(row) - {"text", "turns"} == KEYS, row["id"]
        assert ("text" in row) != ("turns" in row), row["id"]
        assert row["label"] in (0, 1) and not isinstance(row["label"], bool), row["id"]
        assert row["industry"] in INDUSTRIES and row["register"] in REGISTERS and row["channel"] in CHANNELS, row["id"]
        assert row["group"] and row["batch"], row["id"]
        assert words_of(row).strip(), row["id"]
        if row["label"]:
            is_own = "-" not in row["batch"]
            assert row["subtype"] in allowed or (row["subtype"] == "" and not is_own), row["id"]
        for turn in row.get("turns", ()):
            assert set(turn) == {"role", "text"} and turn["role"] in ("customer", "agent"), row["id"]
            assert turn["text"].strip(), row["id"]
        if "turns" in row:
            assert any(turn["role"] == "customer" for turn in row["turns"]), row["id"]
    assert len({row["id"] for row in rows}) == len(rows)
    assert len(read_rows(DATA / "labels" / f"{signal}.jsonl", signal)) == len(rows)


@pytest.mark.parametrize("signal", SIGNALS)
def test_both_labels_come_from_everywhere(signal: str) -> None:
    """A register, channel or industry that only one label has would be learnt in place of the signal."""
    for label in (0, 1):
        rows = [row for row in own(signal) if row["label"] == label]
        assert len({row["industry"] for row in rows}) >= 10
        assert {row["register"] for row in rows} == REGISTERS
        assert {row["channel"] for row in rows} == CHANNELS
        assert {row["subtype"] for row in rows if row["label"]} in (
            set(),
            {subtype.name for subtype in SIGNALS[signal].subtypes},
        )
        assert any("turns" in row for row in rows) and any("text" in row for row in rows)


@pytest.mark.parametrize("signal", SIGNALS)
def test_no_row_is_there_twice(signal: str) -> None:
    rows = [row for row in rows_of("labels", signal) if len(words_of(row).split()) > GREETING]
    pairs = near_duplicates([words_of(row) for row in rows], near=0.95)
    assert [(rows[i]["id"], rows[j]["id"]) for i, j in pairs] == []


@pytest.mark.parametrize("fact", FACTS)
def test_rows_of_facts_are_well_formed(fact: str) -> None:
    rows = rows_of("facts", fact)
    for row in rows:
        assert set(row) == {"id", "label", "kind", "industry", "text", "split"}, row["id"]
        assert row["label"] in (0, 1) and row["text"].strip() and row["split"] in ("develop", "report"), row["id"]
        assert row["industry"] in INDUSTRIES, row["id"]
    assert len({row["id"] for row in rows}) == len(rows)
    for split in ("develop", "report"):
        assert {row["label"] for row in rows if row["split"] == split} == {0, 1}
    assert near_duplicates([row["text"] for row in rows], near=0.95) == []


def sample_texts() -> set[str]:
    """Everything that somebody says in the sample, and its subjects, as plain words."""
    said: list[str] = []
    for file in sorted((DATA / "sample" / "helpdesk").rglob("tickets.ndjson")):
        for line in file.read_text(encoding="utf-8").splitlines():
            ticket = json.loads(line)
            said += [ticket.get("subject") or "", ticket.get("description") or ""]
            for comment in ticket.get("comments") or ():
                said += [comment.get(key) or "" for key in ("body", "plain_body")]
    return {" ".join(text.split()) for text in plain_words(said)} - {""}


def test_labels_and_sample_share_no_text() -> None:
    """Else the demo would show what the models were trained on."""
    planted = sample_texts()
    assert len(planted) > 100
    rows = [row for signal in SIGNALS for row in rows_of("labels", signal)]
    rows += [row for fact in FACTS for row in rows_of("facts", fact)]
    texts = [
        (row["id"], turn["text"]) for row in rows for turn in row.get("turns", [row]) if turn.get("role") != "agent"
    ]
    plain = plain_words([text for _, text in texts])
    shared = [
        (row_id, text)
        for (row_id, _), text in zip(texts, plain, strict=True)
        if len(text.split()) > 3 and " ".join(text.split()) in planted
    ]
    assert shared == []


def test_the_readme_counts_the_rows_that_are_there() -> None:
    """After a change of the labels: python -m tests.bench.label_counts"""
    readme = README.read_text(encoding="utf-8")
    assert readme == with_table(readme)
