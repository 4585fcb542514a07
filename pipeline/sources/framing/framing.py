"""What a framing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

# Bytes of a record: more than any conversation has, so that one of a hundred megabytes is set aside before it is
# parted, cleaned and redacted, which takes many times its size in memory.
LONGEST = 32 << 20


class Framed(NamedTuple):
    """A record as it stands in a file.

    place: 1-based: the line, or the record of a document. `listed`: the list of a page that it stood in, dotted
    (`tickets`, `_embedded.conversations`), empty at the top. `text`: its JSON as UTF-8, or as much of it as there is.
    `reason`: why it is set aside (a key of REASONS), empty where it is not.
    """

    place: int
    listed: str
    text: bytes
    reason: str = ""


@dataclass(frozen=True)
class Head:
    """The start of a file: what tells its framing."""

    name: str
    start: bytes
    is_all: bool


@dataclass(frozen=True)
class Framing:
    """One way in which records follow each other.

    family: what a Kind's `framings` say ("json", "table", "mail", "transcript").
    fits: whether a file that starts so is framed so; never raises.
    has_pages: whether records may stand in lists of a page.
    records: stream, its name, names of lists that hold records -> records; never raises for what the bytes hold.
    columns: names that a table's rows have as keys, told from its header alone.
    """

    name: str
    family: str
    fits: Callable[[Head, frozenset[str]], bool]
    records: Callable[[BinaryIO, str, frozenset[str]], Iterator[Framed]]
    has_pages: bool = False
    columns: Callable[[Head], frozenset[str]] | None = None
