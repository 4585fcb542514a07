"""Kept models, the one in use, and what a kill in between leaves: always a model that loads."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from signal import SIGKILL

import numpy as np
import pytest

from pipeline import bundled
from pipeline.config import Home
from pipeline.errors import UntrustedModel, UsageError
from pipeline.scoring.artifact import MODEL_FILE, Model, load_model, load_models
from pipeline.scoring.card import CARD_FILE
from pipeline.scoring.models import all_signals, current_models
from pipeline.steps.retraining import registry
from pipeline.steps.retraining.model_events import (
    PROMOTED,
    REFUSED,
    ROLLED_BACK,
    Event,
    add_event,
    events_of,
    promoted_in_turn,
)
from pipeline.steps.retraining.promote import (
    BY_HAND,
    KEPT_REFUSED,
    note_model_in_use,
    promote,
    put_in_use,
    refuse,
    roll_back,
)
from pipeline.warehouse import Connection, open_warehouse, single_writer

SIGNAL = "praise"
DAY = date(2026, 11, 20)
STARTER = load_model(bundled.starter_models() / SIGNAL)


@lru_cache
def model(number: int) -> Model:
    """Small, and different from each other."""
    weights = {f"{name}_weights": np.zeros_like(getattr(STARTER, f"{name}_weights")) for name in ("turn", "sentence")}
    first = np.zeros_like(STARTER.first_weights)
    first[number] = 1.0
    lineage = {"labels": {"hash": str(number)}, "champion": STARTER.model_id}
    return replace(STARTER, first_weights=first, card=STARTER.card | {"lineage": lineage}, **weights)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "home")
    place.create()
    return place


def in_use(home: Home) -> str:
    return current_models(home.models, all_signals(home.models))[SIGNAL].model_id


def use(con: Connection, home: Home, number: int) -> str:
    put_in_use(con, home, model(number), DAY, "better", model(number).card["lineage"])
    return model(number).model_id


def kept(con: Connection) -> list[tuple[str, str]]:
    return [(event.event, event.model_id) for event in events_of(con, SIGNAL)]


def test_a_promoted_model_is_in_use_kept_and_written_down(con: Connection, home: Home) -> None:
    model_id = use(con, home, 1)
    assert in_use(home) == model_id
    assert registry.registered(home, SIGNAL) == [model_id]
    assert kept(con) == [(PROMOTED, model_id)]
    assert events_of(con, SIGNAL)[0].lineage == model(1).card["lineage"]
    for file in (MODEL_FILE, CARD_FILE):
        inside = registry.registry_of(home, SIGNAL) / model_id / file
        assert (home.models / SIGNAL / file).read_bytes() == inside.read_bytes()
    assert set(load_models(home.models)) == {SIGNAL}  # the registry is no model


def test_rolling_back_goes_step_by_step_to_the_starter(con: Connection, home: Home) -> None:
    first, second, third = (use(con, home, number) for number in (1, 2, 3))
    assert roll_back(con, home, SIGNAL, DAY) == second and in_use(home) == second
    fourth = use(con, home, 4)
    assert roll_back(con, home, SIGNAL, DAY) == second  # what was gone back behind stays behind
    assert roll_back(con, home, SIGNAL, DAY) == first and in_use(home) == first
    assert STARTER.model_id in roll_back(con, home, SIGNAL, DAY) and in_use(home) == STARTER.model_id
    with pytest.raises(UsageError, match="nothing to go back to"):
        roll_back(con, home, SIGNAL, DAY)
    assert registry.registered(home, SIGNAL) == sorted([first, second, third, fourth])
    promote(con, home, SIGNAL, third, DAY)
    assert in_use(home) == third


def test_a_model_trained_by_hand_is_gone_back_to(con: Connection, home: Home) -> None:
    by_hand = replace(model(5), card=STARTER.card)
    by_hand.save(home.models / SIGNAL)
    note_model_in_use(con, home, SIGNAL, DAY)
    use(con, home, 1)
    assert events_of(con, SIGNAL)[0].reason == BY_HAND
    assert roll_back(con, home, SIGNAL, DAY) == by_hand.model_id
    assert in_use(home) == by_hand.model_id


def test_going_back_passes_over_what_does_not_load(con: Connection, home: Home) -> None:
    first, second, _ = (use(con, home, number) for number in (1, 2, 3))
    (registry.registry_of(home, SIGNAL) / second / MODEL_FILE).write_bytes(b"PK\x03\x04 cut off")
    told = roll_back(con, home, SIGNAL, DAY)
    assert told.startswith(first) and f"passing over {second}" in told
    assert in_use(home) == first


def test_a_damaged_model_in_use_is_put_back_from_the_registry(con: Connection, home: Home) -> None:
    use(con, home, 1)
    last = use(con, home, 2)
    (home.models / SIGNAL / MODEL_FILE).write_bytes(b"")
    assert roll_back(con, home, SIGNAL, DAY) == last and in_use(home) == last


def test_a_folder_taken_away_is_written_down(con: Connection, home: Home) -> None:
    use(con, home, 1)
    registry.back_to_starter(home, SIGNAL)
    second = use_after_noting(con, home, 2)
    assert kept(con)[1] == (ROLLED_BACK, STARTER.model_id)
    assert promoted_in_turn(events_of(con, SIGNAL)) == [second]


def use_after_noting(con: Connection, home: Home, number: int) -> str:
    note_model_in_use(con, home, SIGNAL, DAY)
    return use(con, home, number)


@pytest.mark.parametrize("damage", ["truncated", "card of another", "empty", "no card"])
def test_what_does_not_load_or_is_another_is_not_promoted(con: Connection, home: Home, damage: str) -> None:
    first = use(con, home, 1)
    registry.register(home, model(2))
    folder = registry.registry_of(home, SIGNAL) / model(2).model_id
    whole = (folder / MODEL_FILE).read_bytes()
    if damage == "truncated":
        (folder / MODEL_FILE).write_bytes(whole[: len(whole) // 2])
    elif damage == "card of another":
        (folder / MODEL_FILE).write_bytes((home.models / SIGNAL / MODEL_FILE).read_bytes())
    elif damage == "empty":
        (folder / MODEL_FILE).write_bytes(b"")
    else:
        (folder / CARD_FILE).unlink()
    with pytest.raises(UntrustedModel):
        promote(con, home, SIGNAL, model(2).model_id, DAY)
    assert in_use(home) == first and kept(con) == [(PROMOTED, first)]


@pytest.mark.parametrize("model_id", ["", "../praise", "0123456789abcdef", "."])
def test_an_unknown_model_is_refused_with_those_that_are_kept(con: Connection, home: Home, model_id: str) -> None:
    first = use(con, home, 1)
    with pytest.raises(UsageError, match=first):
        promote(con, home, SIGNAL, model_id, DAY)


def test_a_model_in_use_is_not_promoted_again(con: Connection, home: Home) -> None:
    first = use(con, home, 1)
    with pytest.raises(UsageError, match="already"):
        promote(con, home, SIGNAL, first, DAY)


def test_files_beside_the_model_stay(con: Connection, home: Home) -> None:
    use(con, home, 1)
    (home.models / SIGNAL / "notes.txt").write_text("why we did this", encoding="utf-8")
    use(con, home, 2)
    roll_back(con, home, SIGNAL, DAY)
    roll_back(con, home, SIGNAL, DAY)
    assert [file.name for file in (home.models / SIGNAL).iterdir()] == ["notes.txt"]


def test_of_refused_models_the_last_few_stay(con: Connection, home: Home) -> None:
    used = use(con, home, 1)
    for number in (1, *range(2, 9)):
        refuse(con, home, model(number), DAY, "no better", {})
    last = {model(number).model_id for number in range(9 - KEPT_REFUSED, 9)}
    assert set(registry.registered(home, SIGNAL)) == {used} | last
    assert len(kept(con)) == 9


def test_events_are_numbered_a_signal(con: Connection) -> None:
    for name in ("praise", "churn_risk", "praise"):
        add_event(con, name, REFUSED, "m", DAY, "no better")
    assert [event.sequence for event in events_of(con, "praise")] == [1, 2]
    assert promoted_in_turn([Event("s", 1, "m", REFUSED, DAY, "", None)]) == []


# Promotions that kill themselves at their n-th renaming, copying or removing, each in a process of its own that is
# forked from one which has imported everything and opened nothing.
_KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from pipeline.config import Home
from pipeline.steps.retraining.promote import note_model_in_use, put_in_use
from pipeline.warehouse import open_warehouse, single_writer
from tests.unit.steps.test_registry import DAY, SIGNAL, model

def dying(work, moment, done):
    def until(*given, **named):
        done.append(work)
        if len(done) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*given, **named)
    return until

def promote(home, moment):
    with single_writer(home), open_warehouse(home) as con:
        note_model_in_use(con, home, SIGNAL, DAY)
        done = []
        for owner, name in ((Path, "rename"), (shutil, "rmtree"), (shutil, "copyfile")):
            setattr(owner, name, dying(getattr(owner, name), moment, done))
        put_in_use(con, home, model(2), DAY, "better", model(2).card["lineage"])
    os._exit(0)

model(2)
for moment in range(1, 40):
    home = Home(Path(sys.argv[1]).with_name(str(moment)))
    shutil.copytree(sys.argv[1], home.path)
    child = os.fork() or promote(home, moment)
    _, status = os.waitpid(child, 0)
    print(moment, os.waitstatus_to_exitcode(status), flush=True)
    if status == 0:
        break
"""


def test_a_promotion_killed_anywhere_leaves_a_model_that_works_and_ends_well_the_second_time(tmp_path: Path) -> None:
    before = Home(tmp_path / "before")
    before.create()
    with single_writer(before), open_warehouse(before) as con:
        first = use(con, before, 1)
    root = str(Path(__file__).resolve().parents[3])
    command = [sys.executable, "-c", _KILLED, str(before.path)]
    environment = os.environ | {"PYTHONPATH": root}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    exits = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(exits) > 8 and exits[-1][1] == 0
    assert {code for _, code in exits[:-1]} == {-SIGKILL}
    found = set()
    for moment, _ in exits[:-1]:
        home = Home(tmp_path / str(moment))
        found.add(in_use(home))
        with single_writer(home), open_warehouse(home) as con:
            note_model_in_use(con, home, SIGNAL, DAY)
            if in_use(home) == first:
                use(con, home, 2)
            assert promoted_in_turn(events_of(con, SIGNAL)) == [first, model(2).model_id], moment
            assert roll_back(con, home, SIGNAL, DAY) == first
        assert list(home.models.rglob(".*")) == []
    assert found == {first, model(2).model_id}
