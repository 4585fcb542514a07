"""Which tickets are not what they were when history was last written: only these have to be compared with it."""

from __future__ import annotations

from pipeline.warehouse import Connection, has_table

# Hash of a ticket's key; that two have the same only means that one of them is looked at in vain.
TICKET = "hash(source, ticket_id)"
CHANGED = "changed_tickets"
COMPARED = "compared_tickets"


def changed_tickets(con: Connection) -> bool:
    """Makes `changed_tickets` for now: those whose messages, scores or facts are others than when it was asked last.
    Returns whether it could be told. `compared_tickets` then stands for what is there now."""
    con.execute(_STANDING)
    is_known = has_table(con, COMPARED)
    if is_known:
        con.execute(_CHANGED)
    con.execute(f"CREATE OR REPLACE TABLE {COMPARED} AS FROM standing")
    con.execute("DROP TABLE standing")
    return is_known


_STANDING = f"""
    CREATE OR REPLACE TEMP TABLE standing AS
    SELECT ticket, bit_xor(digest) AS digest FROM (
        SELECT {TICKET} AS ticket, hash('m', *COLUMNS(*)) AS digest FROM messages
        UNION ALL SELECT {TICKET}, hash('s', *COLUMNS(*)) FROM scores
        UNION ALL SELECT {TICKET}, hash('f', *COLUMNS(*)) FROM facts
    ) GROUP BY ticket
"""
_CHANGED = f"""
    CREATE OR REPLACE TEMP TABLE {CHANGED} AS
    SELECT ticket FROM standing s FULL JOIN {COMPARED} c USING (ticket) WHERE s.digest IS DISTINCT FROM c.digest
"""
