"""Tables of what the helpdesk said: tickets, messages, people without their names, and what was set aside."""

from pipeline.schema.table import NOBODY, Column, Table, by, needed

MARKS = "STRUCT(kind VARCHAR, start_offset INTEGER, end_offset INTEGER)[]"
# What becomes of a message in somebody else's ticket: that something was said stays, not what and by whom.
WORDS = {"text": "''", "marks": "[]", "language": "NULL", "author_id": "NULL"}

TICKETS = Table(
    "tickets",
    "a ticket, in its latest version",
    ("source", "ticket_id"),
    (
        needed("source", "VARCHAR", "helpdesk it came from, a key of SOURCES"),
        needed("ticket_id", "VARCHAR", "the helpdesk's own id, as text"),
        Column("url", "VARCHAR", "where a person opens it"),
        Column("subject", "VARCHAR", "redacted"),
        needed("status", "VARCHAR", "new, open, pending, hold, solved or closed"),
        Column("priority", "VARCHAR", "low, normal, high or urgent"),
        Column("channel", "VARCHAR", "how it came: web, email, chat, ..."),
        Column("team", "VARCHAR", "helpdesk group, by its id or its name in settings"),
        Column("requester_id", "VARCHAR", "contact_id of who asked"),
        Column("organization_id", "VARCHAR", "helpdesk organization of the ticket"),
        needed("created_at", "TIMESTAMP", "UTC"),
        needed("updated_at", "TIMESTAMP", "UTC; with ticket_hash it orders versions"),
        Column("status_updated_at", "TIMESTAMP", "UTC; when the status last changed, where the export says"),
        Column("rating", "VARCHAR", "good or bad; NULL when none was given"),
        Column("reopen_count", "INTEGER", "times solved and opened again"),
        Column("group_station_count", "INTEGER", "teams it passed through"),
        needed(
            "ticket_hash",
            "VARCHAR",
            "md5 of the record and the text version; after a hyphen where it came without its parts",
        ),
        Column(
            "line_key", "UBIGINT", "DuckDB's hash of the same: by it lines of a file that are stored are passed over"
        ),
    ),
    by("ticket"),
)

