"""Every source with a fixture folder: its files become the expected canonical rows, however they are cut or ordered.

`<source>/cases.csv` says what each ticket is for; `<source>/expected/` is reviewed by people. To write it anew:
`python -m tests.contract.test_sources_golden`.
"""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path

import pytest

from pipeline.sources import SOURCES
from tests.contract.canonical import canonical, state, write
from tests.contract.homes import ingest_into, warehouse

HERE = Path(__file__).parent


def _files(source: str) -> list[Path]:
    return sorted((HERE / source).glob("*.ndjson"))


@pytest.mark.parametrize("source", SOURCES)
def test_export_becomes_the_expected_rows(source: str, tmp_path: Path) -> None:
    with warehouse(tmp_path) as con:
        counts = ingest_into(con, tmp_path, *_files(source))
        found = canonical(con)

    for name, text in found.items():
        assert text == (HERE / source / "expected" / name).read_text(encoding="utf-8"), name
    assert counts.read == counts.stored + sum(counts.set_aside.values())


@pytest.mark.parametrize("source", SOURCES)
def test_every_ticket_of_the_fixture_has_a_case(source: str) -> None:
    with open(HERE / source / "cases.csv", encoding="utf-8", newline="") as stream:
        cases = {row["ticket_id"] for row in csv.DictReader(stream)}
    with open(HERE / source / "expected" / "tickets.csv", encoding="utf-8", newline="") as stream:
        stored = {row["ticket_id"] for row in csv.DictReader(stream)}
    assert stored and stored <= cases


@pytest.mark.parametrize("source", SOURCES)
def test_partitions_of_a_kilobyte_give_the_same_rows(source: str, tmp_path: Path) -> None:
    with warehouse(tmp_path) as con:
        ingest_into(con, tmp_path, *_files(source), partition_mb=1 / 1024)
        found = canonical(con)
    for name, text in found.items():
        assert text == (HERE / source / "expected" / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_lines_give_the_same_state(source: str, seed: int, tmp_path: Path) -> None:
    """In one file or dealt over three, in any order; people keep their pseudonyms because the vault stays."""
    home = tmp_path
    tickets = [path for path in _files(source) if "tickets" in path.name]
    rest = [path for path in _files(source) if path not in tickets]
    lines = [line for path in tickets for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()]
    random.Random(seed).shuffle(lines)
    dealt = [home / f"{part}.ndjson" for part in range(3)]
    for part, path in enumerate(dealt):
        path.write_bytes(b"\n".join(lines[part::3]))

    with warehouse(home) as con:
        ingest_into(con, home, *tickets, *rest)
        expected = state(con)
        for table in ("tickets", "messages", "tombstones", "rejects", "inputs"):
            con.execute(f"DELETE FROM {table}")
        for path in dealt:  # one night each
            ingest_into(con, home, path)
        assert state(con) == expected


if __name__ == "__main__":
    for name in SOURCES:
        with tempfile.TemporaryDirectory() as folder, warehouse(Path(folder)) as con:
            ingest_into(con, Path(folder), *_files(name))
            write(HERE / name / "expected", con)
