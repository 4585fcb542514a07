"""Every layout with a fixture folder: its files become the expected canonical rows, however they are cut or ordered.

`sources/<source>/<layout>/cases.csv` says what each ticket is for; `expected/` beside it is reviewed by people. To
write it anew: `python -m tests.contract.test_sources_golden [<source>/<layout>…]`.
"""

from __future__ import annotations

import csv
import gzip
import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from pipeline.config import Home
from pipeline.sources import SOURCES
from pipeline.sources.discovery import discover
from tests.contract.canonical import canonical, state, write
from tests.contract.homes import ingest_into, warehouse
from tests.once import IN_FULL

HERE = Path(__file__).parent / "sources"
LAYOUTS = sorted(str(folder.parent.relative_to(HERE)) for folder in HERE.glob("*/*/cases.csv"))
# Of these every line is a conversation by itself.
LINES = [layout for layout in LAYOUTS if layout == "zendesk/export"]


def files_of(layout: str) -> list[Path]:
    return sorted(
        file
        for file in (HERE / layout).rglob("*")
        if file.is_file() and file.name != "cases.csv" and "expected" not in file.parts
    )


def _expect(layout: str, found: dict[str, str]) -> None:
    for name, text in found.items():
        assert text == (HERE / layout / "expected" / name).read_text(encoding="utf-8"), name


def test_every_source_has_a_fixture_folder() -> None:
    assert {layout.split("/")[0] for layout in LAYOUTS} == set(SOURCES)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_export_becomes_the_expected_rows(layout: str, tmp_path: Path) -> None:
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, *files_of(layout))
        found = canonical(con)
    _expect(layout, found)
    assert counts.read == counts.stored + sum(counts.set_aside.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_recognised_as_its_source_with_a_reason(layout: str) -> None:
    inputs, passed_over = discover([str(file) for file in files_of(layout)])
    assert {one.source for one in inputs} == {layout.split("/")[0]}
    assert all(one.found.why for one in inputs) and not passed_over


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_ticket_of_the_fixture_has_a_case(layout: str) -> None:
    with open(HERE / layout / "cases.csv", encoding="utf-8", newline="") as stream:
        cases = {row["ticket_id"] for row in csv.DictReader(stream)}
    with open(HERE / layout / "expected" / "tickets.csv", encoding="utf-8", newline="") as stream:
        stored = {row["ticket_id"] for row in csv.DictReader(stream)}
    assert stored and stored <= cases


@pytest.mark.parametrize("layout", LAYOUTS if IN_FULL else LAYOUTS[2::4])
def test_small_partitions_give_the_same_rows(layout: str, tmp_path: Path) -> None:
    """Of a kilobyte in full, where most conversations are in one of their own."""
    with warehouse(tmp_path) as con:
        ingest_into(con, tmp_path, *files_of(layout), partition_mb=(1 if IN_FULL else 6) / 1024)
        found = canonical(con)
    _expect(layout, found)


@pytest.mark.parametrize("layout", LAYOUTS if IN_FULL else LAYOUTS[::10])
def test_packed_files_give_the_same_rows(layout: str, tmp_path: Path) -> None:
    """gzip, a file at a time, and all in one zip; a place set aside has the packed file's name before it."""
    files = files_of(layout)
    packed = tmp_path / "packed"
    packed.mkdir()
    for number, file in enumerate(files):
        with gzip.open(packed / f"{number:03}-{file.name}.gz", "wb") as stream:
            stream.write(file.read_bytes())
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            archive.write(file, f"{number:03}-{file.name}")
    found = []
    for name, given in (("plain", files), ("gzip", [packed]), ("zip", [tmp_path / "all.zip"])):
        with warehouse(tmp_path / name) as con:
            shutil.copy(Home(tmp_path / "plain").vault, Home(tmp_path / name).vault) if name != "plain" else None
            ingest_into(con, tmp_path / name, *given)
            found.append(state(con))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("layout", LINES)
@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_lines_give_the_same_state(layout: str, seed: int, tmp_path: Path) -> None:
    """In one file or dealt over three, in any order; people keep their pseudonyms because the vault stays."""
    home = tmp_path
    tickets = [path for path in files_of(layout) if "tickets" in path.name]
    rest = [path for path in files_of(layout) if path not in tickets]
    lines = [line for path in tickets for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()]
    random.Random(seed).shuffle(lines)
    dealt = [home / f"{part}.ndjson" for part in range(3)]
    for part, path in enumerate(dealt):
        path.write_bytes(b"\n".join(lines[part::3]))

    with warehouse(home) as con:
        ingest_into(con, home, *tickets, *rest)
        expected = state(con)
        for table in ("tickets", "messages", "ticket_events", "tombstones", "rejects", "inputs"):
            con.execute(f"DELETE FROM {table}")
        for path in dealt:  # one night each
            ingest_into(con, home, path)
        assert state(con) == expected


if __name__ == "__main__":
    for name in sys.argv[1:] or LAYOUTS:
        with tempfile.TemporaryDirectory() as folder, warehouse(Path(folder)) as con:
            ingest_into(con, Path(folder), *files_of(name))
            write(HERE / name / "expected", con)
