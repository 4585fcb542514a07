"""Shapes of Front's records, and which record is which.

Field names: dev.frontapp.com "Conversations", "Messages", "Comments", "Events", "Accounts", "Contacts" (Core API), its
changelog on drafts (`draft_mode` replaces `is_draft`), NangoHQ/integration-templates front/types.ts. Every id begins
with what it is of (`cnv_`, `msg_`, `com_`, `evt_`, `tea_`, `crd_`, `acc_`); every page lists under `_results`; a
message names its conversation only by a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.sources.source import Kind

_LINKS = '{"self":"VARCHAR","related":{"conversation":"VARCHAR"}}'
_TEAMMATE = (
    '{"id":"VARCHAR","email":"VARCHAR","username":"VARCHAR","first_name":"VARCHAR","last_name":"VARCHAR",'
    '"is_admin":"BOOLEAN","type":"VARCHAR"}'
)
_RECIPIENT = '{"handle":"VARCHAR","name":"VARCHAR","role":"VARCHAR"}'
_MESSAGE = (
    '"id":"VARCHAR","type":"VARCHAR","is_inbound":"BOOLEAN","created_at":"VARCHAR","body":"VARCHAR","text":"VARCHAR",'
    f'"draft_mode":"VARCHAR","is_draft":"BOOLEAN","author":{_TEAMMATE},"recipients":[{_RECIPIENT}],'
    '"attachments":["JSON"]'
)
SHAPES = {
    "conversations": (
        '{"id":"VARCHAR","subject":"VARCHAR","status":"VARCHAR","status_category":"VARCHAR","created_at":"VARCHAR",'
        f'"updated_at":"VARCHAR","waiting_since":"VARCHAR","assignee":{_TEAMMATE},"recipient":{_RECIPIENT},'
        f'"last_message":{{{_MESSAGE}}}}}'
    ),
    "messages": f'{{{_MESSAGE},"_links":{_LINKS},"conversation_id":"VARCHAR"}}',
    "comments": (
        f'{{"id":"VARCHAR","body":"VARCHAR","posted_at":"VARCHAR","author":{_TEAMMATE},"_links":{_LINKS},'
        '"conversation_id":"VARCHAR","attachments":["JSON"]}'
    ),
    "events": (
        '{"id":"VARCHAR","type":"VARCHAR","emitted_at":"VARCHAR","conversation":{"id":"VARCHAR"},'
        '"source":{"data":{"id":"VARCHAR"}},"target":{"data":"JSON"}}'
    ),
    "teammates": _TEAMMATE,
    "contacts": (
        '{"id":"VARCHAR","name":"VARCHAR","handles":[{"handle":"VARCHAR","source":"VARCHAR"}],"account":{"id":"VARCHAR"}}'
    ),
    "accounts": '{"id":"VARCHAR","name":"VARCHAR","domains":["VARCHAR"],"external_id":"VARCHAR"}',
    "others": '{"id":"VARCHAR"}',
}

# The conversation that a message or comment belongs to: the end of its link, or what a connector added.
TICKET = (
    "coalesce(present(conversation_id), nullif(regexp_extract(_links.related.conversation, '(cnv_[^/?]+)', 1), ''))"
)
_NO_ID = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN coalesce(trim(id), '') = '' THEN 'no_id' END"
PROBLEMS = {
    "conversations": f"coalesce({_NO_ID}, CASE WHEN status = 'spam' THEN 'spam' "
    "WHEN coalesce(moment_of_unix(created_at), moment_of_unix(updated_at)) IS NULL THEN 'no_time' END)",
    "messages": f"coalesce({_NO_ID}, CASE WHEN draft_mode IS NOT NULL OR is_draft THEN 'draft' "
    f"WHEN {TICKET} IS NULL THEN 'no_ticket' WHEN moment_of_unix(created_at) IS NULL THEN 'no_time' END)",
    "comments": f"coalesce({_NO_ID}, CASE WHEN {TICKET} IS NULL THEN 'no_ticket' "
    "WHEN moment_of_unix(posted_at) IS NULL THEN 'no_time' END)",
    "events": f"coalesce({_NO_ID}, CASE WHEN coalesce(type_1, '') NOT IN "
    "('assign', 'move', 'archive', 'reopen', 'trash', 'restore') THEN 'not_read' "
    "WHEN present(conversation.id) IS NULL THEN 'no_ticket' "
    "WHEN moment_of_unix(emitted_at) IS NULL THEN 'no_time' END)",
    "teammates": _NO_ID,
    "contacts": _NO_ID,
    "accounts": _NO_ID,
    "others": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' ELSE 'not_read' END",
}
KIND_OF = """
    CASE left(said(text, '$.id'), 4)
        WHEN 'cnv_' THEN 'conversations' WHEN 'msg_' THEN 'messages' WHEN 'com_' THEN 'comments'
        WHEN 'evt_' THEN 'events' WHEN 'tea_' THEN 'teammates' WHEN 'crd_' THEN 'contacts' WHEN 'acc_' THEN 'accounts'
        ELSE CASE WHEN said(text, '$.id') LIKE '___\\_%' ESCAPE '\\' THEN 'others' END
    END
"""


def _begins(prefix: str) -> Callable[[Mapping[str, Any]], bool]:
    """A test: the record's id begins so."""
    return lambda record: str(record.get("id")).startswith(prefix)


_PAGE = ("_results",)
_BY_LINK = "$._links.related.conversation"
KINDS = (
    Kind(
        "conversations",
        "whole",
        needs=frozenset({"id", "status", "created_at"}),
        lists=_PAGE,
        key="$._links.self",
        test=_begins("cnv_"),
    ),
    Kind("messages", "parts", needs=frozenset({"id", "is_inbound"}), lists=_PAGE, key=_BY_LINK, test=_begins("msg_")),
    Kind("comments", "parts", needs=frozenset({"id", "posted_at"}), lists=_PAGE, key=_BY_LINK, test=_begins("com_")),
    Kind(
        "events",
        "parts",
        needs=frozenset({"id", "emitted_at"}),
        lists=_PAGE,
        key="$.conversation._links.self",
        test=_begins("evt_"),
    ),
    Kind("teammates", "people", needs=frozenset({"id", "username"}), lists=_PAGE, test=_begins("tea_")),
    Kind("contacts", "people", needs=frozenset({"id", "handles"}), lists=_PAGE, test=_begins("crd_")),
    Kind("accounts", "people", needs=frozenset({"id", "domains"}), lists=_PAGE, test=_begins("acc_")),
)
