"""Tables of the runs themselves."""

from pipeline.schema.table import NOBODY, Column, Table, by, needed

RUNS = Table(
    "runs",
    "a step of a run",
    ("run_id", "step"),
    (
        needed("run_id", "VARCHAR", "one command"),
        needed("step", "VARCHAR", "sync, ingest, score, feedback, watch, decide, publish or deliver"),
        needed("as_of", "DATE", "the night"),
        needed("started_at", "TIMESTAMP", "UTC"),
        needed("seconds", "DOUBLE", "wall time"),
        Column("counts", "VARCHAR", "JSON: what the step did"),
    ),
    by(lines=("counts",)),
)

NIGHTS = Table(
    "nights",
    "a night that was decided",
    ("as_of",),
    (
        needed("as_of", "DATE", "end of that day, UTC"),
        needed("decided_at", "TIMESTAMP", "UTC"),
    ),
    NOBODY,
)

REMEMBERED = Table(
    "remembered",
    "a thing whose change means work again, or that is done once",
    ("name",),
    (
        needed(
            "name",
            "VARCHAR",
            "fact_reading, topics, keys, ticket_origins, history:<table>, crm_file:<table>, file:<path>, "
            "crm:<vendor>/<file>:<external id>, broken:<signal>",
        ),
        needed(
            "value",
            "VARCHAR",
            "its digest when it was last used, of a CRM file also what came of it; the night of a CRM row; the model "
            "that broke",
        ),
    ),
    by(ids=r"split_part(regexp_extract(name, '([^:]*)$', 1), '.', 1)", named=("name",)),
)

DELIVERIES = Table(
    "deliveries",
    "a thing that one channel tells one recipient about one night",
    ("as_of", "channel", "kind", "recipient", "subject"),
    (
        needed("as_of", "DATE", "the night it tells of"),
        needed("channel", "VARCHAR", "name of the [[deliver]]; never its address"),
        needed("kind", "VARCHAR", "digest, alerts, owner or heartbeat"),
        needed("recipient", "VARCHAR", "hash of an owner's address; empty for the channel itself"),
        needed("subject", "VARCHAR", "of an alert the lead and its evidence; else empty"),
        needed("state", "VARCHAR", "sent, failed (tried again) or dropped (overtaken before it could be sent)"),
        needed("attempts", "INTEGER", "how often it was tried"),
        needed("last_error", "VARCHAR", "kind of the last failure, see digest/send.py; never what a server said"),
        needed("tried_at", "TIMESTAMP", "UTC; when it was last tried"),
    ),
    by(ids="split_part(subject, ' ', 1)"),
)

AUDIT_LOG = Table(
    "audit_log",
    "something done with personal data; nothing is ever rewritten, and nothing says whose it was",
    ("entry",),
    (
        needed("entry", "BIGINT", "order of entries"),
        needed("happened_at", "TIMESTAMP", "UTC"),
        needed("kind", "VARCHAR", "a key of pipeline.steps.auditing.audit.KINDS"),
        needed("done_by", "VARCHAR", "user of the operating system"),
        needed("counts", "VARCHAR", "JSON: rows by table or file"),
    ),
    NOBODY,
)

LEDGER = (RUNS, NIGHTS, REMEMBERED, DELIVERIES, AUDIT_LOG)
