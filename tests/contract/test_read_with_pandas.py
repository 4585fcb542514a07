"""What a data team reads: the notebook runs as it stands, and every kind of artefact opens in pandas.

The notebook's cells are run as one script, in their order, in a folder and a process of their own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.digest.outputs import OUTPUTS, PASSING
from pipeline.digest.outputs import TABLES as DIGEST_TABLES
from pipeline.schema import TABLES
from pipeline.scoring.artifact import load_model
from tests.contract.homes import NIGHTS

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "notebooks" / "labels_to_leads.ipynb"
# Names by which a list speaks of something that has an id; in pandas they are text.
IDS = re.compile(r"(^|_)(id|ids)$|^ticket_to_solve$")


def _cells(kind: str) -> list[str]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh folder in which the notebook was run; `printed.txt` is what it printed."""
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "cells.py").write_text("\n\n".join(_cells("code")), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TICKETSCOUT_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", "cells.py"],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout, encoding="utf-8")
    return folder


def test_the_notebook_prints_what_it_tells(folder: Path) -> None:
    printed = (folder / "printed.txt").read_text(encoding="utf-8")
    for shown in (
        r"^0 +already_have +3$",  # the labels
        r"^average_precision +0\.[89]\d* +0\.[89]\d*$",  # both cards
        r"^send_papers +\d\.\d+$",  # a cue by its name
        r"^\(0\.3, 1\.0\] +0\.[6-9]\d* +0\.[5-9]\d* +\d+$",  # what is said to be probable is
        r"^0\.50 +\d+\.0 +0\.[4-9]\d* +0\.[7-9]\d*$",  # a threshold
        r"^ *unseen-012 +1 +the deal is ok for us\. send contract +False +True$",  # a disagreement
        r"^ +2 contract_request +quote Quellbrook Engineering +0\.9[89]\d* +14300\.0 +5003$",  # the lead
        r"^the model of this notebook: True$",  # the manifest
        r"^tickets: 68 leads: 12$",
        r"^ +5030 contract_request +0\.\d+ +True$",  # the warehouse
        r"^contract_request +3 +68$",
        r"^labels in the warehouse: 0 ",
    ):
        assert re.search(shown, printed, re.MULTILINE), f"{shown}\n{printed}"
    # Ordinary messages are what the second model takes for the signal more often.
    alarms = re.search(r"^0 +(\d+) +(\d+)$", printed, re.MULTILINE)
    assert alarms and int(alarms[1]) < int(alarms[2])


def test_the_notebook_explains_each_step_and_stores_nothing_that_ages() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["metadata"]["kernelspec"]["name"]) == (4, "python3")
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds[0] == "markdown" and kinds.count("code") >= 8
    assert all(before == "markdown" for before, kind in pairwise(kinds) if kind == "code" and before != kind)
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    )
    assert not re.search(r"^\s*[%!]", "\n".join(_cells("code")), re.MULTILINE), "a cell is plain Python"


@pytest.mark.parametrize("file", OUTPUTS)
def test_a_list_is_text_in_pandas_until_it_is_made_a_number(finished: Path, file: str) -> None:
    table = pd.read_csv(finished / "data" / "digests" / NIGHTS[1] / file, dtype="string", keep_default_na=False)
    assert tuple(table.columns) == OUTPUTS[file].columns and len(table) > 0
    assert not table.isna().any().any()
    for column in filter(IDS.search, table.columns):
        assert not table[column].str.fullmatch(r"\d+\.0|\d\.?\d*[eE]\+\d+").any(), column
    numbers = {"rank", "probability", "value_at_stake", "priority", "tickets_7d", "revenue", "accounts", "age_days"}
    for column in numbers & set(table.columns):
        pd.to_numeric(table[column])
    for column in {"said_at", "expires_on", "first_seen", "asked_on", "since"} & set(table.columns):
        assert pd.to_datetime(table[column]).notna().all(), column


def test_the_manifest_and_the_lists_say_the_same(finished: Path) -> None:
    day = finished / "data" / "digests" / NIGHTS[1]
    manifest = json.loads((day / "manifest.json").read_text(encoding="utf-8"))
    counted = pd.Series(manifest["rows"])
    for file in OUTPUTS:
        assert counted[file] == len(pd.read_csv(day / file, dtype="string"))
    assert set(pd.Series(manifest["models"]).index) == {"churn_risk", "praise", "unmet_need", "upgrade_intent"}


def test_card_and_arrays_are_plain_and_fit_together(folder: Path) -> None:
    model = folder / "notebook-home" / "models" / "contract_request"
    card = json.loads((model / "card.json").read_text(encoding="utf-8"))
    assert {
        "title",
        "guideline",
        "rows",
        "positives",
        "ordinary",
        "prevalence",
        "cross_validation",
        "cue_names",
    } <= set(card)
    with np.load(model / "model.npz", allow_pickle=False) as arrays:
        assert arrays["numbers"].shape == (8,) and arrays["numbers"].dtype == np.float64
        for head, dense in (("first", "first_weights"), ("turn", "turn_weights"), ("sentence", "sentence_weights")):
            weights = pd.Series(arrays[f"{head}_weight"], index=arrays[f"{head}_index"])
            assert weights.index.is_unique and weights.ne(0).all()
            whole = getattr(load_model(model), dense)
            assert np.array_equal(whole[weights.index], weights.astype(np.float64))


def test_every_kept_table_opens_in_pandas_with_the_columns_of_the_data_dictionary(finished: Path) -> None:
    kinds = {"VARCHAR": "text", "BOOLEAN": "boolean", "DOUBLE": "number", "INTEGER": "number", "BIGINT": "number"}
    filled = 0
    with duckdb.connect(finished / "data" / "warehouse.duckdb", read_only=True) as warehouse:
        for name, table in TABLES.items():
            frame = warehouse.table(name).df()
            assert list(frame.columns) == [column.name for column in table.columns], name
            for column in table.columns:
                values = frame[column.name].dropna()
                if values.empty:  # a column without a value has no kind of its own in pandas
                    continue
                filled += 1
                assert _kind(values) == kinds.get(column.type, _kind(values)), f"{name}.{column.name}"
                if IDS.search(column.name):
                    assert _kind(values) == "text", f"{name}.{column.name}"
        for name in sorted({*DIGEST_TABLES} - {*PASSING}):
            assert len(warehouse.table(name).df().columns) > 0
    assert filled > 100


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values) or values.map(type).eq(bool).all():
        return "boolean"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    return "text" if values.map(type).eq(str).all() else "other"
