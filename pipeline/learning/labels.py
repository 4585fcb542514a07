"""Labelled rows: one JSON object a line, a text or the turns of a conversation, and a label."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BadTable, InputNotFound
from pipeline.scoring.conversation import Said


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
    with open(file, encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                raw = json.loads(line)
                label = raw["labels"].get(signal) if "labels" in raw else raw["label"]
                if label is None or any(str(raw.get(key)) != value for key, value in (where or {}).items()):
                    continue
                rows.append(_row(raw, number, int(label), signal))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadTable(
                    f'{file}, line {number}: expected {{"text" or "turns", "label": 0 or 1}} ({type(error).__name__}: {error}).'
                ) from error
    return rows


def read_turns(raw: Mapping[str, Any]) -> tuple[Said, ...]:
    """The turns of a row: `turns`, or its `text` as one customer turn."""
    if raw.get("turns") is not None:
        return tuple(Said(str(turn["role"]), str(turn["text"])) for turn in raw["turns"])
    return (Said("customer", str(raw["text"])),)


def _row(raw: Mapping[str, Any], number: int, label: int, signal: str) -> Row:
    if label not in (0, 1):
        raise ValueError(f"label is {label}")
    marked = (raw.get("evidence") or {}).get(signal) if isinstance(raw.get("evidence"), dict) else None
    evidence = () if marked is None else tuple(marked) if isinstance(marked, list) else (int(marked),)
    group = raw.get("group")
    return Row(str(raw.get("id", number)), read_turns(raw), label, None if group is None else str(group), evidence, raw)
