"""Chats and calls written down: who said what, by name or role, from text or WebVTT (forms: `framing.transcript`).

Who is the customer is what the names say (`Customer`, `Visitor 12`, `Jane (Support)`), or the headers (`Customer:
Nora`, `Agent: Jane`). Nobody else is taken for one: of two people without roles neither is known, and both are
`unknown`. A conversation that was written down is over: its status is closed. Times without a zone are taken as UTC.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query
from pipeline.sources.source import Batch, Kind, Source

_TURN = '{"speaker":"VARCHAR","seconds":"BIGINT","day":"VARCHAR","is_utc":"BOOLEAN","text":"VARCHAR","role":"VARCHAR"}'
_KEYS = {
    "customer": ("customer", "customer name", "visitor", "visitor name", "client", "caller", "name"),
    "agent": (
        "agent",
        "agent name",
        "operator",
        "assigned operator",
        "accepted operator",
        "served by",
        "representative",
    ),
    "email": ("email", "customer email", "visitor email", "e-mail"),
    "subject": ("subject", "topic"),
    "company": ("company", "organization", "account"),
    "department": ("department", "team", "queue"),
}
_HEADERS = ",".join(f'"{key}":"VARCHAR"' for keys in _KEYS.values() for key in keys)
_SHAPE = (
    f'{{"transcript_id":"VARCHAR","started_on":"VARCHAR","started_second":"BIGINT","is_offset":"BOOLEAN",'
    f'"is_utc":"BOOLEAN","headers":{{{_HEADERS}}},"turns":[{_TURN}]}}'
)


def _header(of: str) -> str:
    cells = ", ".join(f'present(headers."{key}")' for key in _KEYS[of])
    return f"coalesce({cells}, NULL)"


_DAY = "TRY_CAST(coalesce(nullif(turns[1].day, ''), nullif(started_on, '')) AS DATE)"
_FIRST = f"""dated({_DAY} + to_seconds(CASE WHEN is_offset OR turns[1].seconds IS NULL THEN started_second
    ELSE turns[1].seconds END))"""
# A clock that goes back by more than half a day has passed midnight; turns without a time are said when it started.
_SAID = f"""
    WITH turns AS (
        SELECT record, transcript_id, {_FIRST} AS first_at, {_DAY} AS first_day, started_second, is_offset,
            {_header("customer")} AS customer, {_header("agent")} AS agent, lower({_header("email")}) AS email,
            unnest(turns) AS t, generate_subscripts(turns, 1) AS place
        FROM transcripts
    ), passed AS (
        SELECT *, count(*) FILTER (has_passed) OVER (PARTITION BY record ORDER BY place) AS nights FROM (
            SELECT *, coalesce(t.day = '' AND NOT is_offset
                AND t.seconds + 43200 < lag(t.seconds) OVER (PARTITION BY record ORDER BY place), false) AS has_passed
            FROM turns
        )
    ), named AS (
        SELECT record, transcript_id, place, t.text AS text, t.speaker AS speaker, first_at, email,
            coalesce(dated(CASE WHEN is_offset THEN first_at + to_seconds(t.seconds)
                 ELSE coalesce(TRY_CAST(nullif(t.day, '') AS DATE), first_day + nights::INTEGER)
                     + to_seconds(t.seconds) END), first_at) AS said_at,
            coalesce(t.role, CASE WHEN lower(t.speaker) = lower(agent) THEN 'agent'
                WHEN lower(t.speaker) = lower(customer) THEN 'customer' END) AS role,
            CASE WHEN t.role IS NOT NULL AND NOT contains(t.speaker, '(') THEN
                CASE t.role WHEN 'customer' THEN customer WHEN 'agent' THEN agent END ELSE t.speaker END AS name
        FROM passed
    )
    SELECT *, CASE WHEN role IN ('bot', 'system') THEN NULL WHEN role = 'agent' THEN 'agent:' || lower(name)
        WHEN role = 'customer' THEN coalesce(email, transcript_id || '/' || name) ELSE transcript_id || '/' || name
        END AS user_id
    FROM named
"""
_QUERIES: Mapping[str, Query] = {
    "tickets": f"""
        SELECT t.record, t.transcript_id AS ticket_id, {_header("subject")} AS subject, 'closed' AS status,
            'transcript' AS channel, {_header("department")} AS team, p.requester_id AS requester_id,
            {_header("company")} AS organization_id, {_FIRST} AS created_at,
            coalesce(p.last_at, {_FIRST}) AS updated_at, true AS is_whole
        FROM transcripts t LEFT JOIN (
            SELECT record, max(said_at) AS last_at, arg_min(user_id, place) FILTER (role = 'customer') AS requester_id
            FROM said GROUP BY record
        ) p USING (record)
    """,
    "messages": """
        SELECT record, transcript_id AS ticket_id, transcript_id || ':#' || place AS message_id, place,
            user_id AS author_id, coalesce(role, 'unknown') AS role_hint, true AS is_public, said_at, text AS body,
            false AS is_html, false AS is_loose
        FROM said
    """,
    "participants": """
        SELECT DISTINCT record, user_id, CASE role WHEN 'customer' THEN 'requester' WHEN 'agent' THEN 'staff'
            ELSE 'other' END AS part FROM said WHERE user_id IS NOT NULL
    """,
    "people": """
        SELECT user_id, max(name) AS name, CASE WHEN bool_or(role = 'customer') THEN max(email) END AS email,
            CASE WHEN bool_or(role = 'agent') THEN 'agent' WHEN bool_or(role = 'customer') THEN 'end-user' END AS role
        FROM said WHERE user_id IS NOT NULL GROUP BY user_id
    """,
    "organizations": f"""
        SELECT DISTINCT {_header("company")} AS organization_id, {_header("company")} AS name, []::VARCHAR[] AS domains
        FROM transcripts WHERE organization_id IS NOT NULL
    """,
    "remarks": "SELECT record, 'no_zone' AS remark FROM transcripts WHERE NOT is_utc AND NOT turns[1].is_utc",
}
_PROBLEM = f"""
    CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present(transcript_id) IS NULL THEN 'no_id'
         WHEN coalesce(len(turns), 0) = 0 THEN 'no_text' WHEN {_FIRST} IS NULL THEN 'no_time' END
"""


def read(records: pa.Table) -> Batch:
    """Canonical rows of transcripts."""
    return read_json(records, {"transcripts": _SHAPE}, {"transcripts": _PROBLEM}, _QUERIES, shared={"said": _SAID})


KINDS = (
    Kind(
        "transcripts",
        "whole",
        needs=frozenset({"transcript_id", "turns", "started_on"}),
        framings=frozenset({"transcript"}),
        test=lambda record: bool(record["turns"]),
    ),
)
TRANSCRIPT = Source("transcript", "Transcript", KINDS, read, is_general=True)
