"""Every file of a day, declared once: its columns in order and the table it is written from.

Columns named in `FROM_VAULT` are filled at publishing from a pseudonym column of the table; nothing else may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Column of a list -> (pseudonym column of the digest table, field of the vault).
FROM_VAULT = {
    "contact": ("contact_id", "name"),
    "contact_email": ("contact_id", "email"),
    "agent": ("agent_id", "name"),
}

_LEADS = tuple(
    """rank lead_id status motion account_id account plan seats renewal_date owner contact contact_email signal subtype
    product quantity needed_by competitor probability value_at_stake value_basis expected_value urgency decay priority
    why quote said_at ticket_id ticket_status ticket_url next_step expires_on match flags outcome outcome_reason
    snooze_until""".split()
)
_SAVES = (*_LEADS, "customer_since", "reasons")


@dataclass(frozen=True)
class Output:
    """One CSV file: `table` of the warehouse, `where` picks its rows, `reader` is who it is for."""

    file: str
    reader: str
    table: str
    columns: tuple[str, ...]
    where: str = "true"


OUTPUTS: dict[str, Output] = {
    output.file: output
    for output in (
        Output("leads.csv", "sales", "digest_leads", _LEADS, "list = 'leads' AND place = 'listed'"),
        Output("saves.csv", "customer success", "digest_leads", _SAVES, "list = 'saves' AND place = 'listed'"),
        Output(
            "needs.csv",
            "product",
            "digest_needs",
            tuple(
                "topic_id title status accounts revenue tickets_7d tickets_28d first_seen last_seen plan_blocked "
                "quotes example_ticket_ids".split()
            ),
        ),
        Output(
            "praise.csv",
            "support lead",
            "digest_praise",
            tuple(
                "praise_id subtype account_id account contact team agent quote said_at ticket_url may_publish "
                "passed_on".split()
            ),
        ),
        Output(
            "held.csv",
            "support lead",
            "digest_held",
            tuple(
                "lead_id rule why_held ticket_to_solve ticket_url since value_waiting account_id account motion quote "
                "expires_on".split()
            ),
        ),
        Output(
            "service.csv",
            "support lead",
            "digest_service",
            tuple("fact team should_have_been tickets_7d change accounts revenue example_ticket_ids".split()),
        ),
        Output(
            "market.csv",
            "product, sales",
            "digest_market",
            tuple("competitor mentions_7d change accounts revenue about quotes".split()),
        ),
        Output(
            "lost_sales.csv",
            "sales, product",
            "digest_lost_sales",
            tuple(
                "lost_id account_id account product asked_on refused_on refusal source age_days value_waiting quote "
                "ticket_url status".split()
            ),
        ),
        Output(
            "unmatched.csv",
            "whoever runs it",
            "digest_unmatched",
            tuple("ticket_id contact_domain signal quote ticket_url".split()),
        ),
    )
}
# Lists of a day into which people type: read before they are replaced.
TYPED_INTO = ("leads.csv", "saves.csv", "praise.csv")
# Made in this order before anything is written; the first are read by the others, the last is for the page alone.
TABLES = (
    "account_reasons",
    "lead_origins",
    "lead_results",
    "shown_teams",
    "open_leads",
    "praise_states",
    *sorted({output.table for output in OUTPUTS.values()}),
    "digest_passed_on",
)
# Read by other tables of the night alone, so not written into the file; commands that look at it make it anew.
PASSING = ("lead_results", "open_leads")
OPEN_LEADS = Output("open.csv", "one owner", "open_leads", _LEADS, "list = 'leads'")
OPEN_SAVES = Output("open.csv", "one owner", "open_leads", _SAVES, "true")

# What a column may hold of somebody who is to be forgotten; every column of every list is here.
# `id`, `ticket`, `url`, `address`, `words`: their row goes. `name`: it goes where nothing says that another of the
# same name is meant. `agent`, `solve`: the cell is emptied, the row is about somebody else. `quotes`, `tickets`:
# several are gathered, and theirs is taken out (what stands between them: `BETWEEN`); where nothing is left the row
# goes, and `title` is emptied where it was theirs. `none`: numbers, days and words of our own.
Holds = Literal[
    "id", "ticket", "solve", "url", "address", "words", "name", "agent", "quotes", "tickets", "title", "none"
]
_KINDS: dict[Holds, str] = {
    "id": "lead_id praise_id lost_id",
    "ticket": "ticket_id",
    "solve": "ticket_to_solve",
    "url": "ticket_url",
    "address": "contact_email",
    "words": "quote",
    "name": "contact",
    "agent": "agent",
    "quotes": "quotes",
    "tickets": "example_ticket_ids",
    "title": "title",
    "none": """rank status motion account_id account plan seats renewal_date owner signal subtype product quantity
        needed_by competitor probability value_at_stake value_basis expected_value urgency decay priority
        why said_at ticket_status next_step expires_on match flags outcome outcome_reason snooze_until
        customer_since reasons topic_id accounts revenue tickets_7d tickets_28d first_seen last_seen
        plan_blocked team may_publish passed_on rule why_held since value_waiting fact should_have_been
        change mentions_7d about asked_on refused_on refusal source age_days contact_domain""",
}
COLUMNS: dict[str, Holds] = {column: kind for kind, columns in _KINDS.items() for column in columns.split()}
BETWEEN = {"quotes": " | ", "tickets": " "}
