"""Where bytes of an export lie, and how they are opened: plain, gzip, zstd or zip; here or in an object store.

What is packed is unpacked in memory, block by block; nothing is extracted to disk. Packing is known by the first
bytes (RFC 1952, RFC 8878, APPNOTE.TXT 4.3.7), never by the name.
"""

from __future__ import annotations

import codecs
import glob
import gzip
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

import pyarrow as pa

from pipeline.errors import BadConfiguration, InputNotFound, UnknownFormat

GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20
_ZSTD_BLOCK = 4 << 10
# What the standard library raises for an archive that is cut or wrong, its sizes, offsets and methods among it.
BROKEN = (
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
# A conversation packs some ten times; what packs hundreds of times is made to fill a machine.
_MOST_UNPACKED = 200
# Of members each is opened by itself, so that their number counts too.
_MOST_MEMBERS = 10_000


@dataclass(frozen=True)
class Place:
    """A file, or a member of a zip file. `address` is a path, or what fsspec opens (`s3://bucket/export.json`)."""

    address: str
    member: str = ""

    @property
    def name(self) -> str:
        """For people: the file's name, and the member's after it."""
        own = PurePosixPath(self.address).name
        return f"{own}/{self.member}" if self.member else own

    @property
    def is_remote(self) -> bool:
        return "://" in self.address


class Unpacked(io.RawIOBase):
    """Bytes unpacked; where packing breaks the stream ends, and `is_broken` says so.

    It breaks too where more comes out than any conversation packs. `taken` says how many packed bytes were read so far.
    """

    def __init__(self, packed: Any, taken: Callable[[], int] | None = None) -> None:
        # What comes before a break is given before the break is told; `read` would lose it.
        self._read = packed.read1
        self._taken, self.given = taken, 0
        self.is_broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.is_broken:  # what is asked again may begin anew, and never end
            return 0
        try:
            block = self._read(len(buffer))
        except BROKEN:
            self.is_broken = True
            return 0
        self.given += len(block)
        if self._taken and self.given > _MOST_UNPACKED * max(self._taken(), _BLOCK):
            self.is_broken = True
            return 0
        buffer[: len(block)] = block
        return len(block)


@dataclass
class Opened:
    """An open file: its bytes as UTF-8 or whatever they are, and whether its packing broke (known at its end)."""

    stream: BinaryIO
    unpacked: Unpacked | None

    @property
    def is_broken(self) -> bool:
        return self.unpacked is not None and self.unpacked.is_broken


def find_places(given: str) -> tuple[list[Place], bool]:
    """Files under a path, folder, glob or address, members of zip files apart, sorted; and whether one file was named.

    Raises InputNotFound where there is none, BadConfiguration where an address has no driver installed, UnknownFormat
    for a zip file named outright that cannot be read; among others it stands for itself, to be passed over.
    """
    if "://" in given:
        addresses, is_named = _remote(given)
    else:
        addresses, is_named = _local(given)
    return [place for address in addresses for place in _places(address, is_named)], is_named


@contextmanager
def open_place(place: Place) -> Iterator[Opened]:
    """The bytes of a place, unpacked; UTF-16 with a byte order mark comes as UTF-8."""
    with _raw(place.address) as raw:
        if place.member:
            with _member(raw, place.member) as member:
                yield _opened(Unpacked(member))
        else:
            head = raw.read(4)
            raw.seek(0)
            if head.startswith(GZIP):
                yield _opened(Unpacked(gzip.GzipFile(fileobj=raw), raw.tell))
            elif head.startswith(ZSTD):
                yield _opened(Unpacked(_Zstd(raw), raw.tell))
            elif head.startswith(ZIP):
                yield _opened(Unpacked(_Unreadable()))
            elif head[:2] in _UTF16:
                yield Opened(_recoded(raw), None)
            else:
                yield Opened(raw, None)


@contextmanager
def _member(raw: BinaryIO, name: str) -> Iterator[Any]:
    """The bytes of a zip file's member; broken where it cannot even be begun."""
    with ExitStack() as stack:
        try:
            member: Any = stack.enter_context(stack.enter_context(zipfile.ZipFile(raw)).open(name))
        except (KeyError, *BROKEN):
            member = _Unreadable()
        yield member


class _Unreadable:
    def read1(self, size: int) -> bytes:
        raise EOFError


def leads_out(given: str, place: Place) -> bool:
    """Whether a place found under a folder is a link to what lies outside it: what somebody unpacked there may hold
    one, and nobody named that file."""
    if "://" in given or not Path(given).expanduser().is_dir():
        return False
    return not Path(place.address).resolve().is_relative_to(Path(given).expanduser().resolve())


def is_plain(place: Place) -> bool:
    """Whether workers may each read a range of its bytes."""
    if place.is_remote or place.member:
        return False
    with open(place.address, "rb") as stream:
        head = stream.read(4)
    return not head.startswith((GZIP, ZSTD, *_UTF16))


class _Zstd:
    """A break loses what was asked for with it, so that little is asked for at once."""

    def __init__(self, raw: BinaryIO) -> None:
        self._stream = pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd")

    def read1(self, size: int) -> bytes:
        block: bytes = self._stream.read(min(size, _ZSTD_BLOCK))
        return block


def _opened(unpacked: Unpacked) -> Opened:
    """Members of archives may be packed again (`tickets.json.gz` in a zip)."""
    stream = io.BufferedReader(unpacked, _BLOCK)
    head = stream.peek(4)[:4]
    if head.startswith(GZIP):
        inner = Unpacked(gzip.GzipFile(fileobj=stream), lambda: unpacked.given)
        return Opened(cast(BinaryIO, io.BufferedReader(inner, _BLOCK)), inner)
    if head[:2] in _UTF16:
        return Opened(_recoded(cast(BinaryIO, stream)), unpacked)
    return Opened(cast(BinaryIO, stream), unpacked)


def _recoded(stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, codecs.EncodedFile(stream, "utf-8", "utf-16", errors="replace"))


@contextmanager
def _raw(address: str) -> Iterator[BinaryIO]:
    if "://" in address:
        with filesystem(address).open(address, "rb") as stream:
            yield stream
    else:
        with open(address, "rb") as stream:
            yield stream


def _local(given: str) -> tuple[list[str], bool]:
    path = Path(given).expanduser()
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        return [str(p) for p in found], False
    if path.is_file():
        return [str(path)], True
    matches = sorted(p for p in glob.glob(str(path), recursive=True) if Path(p).is_file())
    if not matches:
        raise InputNotFound(f"{given} is not there: give a file, a folder or a glob of the helpdesk's export.")
    return matches, False


def _remote(given: str) -> tuple[list[str], bool]:
    store = filesystem(given)
    try:
        if any(mark in given for mark in "*?["):
            found, is_named = store.glob(given), False
        elif store.isfile(given):
            found, is_named = [given], True
        else:
            found, is_named = store.find(given), False
    except OSError as error:
        raise InputNotFound(f"{given} cannot be reached: {error}; check the address and its credentials.") from error
    if not found:
        raise InputNotFound(f"{given} is not there: give a file, a folder or a glob of the helpdesk's export.")
    addresses = [str(store.unstrip_protocol(one)) for one in found]
    return sorted(one for one in addresses if not PurePosixPath(one).name.startswith(".")), is_named


def filesystem(address: str) -> Any:
    """The fsspec file system of `address`. Raises BadConfiguration where its driver is not installed."""
    import fsspec  # here, so that a night of files does not wait for it

    try:
        return fsspec.core.url_to_fs(address)[0]
    except ImportError as error:
        raise BadConfiguration(f"{address} needs a driver that is not installed: {error}.") from error
    except ValueError as error:
        raise BadConfiguration(f"{address} is of a kind of store that nothing here opens: {error}.") from error


def _places(address: str, is_named: bool) -> list[Place]:
    try:
        return list(_members(address))
    except UnknownFormat:
        if is_named:
            raise
        return [Place(address)]


def _members(address: str) -> Iterator[Place]:
    with _raw(address) as raw:
        if not raw.read(4).startswith(ZIP):
            yield Place(address)
            return
        raw.seek(0)
        try:
            with zipfile.ZipFile(raw) as archive:
                members = sorted(archive.infolist(), key=lambda member: member.filename)
        except BROKEN as error:
            raise UnknownFormat(f"{address} is a zip file that cannot be read ({error}): fetch it again.") from error
    if len(members) > _MOST_MEMBERS:
        raise UnknownFormat(f"{address} holds more than {_MOST_MEMBERS} files: unpack it, then give the folder.")
    for member in members:
        name = PurePosixPath(member.filename)
        if (
            member.is_dir()
            or stat.S_ISLNK(member.external_attr >> 16)
            or name.name.startswith(".")
            or "__MACOSX" in name.parts
        ):
            continue
        if member.flag_bits & 1:
            raise UnknownFormat(f"{address} is locked by a password: unpack it, then give the folder.")
        if member.file_size > _MOST_UNPACKED * max(member.compress_size, _BLOCK):
            raise UnknownFormat(
                f"{address} holds {name.name}, which unpacks to more than {_MOST_UNPACKED} times its size."
            )
        yield Place(address, member.filename)
