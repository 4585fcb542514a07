"""A worker of the scoring: reads redacted messages as Parquet, writes scores and facts as Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import bundled
from pipeline.scoring.artifact import load_model
from pipeline.scoring.conversation import Score
from pipeline.scoring.evidence import Evidence
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.scoring.said import Said
from pipeline.signals.facts import SCHEMA as FOUND
from pipeline.signals.facts import Fact, load_facts, read_facts
from pipeline.steps.score_messages import Messages, read_messages
from pipeline.steps.score_task import Gazetteers, Task

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
_OF_EVIDENCE = ("start_offset", "end_offset", "quote", "subtype", "reasons")
# Conversations whose features are held at once: what bounds a worker's memory.
_AT_ONCE = 4000
_BYTES_AT_ONCE = 16_000_000


def score_partition(task: Task) -> int:
    """Writes `scores-` and `facts-<index>.parquet`; returns how many tickets were scored."""
    signals = all_signals(task.home_models)
    models = {name: load_model(folder) for name, folder in task.models.items()}
    messages = read_messages(task.messages, task.languages)
    scorer = scorer_of(models, signals)
    scores = [
        by_signal
        for some in messages.conversations(_AT_ONCE)
        for by_signal in scorer.score(some, with_evidence=False, at_night=True)
    ]
    found = _scores(messages, scores, {name: model.model_id for name, model in models.items()})
    pq.write_table(found, task.out / f"scores-{task.index:06d}.parquet", compression="zstd")
    has_signal = [any(score.is_signal for score in by_signal.values()) for by_signal in scores]
    facts = _facts(messages, task.gazetteers, np.repeat(np.array(has_signal, dtype=bool), messages.sizes))
    pq.write_table(facts, task.out / f"facts-{task.index:06d}.parquet", compression="zstd")
    return len(scores)


def warm(home_models: Path) -> None:
    """Imports and compiles what reads every message: half of what a worker does for two thousand tickets."""
    signals = all_signals(home_models)
    greeting = [Said("customer", "Hello?"), Said("agent", "Hello.")]
    scorer_of(current_models(home_models, signals), signals).score([greeting])
    _fact_rules()


def _scores(messages: Messages, scores: Sequence[dict[str, Score]], model_ids: Mapping[str, str]) -> pa.Table:
    """A row for each ticket and signal."""
    flat = [score for by_signal in scores for score in by_signal.values()]
    firsts = np.repeat(messages.starts[:-1], [len(by_signal) for by_signal in scores])
    signals = [name for by_signal in scores for name in by_signal]
    turns = [
        None if score.turn is None else first + score.turn for first, score in zip(firsts.tolist(), flat, strict=True)
    ]
    columns = {name: messages.stored[name].take(pa.array(firsts)) for name in ("source", "ticket_id", "ticket_hash")}
    columns |= {
        "signal": signals,
        "model_id": [model_ids[name] for name in signals],
        "probability": [score.probability for score in flat],
        "is_signal": [score.is_signal for score in flat],
        "message_id": messages.stored["message_id"].take(pa.array(turns, pa.int64())),
    }
    empty = dict.fromkeys(_OF_EVIDENCE)
    proofs = [
        empty if score.evidence is None or turn is None else _proof(messages, turn, score.evidence)
        for turn, score in zip(turns, flat, strict=True)
    ]
    columns |= {name: [proof[name] for proof in proofs] for name in _OF_EVIDENCE}
    return pa.table(
        [
            pa.array(columns[f.name], f.type) if isinstance(columns[f.name], list) else columns[f.name].cast(f.type)
            for f in SCORES
        ],
        schema=SCORES,
    )


def _proof(messages: Messages, turn: int, evidence: Evidence) -> dict[str, Any]:
    start, end = _offsets_in(messages.stored["text"][turn].as_py() or "", messages.texts[turn], evidence)
    return {
        "start_offset": start,
        "end_offset": end,
        "quote": evidence.quote,
        "subtype": evidence.subtype,
        "reasons": json.dumps(evidence.reasons, ensure_ascii=False),
    }


def _offsets_in(text: str, own: str, evidence: Evidence) -> tuple[int, int]:
    """Offsets of a span of the own words within the whole text, which still has the marked parts."""
    start, end = evidence.start, evidence.end
    if own == text:
        return start, end
    at = text.find(own[start:end])
    return (at, at + end - start) if at >= 0 else (0, len(text))


@lru_cache(maxsize=1)
def _fact_rules() -> dict[str, Fact]:
    """Compiling the rules costs more than reading a partition's facts."""
    return load_facts(bundled.fact_specs(), are_tried=True)


def _facts(messages: Messages, gazetteers: Gazetteers, has_signal: np.ndarray) -> pa.Table:
    """Facts of single messages, so many bytes of text at a time: what bounds the index of their words."""
    texts = pa.array(messages.texts, pa.string())
    parts = (np.cumsum(pc.binary_length(texts).to_numpy()) // _BYTES_AT_ONCE).tolist()
    tables = []
    for _, rows in groupby(range(len(parts)), key=parts.__getitem__):
        first, *rest = rows
        span = slice(first, first + 1 + len(rest))
        some = read_facts(texts[span], messages.roles[span], _fact_rules(), gazetteers, pa.array(has_signal[span]))
        tables.append(some.set_column(0, "row", pc.add(some["row"], first)))
    found = pa.concat_tables([FOUND.empty_table(), *tables])
    ids = messages.stored.select(["source", "ticket_id", "message_id"]).take(found["row"])
    return pa.table(
        {**{name: ids[name] for name in ids.column_names}, "fact": found["fact"], "value": found["value"]}
    ).cast(FACTS)
