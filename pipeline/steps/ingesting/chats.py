"""Whole chats that were pasted into one comment become the turns that they are, each with who said it.

Zendesk's chats do not come as comments of their own: the whole of one may be a single, later, public comment (Zendesk
help, article 5384481026714), which would otherwise count as one thing that its author said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.pasted_chat import GATE, Turn, role_of, turns_of
from pipeline.text.html import html_to_text

# In HTML a line begins behind a tag.
_GATE_OF_HTML = r"(?i)>\s*[\[(]?\d{1,2}:\d\d|>[^<:\n]{1,60}:"
_BRACKETED = re.compile(r"\([^()]*\)\s*$")  # `Petra (Support)`
_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class _Known:
    """Somebody who takes part in a ticket, by display name."""

    contact_id: str
    is_staff: bool
    is_requester: bool


def split_chats(con: duckdb.DuckDBPyConnection, messages: pa.Table, names: pa.Table) -> tuple[pa.Table, pa.Table]:
    """`messages` with pasted chats parted, places counted anew, and `names` with those of their speakers.

    Reads the table `parts` of the connection (record, contact_id, names, is_staff, is_requester).
    """
    is_candidate = _may_be_chats(messages)
    if not pc.any(is_candidate).as_py():
        return messages, names
    found = {
        place: turns
        for place, row in enumerate(is_candidate.to_pylist())
        if row and (turns := turns_of(_text(messages, place)))
    }
    if not found:
        return messages, names
    known = _known(con, sorted({messages["record"][place].as_py() for place in found}))
    rows: list[dict[str, Any]] = []
    speakers: dict[int, set[str]] = {}
    for place, row in enumerate(messages.to_pylist()):
        turns = found.get(place, ())
        rows += _parted(row, turns, known.get(row["record"], {})) if turns else [row]
        for turn in turns:
            speakers.setdefault(row["record"], set()).add(turn.speaker)
    return _counted(rows, messages.schema), _with_speakers(names, speakers)


def _may_be_chats(messages: pa.Table) -> pa.Array:
    bodies = messages["body"].combine_chunks()
    is_html = pc.fill_null(messages["is_html"].combine_chunks(), False)
    plain = pc.and_(pc.invert(is_html), pc.match_substring_regex(bodies, GATE))
    return pc.fill_null(pc.or_(plain, pc.and_(is_html, pc.match_substring_regex(bodies, _GATE_OF_HTML))), False)


def _text(messages: pa.Table, place: int) -> str:
    body = messages["body"][place].as_py()
    return html_to_text(body) if messages["is_html"][place].as_py() else body


def _known(con: duckdb.DuckDBPyConnection, records: Sequence[int]) -> Mapping[int, Mapping[str, _Known]]:
    found: dict[int, dict[str, _Known]] = {}
    for record, contact_id, name, is_staff, is_requester in con.execute(_PEOPLE_OF, [records]).fetchall():
        found.setdefault(record, {})[name] = _Known(contact_id, is_staff, is_requester)
    return found


_PEOPLE_OF = """
    SELECT record, contact_id, lower(unnest(names)), is_staff, is_requester
    FROM parts WHERE record IN (SELECT unnest(?::BIGINT[])) AND names IS NOT NULL ORDER BY ALL
"""


def _parted(row: dict[str, Any], turns: Sequence[Turn], known: Mapping[str, _Known]) -> list[dict[str, Any]]:
    ended = turns[-1].seconds
    return [
        row
        | {
            "message_id": f"{row['message_id']}.{number}",
            "body": turn.text,
            "is_html": False,
            "said_at": _time(row["said_at"], turn.seconds, ended),
        }
        | _said_by(turn.speaker, known)
        for number, turn in enumerate(turns, start=1)
    ]


def _said_by(speaker: str, known: Mapping[str, _Known]) -> dict[str, Any]:
    """By name as people of the ticket are known, else by what the speaker is called, else nobody knows."""
    person = known.get(speaker.lower())
    role = role_of(speaker) or "unknown"
    if person and (person.is_staff or person.is_requester):
        role = "agent" if person.is_staff else "customer"
    return {"role": role, "author_id": person.contact_id if person else None}


def _time(pasted_at: datetime, seconds: int | None, ended: int | None) -> datetime:
    """As long before the pasting as before the chat's end: its clock may be of any zone."""
    if seconds is None or ended is None:
        return pasted_at
    return pasted_at - timedelta(seconds=(ended - seconds) % _DAY)


def _counted(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema)
    records = table["record"].to_pylist()
    places, place = [], 0
    for number, record in enumerate(records):
        place = place + 1 if number and records[number - 1] == record else 0
        places.append(place)
    return table.set_column(table.column_names.index("position"), "position", pa.array(places, pa.int32()))


def _with_speakers(names: pa.Table, speakers: Mapping[int, set[str]]) -> pa.Table:
    by_record = dict(zip(names["record"].to_pylist(), names["names"].to_pylist(), strict=True))
    for record, found in speakers.items():
        called = {_BRACKETED.sub("", speaker).strip() for speaker in found}
        by_record[record] = sorted({*(by_record.get(record) or ()), *(one for one in called if not role_of(one))})
    order = sorted(by_record)
    return pa.table({"record": pa.array(order, pa.int64()), "names": [by_record[record] for record in order]})
