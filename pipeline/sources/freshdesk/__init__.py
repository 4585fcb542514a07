"""Freshdesk: tickets with their conversations inside or apart (pages, lines, streams), and the account's full export.

Field names: singer-io/tap-freshdesk `tap_freshdesk/schemas/`; Freshdesk API v2 reference, "Tickets" and "Conversations"
(`include=conversations` gives the first ten, no more); askasoft/pango `sdk/freshdesk/consts.go` for numbers of status,
priority and source. The full export ("Tickets0.json", "Users0.json", "Companies0.json") has the shape of API v1:
`helpdesk_ticket` with `display_id`, `notes` and `description_html` (freshdesk.com/api, "View a ticket"); how files and
notes lie in it was taken from an importer's script, not from the vendor. `reports_data` counts reopenings.

`all_conversations` is what our own sync puts into a ticket: the pages of its conversations to the last one.

The opening text stands on the ticket alone; `conversations` begin with the first answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.sources.freshdesk.rows import QUERIES, SHARED
from pipeline.sources.freshdesk.shapes import PROBLEMS, SHAPES
from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source


def read(records: pa.Table) -> Batch:
    """Canonical rows of tickets, conversations, ratings, contacts, agents and companies."""
    return read_json(records, SHAPES, PROBLEMS, QUERIES, shared=SHARED)


def _is_exported(wrapper: str, key: str, record: Mapping[str, Any]) -> bool:
    inner = record[wrapper]
    return isinstance(inner, dict) and "id" in inner and key in inner


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS = (
    Kind(
        "tickets",
        "whole",
        needs=_keys("id", "requester_id", "responder_id", "fr_escalated"),
        lists=("tickets", "results"),
        key="$.id",
    ),
    Kind(
        "conversations",
        "parts",
        needs=_keys("id", "ticket_id", "incoming", "private"),
        lists=("conversations",),
        key="$.ticket_id",
    ),
    Kind(
        "satisfaction_ratings",
        "parts",
        needs=_keys("ticket_id", "survey_id", "ratings"),
        lists=("satisfaction_ratings",),
        key="$.ticket_id",
    ),
    Kind(
        "exported_tickets",
        "whole",
        needs=_keys("helpdesk_ticket"),
        key="$.helpdesk_ticket.display_id",
        test=lambda record: isinstance(record["helpdesk_ticket"], dict) and "display_id" in record["helpdesk_ticket"],
    ),
    Kind(
        "contacts",
        "people",
        needs=_keys("id", "email", "mobile", "job_title"),
        any_of=_keys("view_all_tickets", "twitter_id", "company_id"),
        lists=("contacts",),
    ),
    Kind("agents", "people", needs=_keys("id", "contact", "ticket_scope"), lists=("agents",)),
    Kind(
        "companies",
        "people",
        needs=_keys("id", "name", "domains"),
        any_of=_keys("note", "health_score", "account_tier", "renewal_date"),
        lists=("companies",),
    ),
    Kind(
        "exported_users",
        "people",
        needs=_keys("user"),
        test=lambda record: _is_exported("user", "helpdesk_agent", record),
    ),
    Kind(
        "exported_companies",
        "people",
        needs=_keys("company"),
        test=lambda record: _is_exported("company", "company_domains", record),
    ),
)
FRESHDESK = Source("freshdesk", "Freshdesk", KINDS, read)
