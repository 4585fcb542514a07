"""Files with customers' conversations that were handed out: where they were written, so that they can be mended."""

from __future__ import annotations

from pathlib import Path

from pipeline.warehouse import Connection

_HANDED = "handed:"


def remember_handed(con: Connection, out: Path) -> None:
    """Keeps where a list was written."""
    con.execute("DELETE FROM remembered WHERE name = ?", [_HANDED + str(out.resolve())])
    con.execute("INSERT INTO remembered VALUES (?, '')", [_HANDED + str(out.resolve())])


def handed_out(con: Connection) -> list[Path]:
    """Files that were handed out and still lie where they were written."""
    query = "SELECT name FROM remembered WHERE starts_with(name, ?) ORDER BY name"
    paths = [Path(name.removeprefix(_HANDED)) for (name,) in con.execute(query, [_HANDED]).fetchall()]
    return [path for path in paths if path.is_file()]
