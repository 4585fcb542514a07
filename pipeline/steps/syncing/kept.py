"""How far each list was read, in the warehouse: the `sync_cursors` table."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.warehouse import Connection


def kept_cursor(con: Connection, source: str, stream: str, address: str) -> str | None:
    """The cursor that a run before this one left; None for another address."""
    row = con.execute(
        "SELECT cursor FROM sync_cursors WHERE source = ? AND stream = ? AND address = ?", [source, stream, address]
    ).fetchone()
    return row[0] if row else None


def keep_cursor(con: Connection, source: str, stream: str, address: str, cursor: str, records: int) -> None:
    """Moves a cursor on; within the caller's transaction."""
    before = con.execute(
        "SELECT records FROM sync_cursors WHERE source = ? AND stream = ? AND address = ?", [source, stream, address]
    ).fetchone()
    con.execute("DELETE FROM sync_cursors WHERE source = ? AND stream = ?", [source, stream])
    con.execute(
        "INSERT INTO sync_cursors BY NAME SELECT ? AS source, ? AS stream, ? AS address, ? AS cursor, ? AS records, "
        "? AS moved_at",
        [
            source,
            stream,
            address,
            cursor,
            (before[0] if before else 0) + records,
            datetime.now(UTC).replace(tzinfo=None),
        ],
    )
