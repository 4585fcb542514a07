"""The customers' words to replayed leads, from the home's messages: none where they were erased or changed since."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pipeline.steps.last_night import Row
from pipeline.warehouse import Connection

_OPENING, _LONGEST = 160, 400  # letters of a message without a known sentence, and of a sentence
_KEYS = pa.schema(
    [("place", pa.int64()), ("as_of", pa.date32()), *((n, pa.string()) for n in ("source", "ticket_id", "signal"))]
)


def quotes_of(con: Connection, past: Connection, leads: Sequence[Row]) -> list[str | None]:
    """A quote a lead (as_of, source, ticket_id, signal); None where its words are not stored any more, empty where it
    rests on none. Under its night's threshold a signal has no sentence: then the message's beginning."""
    keys = [{"place": place, **{name: lead[name] for name in _KEYS.names[1:]}} for place, lead in enumerate(leads)]
    past.register("wanted", pa.Table.from_pylist(keys, _KEYS))
    con.register("evidence", past.execute(_EVIDENCE).to_arrow_table())
    texts = con.execute(_TEXTS).fetchall()
    con.unregister("evidence")
    past.unregister("wanted")
    quotes: list[str | None] = [None if lead["ticket_id"] else "" for lead in leads]
    for place, text, start, end in texts:
        quotes[place] = _cut(text, _OPENING) if start is None else _cut(text[start:end], _LONGEST)
    return quotes


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


# The same message may have stood in several lengths; that of the lead's night counts.
_EVIDENCE = """
    SELECT w.place, s.source, s.message_id, s.start_offset, s.end_offset, m.words, m.letters
    FROM wanted w
    JOIN history_scores s ON s.source = w.source AND s.ticket_id = w.ticket_id AND s.signal = w.signal
        AND s.valid_from <= w.as_of AND coalesce(s.valid_to > w.as_of, true)
    JOIN history_messages m ON m.source = s.source AND m.message_id = s.message_id
        AND m.valid_from <= w.as_of AND coalesce(m.valid_to > w.as_of, true)
"""
_TEXTS = """
    SELECT e.place, m.text, e.start_offset, e.end_offset
    FROM evidence e JOIN messages m USING (source, message_id)
    WHERE length(m.text) = e.letters AND length(trim(m.text)) - length(replace(trim(m.text), ' ', '')) + 1 = e.words
"""
