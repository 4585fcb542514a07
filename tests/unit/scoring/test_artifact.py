"""A model on disk: comes back the same, is the same bytes, and nothing but plain numbers is ever loaded."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus import conversations, starters

from pipeline import bundled
from pipeline.errors import UntrustedModel
from pipeline.scoring.artifact import _ARRAYS, MODEL_FILE, Model, load_model, load_models
from pipeline.scoring.card import CARD_FILE, FEATURES
from pipeline.scoring.models import current_models, model_ids, scorer_of
from pipeline.signals.spec import Signal

NAME = "praise"


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter, saved anew. Not to be changed."""
    folder = tmp_path_factory.mktemp("starter") / NAME
    starters().models[NAME].save(folder)
    return folder


@pytest.fixture
def saved(starter: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(starter, tmp_path / NAME))


def change(saved: Path, **arrays: np.ndarray) -> None:
    """The model file with other arrays, written as an attacker would: pickles allowed."""
    with np.load(saved / MODEL_FILE, allow_pickle=False) as stored:
        kept = {name: stored[name] for name in stored.files}
    np.savez(saved / MODEL_FILE, **(kept | arrays))


def change_card(saved: Path, **keys: Any) -> None:
    card = json.loads((saved / CARD_FILE).read_text("utf-8"))
    (saved / CARD_FILE).write_text(json.dumps(card | keys), "utf-8")


def test_what_was_saved_predicts_the_same(saved: Path, signals: dict[str, Signal]) -> None:
    model, again = starters().models[NAME], load_model(saved)
    assert again.model_id == model.model_id
    assert again.threshold == model.threshold
    assert scorer_of({NAME: again}, signals).score(conversations()[:60]) == scorer_of({NAME: model}, signals).score(
        conversations()[:60]
    )


def test_the_same_model_is_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    load_model(saved).save(tmp_path / "again")
    for file in (MODEL_FILE, CARD_FILE):
        assert (tmp_path / "again" / file).read_bytes() == (saved / file).read_bytes()


def test_another_number_is_another_model(saved: Path, tmp_path: Path) -> None:
    before = load_model(saved)
    replace(before, threshold=float(np.nextafter(before.threshold, 1.0))).save(tmp_path / "other")
    assert load_model(tmp_path / "other").model_id != before.model_id


def test_what_a_model_is_known_by_is_read_without_its_numbers(saved: Path) -> None:
    model_id = load_model(saved).model_id
    (saved / MODEL_FILE).unlink()
    assert model_ids({NAME: saved}) == {NAME: model_id}


