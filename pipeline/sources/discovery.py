"""Which of the given paths are helpdesk files, what each was taken for, and how they are shared out to workers.

Files are known by what is in them, never by their name. CRM files found among them are passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from pipeline.errors import UnknownFormat
from pipeline.sources import SOURCES
from pipeline.sources.framing import Head
from pipeline.sources.opening import Place, find_places, is_plain, leads_out, open_place
from pipeline.sources.recognition import Found, is_crm_table, recognise
from pipeline.sources.unknown import refusal

_HEAD_BYTES = 4 << 20
_LONGEST_HEAD = 64 << 20  # a single ticket may have 10 MB
_BLOCK = 1 << 20
# Records whose conversations lie in several places are read by buckets of conversations, each of some four portions.
_BUCKET = 4


@dataclass(frozen=True)
class Input:
    """A helpdesk file and what it was taken for."""

    place: Place
    found: Found
    digest: str
    size: int

    @property
    def source(self) -> str:
        return self.found.source

    @property
    def kind(self) -> str:
        return self.found.kind


class Span(NamedTuple):
    """Bytes from the start of a line to the end of a line, and how many lines of the portion lie before and in them."""

    start: int
    end: int
    lines_before: int
    line_count: int


@dataclass(frozen=True)
class Unread:
    """What of a range is to be read where the rest is known to be stored: `known_count` records of its `line_count`
    lines."""

    spans: tuple[Span, ...]
    known_count: int
    line_count: int


@dataclass(frozen=True)
class Portion:
    """What one worker reads: a range of one file's bytes, from the start of a line to the end of a line (`end` 0: all
    of the file), or what is `unread` of it, or of several files the conversations that fall into a bucket. `index`
    orders a run's portions."""

    inputs: tuple[Input, ...]
    index: int
    start: int = 0
    end: int = 0
    bucket: int = 0
    buckets: int = 1
    unread: Unread | None = None

    @property
    def source(self) -> str:
        return self.inputs[0].source

    @property
    def holds_parts(self) -> bool:
        return self.inputs[0].found.holds == "parts"


def discover(paths: Sequence[str], source: str = "auto", text_version: str = "") -> tuple[list[Input], list[Place]]:
    """Helpdesk files among `paths` (files, folders, globs, addresses), sorted, and the files passed over.

    Raises InputNotFound for a path that is not there, UnknownFormat for a file named outright that no source
    recognises, for one that two recognise, for an unknown source, and where no conversations are found at all.
    """
    if source != "auto" and source not in SOURCES:
        raise UnknownFormat(f"unknown source {source!r}: known are auto, {', '.join(SOURCES)}.")
    inputs: dict[Place, Input] = {}
    passed_over: list[Place] = []
    for given in paths:
        places, is_named = find_places(given)
        unknown = 0
        for place in places:
            if place in inputs:
                continue
            if leads_out(given, place):
                passed_over.append(place)
                continue
            head = _head(place)
            found = recognise(head, source)
            if found is None:
                unknown += not is_crm_table(head)
                if is_named and unknown == len(places):  # of an archive's files some may be for people to read
                    raise UnknownFormat(refusal(place, head))
                passed_over.append(place)
                continue
            one = Input(place, found, *_digest(place, text_version))
            if any((other.digest, other.kind) == (one.digest, one.kind) for other in inputs.values()):
                passed_over.append(place)  # a copy, byte for byte
                continue
            inputs[place] = one
    if all(one.found.holds == "people" for one in inputs.values()):
        raise UnknownFormat(
            f"no tickets found in {', '.join(paths)}: expected a helpdesk's export "
            f"(known: {', '.join(s.title for s in SOURCES.values())})."
        )
    order = sorted(inputs, key=lambda place: (place.address, place.member))
    return [inputs[place] for place in order], sorted(passed_over, key=lambda place: (place.address, place.member))


def portions(inputs: Sequence[Input], size: int) -> list[Portion]:
    """Work of about `size` bytes each: lines are cut anywhere between two, other files are read through, and parts
    of conversations are shared out by conversation, a source at a time."""
    found: list[Portion] = []
    for one in inputs:
        if one.found.holds == "parts":
            continue
        for start, end in _cuts(one, size):
            found.append(Portion((one,), len(found), start, end))
    for name in sorted({one.source for one in inputs if one.found.holds == "parts"}):
        together = tuple(one for one in inputs if one.source == name and one.found.holds == "parts")
        has_keys = all(kind.key for kind in SOURCES[name].kinds if kind.holds == "parts")
        buckets = sum(one.size for one in together) // (size * _BUCKET) + 1 if has_keys else 1
        found += [Portion(together, len(found) + bucket, bucket=bucket, buckets=buckets) for bucket in range(buckets)]
    return found


def _head(place: Place) -> Head:
    with open_place(place) as opened:
        start = opened.stream.read(_HEAD_BYTES)
        if len(start) == _HEAD_BYTES and b"\n" not in start:
            start += opened.stream.read(_LONGEST_HEAD - _HEAD_BYTES)
            if len(start) == _LONGEST_HEAD and b"\n" not in start and (after := _after_line(opened.stream)):
                start = start[:_HEAD_BYTES] + b"\n" + after
        return Head(place.name, start, not opened.stream.read(1))


def _after_line(stream: BinaryIO) -> bytes:
    """What follows a first line that is too long to be read: it does not hide the others."""
    while block := stream.readline(_BLOCK):
        if block.endswith(b"\n"):
            return stream.read(_HEAD_BYTES)
    return b""


def _digest(place: Place, text_version: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(text_version.encode()), 0
    with open_place(place) as opened:
        while block := opened.stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _cuts(one: Input, size: int) -> Iterator[tuple[int, int]]:
    if one.found.framing != "lines" or one.found.envelope or not is_plain(one.place):
        yield 0, 0
        return
    with open(one.place.address, "rb") as stream:
        start = 0
        while start < one.size:
            stream.seek(min(start + size, one.size))
            stream.readline()
            end = stream.tell()
            yield start, end
            start = end
