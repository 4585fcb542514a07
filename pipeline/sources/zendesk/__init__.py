"""Zendesk, in every layout that its exports, its API and the usual connectors write.

All layouts are kinds of one source, so that a ticket is the same ticket, and a comment the same message, whichever way
they came. `layout` says what a layout is; each of the other modules is one.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.json_records import read_json
from pipeline.sources.relations import parts
from pipeline.sources.source import BATCH_SCHEMAS, Batch, Source
from pipeline.sources.zendesk.audits import AUDITS
from pipeline.sources.zendesk.comments import COMMENTS
from pipeline.sources.zendesk.conversation_log import CONVERSATION_LOG
from pipeline.sources.zendesk.people import PEOPLE
from pipeline.sources.zendesk.ratings import RATINGS
from pipeline.sources.zendesk.tickets import TICKETS

LAYOUTS = (TICKETS, COMMENTS, AUDITS, CONVERSATION_LOG, RATINGS, PEOPLE)


def read(records: pa.Table) -> Batch:
    """Canonical rows of records of any of the kinds; only the layouts that are there are asked."""
    kinds = pc.if_else(pc.equal(records["kind"], "bare_tickets"), "tickets", records["kind"])
    records = records.set_column(1, records.schema.field(1), kinds)
    present = set(pc.unique(kinds).to_pylist())
    layouts = [one for one in LAYOUTS if present & one.shapes.keys()]
    queries = {
        name: tuple(part for one in layouts if name in one.queries for part in parts(one.queries[name]))
        for name in BATCH_SCHEMAS
    }
    return read_json(
        records,
        {kind: shape for one in layouts for kind, shape in one.shapes.items()},
        {kind: problem for one in layouts for kind, problem in one.problems.items()},
        {name: query for name, query in queries.items() if query},
        shared={name: query for one in layouts for name, query in one.shared.items()},
    )


ZENDESK = Source("zendesk", "Zendesk", tuple(kind for one in LAYOUTS for kind in one.kinds), read)