class Payload:
    """Unpickling this creates a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self._file,)


def test_the_payload_of_these_tests_works(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "ran")))
    assert (tmp_path / "ran").exists()


def as_pickle(saved: Path, payload: Payload) -> None:
    (saved / MODEL_FILE).write_bytes(pickle.dumps(payload))


def as_object_array(saved: Path, payload: Payload) -> None:
    change(saved, first_weight=np.array([payload], dtype=object))


def as_extra_object_array(saved: Path, payload: Payload) -> None:
    change(saved, numbers=np.array([payload] * 8, dtype=object))


def as_pickle_in_a_zip(saved: Path, payload: Payload) -> None:
    with zipfile.ZipFile(saved / MODEL_FILE, "w") as archive:
        for name in _ARRAYS:
            archive.writestr(f"{name}.npy", pickle.dumps(payload))


def as_lone_array(saved: Path, payload: Payload) -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([payload], dtype=object), allow_pickle=True)
    (saved / MODEL_FILE).write_bytes(stream.getvalue())


@pytest.mark.parametrize(
    "attack", [as_pickle, as_object_array, as_extra_object_array, as_pickle_in_a_zip, as_lone_array]
)
def test_loading_runs_nothing(saved: Path, tmp_path: Path, attack: Callable[[Path, Payload], None]) -> None:
    attack(saved, Payload(tmp_path / "ran"))
    with pytest.raises(UntrustedModel, match="train it again"):
        load_model(saved)
    assert not (tmp_path / "ran").exists()


def truncate(saved: Path) -> None:
    whole = (saved / MODEL_FILE).read_bytes()
    (saved / MODEL_FILE).write_bytes(whole[: len(whole) // 2])


def flip_a_byte(saved: Path) -> None:
    data = bytearray((saved / MODEL_FILE).read_bytes())
    data[len(data) // 3] ^= 0xFF
    (saved / MODEL_FILE).write_bytes(bytes(data))


BROKEN: dict[str, Callable[[Path], Any]] = {
    "truncated": truncate,
    "a byte flipped": flip_a_byte,
    "empty": lambda saved: (saved / MODEL_FILE).write_bytes(b""),
    "no model file": lambda saved: (saved / MODEL_FILE).unlink(),
    "no card": lambda saved: (saved / CARD_FILE).unlink(),
    "card is no JSON": lambda saved: (saved / CARD_FILE).write_text("{", "utf-8"),
    "card is a list": lambda saved: (saved / CARD_FILE).write_text("[]", "utf-8"),
    "card is not UTF-8": lambda saved: (saved / CARD_FILE).write_bytes(b"\xff"),
    "card without a signal": lambda saved: (saved / CARD_FILE).write_text(
        json.dumps({"features": FEATURES, "cue_names": [], "model_id": "0"}), "utf-8"
    ),
    "card of another model": lambda saved: change_card(saved, model_id="0"),
    "numbers of another model": lambda saved: change(saved, numbers=np.ones(8)),
    "other features": lambda saved: change_card(saved, features="0"),
    "cues missing from the card": lambda saved: change_card(saved, cue_names=[]),
    "an array missing": lambda saved: np.savez(saved / MODEL_FILE, numbers=np.zeros(8)),
    "a number missing": lambda saved: change(saved, numbers=np.zeros(7)),
    "a number that is none": lambda saved: change(saved, numbers=np.full(8, np.nan)),
    "a weight that is none": lambda saved: change(saved, first_index=np.array([1]), first_weight=np.array([np.inf])),
    "an index out of bounds": lambda saved: change(saved, first_index=np.array([2**40]), first_weight=np.array([1.0])),
    "a negative index": lambda saved: change(saved, first_index=np.array([-1]), first_weight=np.array([1.0])),
    "more indices than weights": lambda saved: change(
        saved, first_index=np.array([1, 2]), first_weight=np.array([1.0])
    ),
    "indices that are no integers": lambda saved: change(
        saved, first_index=np.array([1.0]), first_weight=np.array([1.0])
    ),
    "words for weights": lambda saved: change(saved, first_index=np.array([1]), first_weight=np.array(["a"])),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_does_not_fit_together_is_refused(saved: Path, broken: str) -> None:
    BROKEN[broken](saved)
    with pytest.raises(UntrustedModel, match=NAME):
        load_model(saved)


def test_a_folder_is_one_model_or_holds_several(saved: Path, tmp_path: Path) -> None:
    starters().models["churn_risk"].save(tmp_path / "any name")
    (tmp_path / "empty").mkdir()
    assert set(load_models(saved)) == {NAME}
    assert set(load_models(tmp_path)) == {NAME, "churn_risk"}
    assert load_models(tmp_path / "empty") == {}


def test_the_homes_own_model_speaks_before_the_starter(saved: Path, tmp_path: Path, signals: dict[str, Signal]) -> None:
    starter = load_model(saved)
    replace(starter, threshold=starter.threshold + 0.001).save(saved)
    own = load_model(saved)
    current = current_models(tmp_path, signals)
    assert current[NAME].model_id == own.model_id != starters().models[NAME].model_id
    assert current["churn_risk"].model_id == starters().models["churn_risk"].model_id


def test_every_signal_that_ships_has_a_starter_whose_card_is_true(signals: dict[str, Signal]) -> None:
    for name, signal in signals.items():
        model: Model = load_model(bundled.starter_models() / name)
        assert (model.signal, model.card["model_id"]) == (name, model.model_id)
        assert model.card["prevalence"] == signal.prevalence
        assert 0 < model.card["positives"] < model.card["rows"]
