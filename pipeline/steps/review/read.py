"""Reads answers as they come back: a list from any spreadsheet, Label Studio's export, or rows of labels.

What cannot be understood is said with its place and left out; a file that is none of these is refused as a whole.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.digest.csv_file import as_typed
from pipeline.errors import BadTable, InputNotFound, UsageError
from pipeline.learning.examples import Decision, Example, guideline_version, redacted, safe_group
from pipeline.learning.label_studio import Answered, answered
from pipeline.learning.labels import numbered_lines, read_turns
from pipeline.steps.feedback.saved_table import Table, read_table
from pipeline.steps.feedback.saved_values import is_error, is_rounded_id
from pipeline.steps.review.answers import Answers, Reading, meant, role_of, turn_of
from pipeline.steps.review.asked import from_line, from_table

NEEDED = ("example_id", "signal", "decision")


def read_answers(file: Path, reading: Reading) -> Answers:
    """Raises InputNotFound, UsageError, BadTable."""
    if not file.exists():
        raise InputNotFound(f"{file} is not there: give a list that review export wrote, or rows of labels.")
    if not file.is_file():
        raise UsageError(f"{file} is no file: give one list at a time.")
    with open(file, "rb") as stream:
        begins = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"[":
        return _from_label_studio(file, reading)
    if begins == b"{":
        return _from_lines(file, reading)
    return _from_table(file, read_table(file), reading)


def _from_table(file: Path, table: Table, reading: Reading) -> Answers:
    header = table.columns()
    if missing := [name for name in NEEDED if name not in header]:
        raise BadTable(f"{file} has no column {missing[0]}: give a list that review export or review labels wrote.")
    if twice := [name for name in header if name and header.count(name) > 1]:
        raise BadTable(f"{file} has two columns {twice[0]}: delete or rename one, so that it is clear which counts.")
    if "turns" in header:
        return from_table(table, reading)
    found = Answers()
    for number, row in zip(table.numbers, table.rows, strict=True):
        place = f"row {number}"
        if any(cell.strip() for cell in row[len(header) :]):
            found.rows += 1
            found.not_understood.append(f"{place}: has more cells than the header")
            continue
        cells = {name: as_typed(cell) for name, cell in zip(header, row, strict=False)}
        _take(found, place, cells, reading)
    return found


def _from_label_studio(file: Path, reading: Reading) -> Answers:
    try:
        given: list[Answered] = list(answered(json.loads(file.read_bytes().decode("utf-8-sig"))))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadTable(
            f"{file} is no whole export of Label Studio's with our example_id and signal ({type(error).__name__}): "
            "export it anew as JSON."
        ) from error
    found = Answers()
    for one in given:
        place = f"task {one.place}"
        if one.decided_by == "several":
            found.rows += 1
            found.not_understood.append(f"{place}: more than two annotated it and none says a role; choose decided_by")
            continue
        _take(found, place, vars(one), reading)
    return found


def _take(found: Answers, place: str, cells: Mapping[str, Any], reading: Reading) -> None:
    """One answer of a list."""
    found.rows += 1
    example_id, signal = cells.get("example_id", ""), cells.get("signal", "")
    word = cells.get("decision", "")
    if not word:
        found.unanswered += 1
        return
    if trouble := _trouble(example_id, signal, word, reading.signals):
        found.not_understood.append(f"{place}: {trouble}")
        return
    role = role_of(cells.get("decided_by", ""))
    if role is None:
        found.roles_replaced += 1
    decision = meant(word)
    turn = turn_of(cells.get("evidence_turn", ""))
    if turn is None and cells.get("evidence_turn", "") and decision:
        found.remarks.append(f"{place}: evidence_turn is no number of a turn; the answer is kept without it")
    found.typed.append(
        (
            place,
            Decision(
                example_id,
                signal,
                decision if not isinstance(decision, str) else None,
                turn if decision is True else None,
                role or reading.role,
                "review",
                reading.as_of,
                guideline_version(reading.signals[signal]),
            ),
        )
    )


def _trouble(example_id: str, signal: str, word: str, signals: Collection[str]) -> str:
    """Why an answer cannot be taken; a word that may be somebody's name is not repeated."""
    if is_rounded_id(example_id) or not example_id:
        return "there is no example_id"
    if signal not in signals:
        return f"{signal if re.fullmatch(r'[a-z_]{1,40}', signal) else 'what is typed there'} is no declared signal"
    if is_error(word) or isinstance(meant(word), str):
        shown = repr(word) if re.fullmatch(r"[a-zA-Z]{1,12}", word) else "what is typed there"
        return f"{shown} is no decision; type yes, no or cannot say"
    return ""


def _from_lines(file: Path, reading: Reading) -> Answers:
    """JSON lines of the `train` format; a line with `decisions` is one that `review labels` wrote."""
    found = Answers()
    for number, line in numbered_lines(file):
        try:
            raw = json.loads(line.decode("utf-8"))
            found.rows += 1
            if isinstance(raw.get("decisions"), list):
                from_line(raw, number, found, reading)
            else:
                _label_row(raw, number, found, reading)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadTable(
                f'{file}, line {number}: expected {{"text" or "turns", "label" or "labels"}} ({type(error).__name__}).'
            ) from error
    return found


def _label_row(raw: Mapping[str, Any], number: int, found: Answers, reading: Reading) -> None:
    example = Example(redacted(read_turns(raw)), group=safe_group(_text(raw.get("group"))), said_on=_day(raw))
    evidence = raw.get("evidence") if isinstance(raw.get("evidence"), dict) else {}
    for signal, label in _labels(raw, reading.signal):
        if label is None:
            found.unanswered += 1
            continue
        if label not in (0, 1):
            raise ValueError("a label is neither 0 nor 1")
        if signal not in reading.signals:
            found.not_understood.append(f"line {number}: one of its labels is for no declared signal")
            continue
        marked = (evidence or {}).get(signal)
        turn = marked[0] if isinstance(marked, list) and marked else marked
        found.examples[example.id] = example
        decided = Decision(
            example.id,
            signal,
            bool(label),
            turn if label and isinstance(turn, int) and not isinstance(turn, bool) else None,
            reading.role,
            "hand",
            reading.as_of,
            guideline_version(reading.signals[signal]),
        )
        found.typed.append((f"line {number}", decided))


def _labels(raw: Mapping[str, Any], own: str) -> Iterator[tuple[str, Any]]:
    """(signal, label); `label` alone is for the signal that the command names. What names its signal wins."""
    labels = raw.get("labels")
    named = labels if isinstance(labels, dict) else {}
    if labels is None and "label" not in raw:
        raise KeyError("label")
    yield from ((signal, label) for signal, label in named.items() if not own or signal == own)
    if own not in named and "label" in raw:
        if not own:
            if named:  # of several signals, `label` repeats one
                return
            raise UsageError("these rows have one label each and do not say for which signal: give --signal.")
        yield own, raw["label"]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _day(raw: Mapping[str, Any]) -> dt.date | None:
    said_on = raw.get("said_on")
    return dt.date.fromisoformat(said_on) if isinstance(said_on, str) and said_on else None
