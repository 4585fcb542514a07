"""Puts models into use and takes them out again; each is written down together with what it does.

The row of `model_versions` and the folder change within one transaction. Killed in between, the folder is right and the
row is missing: the next command that writes adds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.config import Home
from pipeline.errors import UntrustedModel, UsageError
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import all_signals
from pipeline.steps.retraining import registry
from pipeline.steps.retraining.model_events import (
    PROMOTED,
    REFUSED,
    ROLLED_BACK,
    add_event,
    events_of,
    promoted_in_turn,
)
from pipeline.warehouse import Connection, transaction

BY_HAND = "trained by hand"
# A model is some megabytes; of those refused the last few stay, for who wants to promote one by hand.
KEPT_REFUSED = 5
_NOTHING = "{} has no model of this home in use: there is nothing to go back to."
_TAKEN_AWAY = "its folder was taken away"
_INTERRUPTED = "put in use by a run that was stopped before it could write this down"


def note_model_in_use(con: Connection, home: Home, signal: str, on: date) -> None:
    """A model in use that no event tells of, trained by hand or left by a killed run, is kept and written down."""
    registry.mend(home)
    try:
        model = registry.own_model(home, signal)
    except UntrustedModel:
        return  # whoever needs it says so
    in_turn = promoted_in_turn(events_of(con, signal))
    if model is None and in_turn:
        starter = registry.starter_of(signal)
        add_event(con, signal, ROLLED_BACK, starter.model_id if starter else "", on, _TAKEN_AWAY)
    elif model and in_turn[-1:] != [model.model_id]:
        registry.register(home, model)
        lineage = model.card.get("lineage")
        add_event(con, signal, PROMOTED, model.model_id, on, _INTERRUPTED if lineage else BY_HAND, lineage)


def put_in_use(
    con: Connection, home: Home, model: Model, on: date, reason: str, lineage: Mapping[str, Any] | None
) -> None:
    """Keeps `model`, writes its promotion down and makes it the one in use."""
    registry.register(home, model)
    with transaction(con):
        add_event(con, model.signal, PROMOTED, model.model_id, on, reason, lineage)
        registry.put_in_use(home, model.signal, model.model_id)


def refuse(con: Connection, home: Home, model: Model, on: date, reason: str, lineage: Mapping[str, Any]) -> None:
    """Writes a refusal down; of the models that were only ever refused, the last few are kept."""
    registry.register(home, model)
    add_event(con, model.signal, REFUSED, model.model_id, on, reason, lineage)
    events = events_of(con, model.signal)
    used = {event.model_id for event in events if event.event != REFUSED}
    # Each once, at its last refusal.
    refused = list(dict.fromkeys(event.model_id for event in reversed(events) if event.event == REFUSED))
    for model_id in [one for one in refused if one not in used][KEPT_REFUSED:]:
        registry.drop(home, model.signal, model_id)


def promote(con: Connection, home: Home, signal: str, model_id: str, on: date) -> None:
    """Puts a kept model into use because a person says so. Raises UsageError where there is none of that id or it is in
    use already, UntrustedModel where it does not load."""
    note_model_in_use(con, home, signal, on)
    model = registry.load_registered(home, signal, model_id)
    if _own_id(home, signal) == model_id:
        raise UsageError(f"{model_id} is in use for {signal} already.")
    put_in_use(con, home, model, on, "by hand", model.card.get("lineage"))


def roll_back(con: Connection, home: Home, signal: str, on: date) -> str:
    """Goes back to the model that was in use before and still loads, in the end to the starter; says to which.

    Raises UsageError where there is nothing to go back to.
    """
    note_model_in_use(con, home, signal, on)
    in_use = _own_id(home, signal)
    starter = registry.starter_of(signal)
    if in_use is None:
        raise UsageError(_NOTHING.format(signal))
    damaged = []
    for model_id in reversed([one for one in promoted_in_turn(events_of(con, signal)) if one != in_use]):
        try:
            registry.load_registered(home, signal, model_id)
        except UsageError:
            damaged.append(model_id)
            continue
        with transaction(con):
            add_event(con, signal, ROLLED_BACK, model_id, on, _gone_back(in_use, damaged))
            registry.put_in_use(home, signal, model_id)
        return f"{model_id}{_passed_over(damaged)}"
    if starter is None:
        raise UsageError(f"{signal} has no earlier model and no starter: there is nothing to go back to.")
    with transaction(con):
        add_event(con, signal, ROLLED_BACK, starter.model_id, on, _gone_back(in_use, damaged))
        registry.back_to_starter(home, signal)
    return f"the starter {starter.model_id}{_passed_over(damaged)}"


def refuse_unknown(home: Home, signal: str) -> None:
    """Raises UsageError for a signal that nobody declares."""
    signals = all_signals(home.models)
    if signal not in signals:
        raise UsageError(f"{signal!r} is no declared signal: known are {', '.join(signals)}.")


def refuse_unkept(home: Home, signal: str, model_id: str) -> None:
    """Raises UsageError or UntrustedModel for what `promote` would refuse, before anything is opened."""
    refuse_unknown(home, signal)
    registry.load_registered(home, signal, model_id)


def refuse_without_own(home: Home, signal: str) -> None:
    """Raises UsageError where no model of the home is in use, before anything is opened."""
    refuse_unknown(home, signal)
    if not registry.has_own(home, signal):
        raise UsageError(_NOTHING.format(signal))


def _own_id(home: Home, signal: str) -> str | None:
    """Id of the home's own model in use; empty where it does not load, None where there is none."""
    try:
        model = registry.own_model(home, signal)
    except UntrustedModel:
        return ""
    return model.model_id if model else None


def _gone_back(in_use: str, damaged: list[str]) -> str:
    return f"from {in_use or 'a model that does not load'}{_passed_over(damaged)}"


def _passed_over(damaged: list[str]) -> str:
    return f", passing over {', '.join(damaged)}, which does not load" if damaged else ""
