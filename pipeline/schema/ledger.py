"""Tables of the runs themselves."""

from pipeline.schema.table import Column, Table, needed

RUNS = Table(
    "runs",
    "a step of a run",
    ("run_id", "step"),
    (
        needed("run_id", "VARCHAR", "one command"),
        needed("step", "VARCHAR", "ingest, score, feedback, decide or publish"),
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
        needed("name", "VARCHAR", "what: fact_reading, file:<path>, crm:<vendor>/<file>:<external id>"),
        needed("value", "VARCHAR", "its digest when it was last used; the night of a CRM row"),
    ),
)

LEDGER = (RUNS, NIGHTS, REMEMBERED)
