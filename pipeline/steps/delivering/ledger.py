"""What was told to whom: the `deliveries` table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.warehouse import Connection, scalar, transaction


@dataclass(frozen=True)
class Line:
    """Who hears on which channel; `recipient` is empty for the channel itself."""

    channel: str
    kind: str
    recipient: str = ""


def hashed(owner: str) -> str:
    """An owner's address as the ledger knows it."""
    return hashlib.sha256(owner.encode()).hexdigest()[:16]


def untold_since(con: Connection, line: Line, as_of: date) -> date | None:
    """The first night of which `line` has not heard; None where it has heard of `as_of`.

    Nights that failed, or that nobody delivered, are told with the next; a new channel begins with tonight.
    """
    sent, failed = con.execute(
        "SELECT max(as_of) FILTER (state = 'sent'), min(as_of) FILTER (state = 'failed') FROM deliveries "
        "WHERE channel = ? AND kind = ? AND recipient = ?",
        [line.channel, line.kind, line.recipient],
    ).fetchone() or (None, None)
    if sent is None:
        return failed or as_of
    return sent + timedelta(days=1) if sent < as_of else None


def known_since(con: Connection, channel: str) -> date | None:
    """The last night of which the ledger says anything about a channel."""
    night: date | None = scalar(con, "SELECT max(as_of) FROM deliveries WHERE channel = ?", [channel])
    return night


def subjects(con: Connection, line: Line, state: str) -> dict[str, date]:
    """Subjects in a state, and the night of each."""
    return dict(
        con.execute(
            "SELECT subject, max(as_of) FROM deliveries "
            "WHERE channel = ? AND kind = ? AND recipient = ? AND state = ? GROUP BY subject ORDER BY subject",
            [line.channel, line.kind, line.recipient, state],
        ).fetchall()
    )


def record(
    con: Connection, line: Line, rows: Iterable[tuple[date, str]], error: str, tried: bool, at: datetime
) -> None:
    """Writes how it went for each (night, subject), at once. With a digest go those that failed before it."""
    key = [line.channel, line.kind, line.recipient]
    with transaction(con):
        for as_of, subject in rows:
            before = con.execute(
                "DELETE FROM deliveries WHERE channel = ? AND kind = ? AND recipient = ? AND as_of = ? AND subject = ? "
                "RETURNING attempts",
                [*key, as_of, subject],
            ).fetchone()
            attempts = (before[0] if before else 0) + int(tried)
            state = "failed" if error else "sent"
            con.execute(
                "INSERT INTO deliveries BY NAME SELECT ? AS channel, ? AS kind, ? AS recipient, ? AS as_of, "
                "? AS subject, ? AS state, ? AS attempts, ? AS last_error, ? AS tried_at",
                [*key, as_of, subject, state, attempts, error, at],
            )
            if not error and line.kind in ("digest", "owner"):
                con.execute(
                    "UPDATE deliveries SET state = 'sent', tried_at = ? "
                    "WHERE channel = ? AND kind = ? AND recipient = ? AND as_of < ? AND state = 'failed'",
                    [at, *key, as_of],
                )


def drop(con: Connection, line: Line, as_of: date, keep: Iterable[str] = ()) -> None:
    """Ends what failed and is overtaken: a heartbeat of an earlier night; an alert, but for those of `keep`, whose lead
    was held, answered or ended meanwhile, or has newer evidence."""
    con.execute(
        "UPDATE deliveries SET state = 'dropped' WHERE channel = ? AND kind = ? AND recipient = ? AND state = 'failed' "
        "AND (kind <> 'heartbeat' OR as_of < ?) AND NOT list_contains(?::VARCHAR[], subject)",
        [line.channel, line.kind, line.recipient, as_of, list(keep)],
    )


def channel_states(con: Connection) -> list[tuple[str, date | None, int, str]]:
    """Of each channel its name, the last night it heard of, how many messages failed, and the last error of these."""
    return con.execute(_CHANNELS).fetchall()


def channel_lines(con: Connection) -> Iterator[str]:
    """For `status`: of each channel the last night it heard of, and what it still has to hear."""
    for channel, sent, failed, error in channel_states(con):
        yield (
            f"{channel:<16} "
            + (f"last sent for {sent}" if sent else "nothing sent yet")
            + (f"; {failed} failed ({error}), tried again by the next night or `ticketscout deliver`" if failed else "")
        )


_CHANNELS = """
    SELECT channel, max(as_of) FILTER (state = 'sent'), count(*) FILTER (state = 'failed'),
        arg_max(last_error, tried_at) FILTER (state = 'failed')
    FROM deliveries GROUP BY channel ORDER BY channel
"""
