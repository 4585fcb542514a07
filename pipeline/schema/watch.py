"""Tables of the watch: what each night brought, in counts, and what was unusual about it."""

from pipeline.schema.table import NOBODY, Column, Table, needed

NIGHT_PROFILES = Table(
    "night_profiles",
    "a bin of a measure of what came with a night; a night run again replaces its own",
    ("as_of", "source", "kind", "measure", "model_id", "bin"),
    (
        needed("as_of", "DATE", "the night"),
        needed("source", "VARCHAR", "export format; empty for what people typed and for the night itself"),
        needed("kind", "VARCHAR", "night, volume, input, score, share, reread or label"),
        needed("measure", "VARCHAR", "what is counted: length, channel, ...; of scores and labels the signal"),
        needed("model_id", "VARCHAR", "of scores which model; else empty"),
        needed("bin", "VARCHAR", "lower power of two of a length, floor of a log-odds, or a word"),
        needed("count", "BIGINT", "tickets, messages or decisions; of the night itself the days since the one before"),
    ),
    NOBODY,
)

WATCH_FINDINGS = Table(
    "watch_findings",
    "something unusual about a night; a night run again replaces its own",
    ("as_of", "kind", "source", "measure"),
    (
        needed("as_of", "DATE", "the night"),
        needed("kind", "VARCHAR", "volume, input, score, label or kept"),
        needed("source", "VARCHAR", "export format; empty where it is about none"),
        needed("measure", "VARCHAR", "as in night_profiles"),
        needed("is_serious", "BOOLEAN", "told with the night's messages"),
        needed("sentence", "VARCHAR", "what is unusual, in words; nothing that a customer wrote"),
        Column("chance", "DOUBLE", "how probable it is on a quiet night; NULL where no test stands behind it"),
    ),
    NOBODY,
)

WATCH = (NIGHT_PROFILES, WATCH_FINDINGS)
