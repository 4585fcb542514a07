"""Tables of what was so on past nights: what a decision reads, kept as changes. Ids, states, days and numbers, no text:
a replay decides again from them. Every row has the keys by which it can be erased.

A row holds from the night `valid_from` up to, but not on, the night `valid_to`.
"""

from pipeline.schema.table import NOBODY, Column, Holding, Table, by, needed

FROM = needed("valid_from", "DATE", "as-of day of the first night on which it was so")
TO = Column("valid_to", "DATE", "as-of day of the first night on which it was so no more; NULL while it is")


def _history(name: str, grain: str, key: tuple[str, ...], columns: tuple[Column, ...], holds: Holding) -> Table:
    return Table(
        f"history_{name}", f"{grain}, for as long as it stayed the same", (*key, FROM.name), (*columns, FROM, TO), holds
    )


_TICKETS = _history(
    "tickets",
    "where a ticket stood, and whose it was held to be",
    ("source", "ticket_id"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "the ticket"),
        Column("account_id", "VARCHAR", "the account that was found for it"),
        needed("status", "VARCHAR", "as in tickets"),
        Column("priority", "VARCHAR", "as in tickets"),
        Column("requester_id", "VARCHAR", "pseudonym of who asked"),
        needed("created_at", "TIMESTAMP", "UTC"),
        needed("updated_at", "TIMESTAMP", "UTC"),
        Column("status_updated_at", "TIMESTAMP", "UTC"),
        Column("rating", "VARCHAR", "good or bad"),
        Column("reopen_count", "INTEGER", "times solved and opened again"),
    ),
    by("ticket"),
)

