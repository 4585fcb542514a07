"""What the commands about models print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.cli.progress import say

if TYPE_CHECKING:
    from pipeline.learning.compare import Compared
    from pipeline.steps.retraining.model_events import Event
    from pipeline.steps.retraining.model_list import InUse
    from pipeline.steps.retraining.retrain import Decision

_WIDTH = 16


def model_lines(models: Sequence[InUse]) -> Iterator[str]:
    """A line a signal, and one more where its model falls short of what its readers need."""
    for one in models:
        if one.origin == "none":
            yield f"{one.signal:<{_WIDTH}} no model: train one"
        elif one.origin == "does not load":
            yield f"{one.signal:<{_WIDTH}} its model does not load: ticketscout rollback {one.signal}"
        else:
            yield (
                f"{one.signal:<{_WIDTH}} {one.model_id}  {one.origin}, {one.rows} rows, {one.positives} yes, average "
                f"precision {one.average_precision:.3f} (cross-validated)"
            )
        if one.precision is not None and one.precision < one.wanted_precision:
            yield f"{'':<{_WIDTH}} precision {one.precision:.2f}, its signal wants {one.wanted_precision:.2f}"


def history_lines(events: Sequence[Event], kept: Sequence[str]) -> Iterator[str]:
    """What was decided, the newest last, and which models can be promoted."""
    for event in events:
        yield f"  {event.decided_on}  {event.event:<11}  {event.model_id}  {event.reason}"
        for batch in (event.lineage or {}).get("set_aside", []):
            yield f"  {'':<10}  {'':<11}  left out: {batch}"
    if not events:
        yield "  nothing was decided yet: ticketscout retrain"
    yield f"  kept: {', '.join(kept) or 'none'}"


def print_decision(decision: Decision) -> None:
    """What became of a signal, and what that rests on."""
    model = f" {decision.model_id}" if decision.model_id else ""
    print(f"{decision.signal:<{_WIDTH}} {decision.event}{model}: {decision.reason}", flush=True)
    for batch in decision.set_aside:
        print(f"{'':<{_WIDTH}} left out: {batch.sentence}")
        say(f"{decision.signal}: look at batch {batch.name}; if it is right, give --trust {batch.name}")
    if not decision.comparison:
        return
    print(
        f"{'':<{_WIDTH}} {decision.labels} labels, {decision.yes} yes; learnt from {decision.trained_on}; "
        "average precision, challenger against champion:"
    )
    compared = {"held out": decision.comparison.local, **decision.comparison.parts, **decision.comparison.slices}
    if decision.comparison.anchor:
        compared["the starter's own labels"] = decision.comparison.anchor
    for name, one in compared.items():
        print(f"{'':<{_WIDTH}}   {name:<32} {_told(one)}")


def _told(one: Compared) -> str:
    figure = one.figures["average_precision"]
    return (
        f"{figure.challenger:.2f} : {figure.champion:.2f}  {figure.value:+.2f} ({figure.low:+.2f} to "
        f"{figure.high:+.2f})  {one.rows} labels, {one.positives} yes, {one.accounts} customers"
    )
