"""Tickets as they are stored: who asked, by pseudonym, and the hash that tells a version from another.

As with messages, what SQL says stands beside the rows that were read, which it does not copy.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# SQL: what tells a version of a ticket from another.
HASH = "md5($version || ':' || {})"
# The same ten times as fast, for a first look at many lines; another number in another release of DuckDB.
LINE_KEY = "hash({}, $version)"


def asked(con: duckdb.DuckDBPyConnection, tickets: pa.Table, source: str, version: str) -> pa.Table:
    """A row a ticket of `tickets` (RAW_TICKETS), by record, as the partition holds it. Reads `pseudonyms`, `parts`,
    `records`, `places`, `said` and `raw_tickets`, which are these tickets, of the connection."""
    narrow = tickets.select(["record", "ticket_id", "requester_id"])
    con.register("asking", narrow.add_column(0, "n", pa.array(np.arange(tickets.num_rows))))
    told = con.execute(_ASKED, {"version": version}).to_arrow_table().sort_by("n")
    con.unregister("asking")
    hashes = told["hash"]
    if hashes.null_count:
        made = con.execute(f"SELECT {HASH.format('to_json(t)')} AS hash FROM raw_tickets t", {"version": version})
        hashes = pc.coalesce(hashes, made.to_arrow_table()["hash"])
    is_part = pc.fill_null(pc.invert(tickets["is_whole"]), False)
    own = {
        "input": told["input"],
        "place": told["place"],
        "source": pa.repeat(source, tickets.num_rows),
        "requester_id": told["requester_id"],
        "is_whole": pc.fill_null(tickets["is_whole"], True),
        "ticket_hash": pc.if_else(is_part, pc.binary_join_element_wise("-", hashes, ""), hashes),
        "line_key": told["line_key"],
    }
    table = pa.table({name: own[name] if name in own else tickets[name] for name in _COLUMNS})
    records = tickets["record"].to_numpy()
    return table.sort_by("record") if np.any(records[1:] < records[:-1]) else table


_COLUMNS = (
    *("record", "input", "place", "source", "ticket_id", "url", "subject", "status", "priority", "channel", "team"),
    *("requester_id", "organization_id", "created_at", "updated_at", "status_updated_at", "rating", "reopen_count"),
    *("group_station_count", "is_whole", "ticket_hash", "line_key"),
)
# Where we wrote first, whoever answered is the one who asks. The hash of what came without its parts sorts before that
# of the whole, which wins where both are of the same moment.
_ASKED = f"""
    WITH asking_as AS (
        SELECT t.n, t.record, t.ticket_id, n.contact_id, coalesce(p.is_staff, false) AS is_staff FROM asking t
        LEFT JOIN pseudonyms n ON n.user_id = t.requester_id
        LEFT JOIN parts p ON p.contact_id = n.contact_id AND p.record = abs(t.record)
    ), answered AS (
        SELECT ticket_id, arg_min(author_id, (said_at, record, position)) AS author_id FROM said
        WHERE role = 'customer' AND ticket_id IN (SELECT ticket_id FROM asking_as WHERE is_staff) GROUP BY ticket_id
    )
    SELECT t.n, l.input, l.place, CASE WHEN t.is_staff THEN s.author_id ELSE t.contact_id END AS requester_id, r.hash,
        r.line_key
    FROM asking_as t
    LEFT JOIN (SELECT record, {HASH.format("text")} AS hash, {LINE_KEY.format("text")} AS line_key FROM records) r
        USING (record)
    LEFT JOIN places l USING (record)
    LEFT JOIN answered s ON s.ticket_id = t.ticket_id
"""
