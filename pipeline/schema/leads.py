"""Tables of what was asked of sales and what came back."""

from pipeline.schema.table import Column, Table, by, needed

LEADS = Table(
    "leads",
    "a lead: one account, motion and product, each time anew after it closed",
    ("lead_id",),
    (
        needed("lead_id", "VARCHAR", "stable hash of account, motion, product and sequence"),
        needed("account_id", "VARCHAR", "whose"),
        needed("motion", "VARCHAR", "answer, offer, return or save"),
        needed("product", "VARCHAR", "what; empty where none was named"),
        needed("sequence", "INTEGER", "1 for the first lead of its kind"),
        needed("opened_on", "DATE", "as-of day of the night that opened it"),
        Column("contact_id", "VARCHAR", "who said it then; a pseudonym"),
    ),
    by("lead", who="contact_id", blanked={"contact_id": "NULL"}),
)

LEAD_EVENTS = Table(
    "lead_events",
    "something that happened to a lead on a day; only the last day is ever rewritten",
    ("lead_id", "as_of", "event"),
    (
        needed("lead_id", "VARCHAR", "which"),
        needed("as_of", "DATE", "as-of day of the night"),
        needed("event", "VARCHAR", "opened, listed, waiting, held, put_away, open, expired, withdrawn or closed"),
        Column("detail", "VARCHAR", "rule names for held, outcome for closed, status for listed"),
        Column("evidence_count", "INTEGER", "evidence rows behind it that day"),
        Column("last_said_at", "TIMESTAMP", "UTC; latest evidence that day"),
    ),
    by("lead"),
)

OUTCOMES = Table(
    "outcomes",
    "an outcome that a person typed",
    ("lead_id", "read_on", "outcome", "outcome_reason"),
    (
        needed("lead_id", "VARCHAR", "which lead"),
        needed("outcome", "VARCHAR", "a key of OUTCOMES; empty when only a reason was typed"),
        needed("outcome_reason", "VARCHAR", "free text, redacted"),
        Column("snooze_until", "DATE", "first day it may show again"),
        needed("read_on", "DATE", "as-of day of the night that read it"),
        needed("read_order", "BIGINT", "order of reading; the highest is current"),
        needed("file", "VARCHAR", "where it was typed"),
    ),
    by("lead", named=("file",)),
)

PUBLISHED_CELLS = Table(
    "published_cells",
    "the outcome cells of a row of a file as last seen, where any is filled; a lead may have several rows",
    ("file", "lead_id", "outcome", "outcome_reason", "snooze_until"),
    (
        needed("file", "VARCHAR", "path below the home"),
        needed("lead_id", "VARCHAR", "which lead"),
        needed("outcome", "VARCHAR", "as last seen"),
        needed("outcome_reason", "VARCHAR", "as last seen"),
        needed("snooze_until", "VARCHAR", "as last seen"),
    ),
    by("lead", named=("file",)),
)

PRAISE_OUTCOMES = Table(
    "praise_outcomes",
    "what a person typed beside a piece of praise, and where",
    ("source", "ticket_id", "signal", "read_order"),
    (
        needed("source", "VARCHAR", "of the ticket"),
        needed("ticket_id", "VARCHAR", "in which it was said"),
        needed("signal", "VARCHAR", "which signal of it"),
        needed("typed", "VARCHAR", "yes, no or a day, ISO 8601"),
        Column("passed_on", "DATE", "the day on which it was passed on; NULL where that was taken back"),
        needed("read_on", "DATE", "as-of day of the night that read it"),
        needed("read_order", "BIGINT", "order of reading; the highest is current"),
        needed("file", "VARCHAR", "where it was typed"),
    ),
    by("ticket", named=("file",)),
)

LEAD_TABLES = (LEADS, LEAD_EVENTS, OUTCOMES, PUBLISHED_CELLS, PRAISE_OUTCOMES)