_MESSAGES = _history(
    "messages",
    "that a message was there, by whom and how long; not what it says",
    ("source", "message_id"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("message_id", "VARCHAR", "the message"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("position", "INTEGER", "within the ticket"),
        needed("role", "VARCHAR", "customer, agent, system or unknown"),
        Column("author_id", "VARCHAR", "pseudonym of who wrote it"),
        needed("is_public", "BOOLEAN", "false for internal notes"),
        needed("said_at", "TIMESTAMP", "UTC"),
        needed("words", "INTEGER", "parts between spaces"),
        needed("letters", "INTEGER", "length of its text; tells whether it is still the same"),
    ),
    by("ticket", who="author_id", blanked={"author_id": "NULL"}),
)

_SCORES = _history(
    "scores",
    "what the model of that night held of a ticket, thresholds not looked at",
    ("source", "ticket_id", "signal"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("signal", "VARCHAR", "name of the signal spec"),
        needed("probability", "DOUBLE", "calibrated, of the whole conversation"),
        needed("is_signal", "BOOLEAN", "at or above the threshold of that night"),
        Column("message_id", "VARCHAR", "best evidence"),
        Column("start_offset", "INTEGER", "of the sentence; NULL under the threshold"),
        Column("end_offset", "INTEGER", "of the sentence, exclusive"),
        Column("quote_words", "INTEGER", "parts between spaces of the sentence"),
        Column("subtype", "VARCHAR", "refines the signal; NULL under the threshold"),
    ),
    by("ticket", "message"),
)

_FACTS = _history(
    "facts",
    "a fact that decisions read",
    ("source", "message_id", "fact"),
    (
        needed("source", "VARCHAR", "export format"),
        needed("message_id", "VARCHAR", "its message"),
        needed("ticket_id", "VARCHAR", "its ticket"),
        needed("fact", "VARCHAR", "name of the fact spec"),
        Column("value", "VARCHAR", "a number, words of a date, a product, why it was refused; of others NULL"),
    ),
    by("ticket", "message"),
)

_ACCOUNTS = _history(
    "accounts",
    "what the CRM said of an account",
    ("account_id",),
    (
        needed("account_id", "VARCHAR", "the CRM's own id"),
        Column("plan", "VARCHAR", "what they had"),
        Column("seats", "INTEGER", "seats they paid for"),
        Column("arr", "DECIMAL(18,2)", "annual revenue, in its currency"),
        Column("owner_email", "VARCHAR", "sales representative"),
        Column("cs_owner_email", "VARCHAR", "customer success manager"),
        Column("renewal_date", "DATE", "next renewal"),
        Column("region", "VARCHAR", "sales region"),
        Column("do_not_contact", "BOOLEAN", "marked in the CRM"),
        Column("parent_id", "VARCHAR", "account_id of the parent"),
    ),
    NOBODY,
)

_OPPORTUNITIES = _history(
    "opportunities",
    "an opportunity of the CRM",
    ("opportunity_id",),
    (
        needed("opportunity_id", "VARCHAR", "the CRM's own id"),
        needed("account_id", "VARCHAR", "its account"),
        Column("product", "VARCHAR", "what was to be sold"),
        Column("is_open", "BOOLEAN", "being worked"),
    ),
    NOBODY,
)

_WISHES = _history(
    "wishes",
    "what sales heard and could not sell",
    ("account_id", "wanted", "on_date"),
    (
        needed("account_id", "VARCHAR", "who wanted it"),
        needed("wanted", "VARCHAR", "product or thing wanted"),
        Column("why", "VARCHAR", "why it was refused"),
        Column("on_date", "DATE", "when"),
    ),
    NOBODY,
)

_AVAILABILITY = _history(
    "availability",
    "a thing that could be sold from a day on",
    ("product", "plan", "region"),
    (
        needed("product", "VARCHAR", "name as in products"),
        Column("plan", "VARCHAR", "only on this plan"),
        Column("region", "VARCHAR", "only in this region"),
        needed("available_from", "DATE", "first day"),
    ),
    NOBODY,
)

_PRODUCTS = _history(
    "products",
    "a product of the vendor",
    ("name",),
    (needed("name", "VARCHAR", "as lists show it"),),
    NOBODY,
)

_MARKED = _history(
    "marked",
    "an account or a person that a list marked",
    ("mark", "account_id", "source", "contact_id"),
    (
        needed("mark", "VARCHAR", "opted_out or vulnerable"),
        needed("account_id", "VARCHAR", "the account; empty where a person is marked"),
        needed("source", "VARCHAR", "the person's helpdesk"),
        needed("contact_id", "VARCHAR", "the person's pseudonym"),
    ),
    by("person"),
)

_OUTCOMES = _history(
    "outcomes",
    "an outcome that was known when the night was decided",
    ("lead_id", "read_order"),
    (
        needed("lead_id", "VARCHAR", "which lead"),
        needed("outcome", "VARCHAR", "a key of OUTCOMES; empty when only a reason was typed"),
        Column("snooze_until", "DATE", "first day it may show again"),
        needed("read_on", "DATE", "as-of day of the night that read it"),
        needed("read_order", "BIGINT", "order of reading"),
    ),
    by("lead"),
)

_SIGNAL_SPECS = _history(
    "signal_specs",
    "what a signal asked of its reader",
    ("signal",),
    (
        needed("signal", "VARCHAR", "name of the signal spec"),
        Column("list", "VARCHAR", "the list that it feeds"),
        Column("half_life", "BIGINT", "days"),
        Column("motion", "VARCHAR", "answer, offer, return or save"),
        Column("motion_when_asked", "VARCHAR", "the same, where the customer asked"),
    ),
    NOBODY,
)

_SUBTYPE_SPECS = _history(
    "subtype_specs",
    "what a sub-type asked of its reader",
    ("signal", "subtype"),
    (
        needed("signal", "VARCHAR", "name of the signal spec"),
        needed("subtype", "VARCHAR", "name of the sub-type"),
        Column("motion", "VARCHAR", "instead of the signal's"),
    ),
    NOBODY,
)

# What changes from night to night, each as changes.
CHANGES = (
    _TICKETS,
    _MESSAGES,
    _SCORES,
    _FACTS,
    _ACCOUNTS,
    _OPPORTUNITIES,
    _WISHES,
    _AVAILABILITY,
    _PRODUCTS,
    _MARKED,
    _OUTCOMES,
    _SIGNAL_SPECS,
    _SUBTYPE_SPECS,
)

HISTORY_NIGHTS = Table(
    "history_nights",
    "a night that can be replayed",
    ("as_of",),
    (
        needed("as_of", "DATE", "end of that day, UTC"),
        needed("decided_at", "TIMESTAMP", "as in nights; another one there means: decided again without history"),
        needed("policy", "VARCHAR", "JSON: the settings that decisions read"),
    ),
    NOBODY,
)

HISTORY = (*CHANGES, HISTORY_NIGHTS)
