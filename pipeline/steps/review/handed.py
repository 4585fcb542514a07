"""Files with customers' conversations that were handed out: where they were written, so that they can be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.config import Home
from pipeline.steps.auditing.audit import add_entry
from pipeline.warehouse import Connection, transaction

_HANDED = "handed:"


@contextmanager
def handed(con: Connection, home: Home, out: Path, kind: str, counts: Mapping[str, int]) -> Iterator[None]:
    """A transaction that writes `out`: where that is, and an entry of the audit; neither where it could not be."""
    with transaction(con):
        _remember(con, home, out)
        add_entry(con, kind, counts)
        yield


def _remember(con: Connection, home: Home, out: Path) -> None:
    """Keeps where a file was written; below its home relative to that, as a home may be moved."""
    path, root = out.resolve(), home.path.resolve()
    name = _HANDED + str(path.relative_to(root) if root in path.parents else path)
    con.execute("DELETE FROM remembered WHERE name = ?", [name])
    con.execute("INSERT INTO remembered VALUES (?, '')", [name])


def handed_out(con: Connection, home: Home) -> list[Path]:
    """Files that were handed out and still lie where they were written."""
    query = "SELECT name FROM remembered WHERE starts_with(name, ?) ORDER BY name"
    paths = [home.path / name.removeprefix(_HANDED) for (name,) in con.execute(query, [_HANDED]).fetchall()]
    return [path for path in paths if path.is_file()]
