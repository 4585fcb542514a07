"""Which of the given paths are helpdesk files, of which source, and in which byte ranges they are read.

Files are known by what is in them, never by their name. CRM files found among them are passed over.
"""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputNotFound, UnknownFormat
from pipeline.sources import SOURCES
from pipeline.sources.source import Kind

_HEAD_LINES = 20
_HEAD_BYTES = 64 << 20  # of all the lines looked at; a single ticket may have 10 MB
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Input:
    """A helpdesk file."""

    path: Path
    source: str
    kind: Kind
    digest: str
    size: int


@dataclass(frozen=True)
class Range:
    """Bytes of a file from the start of a line to the end of a line; `index` orders the ranges of a run."""

    path: Path
    source: str
    kind: Kind
    digest: str
    start: int
    end: int
    index: int


def discover(paths: Sequence[str], source: str = "auto", text_version: str = "") -> tuple[list[Input], list[Path]]:
    """Helpdesk files among `paths` (files, folders, globs), sorted, and the files passed over.

    Raises InputNotFound for a path that is not there, UnknownFormat for a file named outright that no
    source recognises, for an unknown source, and where no tickets are found at all.
    """
    if source != "auto" and source not in SOURCES:
        raise UnknownFormat(f"unknown source {source!r}: known are auto, {', '.join(SOURCES)}.")
    inputs: dict[Path, Input] = {}
    passed_over: list[Path] = []
    for given in paths:
        files, is_named = _files(given)
        for file in files:
            found = _recognise(file, source)
            if found is None:
                if is_named and file.suffix.lower() != ".csv":
                    raise UnknownFormat(
                        f"{file} is not a helpdesk export that Ticketscout reads "
                        f"(known: {', '.join(s.title for s in SOURCES.values())}): check the path or the export."
                    )
                passed_over.append(file)
                continue
            one = Input(file, found[0], found[1], _digest(file, text_version), file.stat().st_size)
            others = (other for path, other in inputs.items() if path != file.resolve())
            if any((other.digest, other.kind) == (one.digest, one.kind) for other in others):
                passed_over.append(file)  # a copy, byte for byte
                continue
            inputs[file.resolve()] = one
    if not any(found.kind == "tickets" for found in inputs.values()):
        raise UnknownFormat(
            f"no tickets found in {', '.join(paths)}: expected one JSON object a line, as Zendesk exports them."
        )
    return [inputs[key] for key in sorted(inputs)], sorted(passed_over)


def ranges(inputs: Sequence[Input], size: int) -> list[Range]:
    """Byte ranges of about `size` bytes, cut at line ends, in order."""
    found: list[Range] = []
    for one in inputs:
        for start, end in _cuts(one.path, one.size, size):
            found.append(Range(one.path, one.source, one.kind, one.digest, start, end, len(found)))
    return found


def _files(given: str) -> tuple[list[Path], bool]:
    path = Path(given).expanduser()
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")), False
    if path.is_file():
        return [path], True
    matches = sorted(Path(p) for p in glob.glob(str(path), recursive=True) if Path(p).is_file())
    if not matches:
        raise InputNotFound(f"{given} is not there: give a file, a folder or a glob of the helpdesk's export.")
    return matches, False


def _recognise(file: Path, source: str) -> tuple[str, Kind] | None:
    for keys in _first_records(file):
        for name, candidate in SOURCES.items():
            if source in ("auto", name) and (kind := candidate.recognise(keys)):
                return name, kind
    return None


def _first_records(file: Path) -> Iterator[frozenset[str]]:
    """Keys of the first records that parse; a truncated or foreign first line does not hide the format."""
    with open(file, "rb") as stream:
        for _ in range(_HEAD_LINES):
            line = stream.readline(_HEAD_BYTES - stream.tell())
            if not line:
                return
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                yield frozenset(record)


def _digest(file: Path, text_version: str) -> str:
    digest = hashlib.sha256(text_version.encode())
    with open(file, "rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _cuts(file: Path, total: int, size: int) -> Iterator[tuple[int, int]]:
    with open(file, "rb") as stream:
        start = 0
        while start < total:
            stream.seek(min(start + size, total))
            stream.readline()
            end = stream.tell()
            yield start, end
            start = end