MESSAGES = Table(
    "messages",
    "a message of a ticket",
    ("source", "message_id"),
    (
        needed("source", "VARCHAR", "helpdesk"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed(
            "message_id",
            "VARCHAR",
            "<ticket>:<the helpdesk's own id>; :opening for a text that is on the ticket alone, :description for one "
            "that stands in until the messages come",
        ),
        needed("position", "INTEGER", "0-based total order within the ticket: time, place in the export, id"),
        needed("role", "VARCHAR", "customer, agent, bot, system or unknown: as of the message"),
        Column("author_id", "VARCHAR", "contact_id of who wrote it"),
        needed("is_public", "BOOLEAN", "false for internal notes"),
        needed("said_at", "TIMESTAMP", "UTC"),
        needed("text", "VARCHAR", "clean and redacted, quoted parts included"),
        needed("marks", MARKS, "spans of text that are not the writer's own words: quote, signature, ..."),
        Column("language", "VARCHAR", "ISO 639-1, where there is enough text to tell"),
    ),
    by("ticket", who="author_id", blanked=WORDS),
)

CONTACTS = Table(
    "contacts",
    "a person of the helpdesk, without name or address",
    ("source", "contact_id"),
    (
        needed("source", "VARCHAR", "helpdesk"),
        needed("contact_id", "VARCHAR", "pseudonym; the vault knows who"),
        needed("is_staff", "BOOLEAN", "ever seen as agent or admin; sticky"),
        Column("email_domain", "VARCHAR", "registered domain of the address"),
        Column("organization_id", "VARCHAR", "helpdesk organization of the person"),
    ),
    by("person"),
)

ORGANIZATIONS = Table(
    "organizations",
    "an organization of the helpdesk",
    ("source", "organization_id"),
    (
        needed("source", "VARCHAR", "helpdesk"),
        needed("organization_id", "VARCHAR", "the helpdesk's own id"),
        Column("external_id", "VARCHAR", "the CRM's account id, where someone filled it in"),
        Column("name", "VARCHAR", "as the helpdesk has it"),
        needed("domains", "VARCHAR[]", "registered domains, sorted"),
    ),
    NOBODY,
)

TICKET_ORIGINS = Table(
    "ticket_origins",
    "where a ticket's requester belonged when it was first seen: people move on, their old tickets do not",
    ("source", "ticket_id"),
    (
        needed("source", "VARCHAR", "helpdesk"),
        needed("ticket_id", "VARCHAR", "the ticket"),
        Column("organization_id", "VARCHAR", "helpdesk organization of the person then"),
        Column("email_domain", "VARCHAR", "registered domain of the address then"),
        needed("first_seen_on", "DATE", "as-of day of the night that saw it first"),
    ),
    by("ticket"),
)

TICKET_EVENTS = Table(
    "ticket_events",
    "something that happened to a ticket beside what was said",
    ("source", "event_id"),
    (
        needed("source", "VARCHAR", "helpdesk, a key of SOURCES"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("event_id", "VARCHAR", "<ticket>:<the helpdesk's own id>"),
        needed("kind", "VARCHAR", "transferred, assigned, status, reopened, rated or breached"),
        needed("happened_at", "TIMESTAMP", "UTC"),
        Column("actor_id", "VARCHAR", "contact_id of who did it"),
        Column("value", "VARCHAR", "the new status, the team, good or bad"),
    ),
    by("ticket", who="actor_id", blanked={"actor_id": "NULL"}),
)

TOMBSTONES = Table(
    "tombstones",
    "a ticket the helpdesk deleted",
    ("source", "ticket_id"),
    (
        needed("source", "VARCHAR", "helpdesk"),
        needed("ticket_id", "VARCHAR", "the deleted ticket"),
        needed("updated_at", "TIMESTAMP", "UTC; an older version of the ticket does not come back"),
    ),
    by("ticket"),
)

INPUTS = Table(
    "inputs",
    "a file that was read",
    ("path", "digest"),
    (
        needed("path", "VARCHAR", "file name as given"),
        needed("digest", "VARCHAR", "sha256 of its bytes and the text version"),
        needed("source", "VARCHAR", "helpdesk"),
        needed("kind", "VARCHAR", "what its records are: a kind of its source"),
        needed("line_count", "BIGINT", "records read"),
        needed("stored_count", "BIGINT", "records stored"),
        Column("read_on", "DATE", "as-of day of the night that read it last"),
    ),
    by(named=("path",)),
)

INPUT_REMARKS = Table(
    "input_remarks",
    "what may be missing from records of a file that are stored all the same",
    ("digest", "remark"),
    (
        needed("digest", "VARCHAR", "its file, as in inputs"),
        needed("remark", "VARCHAR", "a key of pipeline.sources.reasons.REMARKS"),
        needed("record_count", "BIGINT", "records it concerns"),
    ),
    NOBODY,
)

REJECTS = Table(
    "rejects",
    "a record set aside",
    ("digest", "line", "reason"),
    (
        needed("digest", "VARCHAR", "its file, as in inputs"),
        needed("path", "VARCHAR", "file name as given"),
        needed("line", "BIGINT", "1-based line, or record of a document, in the file"),
        needed("reason", "VARCHAR", "a key of pipeline.sources.reasons.REASONS"),
        Column("extract", "VARCHAR", "start of the record, redacted; empty where it cannot be read"),
    ),
    by(named=("path",), emptied=("extract",)),
)

HELPDESK = (
    TICKETS,
    MESSAGES,
    TICKET_EVENTS,
    CONTACTS,
    ORGANIZATIONS,
    TICKET_ORIGINS,
    TOMBSTONES,
    INPUTS,
    INPUT_REMARKS,
    REJECTS,
)
