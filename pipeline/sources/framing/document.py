"""JSON documents: pages of an API, arrays, or one record over many lines; several may follow each other.

A document is parted by its brackets without reading all of it, so that its size is no matter and a page that was cut
keeps its whole records. RFC 8259 says what a string is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.sources.framing.framing import Framed, Framing, Head

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20
# A string whole, a bracket, or the start of a string whose end is not there yet.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|"', re.DOTALL)
_AFTER = re.compile(rb"\s*+(\S)?")
_CLOSING = {b"{": b"}", b"[": b"]"}


def fits(head: Head, lists: frozenset[str]) -> bool:
    """It begins as an object or an array does."""
    return head.start.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[")


def records(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """Objects of an array at the top, and those of the lists called `lists`; where none are given, objects at the top.

    What ends too early, or closes what was not opened, is set aside as the last record.
    """
    parted = _Parted(lists)
    place = 0
    while block := stream.read(parted.wanted):
        for listed, text in parted.take(block):
            place += 1
            yield Framed(place, listed, text)
        if parted.is_broken:
            break
    if parted.is_broken or parted.is_open:
        yield Framed(place + 1, "", parted.rest, "bad_json")


class _Parted:
    """One pass over a stream's blocks: what is open, and the bytes that a record or a token still needs."""

    def __init__(self, lists: frozenset[str]) -> None:
        self._lists = lists
        self._buffer = b""
        self._next = 0  # tokens before this place in the buffer were seen
        self._start = -1  # where the record that is open starts in the buffer
        self._record_depth = 0
        self._open: list[tuple[bytes, str]] = []  # closing bracket, and the key it stands under
        self._key = ""
        self.is_broken = False

    @property
    def wanted(self) -> int:
        """Bytes of the next block. It grows with the buffer, so that a long string is not passed again and again."""
        return max(_BLOCK, len(self._buffer))

    @property
    def is_open(self) -> bool:
        return bool(self._open) or self._next < len(self._buffer.rstrip())

    @property
    def rest(self) -> bytes:
        return self._buffer[self._start if self._start >= 0 else self._next :]

    def take(self, block: bytes) -> Iterator[tuple[str, bytes]]:
        """Records that end in this block, each with the list it stood in."""
        keep = self._start if self._start >= 0 else self._next
        self._buffer = self._buffer[keep:] + block
        self._next -= keep
        self._start -= keep if self._start >= 0 else 0
        for token in _TOKEN.finditer(self._buffer, self._next):
            found = token.group()
            if found in _CLOSING:
                self._see_opening(found, token.start())
            elif len(found) == 1 and found != b'"':
                record = self._see_closing(found, token.end())
                if record is not None:
                    yield record
                if self.is_broken:
                    return
            elif found == b'"' or not self._see_string(found, token.end()):
                self._next = token.start()  # the next block tells
                return
            self._next = token.end()
        self._next = len(self._buffer)

    def _see_string(self, found: bytes, end: int) -> bool:
        """Remembers a key on the way to a record; false where this block does not tell whether it is one."""
        if self._start >= 0 or not self._open or self._open[-1][0] != b"}":
            return True
        after = _AFTER.match(self._buffer, end)
        character = after.group(1) if after else None
        if character == b":":
            self._key = found[1:-1].decode("utf-8", "replace")
        return character is not None

    def _see_opening(self, bracket: bytes, start: int) -> None:
        if self._start < 0 and self._is_record(bracket):
            self._start, self._record_depth = start, len(self._open)
        self._open.append((_CLOSING[bracket], self._key if self._start < 0 else ""))
        self._key = ""

    def _is_record(self, bracket: bytes) -> bool:
        if not self._open:
            return bracket == b"{" and not self._lists
        return self._open[-1][0] == b"]" and (len(self._open) == 1 or self._path() in self._lists)

    def _see_closing(self, bracket: bytes, end: int) -> tuple[str, bytes] | None:
        if not self._open or self._open.pop()[0] != bracket:
            self.is_broken = True
            return None
        if self._start < 0 or len(self._open) > self._record_depth:
            return None
        text = self._buffer[self._start : end]
        self._start = -1
        return self._path(), text

    def _path(self) -> str:
        return ".".join(key for _, key in self._open if key)


DOCUMENT = Framing("document", "json", fits, records, has_pages=True)
