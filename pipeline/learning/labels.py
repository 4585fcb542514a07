"""Labelled rows: one JSON object a line, a text or the turns of a conversation, and a label."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BadTable, InputNotFound
from pipeline.scoring.said import Said


@dataclass(frozen=True)
class Row:
    """A conversation with its label; `evidence` are the turns that prove a yes, where somebody marked them."""

    id: str
    turns: tuple[Said, ...]
    label: int
    group: str | None
    evidence: tuple[int, ...]
    fields: Mapping[str, Any]


def read_rows(file: Path, signal: str, where: Mapping[str, str] | None = None) -> list[Row]:
    """Rows of `file` for `signal`: `label`, or `labels: {signal: 0|1}`; rows without either are not for it.

    `where` keeps rows whose field equals a value. Raises InputNotFound, or BadTable with the line at fault.
    """
    if not file.is_file():
        raise InputNotFound(f"{file} is not there: give a file of labelled rows, one JSON object a line.")
    rows: list[Row] = []
    for number, line in numbered_lines(file):
        try:
            raw = json.loads(line.decode("utf-8"))
            label = _label(raw, signal)
            if label is None or any(str(raw.get(key)) != value for key, value in (where or {}).items()):
                continue
            rows.append(_row(raw, number, label, signal))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadTable(
                f'{file}, line {number}: expected {{"text" or "turns", "label": 0 or 1}} '
                f"({type(error).__name__}: {error})."
            ) from error
    return rows


def read_folder(folder: Path, signal: str) -> list[Row]:
    """Rows for `signal` of all label files of `folder`, in the order of their names."""
    return [row for file in sorted(folder.glob("*.jsonl")) for row in read_rows(file, signal)]


def numbered_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their number; a byte order mark is taken off."""
    with open(file, "rb") as stream:
        for number, line in enumerate(stream, start=1):
            line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if line.strip():
                yield number, line


def read_turns(raw: Mapping[str, Any]) -> tuple[Said, ...]:
    """The turns of a row: `turns`, or its `text` as one customer turn."""
    if raw.get("turns") is not None:
        return tuple(Said(_words(turn, "role"), _words(turn, "text")) for turn in raw["turns"])
    return (Said("customer", _words(raw, "text")),)


def _words(raw: Mapping[str, Any], key: str) -> str:
    """A string of a row; half a surrogate pair, which no file can hold, becomes a replacement character."""
    words = raw[key]
    if not isinstance(words, str):
        raise TypeError(f"{key} is {words!r}, no string")
    return words if words.isascii() else words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _label(raw: Mapping[str, Any], signal: str) -> int | None:
    """The label of `signal`, or None where nobody gave one. `labels` may be another tool's key, then it is ignored."""
    labels = raw.get("labels")
    if isinstance(labels, dict) and ("label" not in raw or signal in labels):
        label = labels.get(signal)
    else:
        label = raw["label"]
    if label not in (0, 1, None):
        raise ValueError(f"label is {label!r}")
    return None if label is None else int(label)


def _row(raw: Mapping[str, Any], number: int, label: int, signal: str) -> Row:
    marked = (raw.get("evidence") or {}).get(signal) if isinstance(raw.get("evidence"), dict) else None
    evidence = () if marked is None else tuple(marked) if isinstance(marked, list) else (int(marked),)
    group = raw.get("group")
    return Row(str(raw.get("id", number)), read_turns(raw), label, None if group is None else str(group), evidence, raw)
