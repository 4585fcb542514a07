"""Each owner's open list, `data/owners/<owner>/open.csv`: all of them from one reading of the table.

A list that somebody typed into while this run worked is left for the next to read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home
from pipeline.digest.csv_table import as_cells, as_lines, write_lines
from pipeline.digest.folder import checksum, folder_name, replace_file
from pipeline.digest.outputs import OPEN_LEADS, OPEN_SAVES, Output
from pipeline.errors import BadTable
from pipeline.steps.feedback.saved_table import read_table
from pipeline.steps.feedback.seen import CELLS, remember_written, unread
from pipeline.steps.people import People, names_of, selected
from pipeline.warehouse import Connection

# Waiting for a disk to have a file for certain is most of what a short list costs.
_AT_A_TIME = 16


@dataclass(frozen=True)
class _List:
    """An owner's file, its columns, and the rows of the table that are in it."""

    owner: str
    path: Path
    output: Output
    start: int
    rows: int


def write_open_lists(con: Connection, home: Home, people: People) -> tuple[int, list[str]]:
    """Writes the list of every owner who has leads, and an empty one to those who had some. Returns how many rows, and
    the folders of owners whose list was left as it is."""
    # What stands in all lists, one after another, in the order of `lists`.
    table = con.execute(f"SELECT {selected(OPEN_SAVES.columns)} FROM open_leads").to_arrow_table()
    lists = _lists(con, home)
    typed = unread(con, home, {one.path: one.path for one in lists})
    cells = as_cells(table, names_of(people, OPEN_SAVES.columns))
    written = [one for one in lists if one.path not in typed]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        digests = dict(pool.map(lambda one: _write(one, cells), written))
    path_of = {one.owner: str(one.path) for one in lists if one.path in digests and one.rows}
    places = pa.array([path_of.get(one.owner) for one in lists for _ in range(one.rows)], pa.string())
    remember_written(con, home, digests, table.select(CELLS).append_column("path", places))
    return table.num_rows, sorted(path.parent.name for path in typed)


def _lists(con: Connection, home: Home) -> list[_List]:
    owners = con.execute(
        "SELECT owner, bool_or(list = 'saves'), count(*) FROM open_leads GROUP BY owner ORDER BY owner"
    ).fetchall()
    lists, start = [], 0
    for owner, has_saves, rows in owners:
        path = home.owners / folder_name(owner) / "open.csv"
        lists.append(_List(owner, path, OPEN_SAVES if has_saves else OPEN_LEADS, start, rows))
        start += rows
    busy = {one.path for one in lists}
    for path in sorted(home.owners.glob("*/open.csv")):
        if path not in busy:
            lists.append(_List("", path, OPEN_SAVES if _had_saves(path) else OPEN_LEADS, 0, 0))
    return lists


def _had_saves(path: Path) -> bool:
    """Whether an open list, as some program saved it, is one of saves."""
    try:
        return "reasons" in read_table(path).columns()
    except BadTable:
        return False  # not read, so not replaced


def _write(one: _List, cells: pa.Table) -> tuple[Path, str]:
    """Puts a list where the old one is, at once; its path and checksum."""
    one.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = one.path.with_name(".open.csv.new")
    write_lines(new, one.output.columns, as_lines(cells.slice(one.start, one.rows), one.output.columns))
    digest = checksum(new)
    replace_file(new, one.path)
    return one.path, digest
