"""The retraining flow decides what the command decides, and tells Prefect no customer's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_runs import as_words, rows, wait_for, words_of

from pipeline.config import Home
from pipeline.errors import UsageError
from pipeline.scoring.artifact import load_model
from pipeline.warehouse import open_warehouse, single_writer
from tests.local_words import declare_lantern, local_labels, store

DAY = "2026-11-20"
LABELS = local_labels(240)
PRAISE = local_labels(60, seed=5, name="p")


def test_flow_decides_signal_by_signal_and_prefect_keeps_no_message(prefect_database: Path, tmp_path: Path) -> None:
    from flows.retrain import retraining

    home = Home(tmp_path)
    declare_lantern(home.models)
    with single_writer(home), open_warehouse(home) as con:
        store(con, LABELS, "lantern")
        store(con, PRAISE, "praise")
    told = {one["signal"]: one for one in retraining(home=str(tmp_path), signals=["lantern", "praise"], as_of=DAY)}
    assert [told[name]["event"] for name in ("lantern", "praise")] == ["promoted", "waiting"]
    assert "40 more labels" in told["praise"]["reason"]
    assert load_model(home.models / "lantern").model_id == told["lantern"]["model_id"]
    with single_writer(home), open_warehouse(home) as con:
        assert con.execute("SELECT signal, event, decided_on::VARCHAR FROM model_versions").fetchall() == [
            ("lantern", "promoted", DAY)
        ]

    artifact = wait_for(
        lambda: rows(prefect_database, "SELECT data FROM artifact WHERE key = 'retraining'"), 60, "a page of decisions"
    )[0][0]
    assert "| lantern | promoted |" in artifact and "40 more labels" in artifact
    said = words_of(prefect_database)
    assert "retrain lantern" in said  # what is sought is found where it is
    sentences = {as_words(part) for row in [*LABELS, *PRAISE] for turn in row.turns for part in turn.text.split(".")}
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


def test_the_module_leaves_with_the_contracts_exit_code(
    prefect_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.retrain import retraining
    from flows.retrain_command import finish, parser

    options = parser().parse_args(["--home", str(tmp_path / "home"), "--signal", "chrun_risk"])
    assert finish(retraining, options) == 2
    assert "ticketscout: 'chrun_risk' is no declared signal" in capsys.readouterr().err
