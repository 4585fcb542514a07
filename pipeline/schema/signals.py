"""Tables of what the models and rules read out of the messages."""

from pipeline.schema.table import Column, Table, by, needed

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
    by("ticket", "reread"),
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
    by("ticket", "reread"),
)

TOPIC_MEMBERS = Table(
    "topic_members",
    "an unmet need in its topic",
    ("source", "ticket_id"),
    (
        needed("topic_id", "VARCHAR", "as the night found it, before edits of people; stays from night to night"),
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "where it was said"),
    ),
    by("ticket"),
)

TOPIC_EDITS = Table(
    "topic_edits",
    "a ticket that an edit of topics names, or an edit that names none; nothing is ever rewritten",
    ("edit_number", "place"),
    (
        needed("edit_number", "BIGINT", "order of edits"),
        needed("place", "INTEGER", "of the ticket within the edit"),
        needed("kind", "VARCHAR", "rename, merge, split or undo"),
        needed("topic_id", "VARCHAR", "what was edited; of an undo what the edit undone was about"),
        Column("into_id", "VARCHAR", "where a merge leads, or the topic that a split made"),
        Column("source", "VARCHAR", "export format of a ticket taken out"),
        Column("ticket_id", "VARCHAR", "a ticket that a split took out"),
        Column("title", "VARCHAR", "words of a rename, redacted"),
        Column("undone_number", "BIGINT", "edit that an undo takes back"),
        needed("made_on", "DATE", "day, UTC"),
    ),
    by("ticket"),
)

SIGNALS = (SCORES, FACTS, TOPIC_MEMBERS, TOPIC_EDITS)
