"""The retraining flow decides what the command decides, and tells Prefect no customer's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_runs import as_words, rows, wait_for, words_of

from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.warehouse import open_warehouse, single_writer
from tests.local_words import flipped, local_labels, store

DAY = "2026-11-20"
LABELS = local_labels(240)


def test_flow_decides_signal_by_signal_and_prefect_keeps_no_message(prefect_database: Path, tmp_path: Path) -> None:
    from flows.retrain import retraining

    home = Home(tmp_path)
    poison = flipped(local_labels(200, seed=9, days=1, name="bad"))
    with single_writer(home), open_warehouse(home) as con:
        store(con, poison)
        store(con, [*LABELS[:60]], "praise")
    told = {one["signal"]: one for one in retraining(home=str(tmp_path), signals=["churn_risk", "praise"], as_of=DAY)}
    assert [told[name]["event"] for name in ("churn_risk", "praise")] == ["refused", "waiting"]
    assert told["praise"]["reason"] == "60 labels, 23 yes: 40 more labels needed"
    with single_writer(home), open_warehouse(home) as con:
        assert con.execute("SELECT signal, event, decided_on::VARCHAR FROM model_versions").fetchall() == [
            ("churn_risk", "refused", DAY)
        ]

    artifact = wait_for(
        lambda: rows(prefect_database, "SELECT data FROM artifact WHERE key = 'retraining'"), 60, "a page of decisions"
    )[0][0]
    assert "| churn_risk | refused |" in artifact and "40 more labels needed" in artifact
    said = words_of(prefect_database)
    assert "retrain churn risk" in said or "retrain churn_risk" in said  # what is sought is found where it is
    sentences = {
        as_words(part) for row in [*poison, *LABELS[:60]] for turn in row.turns for part in turn.text.split(".")
    }
    assert [words for words in sentences if len(words.split()) >= 4 and words in said] == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"signals": ["chrun_risk"]}, "no declared signal"),
        ({"as_of": "yesterday"}, "is not a day"),
        ({}, "run a night first"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_made(
    prefect_database: Path, tmp_path: Path, options: dict[str, object], says: str
) -> None:
    from flows.retrain import retraining

    with pytest.raises(UsageError, match=says):
        retraining(home=str(tmp_path / "home"), **options)
    assert not (tmp_path / "home").exists()
