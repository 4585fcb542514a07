"""Shapes of Intercom's records, and which record is which.

Field names: developers.intercom.com "The conversation model" (API 1.x to 2.15), intercom-client 7 `api/types`
(ConversationPart, ConversationSource, ConversationPartAuthor), singer-io/tap-intercom `schemas/` and `transform.py`,
airbytehq/airbyte source-intercom (its expected records); the table's columns: Prodsight's "What does the Intercom
conversation export contain". The API writes Unix seconds, connectors ISO times; lists stand within an object of
the same name (`tags.tags`), which the Singer tap takes away: such keys are read as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.sources.source import Kind

_AUTHOR = (
    '{"type":"VARCHAR","id":"VARCHAR","name":"VARCHAR","email":"VARCHAR",'
    '"from_ai_agent":"BOOLEAN","is_ai_answer":"BOOLEAN"}'
)
_REFERENCE = '{"type":"VARCHAR","id":"VARCHAR"}'
_OPENING = (
    f'{{"type":"VARCHAR","delivered_as":"VARCHAR","subject":"VARCHAR","body":"VARCHAR","author":{_AUTHOR},'
    '"attachments":["JSON"],"redacted":"BOOLEAN"}'
)
_PART_KEYS = (
    '"id":"VARCHAR","part_type":"VARCHAR","body":"VARCHAR","created_at":"VARCHAR",'
    f'"author":{_AUTHOR},"assigned_to":{_REFERENCE},"attachments":["JSON"],"redacted":"BOOLEAN"'
)
PART = f"{{{_PART_KEYS}}}"
UTC = "coalesce(moment({0} || '+00'), moment({0}))"  # the table writes no zone

SHAPES = {
    "conversations": (
        '{"id":"VARCHAR","title":"VARCHAR","created_at":"VARCHAR","updated_at":"VARCHAR","open":"BOOLEAN",'
        '"state":"VARCHAR","priority":"VARCHAR","admin_assignee_id":"VARCHAR","team_assignee_id":"VARCHAR",'
        f'"assignee":{_REFERENCE},"source":{_OPENING},"conversation_message":{_OPENING},'
        f'"contacts":"JSON","customers":[{_REFERENCE}],"user":{_REFERENCE},"teammates":"JSON",'
        '"conversation_parts":"JSON","sla_applied":{"sla_status":"VARCHAR"},'
        '"conversation_rating":{"rating":"VARCHAR","remark":"VARCHAR","created_at":"VARCHAR"},'
        '"statistics":{"count_reopens":"INTEGER","last_close_at":"VARCHAR"}}'
    ),
    "conversation_parts": f'{{{_PART_KEYS},"conversation_id":"VARCHAR","conversation_created_at":"VARCHAR",'
    '"conversation_updated_at":"VARCHAR","updated_at":"VARCHAR"}',
    "contacts": ('{"id":"VARCHAR","role":"VARCHAR","name":"VARCHAR","email":"VARCHAR","companies":"JSON"}'),
    "companies": '{"id":"VARCHAR","company_id":"VARCHAR","name":"VARCHAR","website":"VARCHAR"}',
    "admins": '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR"}',
    "export": (
        '{"message_id":"VARCHAR","message_body":"VARCHAR","message_type":"VARCHAR","message_created_at":"VARCHAR",'
        '"message_author_type":"VARCHAR","message_author_id":"VARCHAR","message_author_name":"VARCHAR",'
        '"message_author_email":"VARCHAR","conversation_id":"VARCHAR","conversation_state":"VARCHAR",'
        '"conversation_created_at":"VARCHAR","conversation_closed_at":"VARCHAR"}'
    ),
    "others": '{"id":"VARCHAR"}',
}

_NO_ID = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN coalesce(trim(id), '') = '' THEN 'no_id' END"
PROBLEMS = {
    "conversations": f"coalesce({_NO_ID}, CASE WHEN coalesce(moment_of_unix(updated_at), moment_of_unix(created_at)) "
    "IS NULL THEN 'no_time' END)",
    "conversation_parts": f"coalesce({_NO_ID}, CASE WHEN coalesce(trim(conversation_id), '') = '' THEN 'no_ticket' "
    "WHEN coalesce(moment_of_unix(created_at), moment_of_unix(conversation_created_at)) IS NULL THEN 'no_time' END)",
    "contacts": _NO_ID,
    "companies": _NO_ID,
    "admins": _NO_ID,
    "export": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' "
    "WHEN coalesce(trim(message_id), '') = '' OR coalesce(trim(conversation_id), '') = '' THEN 'no_id' "
    f"WHEN {UTC.format('message_created_at')} IS NULL THEN 'no_time' END",
    "others": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' ELSE 'not_read' END",
}

# Every object of Intercom's says what it is.
KIND_OF = """
    CASE WHEN kind <> 'export' THEN
        CASE said(text, '$.type')
            WHEN 'conversation' THEN 'conversations' WHEN 'conversation_part' THEN 'conversation_parts'
            WHEN 'contact' THEN 'contacts' WHEN 'user' THEN 'contacts' WHEN 'lead' THEN 'contacts'
            WHEN 'company' THEN 'companies' WHEN 'admin' THEN 'admins'
            ELSE CASE WHEN said(text, '$.type') IS NOT NULL THEN 'others' END
        END
    END
"""


def _is(name: str, *others: str) -> Any:
    """A test: the record calls itself so, or does not say what it is."""

    def test(record: Mapping[str, Any]) -> bool:
        return record.get("type") in (None, name, *others)

    return test


KINDS = (
    Kind(
        "conversations",
        "whole",
        needs=frozenset({"id", "created_at"}),
        any_of=frozenset(
            {
                "admin_assignee_id",
                "conversation_message",
                "conversation_parts",
                "conversation_rating",
                "first_contact_reply",
                "snoozed_until",
            }
        ),
        without=frozenset({"ticket_parts", "conversation_id"}),
        lists=("conversations",),
        key="$.id",
        test=_is("conversation"),
    ),
    Kind(
        "conversation_parts",
        "parts",
        needs=frozenset({"id", "part_type", "conversation_id"}),
        lists=("conversation_parts",),
        key="$.conversation_id",
        test=_is("conversation_part"),
    ),
    Kind(
        "contacts",
        "people",
        needs=frozenset({"id", "email"}),
        any_of=frozenset({"workspace_id", "has_hard_bounced", "unsubscribed_from_emails"}),
        lists=("data", "contacts", "users", "leads"),
        test=_is("contact", "user", "lead"),
    ),
    Kind(
        "companies",
        "people",
        needs=frozenset({"id", "company_id"}),
        any_of=frozenset({"monthly_spend", "session_count", "user_count"}),
        lists=("data", "companies"),
        test=_is("company"),
    ),
    Kind(
        "admins",
        "people",
        needs=frozenset({"id", "away_mode_enabled"}),
        lists=("admins",),
        test=_is("admin"),
    ),
    Kind(
        "export",
        "parts",
        needs=frozenset({"message_id", "message_body", "message_author_type", "conversation_id"}),
        key="$.conversation_id",
        framings=frozenset({"table"}),
    ),
)
