"""What is said of a file that nothing here reads: which keys were seen, and what to do."""

from __future__ import annotations

import io
import itertools
import json
import re

from pipeline.sources import SOURCES
from pipeline.sources.framing import FRAMINGS, Head
from pipeline.sources.opening import Place

_MOST_KEYS = 12
_LOOKED_AT = 20
# A key that somebody may have made of an address, a number or a name is not shown.
_KEY = re.compile(r"(?!.*\d{4})[A-Za-z_][\w.-]{0,39}")
_COLUMN = re.compile(r"(?!.*\d{4})[A-Za-z_][\w.()/#-]{0,30}(?: [\w.()/#-]{1,20}){0,3}")
_OWN = 'write a source of its own: README, "Read a helpdesk that it does not know"'


def refusal(place: Place, head: Head) -> str:
    """The sentence for a file whose start is `head`."""
    keys = seen_keys(head)
    saw = f" (it has {', '.join(keys)})" if keys else ""
    if place.name.lower().endswith((".csv", ".tsv")):
        return (
            f"{place.address} is not a table that Ticketscout reads{saw}: it needs a row of column names, with one of "
            f"conversations (ticket_id), one of times (created_at) and one of text (body), or {_OWN}."
        )
    return (
        f"{place.address} is not a helpdesk export that Ticketscout reads{saw} "
        f"(known: {', '.join(s.title for s in SOURCES.values())}): check the path or the export, or {_OWN}."
    )


def seen_keys(head: Head) -> list[str]:
    """Names of keys of the first record, or of the columns of a table, in their order; never what stands in them. A
    table's are shown only where all look like names of columns: without a header they would be somebody's words."""
    for framing in FRAMINGS.values():
        if framing.family not in ("json", "table") or not framing.fits(head, frozenset()):
            continue
        framed = framing.records(io.BytesIO(head.start), head.name, frozenset())
        for one in itertools.islice(framed, _LOOKED_AT):
            try:
                record = json.loads(one.text)
            except (ValueError, RecursionError):
                continue
            if not isinstance(record, dict) or not record:
                continue
            if framing.columns is None:
                return [key for key in record if _KEY.fullmatch(key)][:_MOST_KEYS]
            return list(record)[:_MOST_KEYS] if all(map(_COLUMN.fullmatch, record)) else []
    return []
