"""Tables of the learning loop: what was labelled, by whom, why it was asked, and which model was let in."""

from pipeline.schema.table import NOBODY, Column, Table, by, needed

EXAMPLES = Table(
    "examples",
    "a conversation that somebody labelled or was asked about",
    ("example_id",),
    (
        needed("example_id", "VARCHAR", "hash of its redacted turns: the same words are the same example"),
        needed("turns", "VARCHAR", "JSON list of {role, text}, redacted"),
        Column("source", "VARCHAR", "export format of its ticket; NULL where it came from a file of labels"),
        Column("ticket_id", "VARCHAR", "its ticket"),
        Column("account_id", "VARCHAR", "whose, when it was first seen; splits keep an account together"),
        Column("said_on", "DATE", "day of its last message; splits by time stand on it"),
    ),
    by("example"),
)

LABELS = Table(
    "labels",
    "a decision of one role on one signal of an example; nothing is ever rewritten",
    ("label_id",),
    (
        needed("label_id", "VARCHAR", "hash of everything decided, and of how often the same was decided before"),
        needed("example_id", "VARCHAR", "what was judged"),
        needed("signal", "VARCHAR", "name of the signal spec"),
        Column("decision", "BOOLEAN", "yes or no; NULL: cannot be said"),
        Column("evidence_turn", "INTEGER", "0-based over all turns, where a yes was pointed at"),
        needed("decided_by", "VARCHAR", "a role (labeller, second_reader, adjudicator, owner, rule), never a name"),
        needed("origin", "VARCHAR", "hand, review, feedback or rule"),
        needed("decided_on", "DATE", "as-of day"),
        needed("guideline", "VARCHAR", "version of the guideline that was followed: hash of the spec's words"),
        needed("read_order", "BIGINT", "order of reading; of one role's decisions the highest is current"),
    ),
    by("example"),
)

QUESTIONS = Table(
    "questions",
    "an example that was put before a reviewer for one signal; asked once",
    ("example_id", "signal"),
    (
        needed("example_id", "VARCHAR", "what was asked about"),
        needed("signal", "VARCHAR", "for which signal"),
        needed("asked_on", "DATE", "as-of day of the export"),
        needed("why", "VARCHAR", "random, uncertain or diverse"),
        Column("inclusion", "DOUBLE", "chance with which a random question was drawn; NULL for chosen ones"),
        Column("probability", "DOUBLE", "of the model that was asked then"),
        Column("model_id", "VARCHAR", "that model"),
    ),
    by("example"),
)

FEEDBACK_EXAMPLES = Table(
    "feedback_examples",
    "a lead that somebody said was no signal, and the words that its list quoted then",
    ("lead_id",),
    (
        needed("lead_id", "VARCHAR", "which lead"),
        needed("example_id", "VARCHAR", "its ticket, up to the night before the outcome was typed"),
        needed("signal", "VARCHAR", "what it was listed for"),
    ),
    by("lead", "example"),
)

MODEL_VERSIONS = Table(
    "model_versions",
    "something that was decided about a trained model; nothing is ever rewritten",
    ("signal", "sequence"),
    (
        needed("signal", "VARCHAR", "name of the signal spec"),
        needed("sequence", "BIGINT", "order of events of a signal"),
        needed("model_id", "VARCHAR", "which model: hash of its parameters"),
        needed("event", "VARCHAR", "promoted, refused or rolled_back"),
        needed("decided_on", "DATE", "as-of day"),
        needed("reason", "VARCHAR", "why, in words"),
        Column("lineage", "VARCHAR", "JSON: hash of the labels, code version, champion, figures of both"),
    ),
    NOBODY,
)

LEARNING = (EXAMPLES, LABELS, QUESTIONS, FEEDBACK_EXAMPLES, MODEL_VERSIONS)
