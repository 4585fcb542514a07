"""JSON lines: one record a line (https://jsonlines.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.sources.framing.framing import Framed, Framing, Head

_BOM = b"\xef\xbb\xbf"
_LINES_LOOKED_AT = 20


def fits(head: Head, lists: frozenset[str]) -> bool:
    """One of the first lines is an object of its own, and no page of records. A first line that is cut or foreign
    does not hide the others."""
    lines = head.start.removeprefix(_BOM).split(b"\n")
    if not head.is_all and len(lines) > 1:
        lines.pop()  # perhaps cut by us
    for line in [line for line in lines if line.strip()][:_LINES_LOOKED_AT]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            return "id" in record or not _is_page(record, lists)
    return False


def _is_page(record: dict[str, object], lists: frozenset[str]) -> bool:
    for name in lists:
        found: object = record
        for key in name.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, list):
            return True
    return False


def records(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """A record a line that is not blank."""
    for place, line in enumerate(stream, start=1):
        text = (line.removeprefix(_BOM) if place == 1 else line).strip()
        if text:
            yield Framed(place, "", text)


LINES = Framing("lines", "json", fits, records)
