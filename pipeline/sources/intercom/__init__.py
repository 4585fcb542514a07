"""Intercom: conversations from the API (one, or pages and lines of many), as Singer and Airbyte stream them, and the
table that Prodsight's export makes.

The opening stands on the conversation (`source`) and is the message `<conversation>:opening`; text also rides on
parts that assign, open and close. One that the company began (`delivered_as`) is never the customer's.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipeline.sources.intercom.said import EVENTS, MESSAGES, REMARKS, SHARED
from pipeline.sources.intercom.shapes import KIND_OF, KINDS, PROBLEMS, SHAPES
from pipeline.sources.intercom.tickets import ORGANIZATIONS, PARTICIPANTS, PEOPLE, TICKETS
from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query
from pipeline.sources.sorting import sort_by
from pipeline.sources.source import Batch, Source

_QUERIES: Mapping[str, Query] = {
    "tickets": TICKETS,
    "messages": MESSAGES,
    "events": EVENTS,
    "participants": PARTICIPANTS,
    "people": PEOPLE,
    "organizations": ORGANIZATIONS,
    "remarks": REMARKS,
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of conversations, parts, contacts, companies, admins and rows of the table."""
    return read_json(sort_by(records, KIND_OF), SHAPES, PROBLEMS, _QUERIES, shared=SHARED)


INTERCOM = Source("intercom", "Intercom", KINDS, read)
