"""Zendesk's full JSON export: one ticket a line with its comments, users and organizations beside it.

Field names: singer-io/tap-zendesk `schemas/` and Zendesk's support API reference ("Tickets", "Ticket Comments",
"Ticket Metrics"). `comments[].metadata` holds IP addresses and locations and is not read at all.
People may also be embedded as objects (`submitter{name,email}`), as in account-wide JSON exports.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.sources.source import (
    PARTICIPANTS,
    PEOPLE,
    RAW_MESSAGES,
    RAW_ORGANIZATIONS,
    RAW_REJECTS,
    RAW_TICKETS,
    Batch,
    Kind,
    Source,
)

_PERSON = '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR","role":"VARCHAR","organization_id":"VARCHAR"}'
_COMMENT = (
    f'{{"id":"VARCHAR","author_id":"VARCHAR","author":{_PERSON},"public":"BOOLEAN","created_at":"VARCHAR",'
    '"body":"VARCHAR","html_body":"VARCHAR","plain_body":"VARCHAR","via":{"channel":"VARCHAR"}}'
)
_TICKET = (
    '{"id":"VARCHAR","url":"VARCHAR","subject":"VARCHAR","description":"VARCHAR","status":"VARCHAR",'
    '"priority":"VARCHAR","created_at":"VARCHAR","updated_at":"VARCHAR","requester_id":"VARCHAR",'
    '"submitter_id":"VARCHAR","assignee_id":"VARCHAR","organization_id":"VARCHAR","group_id":"VARCHAR",'
    '"collaborator_ids":["VARCHAR"],"follower_ids":["VARCHAR"],"email_cc_ids":["VARCHAR"],'
    '"via":{"channel":"VARCHAR"},"satisfaction_rating":{"score":"VARCHAR"},'
    '"metric_set":{"reopens":"INTEGER","group_stations":"INTEGER","status_updated_at":"VARCHAR"},'
    f'"requester":{_PERSON},"submitter":{_PERSON},"assignee":{_PERSON},"comments":[{_COMMENT}]}}'
)
_ORGANIZATION = '{"id":"VARCHAR","name":"VARCHAR","external_id":"VARCHAR","domain_names":["VARCHAR"]}'


def recognise(keys: frozenset[str]) -> Kind | None:
    """What a record with these keys is in Zendesk's export."""
    if {"id", "status"} <= keys and keys & {"requester_id", "requester", "submitter", "comments"}:
        return "tickets"
    if {"id", "role"} <= keys and keys & {"email", "name"}:
        return "users"
    if {"id", "domain_names"} <= keys:
        return "organizations"
    return None


def read(kind: Kind, lines: pa.Table) -> Batch:
    """Canonical rows of `lines` (columns `line`, `text`); what cannot be read is in `rejects` with its reason."""
    con = duckdb.connect(config={"threads": "1", "autoinstall_known_extensions": "false"})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(_MOMENT)
        con.register("lines", lines)
        con.execute("CREATE TEMP TABLE valid AS SELECT line, text FROM lines WHERE json_valid(text)")
        con.execute(f"CREATE TEMP TABLE records AS {_RECORDS[kind]}")
        con.execute(f"CREATE TEMP TABLE rejects AS {_REJECTS.format(problem=_PROBLEM[kind])}")
        if kind == "users":
            return Batch(people=_fetch(con, _USERS, PEOPLE), rejects=_fetch(con, "FROM rejects", RAW_REJECTS))
        if kind == "organizations":
            return Batch(
                organizations=_fetch(con, _ORGANIZATIONS, RAW_ORGANIZATIONS),
                rejects=_fetch(con, "FROM rejects", RAW_REJECTS),
            )
        con.execute("DELETE FROM records WHERE line IN (SELECT line FROM rejects)")
        return Batch(
            tickets=_fetch(con, _TICKETS, RAW_TICKETS),
            messages=_fetch(con, _MESSAGES, RAW_MESSAGES),
            participants=_fetch(con, _PARTICIPANTS, PARTICIPANTS),
            people=_fetch(con, _EMBEDDED_PEOPLE, PEOPLE),
            rejects=_fetch(con, "FROM rejects", RAW_REJECTS),
        )
    finally:
        con.close()


