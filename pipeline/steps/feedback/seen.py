"""What stood in each list when it was last seen: what differs since is news that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home
from pipeline.digest.folder import checksum
from pipeline.warehouse import Connection, make_table, strings

REMEMBERED = "file:"
# What people type into, and whose it is.
CELLS = ["lead_id", "outcome", "outcome_reason", "snooze_until"]


def name_of(home: Home, path: Path) -> str:
    """A list's path below its home, by which it is remembered; of one that lies elsewhere the file's name."""
    try:
        return str(path.resolve().relative_to(home.path.resolve()))
    except ValueError:
        return path.name


def remember_written(con: Connection, home: Home, digests: Mapping[Path, str], cells: pa.Table) -> None:
    """Remembers lists that were just published, so that only what people type into them is news.

    `digests` are their checksums; `cells` has a row for each of theirs (columns path and `CELLS`), of which those are
    kept in which something stands: of half a million open leads hardly any.
    """
    names = [(str(path), name_of(home, path), digest) for path, digest in digests.items()]
    make_table(con, "written", strings("path", "name", "digest"), names)
    con.register("stands", cells)
    con.execute("DELETE FROM published_cells WHERE file IN (SELECT name FROM written)")
    con.execute(_STANDS)
    con.execute(f"DELETE FROM remembered WHERE name IN (SELECT '{REMEMBERED}' || name FROM written)")
    con.execute(f"INSERT INTO remembered SELECT '{REMEMBERED}' || name, digest FROM written ORDER BY name")
    con.unregister("stands")
    con.execute("DROP TABLE written")


_STANDS = """
    INSERT INTO published_cells BY NAME
    SELECT w.name AS file, s.lead_id, coalesce(s.outcome, '') AS outcome,
        coalesce(s.outcome_reason, '') AS outcome_reason, coalesce(s.snooze_until::VARCHAR, '') AS snooze_until
    FROM (
        FROM stands WHERE coalesce(outcome, '') <> '' OR coalesce(outcome_reason, '') <> '' OR snooze_until IS NOT NULL
    ) s JOIN written w USING (path)
    ORDER BY file, s.lead_id
"""


def is_unread(con: Connection, home: Home, path: Path, at: Path | None = None) -> bool:
    """Whether somebody wrote into the list `path` since it was last seen; `at` is where it lies meanwhile."""
    return bool(unread(con, home, {path: at or path}))


def unread(con: Connection, home: Home, lies: Mapping[Path, Path]) -> set[Path]:
    """Of lists and where they lie, those that somebody wrote into since they were last seen."""
    known = dict(con.execute("SELECT name, value FROM remembered WHERE starts_with(name, ?)", [REMEMBERED]).fetchall())
    seen = {path: known.get(REMEMBERED + name_of(home, path)) for path in lies}
    there = [path for path, lie in lies.items() if seen[path] is not None and lie.exists()]
    with ThreadPoolExecutor() as pool:
        digests = pool.map(checksum, [lies[path] for path in there])
        return {path for path, digest in zip(there, digests, strict=True) if digest != seen[path]}
