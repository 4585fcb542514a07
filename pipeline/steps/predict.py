"""Predicts signals for rows of a file, exactly as a night would see them, and stores nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.digest.csv_file import cell
from pipeline.errors import BadTable, InputNotFound, UsageError
from pipeline.learning.labels import numbered_lines, read_turns
from pipeline.scoring.artifact import load_models
from pipeline.scoring.conversation import Scorer
from pipeline.scoring.models import all_signals, current_models, scorer_of
from pipeline.scoring.said import Said
from pipeline.text.redaction import redact

COLUMNS = ("id", "signal", "probability", "is_signal", "turn", "evidence")
_CHUNK = 2000


def predict(source: Path, out: Path, home_models: Path, models_folder: Path | None) -> int:
    """Writes one row per input row and signal, in input order; returns how many input rows there were."""
    signals = all_signals(home_models)
    models = load_models(models_folder) if models_folder else current_models(home_models, signals)
    if not models:
        raise UsageError(f"{models_folder or home_models} holds no model: train one first, or leave --models out.")
    scorer = scorer_of(models, signals)
    count = 0
    part = out.with_name(out.name + ".part")  # renamed when whole: a bad line leaves nothing behind
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for chunk in _chunks(source):
                count += len(chunk)
                writer.writerows(_rows(scorer, chunk))
        part.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return count


def _rows(scorer: Scorer, chunk: list[tuple[str, tuple[Said, ...]]]) -> Iterator[list[Any]]:
    conversations = [[Said(said.role, redact(said.text).text) for said in turns] for _, turns in chunk]
    for (row_id, _), scores in zip(chunk, scorer.score(conversations), strict=True):
        for name, score in scores.items():
            yield [
                row_id,
                name,
                cell(score.probability),
                cell(score.is_signal),
                "" if score.turn is None else score.turn,
                score.evidence.quote if score.evidence else "",
            ]


def _chunks(source: Path) -> Iterator[list[tuple[str, tuple[Said, ...]]]]:
    if not source.is_file():
        raise InputNotFound(f'{source} is not there: give JSON lines of {{"id", "text"}} or {{"id", "turns"}}.')
    chunk: list[tuple[str, tuple[Said, ...]]] = []
    for number, line in numbered_lines(source):
        try:
            raw = json.loads(line.decode("utf-8"))
            chunk.append((_id(raw["id"]), read_turns(raw)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadTable(
                f'{source}, line {number}: expected {{"id", "text"}} or {{"id", "turns": [{{"role", "text"}}]}} '
                f"({type(error).__name__}: {error})."
            ) from error
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _id(raw: Any) -> str:
    """Ids are strings; numbers are forgiven."""
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise TypeError(f"id is {raw!r}, no string")
    return str(raw).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
