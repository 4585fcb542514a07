"""A worker of the scoring: reads redacted messages as Parquet, writes scores and facts as Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import bundled
from pipeline.scoring.artifact import load_model
from pipeline.scoring.conversation import Said, Score
from pipeline.scoring.models import all_signals, scorer_of
from pipeline.signals.facts import Fact, load_facts, read_facts
from pipeline.text.marks import Mark, own_words

SCORES = pa.schema(
    [
        ("source", pa.string()),
        ("ticket_id", pa.string()),
        ("signal", pa.string()),
        ("ticket_hash", pa.string()),
        ("model_id", pa.string()),
        ("probability", pa.float64()),
        ("is_signal", pa.bool_()),
        ("message_id", pa.string()),
        ("start_offset", pa.int32()),
        ("end_offset", pa.int32()),
        ("quote", pa.string()),
        ("subtype", pa.string()),
        ("reasons", pa.string()),
    ]
)
FACTS = pa.schema(
    [
        ("source", pa.string()),
        ("ticket_id", pa.string()),
        ("message_id", pa.string()),
        ("fact", pa.string()),
        ("value", pa.string()),
    ]
)
Gazetteers = dict[str, list[tuple[str, list[str]]]]
# Conversations whose features are held at once: what bounds a worker's memory.
_AT_ONCE = 1000


@dataclass(frozen=True)
class Task:
    """One partition: its messages in ticket and position order, the model folders by signal, where to write."""

    messages: Path
    models: dict[str, Path]
    home_models: Path
    languages: frozenset[str]
    gazetteers: Gazetteers
    out: Path
    index: int


def score_partition(task: Task) -> int:
    """Writes `scores-` and `facts-<index>.parquet`; returns how many tickets were scored."""
    signals = all_signals(task.home_models)
    models = {name: load_model(folder) for name, folder in task.models.items()}
    rows = pq.read_table(task.messages).to_pylist()
    tickets = _by_ticket(rows)
    said = [_said(row, task.languages) for row in rows]
    ends = np.cumsum([0, *(len(ticket) for ticket in tickets)]).tolist()
    conversations = [said[start:end] for start, end in pairwise(ends)]
    scorer = scorer_of(models, signals)
    scores = [
        by_signal
        for start in range(0, len(conversations), _AT_ONCE)
        for by_signal in scorer.score(conversations[start : start + _AT_ONCE], with_evidence=False, at_night=True)
    ]
    out = [
        _score_row(ticket, name, models[name].model_id, score)
        for ticket, by_signal in zip(tickets, scores, strict=True)
        for name, score in by_signal.items()
    ]
    pq.write_table(pa.Table.from_pylist(out, SCORES), task.out / f"scores-{task.index:06d}.parquet", compression="zstd")
    has_signal = [any(score.is_signal for score in by_signal.values()) for by_signal in scores]
    in_question = np.repeat(has_signal, [len(ticket) for ticket in tickets])
    facts = _facts(rows, said, task.gazetteers, pa.array(in_question, pa.bool_()))
    pq.write_table(facts, task.out / f"facts-{task.index:06d}.parquet", compression="zstd")
    return len(tickets)


def _by_ticket(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    tickets: list[list[dict[str, Any]]] = []
    key: tuple[str, str] | None = None
    for row in rows:
        if (row["source"], row["ticket_id"]) != key:
            key = (row["source"], row["ticket_id"])
            tickets.append([])
        tickets[-1].append(row)
    return tickets


def _own(row: dict[str, Any]) -> str:
    text = row["text"] or ""
    marks = tuple(Mark(m["kind"], m["start_offset"], m["end_offset"]) for m in row["marks"] or ())
    return own_words(text, marks) if marks else text


def _said(row: dict[str, Any], languages: frozenset[str]) -> Said:
    """An internal note is nobody's turn: it is never scored, never context, never quoted. Nor is what is written in a
    language that no model reads: nothing is better than a guess."""
    role = row["role"] if row["is_public"] else "note"
    if row["language"] and row["language"] not in languages:
        role = "foreign"
    return Said(role or "nobody", _own(row))


def _score_row(ticket: Sequence[dict[str, Any]], signal: str, model_id: str, score: Score) -> dict[str, Any]:
    row = {
        "source": ticket[0]["source"],
        "ticket_id": ticket[0]["ticket_id"],
        "signal": signal,
        "ticket_hash": ticket[0]["ticket_hash"],
        "model_id": model_id,
        "probability": score.probability,
        "is_signal": score.is_signal,
        "message_id": ticket[score.turn]["message_id"] if score.turn is not None else None,
    }
    if score.evidence and score.turn is not None:
        start, end = _offsets_in(ticket[score.turn], score.evidence.start, score.evidence.end)
        row |= {
            "start_offset": start,
            "end_offset": end,
            "quote": score.evidence.quote,
            "subtype": score.evidence.subtype,
            "reasons": json.dumps(score.evidence.reasons, ensure_ascii=False),
        }
    return row


def _offsets_in(row: dict[str, Any], start: int, end: int) -> tuple[int, int]:
    """Offsets of a span of the own words within the whole text, which still has the marked parts."""
    own, text = _own(row), row["text"]
    if own == text:
        return start, end
    at = text.find(own[start:end])
    return (at, at + end - start) if at >= 0 else (0, len(text))


@lru_cache(maxsize=1)
def _fact_rules() -> dict[str, Fact]:
    """Compiling the rules costs more than reading a partition's facts."""
    return load_facts(bundled.fact_specs())


def _facts(
    rows: Sequence[dict[str, Any]], said: Sequence[Said], gazetteers: Gazetteers, has_signal: pa.Array
) -> pa.Table:
    texts = pa.array([one.text for one in said], pa.string())
    roles = pa.array([one.role for one in said], pa.string())
    found = read_facts(texts, roles, _fact_rules(), gazetteers, has_signal)
    at = found["row"].to_pylist()
    return pa.table(
        {
            "source": pa.array([rows[i]["source"] for i in at], pa.string()),
            "ticket_id": pa.array([rows[i]["ticket_id"] for i in at], pa.string()),
            "message_id": pa.array([rows[i]["message_id"] for i in at], pa.string()),
            "fact": found["fact"],
            "value": found["value"],
        }
    ).cast(FACTS)
