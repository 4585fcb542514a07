"""Tables of the runs themselves."""

from pipeline.schema.table import Column, Table, needed

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
)

NIGHTS = Table(
    "nights",
    "a night that was decided",
    ("as_of",),
    (
        needed("as_of", "DATE", "end of that day, UTC"),
        needed("decided_at", "TIMESTAMP", "UTC"),
    ),
)

REMEMBERED = Table(
    "remembered",
    "a thing whose change means work again, or that is done once",
    ("name",),
    (
        needed(
            "name",
            "VARCHAR",
            "fact_reading, topics, history:messages, file:<path>, crm:<vendor>/<file>:<external id>, broken:<signal>",
        ),
        needed("value", "VARCHAR", "its digest when it was last used; the night of a CRM row; the model that broke"),
    ),
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
)

LEDGER = (RUNS, NIGHTS, REMEMBERED, DELIVERIES)