def _fetch(con: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> pa.Table:
    return con.execute(query).to_arrow_table().select(schema.names).cast(schema)


def _records(shape: str) -> str:
    return f"""
        SELECT line, json_type(text) AS type, unnest(from_json(text, '{shape}'))
        FROM valid
    """


_RECORDS = {
    "tickets": _records(_TICKET),
    "users": _records(_PERSON),
    "organizations": _records(_ORGANIZATION),
}
_PROBLEM = {
    "tickets": """CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN id IS NULL OR trim(id) = '' THEN 'no_id'
        WHEN coalesce(moment(updated_at), moment(created_at)) IS NULL
        THEN 'no_time' END""",
    "users": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN id IS NULL THEN 'no_id' END",
    "organizations": "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN id IS NULL THEN 'no_id' END",
}
# A time with its zone, in UTC; what is no day of a calendar is no time.
_MOMENT = """
    CREATE TEMP MACRO moment(said) AS
        CASE WHEN isfinite(TRY_CAST(said AS TIMESTAMPTZ)) THEN TRY_CAST(said AS TIMESTAMPTZ)::TIMESTAMP END
"""
_REJECTS = """
    SELECT line, 'bad_json' AS reason, text AS raw FROM lines WHERE NOT json_valid(text)
    UNION ALL
    SELECT r.line, {problem} AS reason, l.text FROM records r JOIN lines l USING (line) WHERE reason IS NOT NULL
"""
_TICKETS = """
    SELECT line, id AS ticket_id, url, subject, lower(coalesce(status, 'open')) AS status,
        lower(priority) AS priority, via.channel AS channel, group_id AS team,
        coalesce(requester_id, requester.id, submitter_id, submitter.id) AS requester_id, organization_id,
        coalesce(moment(created_at), moment(updated_at)) AS created_at,
        coalesce(moment(updated_at), moment(created_at)) AS updated_at,
        moment(metric_set.status_updated_at) AS status_updated_at,
        CASE WHEN satisfaction_rating.score LIKE 'good%' THEN 'good'
             WHEN satisfaction_rating.score LIKE 'bad%' THEN 'bad' END AS rating,
        metric_set.reopens AS reopen_count, metric_set.group_stations AS group_station_count
    FROM records
"""
# The opening message is the first comment; `description` only repeats it, and stands alone where no comments came.
# Not every helpdesk counts comments over all tickets, so the ticket's id goes before theirs; one that comes twice
# in a ticket is told apart by its place.
_MESSAGES = """
    WITH comments AS (
        SELECT line, id AS ticket_id, coalesce(moment(created_at), moment(updated_at)) AS opened_at,
            unnest(comments) AS c, generate_subscripts(comments, 1) AS place
        FROM records
    )
    SELECT line, ticket_id, ticket_id || ':' || coalesce(c.id, '') || CASE WHEN c.id IS NULL
            OR row_number() OVER (PARTITION BY line, c.id ORDER BY place) > 1 THEN '#' || place
            ELSE '' END AS message_id, place,
        coalesce(c.author_id, c.author.id) AS author_id,
        CASE WHEN c.author_id = '-1' OR c.via.channel = 'system' THEN 'system' END AS role_hint,
        coalesce(c.public, true) AS is_public,
        coalesce(moment(c.created_at), opened_at) AS said_at,
        coalesce(c.html_body, c.plain_body, c.body) AS body, c.html_body IS NOT NULL AS is_html
    FROM comments WHERE c IS NOT NULL AND body IS NOT NULL
    UNION ALL
    SELECT line, id, id || ':description', 0, coalesce(requester_id, requester.id, submitter_id, submitter.id), NULL,
        true, coalesce(moment(created_at), moment(updated_at)), description, false
    FROM records WHERE coalesce(len(comments), 0) = 0 AND description <> ''
"""
_PARTICIPANTS = """
    SELECT line, coalesce(requester_id, requester.id, submitter_id, submitter.id) AS user_id, 'requester' AS part
    FROM records WHERE user_id IS NOT NULL
    UNION SELECT line, coalesce(assignee_id, assignee.id) AS user_id, 'staff' FROM records WHERE user_id IS NOT NULL
    UNION SELECT line, unnest(list_concat(coalesce(collaborator_ids, []), coalesce(follower_ids, []),
        coalesce(email_cc_ids, []), [submitter_id])) AS user_id, 'other' FROM records
    UNION SELECT line, unnest([coalesce(c.author_id, c.author.id) FOR c IN comments]), 'other' FROM records
"""
_EMBEDDED_PEOPLE = """
    WITH people AS (
        SELECT unnest([requester, submitter, assignee]) AS p FROM records
        UNION ALL SELECT unnest([c.author FOR c IN comments]) FROM records
    )
    SELECT DISTINCT p.id AS user_id, p.name AS name, p.email AS email, p.role AS role,
        p.organization_id AS organization_id
    FROM people WHERE p.id IS NOT NULL
"""
_USERS = """
    SELECT id AS user_id, name, email, lower(role) AS role, organization_id FROM records
    WHERE line NOT IN (SELECT line FROM rejects)
"""
_ORGANIZATIONS = """
    SELECT id AS organization_id, nullif(trim(external_id), '') AS external_id, name,
        coalesce(domain_names, []) AS domains
    FROM records WHERE line NOT IN (SELECT line FROM rejects)
"""

ZENDESK = Source("zendesk", "Zendesk JSON export", recognise, read)
