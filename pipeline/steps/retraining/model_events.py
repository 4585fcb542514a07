"""What was decided about models, `model_versions`: written once, read as history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.warehouse import Connection

PROMOTED, REFUSED, ROLLED_BACK = "promoted", "refused", "rolled_back"


@dataclass(frozen=True)
class Event:
    """One row of `model_versions`. Of `rolled_back`, the model is the one that was gone back to."""

    signal: str
    sequence: int
    model_id: str
    event: str
    decided_on: date
    reason: str
    lineage: Mapping[str, Any] | None


def events_of(con: Connection, signal: str) -> list[Event]:
    """All events of a signal, the first first."""
    found = con.execute(
        "SELECT signal, sequence, model_id, event, decided_on, reason, lineage FROM model_versions "
        "WHERE signal = ? ORDER BY sequence",
        [signal],
    ).fetchall()
    return [
        Event(name, sequence, model_id, event, decided_on, reason, json.loads(lineage) if lineage else None)
        for name, sequence, model_id, event, decided_on, reason, lineage in found
    ]


def add_event(
    con: Connection,
    signal: str,
    event: str,
    model_id: str,
    decided_on: date,
    reason: str,
    lineage: Mapping[str, Any] | None = None,
) -> None:
    """Writes what happened now."""
    words = None if lineage is None else json.dumps(lineage, sort_keys=True)
    con.execute(
        "INSERT INTO model_versions SELECT $signal, coalesce(max(sequence), 0) + 1, $model_id, $event, $on, $reason, "
        "$lineage FROM model_versions WHERE signal = $signal",
        {
            "signal": signal,
            "model_id": model_id,
            "event": event,
            "on": decided_on,
            "reason": reason,
            "lineage": words,
        },
    )


def promoted_in_turn(events: Sequence[Event]) -> list[str]:
    """Models that were in use one after the other and were not gone back behind; the last is in use, unless somebody
    trained another by hand. Empty: the starter."""
    stack: list[str] = []
    for event in events:
        if event.event == PROMOTED and stack[-1:] != [event.model_id]:
            stack.append(event.model_id)
        elif event.event == ROLLED_BACK:
            while stack and stack[-1] != event.model_id:
                stack.pop()
    return stack
