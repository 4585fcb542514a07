"""Which model speaks for each signal, where it comes from, and what was decided about a signal's models."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.config import Home
from pipeline.errors import UntrustedModel
from pipeline.scoring.artifact import Model
from pipeline.scoring.models import all_signals
from pipeline.signals.spec import Signal
from pipeline.steps.retraining import registry
from pipeline.steps.retraining.model_events import Event, events_of
from pipeline.steps.retraining.promote import BY_HAND, refuse_unknown
from pipeline.warehouse import open_to_read

STARTER, RETRAINED, NONE, DAMAGED = "starter", "retrained", "none", "does not load"


@dataclass(frozen=True)
class InUse:
    """The model in use of one signal. `origin` is starter, retrained, trained by hand, none or does not load; figures
    are those of its card, cross-validated on the `rows` that it was trained with."""

    signal: str
    origin: str
    model_id: str = ""
    rows: int = 0
    positives: int = 0
    average_precision: float | None = None
    precision: float | None = None
    wanted_precision: float = 0.0
    kept: tuple[str, ...] = ()


def in_use(home: Home, name: str | None) -> list[InUse]:
    """Of all signals, or of one. Raises UsageError for a signal that nobody declares."""
    if name:
        refuse_unknown(home, name)
    signals = all_signals(home.models)
    return [_of(home, signal) for signal in signals.values() if name in (None, signal.name)]


def history(home: Home, signal: str) -> list[Event]:
    """All that was decided about a signal's models; nothing in a home without a warehouse."""
    if not home.warehouse.exists():
        return []
    with open_to_read(home) as con:
        return events_of(con, signal)


def _of(home: Home, signal: Signal) -> InUse:
    kept = tuple(registry.registered(home, signal.name))
    try:
        own = registry.own_model(home, signal.name)
    except UntrustedModel:
        return InUse(signal.name, DAMAGED, wanted_precision=signal.minimum_precision, kept=kept)
    model = own or registry.starter_of(signal.name)
    if model is None:
        return InUse(signal.name, NONE, wanted_precision=signal.minimum_precision, kept=kept)
    figures = model.card["cross_validation"]
    return InUse(
        signal.name,
        _origin(own),
        model.model_id,
        model.card["rows"],
        model.card["positives"],
        figures["average_precision"],
        figures["precision_at_prevalence"],
        signal.minimum_precision,
        kept,
    )


def _origin(own: Model | None) -> str:
    if own is None:
        return STARTER
    return RETRAINED if "lineage" in own.card else BY_HAND
