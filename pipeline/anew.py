"""A database written anew into a file of its own: what was deleted is in its freed bytes no longer."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb


def copy_anew(con: duckdb.DuckDBPyConnection, new: Path) -> None:
    """Copies what is attached as `old_file` into what is attached as `new_file`, which is `new`; detaches both.

    The file is whole on the disk, and readable by its owner alone, when this returns.
    """
    new.chmod(0o600)
    con.execute("COPY FROM DATABASE old_file TO new_file")
    for name in ("new_file", "old_file"):
        con.execute(f"CHECKPOINT {name}")
        con.execute(f"DETACH {name}")
    with new.open("rb") as file:
        os.fsync(file.fileno())
