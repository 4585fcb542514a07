"""The conversation log: comments, and what was said in messaging, one event each, with bots told apart from people.

Field names: Zendesk's support API reference ("Conversation Log") and "Conversation Log events reference";
singer-io/tap-zendesk `schemas/ticket_conversation_logs.json`, which adds `ticket_id`. A page of the API names its
ticket in its links alone, so that a page is one record, and its events are read with the ticket of its links.
Authors: user and end-user are customers, agent, bot, system; AI agents have a subtype or a source of their own. A
comment's `reference` carries the number that it has everywhere else (`zen:ticket_event:<id>`), which makes it the
same message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.sources.source import Kind
from pipeline.sources.zendesk.layout import NO_TICKET, Layout

_EVENT = (
    '"id":"VARCHAR","reference":"VARCHAR","created_at":"VARCHAR","received_at":"VARCHAR","author":{"type":"VARCHAR",'
    '"subtypes":["VARCHAR"],"zen:support:user_id":"VARCHAR","zen:sunco:user_id":"VARCHAR","display_name":"VARCHAR"},'
    '"content":{"type":"VARCHAR","body":"VARCHAR","text":"VARCHAR","text_fallback":"VARCHAR"},'
    '"source":{"type":"VARCHAR"},"metadata":{"public":"BOOLEAN","is_public":"BOOLEAN"}'
)
_ONE = f'{{"ticket_id":"VARCHAR",{_EVENT}}}'
_PAGE = f'{{"ticket_id":"VARCHAR","links":{{"next":"VARCHAR","prev":"VARCHAR"}},"events":[{{{_EVENT}}}]}}'

_TICKET_OF_PAGE = (
    "coalesce(ticket_id, nullif(regexp_extract(concat_ws(' ', links.next, links.prev), '/tickets/(\\d+)/', 1), ''))"
)
_TIME = "coalesce(moment({e}created_at), moment({e}received_at))"
_TIMES_OF_PAGE = f"list_filter([{_TIME.format(e='e.')} FOR e IN events], lambda t: t IS NOT NULL)"

# An event of a page that has no time was said no later than the page ends.
_SAID = f"""
    WITH log AS (
        SELECT record, ticket_id, 1 AS place, id, reference, {_TIME.format(e="")} AS said_at, author, content,
            source, metadata FROM conversation_log
        UNION ALL BY NAME
        SELECT record, ticket_id, place, e.id AS id, e.reference AS reference,
            coalesce({_TIME.format(e="e.")}, latest) AS said_at, e.author AS author, e.content AS content,
            e.source AS source, e.metadata AS metadata
        FROM (
            SELECT record, {_TICKET_OF_PAGE} AS ticket_id, unnest(events) AS e,
                generate_subscripts(events, 1) AS place, list_max({_TIMES_OF_PAGE}) AS latest
            FROM conversation_pages
        ) WHERE e IS NOT NULL
    )
    SELECT *, coalesce(
        nullif(regexp_extract(reference, '^zen:ticket_event:(\\d+)$', 1), ''), present(id)) AS own_id,
        coalesce(author."zen:support:user_id", 'messaging:' || author."zen:sunco:user_id") AS author_id,
        CASE WHEN len(list_intersect(author.subtypes, ['ai', 'bot'])) > 0 OR author.type = 'bot'
                OR source.type ILIKE '%bot%' OR source.type = 'ultimate' THEN 'bot'
             WHEN author.type IN ('user', 'end-user') THEN 'customer'
             WHEN author.type IN ('agent', 'system') THEN author.type END AS role_hint,
        coalesce(content.body, content.text, content.text_fallback) AS body
    FROM log
"""
_MESSAGES = """
    SELECT record, ticket_id, ticket_id || ':' || coalesce(own_id, '') || CASE WHEN own_id IS NULL
            OR row_number() OVER (PARTITION BY record, own_id ORDER BY place) > 1 THEN '#' || place
            ELSE '' END AS message_id, 0 AS place, author_id, role_hint,
        coalesce(metadata.public, metadata.is_public, true) AS is_public, said_at, body,
        content.body IS NOT NULL AND coalesce(content.type, 'html') = 'html' AS is_html, true AS is_loose
    FROM said WHERE body IS NOT NULL
"""
_PARTICIPANTS = "SELECT DISTINCT record, author_id AS user_id, 'other' AS part FROM said WHERE user_id IS NOT NULL"
_PEOPLE = """
    SELECT author_id AS user_id, max(present(author.display_name)) AS name,
        CASE WHEN bool_or(role_hint = 'agent') THEN 'agent' ELSE 'end-user' END AS role
    FROM said WHERE user_id IS NOT NULL AND role_hint IN ('agent', 'customer') GROUP BY author_id
"""


def _is_log(record: Mapping[str, Any]) -> bool:
    return isinstance(record["author"], dict) and isinstance(record["content"], dict)


def _is_page(record: Mapping[str, Any]) -> bool:
    events = record["events"]
    return isinstance(events, list) and any(
        isinstance(one, dict) and isinstance(one.get("author"), dict) and "content" in one for one in events
    )


CONVERSATION_LOG = Layout(
    kinds=(
        Kind(
            "conversation_log",
            "parts",
            needs=frozenset({"id", "author", "content", "reference", "created_at"}),
            lists=("ticket_conversation_logs",),
            key="$.ticket_id",
            test=_is_log,
        ),
        Kind(
            "conversation_pages",
            "parts",
            needs=frozenset({"events"}),
            any_of=frozenset({"links", "meta", "ticket_id"}),
            without=frozenset({"id"}),
            key="$.ticket_id",
            test=_is_page,
        ),
    ),
    shapes={"conversation_log": _ONE, "conversation_pages": _PAGE},
    problems={
        "conversation_log": f"coalesce({NO_TICKET}, CASE WHEN {_TIME.format(e='')} IS NULL THEN 'no_time' END)",
        "conversation_pages": f"""CASE WHEN type <> 'OBJECT' THEN 'not_an_object'
            WHEN present({_TICKET_OF_PAGE}) IS NULL THEN 'no_ticket'
            WHEN events IS NULL THEN 'no_text'
            WHEN len(events) > 0 AND coalesce(len({_TIMES_OF_PAGE}), 0) = 0 THEN 'no_time' END""",
    },
    queries={"messages": _MESSAGES, "participants": _PARTICIPANTS, "people": _PEOPLE},
    shared={"said": _SAID},
)
