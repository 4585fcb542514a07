"""Files that somebody made to fill a machine, to lead out of their folder, or to never end."""

from __future__ import annotations

import gzip
import os
import stat
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import InputNotFound, UnknownFormat
from pipeline.sources import opening
from pipeline.sources.discovery import discover
from pipeline.sources.opening import _MOST_MEMBERS, Place, find_places, open_place
from tests.contract.homes import ticket, write_lines

MB = 1 << 20
MOST = 20  # times; what ships allows ten times as much


@pytest.fixture(autouse=True)
def _less(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opening._MOST_UNPACKED == 10 * MOST
    monkeypatch.setattr(opening, "_MOST_UNPACKED", MOST)


def _bomb(path: Path, form: str) -> Path:
    """A few KB, or MB with gzip, that unpack to far more than any export of their size."""
    block = bytes(MB)
    packed = gzip.GzipFile(path, "wb") if form == "gzip" else pa.output_stream(str(path), compression="zstd")
    with packed:
        for _ in range(MOST + 50):
            packed.write(block)
    return path


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_stream_that_unpacks_to_far_too_much_is_left_and_counts_as_broken(form: str, tmp_path: Path) -> None:
    bomb = _bomb(tmp_path / "tickets.json.packed", form)
    assert bomb.stat().st_size < MB
    read = 0
    with open_place(Place(str(bomb))) as opened:
        while block := opened.stream.read(MB):
            read += len(block)
        assert opened.is_broken
    assert read <= MOST * MB


def test_a_bomb_in_a_zip_is_no_better(tmp_path: Path) -> None:
    inner = gzip.compress(bytes((MOST + 50) * MB), 9)
    with zipfile.ZipFile(tmp_path / "stored.zip", "w") as archive:
        archive.writestr("tickets.json.gz", inner)
    read = 0
    with open_place(Place(str(tmp_path / "stored.zip"), "tickets.json.gz")) as opened:
        while block := opened.stream.read(MB):
            read += len(block)
        assert opened.is_broken
    assert read <= MOST * MB
    with zipfile.ZipFile(tmp_path / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tickets.json", bytes((MOST + 50) * MB))
    with pytest.raises(UnknownFormat, match="more than 20 times its size"):
        find_places(str(tmp_path / "deflated.zip"))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(_MOST_MEMBERS + 1):
            archive.writestr(str(number), "")
    with pytest.raises(UnknownFormat, match="unpack it, then give the folder"):
        find_places(str(tmp_path / "many.zip"))


def test_links_devices_and_other_archives_among_members_are_never_opened(tmp_path: Path) -> None:
    """A member named to lead out is read as bytes under that name: nothing is ever extracted."""
    good = write_lines(tmp_path / "tickets.ndjson", [ticket(1, "How do I print?")])
    link = zipfile.ZipInfo("link.ndjson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.write(good, "nested.ndjson")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.write(tmp_path / "inner.zip", "inner.zip")
        archive.write(good, "../../outside.ndjson")
    inputs, passed_over = discover([str(tmp_path / "all.zip")])
    assert [one.place.member for one in inputs] == ["../../outside.ndjson"]
    assert [place.member for place in passed_over] == ["inner.zip"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "inner.zip", "tickets.ndjson"]


def test_a_link_in_a_folder_is_followed_within_it_alone(tmp_path: Path) -> None:
    export = tmp_path / "export"
    write_lines(export / "tickets.ndjson", [ticket(1, "How do I print?")])
    other = write_lines(tmp_path / "elsewhere.ndjson", [ticket(2, "How do I scan?")])
    (export / "within.ndjson").symlink_to(export / "tickets.ndjson")
    (export / "out.ndjson").symlink_to(other)
    (export / "folder").symlink_to(tmp_path)
    inputs, passed_over = discover([str(export)])
    assert [one.place.name for one in inputs] == ["tickets.ndjson"]
    assert {place.name for place in passed_over} == {"within.ndjson", "out.ndjson"}  # the first: a copy, byte for byte
    assert len(discover([str(export / "out.ndjson")])[0]) == 1  # named outright


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    export = tmp_path / "export"
    write_lines(export / "tickets.ndjson", [ticket(1, "How do I print?")])
    os.mkfifo(export / "pipe.ndjson")
    inputs, _ = discover([str(export)])
    assert [one.place.name for one in inputs] == ["tickets.ndjson"]
    for given in (export / "pipe.ndjson", Path("/dev/zero")):
        with pytest.raises(InputNotFound, match="give a file"):
            discover([str(given)])
