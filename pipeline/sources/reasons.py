"""Why a record is set aside, and what may be missing from one that is stored: declared once, counted in the manifest,
shown by `status`."""

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
        Reason("bad_encoding", "the record is not UTF-8", True),
        Reason("bad_json", "the record is not complete JSON", True),
        Reason("bad_table", "the row of the table has more cells than the header, was cut, or has an open quote", True),
        Reason("too_long", "the record is longer than 32 MB", True),
        Reason("long_header", "a header of the mail is longer than mail servers keep", True),
        Reason("not_an_object", "the record is JSON, but not an object", True),
        Reason("no_id", "the record has no id", True),
        Reason("no_time", "the record has no time that can be read", True),
        Reason("ambiguous_time", "day and month of its time cannot be told apart (03/04/2026): write 2026-04-03", True),
        Reason("no_text", "the record holds no conversation that can be read", True),
        Reason("no_ticket", "it belongs to a ticket that is neither stored nor among the files", True),
        Reason("broken_packing", "the packed file ends or breaks here", True),
        Reason("not_read", "a record of a list or stream that is not needed", False),
        Reason("draft", "a draft, or sent by nobody", False),
        Reason("spam", "the helpdesk calls it spam", False),
        Reason("superseded", "a newer version of the ticket is stored", False),
        Reason("deleted", "the ticket was deleted, in the helpdesk or because of its age", False),
        Reason("forgotten", "it is of somebody who was forgotten", False),
    )
}


REMARKS: dict[str, str] = {
    "no_zone": "times without a zone, taken as UTC",
    "parts_missing": "the helpdesk says that the conversation has more parts than came",
    "parts_full": "it came with as many parts as the helpdesk gives at once, so there may be more",
    "truncated": "the helpdesk cut a message short",
    "forgotten": "somebody who was forgotten wrote in it; their words are left out",
}
