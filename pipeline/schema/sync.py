"""Tables of the live sync: how far each list of a helpdesk's API was read."""

from pipeline.schema.table import NOBODY, Table, needed

SYNC_CURSORS = Table(
    "sync_cursors",
    "a list of a helpdesk's API; it moves in the transaction that stores what was read",
    ("source", "stream"),
    (
        needed("source", "VARCHAR", "zendesk, intercom, freshdesk or helpscout"),
        needed("stream", "VARCHAR", "the list: tickets, users, deleted tickets, ..."),
        needed("address", "VARCHAR", "whose list it is; another address begins anew"),
        needed("cursor", "VARCHAR", "JSON: where the next page begins; no secret, nothing of a customer"),
        needed("records", "BIGINT", "read so far"),
        needed("moved_at", "TIMESTAMP", "UTC"),
    ),
    NOBODY,
)

SYNC = (SYNC_CURSORS,)
