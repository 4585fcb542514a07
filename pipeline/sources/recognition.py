"""What a file is, by its first records: how it is framed, which helpdesk it is of, what its records hold."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UnknownFormat
from pipeline.sources import SOURCES
from pipeline.sources.framing import FRAMINGS, Head
from pipeline.sources.source import Holds, Kind, Source
from pipeline.sources.streams import ENVELOPES, MIXED, unwrap

_RECORDS_LOOKED_AT = 20
_ROWS_LOOKED_AT = 2000  # of tables, which may name days and months in either order
# Columns that say a table is of a CRM or one of our own lists: the contract's files.
_OF_CRM = (
    {"opportunity_id"},
    {"account_id", "wanted"},
    {"product", "available_from"},
    {"name", "aliases"},
    {"lead_id"},
    {"praise_id"},
    {"lost_id"},
    {"signal", "quote"},
)
_OF_CONVERSATIONS = frozenset({"ticket_id", "conversation_id"})


@dataclass(frozen=True)
class Found:
    """What a file was taken for.

    framing: a key of FRAMINGS; lists: where its records stand, empty where they stand at the top.
    envelope: "", "singer" or "airbyte": what each record is wrapped in.
    kind: of records that no list or stream names.
    key: where the conversation's id stands, if that differs from file to file.
    why: for people, after "because".
    """

    source: str
    framing: str
    lists: frozenset[str]
    envelope: str
    kind: str
    holds: Holds
    why: str
    key: str = ""

    @property
    def title(self) -> str:
        """What a person is told that the file was taken for."""
        return f"{SOURCES[self.source].title} {self.kind}, because {self.why}"


def recognise(head: Head, source: str = "auto") -> Found | None:
    """What the file is of which this is the start, or None. Raises UnknownFormat where two helpdesks fit equally."""
    every = frozenset(
        name for one in _sources(source) for kind in one.kinds if "json" in kind.framings for name in kind.lists
    )
    for framing in FRAMINGS.values():
        if not framing.fits(head, every) or (framing.columns and is_crm(framing.columns(head))):
            continue
        # A record with an id of its own is no page, whatever lists it has.
        for lists in (every, frozenset[str]()) if framing.has_pages and not _starts_with_id(head) else (frozenset(),):
            found = _of_records(framing.name, framing.family, lists, head, source)
            if found:
                return found
    return None


def is_crm(columns: frozenset[str]) -> bool:
    """Whether a table with these columns is one that a CRM, or Ticketscout itself, wrote."""
    is_list_of_accounts = columns >= {"account_id", "name"} and not columns & _OF_CONVERSATIONS
    return is_list_of_accounts or any(needed <= columns for needed in _OF_CRM)


def is_crm_table(head: Head) -> bool:
    """Whether the file that starts so is such a table."""
    return any(one.columns is not None and is_crm(one.columns(head)) for one in FRAMINGS.values())


def _starts_with_id(head: Head) -> bool:
    first = next(FRAMINGS["document"].records(io.BytesIO(head.start), head.name, frozenset()), None)
    record = _parsed(first.text) if first else None
    return record is not None and "id" in record


def _sources(source: str) -> list[Source]:
    return [one for name, one in SOURCES.items() if source in ("auto", name)]


def _of_records(framing: str, family: str, lists: frozenset[str], head: Head, source: str) -> Found | None:
    sample = list(_sample(framing, family, lists, head))
    for envelope in ENVELOPES:
        inner = [(stream or listed, record) for listed, text in sample for stream, record in unwrap(text, envelope)]
        for general in (False, True):
            candidates = [one for one in _sources(source) if one.is_general == general]
            found = [hit for one in candidates if (hit := _match(one, family, inner))]
            if len(found) > 1:
                titles = " or ".join(one.title for one, _, _ in found)
                names = " or ".join(f"--source {one.name}" for one, _, _ in found)
                raise UnknownFormat(f"{head.name} could be of {titles}: say which with {names}.")
            if found:
                one, kinds, record = found[0]
                lead = kinds[0]
                holds: Holds = "whole"
                if all(kind.holds == "people" for kind in kinds) and envelope not in MIXED:
                    holds = "people"
                elif envelope or any(kind.holds == "parts" for kind in kinds):
                    holds = "parts"
                why, key = _why(lead, envelope, record), _key(lead, record)
                return Found(one.name, framing, lists, envelope, lead.name, holds, why, key)
    return None


def _sample(framing: str, family: str, lists: frozenset[str], head: Head) -> Iterator[tuple[str, Mapping[str, Any]]]:
    columns = FRAMINGS[framing].columns
    framed = FRAMINGS[framing].records(io.BytesIO(head.start), head.name, lists)
    count = 0
    for one in itertools.islice(framed, _ROWS_LOOKED_AT if family == "table" else _RECORDS_LOOKED_AT):
        record = _parsed(one.text)
        if record is not None:
            count += 1
            yield one.listed, record
    if columns and not count:  # a table of a day without tickets
        yield "", dict.fromkeys(sorted(columns(head)), "")


def _parsed(text: bytes) -> Mapping[str, Any] | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _match(
    source: Source, family: str, sample: list[tuple[str, Mapping[str, Any]]]
) -> tuple[Source, list[Kind], Mapping[str, Any]] | None:
    """Kinds that the sample's records are of, conversations before people, and the first record that told."""
    kinds: dict[str, Kind] = {}
    told: dict[str, Mapping[str, Any]] = {}
    for listed, record in sample:
        for kind in source.kinds:
            is_here = not listed or not kind.lists or listed in kind.lists
            if family in kind.framings and is_here and kind.is_shape_of(record):
                kinds.setdefault(kind.name, kind)
                told.setdefault(kind.name, record)
                break
    if not kinds:
        return None
    order = sorted(kinds.values(), key=lambda kind: (kind.holds == "people", source.kinds.index(kind)))
    return source, order, told[order[0].name]


def _key(kind: Kind, record: Mapping[str, Any]) -> str:
    """A JSON path; names that are called differently in each file are asked for as they are written."""
    if not kind.told_by:
        return kind.key
    own = kind.told_by(record)[0]
    return "$" + "".join(f'."{name}"' for name in ([own] if own in record else own.split(".")))


def _why(kind: Kind, envelope: str, record: Mapping[str, Any]) -> str:
    keys = kind.told_by(record) if kind.told_by else sorted(kind.needs | (kind.any_of & record.keys()))
    wrapped = {"singer": "Singer records", "airbyte": "Airbyte records"}.get(envelope, "its records")
    return f"{wrapped} have {', '.join(keys[:4])}" if keys else f"{wrapped} look like its {kind.name}"
