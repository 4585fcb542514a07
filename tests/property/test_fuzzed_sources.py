"""Fixtures made wrong in seeded ways are read without a crash, and every row and count is explained.

A short form of `python -m tests.bench.fuzz`, which takes 20,000 inputs of every source.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.sources import SOURCES
from pipeline.sources.discovery import Portion
from pipeline.sources.reading import Reading, read_portion
from pipeline.sources.source import Batch
from tests.bench.fuzz import Seen, fuzz, inputs_of, shares, written
from tests.bench.mutations import mutant
from tests.bench.unexplained import unexplained
from tests.contract.test_sources_golden import LAYOUTS, files_of
from tests.once import IN_FULL

COUNT = 1000 if IN_FULL else 10
INGESTED = 40 if IN_FULL else 2
SEED = 3


@pytest.mark.parametrize("source", SOURCES)
def test_wrong_files_break_nothing(source: str, tmp_path: Path) -> None:
    seen, paths = Seen(), []
    for layout in (one for one in LAYOUTS if one.split("/")[0] == source):
        (tmp_path / layout).mkdir(parents=True)
        paths += written(layout, range(COUNT), SEED, tmp_path / layout)
    fuzz(paths, seen, ingested=INGESTED)
    assert not seen.broken
    assert seen.inputs == len(paths) and seen.recognised and seen.records >= seen.aside


def test_the_same_number_gives_the_same_file() -> None:
    files = [file.read_bytes() for file in files_of("mail/mbox")]
    assert mutant(files, files, "mail", "1") == mutant(files, files, "mail", "1")
    assert len({mutant(files, files, "mail", str(number)) for number in range(50)}) > 40


def _read() -> tuple[Reading, Batch]:
    (one,) = inputs_of([file for file in files_of("zendesk/export") if file.name == "1-tickets.ndjson"], Seen())
    (reading,) = read_portion(Portion((one,), 0))
    return reading, SOURCES["zendesk"].read(reading.records)


@pytest.mark.parametrize("column", ["record", "ticket_id", "message_id", "said_at", "body"])
def test_a_row_that_nothing_explains_is_found(column: str) -> None:
    """The check can fail: each wrong column, and a count that does not add up."""
    reading, batch = _read()
    assert not unexplained(reading, batch)
    rows = batch.messages.to_pylist()
    rows[1] = rows[1] | {column: {"record": 999, "ticket_id": "7", "message_id": "7"}.get(column)}
    assert unexplained(reading, replace(batch, messages=batch.messages.from_pylist(rows, batch.messages.schema)))
    assert unexplained(replace(reading, counts={0: 1}), batch)


def test_a_source_gets_what_was_asked_for_and_its_layouts_share_it() -> None:
    given = shares(LAYOUTS, 20_000)
    of_source = Counter(dict.fromkeys(SOURCES, 0))
    for layout, count in given.items():
        of_source[layout.split("/")[0]] += count
    assert set(of_source.values()) == {20_000}
    assert shares(["mail/eml"], 20) == {"mail/eml": 20} and set(shares(LAYOUTS, 0).values()) == {0}
