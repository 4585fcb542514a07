"""Pages that follow one another fast are each stored as they are."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.config import Home, Settings
from pipeline.steps.ingesting.from_memory import ingest_records
from pipeline.steps.keys import check_keys
from tests.contract.homes import ticket, warehouse


def test_pages_of_one_size_one_after_the_other_are_each_their_own(tmp_path: Path) -> None:
    work, folders = tmp_path / "work", []
    with warehouse(tmp_path) as con:
        for number in range(100, 112):
            records = [("tickets", json.dumps(ticket(number, f"Hello from {number}.")))]
            done = ingest_records(
                con,
                Home(tmp_path),
                Settings(),
                source="zendesk",
                name="page",
                records=records,
                work=work,
                also=lambda con: folders.extend(work.iterdir()),
            )
            assert (done.read, done.stored, done.changed) == (1, 1, 1)
        check_keys(con)
        rows = con.execute("SELECT ticket_id, text FROM messages ORDER BY ALL").fetchall()
    assert rows == [(str(number), f"Hello from {number}.") for number in range(100, 112)]
    assert list(work.iterdir()) == []
    assert (
        len(folders) == len(set(folders)) == 12
    )  # DuckDB knows a file again by path, size and time, and read an old one
