"""Tables of what the models and rules read out of the messages."""

from pipeline.schema.table import Column, Table, needed

SCORES = Table(
    "scores",
    "a signal of a ticket, as its current model sees it",
    ("source", "ticket_id", "signal"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("signal", "VARCHAR", "name of the signal spec"),
        needed("ticket_hash", "VARCHAR", "version of the ticket that was read"),
        needed("model_id", "VARCHAR", "which model: hash of its parameters"),
        needed("probability", "DOUBLE", "calibrated to the declared prevalence, of the whole conversation"),
        needed("is_signal", "BOOLEAN", "at or above the model's threshold"),
        Column("message_id", "VARCHAR", "best evidence; NULL where no customer wrote"),
        Column("start_offset", "INTEGER", "of the sentence in messages.text"),
        Column("end_offset", "INTEGER", "of the sentence in messages.text, exclusive"),
        Column("quote", "VARCHAR", "that sentence, white space collapsed; only where is_signal"),
        Column("subtype", "VARCHAR", "refines the signal; only where is_signal"),
        Column("reasons", "VARCHAR", "JSON list of [feature, weight], both ways; only where is_signal"),
    ),
)

FACTS = Table(
    "facts",
    "a fact that a rule read in a message",
    ("source", "message_id", "fact"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("message_id", "VARCHAR", "its message"),
        needed("fact", "VARCHAR", "name of the fact spec"),
        Column("value", "VARCHAR", "kind, number, date or name, as the spec says"),
    ),
)

TOPIC_MEMBERS = Table(
    "topic_members",
    "an unmet need in its topic",
    ("source", "ticket_id"),
    (
        needed("topic_id", "VARCHAR", "stays from night to night"),
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "where it was said"),
    ),
)

SIGNALS = (SCORES, FACTS, TOPIC_MEMBERS)
