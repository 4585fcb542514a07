"""Retrains a signal from the home's own labels, and lets the new model in only where it is better.

What was measured is what is promoted: the model is not fitted again on the labels held out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.config import Home
from pipeline.errors import NotEnoughLabels, UsageError
from pipeline.learning.batches import Batch, check_batches
from pipeline.learning.labels import Row
from pipeline.learning.lineage import label_counts
from pipeline.learning.splits import Split, split
from pipeline.learning.verdict import Comparison, decide, too_few
from pipeline.scoring.artifact import Model
from pipeline.scoring.card import FEATURES
from pipeline.scoring.models import all_signals
from pipeline.signals.spec import Signal
from pipeline.steps.retraining import registry
from pipeline.steps.retraining.challenge import compare_models, says_yes, train_challenger
from pipeline.steps.retraining.code_version import code_version
from pipeline.steps.retraining.model_events import PROMOTED, REFUSED, events_of
from pipeline.steps.retraining.promote import note_model_in_use, put_in_use, refuse
from pipeline.steps.review.label_states import local_rows
from pipeline.warehouse import Connection

FLOOR = 100
# One label in five must be a yes: of fewer there is nothing to learn from, and nothing to measure by.
YES_SHARE = 5
WAITING = "waiting"


@dataclass(frozen=True)
class Decision:
    """What became of one signal. `event` is promoted, refused or waiting (nothing was trained); `set_aside` are the
    batches of labels that were left out, and `comparison` what was measured, where it came to that."""

    signal: str
    event: str
    reason: str
    labels: int = 0
    yes: int = 0
    trained_on: int = 0
    model_id: str = ""
    champion: str = ""
    set_aside: tuple[Batch, ...] = ()
    comparison: Comparison | None = None


def signals_to_retrain(home: Home, names: Sequence[str]) -> list[Signal]:
    """The signals of these names, or all. Raises UsageError for a name that nobody declares, UntrustedModel where the
    model in use of one does not load."""
    signals = all_signals(home.models)
    if unknown := [name for name in names if name not in signals]:
        raise UsageError(f"{unknown[0]!r} is no declared signal: known are {', '.join(signals)}.")
    chosen = [signals[name] for name in dict.fromkeys(names or signals)]
    for signal in chosen:
        registry.own_model(home, signal.name)
    return chosen


def retrain(
    con: Connection,
    home: Home,
    signal: Signal,
    on: date,
    *,
    floor: int = FLOOR,
    trusted: Collection[str] = (),
    is_dry: bool = False,
) -> Decision:
    """Decides on one signal; with `is_dry` nothing is written."""
    if not is_dry:
        note_model_in_use(con, home, signal.name, on)
    starter = registry.starter_of(signal.name)
    champion = registry.own_model(home, signal.name) or starter
    every = [row for row in local_rows(con, signal.name) if any(said.role == "customer" for said in row.turns)]
    known = Decision(signal.name, WAITING, "", len(every), _yes(every), champion=champion.model_id if champion else "")
    if missing := _missing(every, floor):
        return replace(known, reason=missing)
    lineage = _lineage(every, champion, trusted)
    if since := _same_as_before(con, signal.name, lineage):
        return replace(known, reason=f"nothing is new since {since}")
    rows, suspicious = _without_suspicious(champion, signal, every, trusted)
    known = replace(known, set_aside=suspicious)
    if missing := _missing(rows, floor):
        return replace(known, reason=f"{missing}; {len(every) - len(rows)} were set aside")
    parts = split(rows)
    held_out = parts.held_out
    accounts = len({row.group for row in held_out})
    if missing := too_few(_yes(held_out), len(held_out) - _yes(held_out), accounts):
        return replace(known, reason=missing)
    try:
        challenger = train_challenger(starter, signal, parts.training)
    except NotEnoughLabels as error:
        return replace(known, reason=str(error).rstrip("."))
    if champion and challenger.model_id == champion.model_id:
        return replace(known, reason="the labels teach the model in use nothing new")
    comparison = compare_models(champion, challenger, signal, parts, has_starter=starter is not None)
    verdict = decide(comparison)
    lineage |= _measured(parts, suspicious, comparison)
    challenger = replace(challenger, card=challenger.card | {"lineage": lineage, "decision": verdict.reason})
    if not is_dry:
        write_down = put_in_use if verdict.is_better else refuse
        write_down(con, home, challenger, on, verdict.reason, lineage)
    return replace(
        known,
        event=PROMOTED if verdict.is_better else REFUSED,
        reason=verdict.reason,
        trained_on=len(parts.training),
        model_id=challenger.model_id,
        comparison=comparison,
    )


def _yes(rows: Sequence[Row]) -> int:
    return sum(row.label for row in rows)


def _missing(rows: Sequence[Row], floor: int) -> str | None:
    """What is missing to the floor, in words."""
    yes, wanted = _yes(rows), -(-floor // YES_SHARE)
    if len(rows) >= floor and yes >= wanted:
        return None
    lacks = [
        f"{count} more {what}"
        for count, what in ((floor - len(rows), "labels"), (wanted - yes, "yes among them"))
        if count > 0
    ]
    return f"{len(rows)} labels, {yes} yes: {' and '.join(lacks)} needed"


def _without_suspicious(
    champion: Model | None, signal: Signal, rows: Sequence[Row], trusted: Collection[str]
) -> tuple[list[Row], tuple[Batch, ...]]:
    """Rows of the batches that nothing speaks against, and the other batches. Without a model there is nobody to ask
    but the labels themselves, so none is set aside."""
    if champion is None:
        return list(rows), ()
    batches = check_batches(rows, says_yes(champion, signal, rows), trusted)
    suspicious = tuple(batch for batch in batches if batch.is_suspicious)
    left_out = {row.id for batch in suspicious for row in batch.rows}
    return [row for row in rows if row.id not in left_out], suspicious


def _lineage(rows: Sequence[Row], champion: Model | None, trusted: Collection[str]) -> dict[str, Any]:
    """What a decision depends on: the same, the same decision."""
    return {
        "labels": label_counts(rows),
        "champion": champion.model_id if champion else None,
        "code": code_version(),
        "features": FEATURES,
        "trusted": sorted(trusted),
    }


def _measured(parts: Split, suspicious: Sequence[Batch], comparison: Comparison) -> dict[str, Any]:
    return {
        "trained_on": label_counts(parts.training),
        "frozen": label_counts(parts.frozen),
        "recent": label_counts(parts.recent),
        "set_aside": [batch.sentence for batch in suspicious],
        "figures": comparison.as_json(),
    }


def _same_as_before(con: Connection, signal: str, lineage: dict[str, Any]) -> date | None:
    """The day on which the same was decided already: by the same labels against the same champion, or for it."""
    decided = [event for event in events_of(con, signal) if event.lineage]
    if not decided or not decided[-1].lineage:
        return None
    last = decided[-1].lineage
    same = all(last.get(name) == lineage[name] for name in ("code", "features", "trusted"))
    same = same and last["labels"]["hash"] == lineage["labels"]["hash"]
    is_answered = lineage["champion"] in (last["champion"], decided[-1].model_id)
    return decided[-1].decided_on if same and is_answered else None
