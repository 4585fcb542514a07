"""Why a record is set aside: declared once, counted in the manifest, shown by `status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """`is_fault`: counts against `tolerate`, because something is wrong with the input."""

    name: str
    sentence: str
    is_fault: bool


REASONS: dict[str, Reason] = {
    reason.name: reason
    for reason in (
        Reason("bad_encoding", "the line is not UTF-8", True),
        Reason("bad_json", "the line is not complete JSON", True),
        Reason("not_an_object", "the line is JSON, but not an object", True),
        Reason("no_id", "the record has no id", True),
        Reason("no_time", "the record has no time that can be read", True),
        Reason("superseded", "a newer version of the ticket is stored", False),
        Reason("deleted", "the helpdesk deleted the ticket", False),
    )
}
