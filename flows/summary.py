"""A night's numbers, or what retraining decided, as a page in Prefect's UI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def too_much_set_aside(counts: Mapping[str, Mapping[str, float]], tolerate: float) -> bool:
    """Whether the night read its input only in part."""
    return counts["ingest"].get("fault_share", 0.0) > tolerate


def markdown(as_of: date, counts: Mapping[str, Mapping[str, float]], too_much: bool) -> str:
    """Tickets read, stored and set aside by reason, then rows by file. Numbers and names of files only."""
    ingest = counts["ingest"]
    lines = [f"# Night of {as_of}", ""]
    if too_much:
        lines += ["**More of the input was set aside than `tolerate` allows: see the manifest.**", ""]
    lines += ["| tickets | |", "|---|---:|"]
    lines += [f"| {name} | {ingest.get(name, 0):.0f} |" for name in ("read", "stored")]
    lines += [f"| set aside: {reason} | {count:.0f} |" for reason, count in _under("set_aside", ingest).items()]
    lines += ["", "| file | rows |", "|---|---:|"]
    lines += [f"| {file} | {rows:.0f} |" for file, rows in _under("rows", counts["publish"]).items()]
    lines += ["", "## Watch", "", *_watch(counts.get("watch", {}))]
    told = counts.get("deliver", {})
    if told.get("sent") or told.get("failed"):
        lines += ["", "| messages | |", "|---|---:|"]
        lines += [f"| {name} | {told.get(name, 0):.0f} |" for name in ("sent", "failed")]
    return "\n".join(lines)


def decisions_markdown(day: str, told: Sequence[Mapping[str, Any]]) -> str:
    """A line a signal, then the batches of labels that were left out."""
    columns = ("signal", "event", "reason", "labels", "yes", "model_id", "champion")
    lines = [f"# Retraining of {day}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(str(one[name]) for name in columns)} |" for one in told]
    left_out = [f"- {one['signal']}: {sentence}" for one in told for sentence in one["set_aside"]]
    if left_out:
        lines += ["", "Left out, look at these labels:", "", *left_out]
    return "\n".join(lines)


def _watch(watch: Mapping[str, float]) -> list[str]:
    """What was unusual, by what it is about; the sentences stand in the manifest and in `ticketscout status`."""
    found = _under("found", watch)
    if not found and watch.get("nights", 0) < watch.get("needed", 0):
        return [f"Learning what is usual: {watch.get('nights', 0):.0f} of {watch['needed']:.0f} nights."]
    if not found:
        return ["Nothing unusual."]
    return [f"- {'**serious** ' if weight > 1 else ''}{about}" for about, weight in found.items()]


def _under(prefix: str, counts: Mapping[str, float]) -> dict[str, float]:
    return {name.removeprefix(f"{prefix}."): value for name, value in counts.items() if name.startswith(f"{prefix}.")}
