"""What a layout of Zendesk's is to the reader: kinds of record that are read together, and their SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.sources.relations import Query
from pipeline.sources.source import Kind


@dataclass(frozen=True)
class Layout:
    """Kinds that are read together, in the order in which they are recognised.

    shapes, problems: by kind, as `read_json` takes them. A problem may look at tables of kinds before its own.
    shared, queries: as `read_json` takes them, over this layout's tables and no other's.
    """

    kinds: tuple[Kind, ...]
    shapes: Mapping[str, str]
    problems: Mapping[str, str]
    queries: Mapping[str, Query] = field(default_factory=dict)
    shared: Mapping[str, Query] = field(default_factory=dict)


NO_ID = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present(id) IS NULL THEN 'no_id' END"
# Of a record that belongs to a ticket and does not say to which.
NO_TICKET = f"coalesce({NO_ID}, CASE WHEN present(ticket_id) IS NULL THEN 'no_ticket' END)"
