"""Deskwise: a case a line, with its entries inside. An invented helpdesk, to begin your own source from."""

from __future__ import annotations

import pyarrow as pa

from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source

# What is read of a record, by DuckDB; what is not named here never leaves the user's file.
_PERSON = '{"no":"VARCHAR","name":"VARCHAR","mail":"VARCHAR","team":"BOOLEAN"}'
_CASE = (
    '{"case_no":"VARCHAR","title":"VARCHAR","closed":"BOOLEAN","urgent":"BOOLEAN","opened":"VARCHAR",'
    f'"changed":"VARCHAR","asker":{_PERSON},'
    f'"entries":[{{"no":"VARCHAR","when":"VARCHAR","by":{_PERSON},"inside":"BOOLEAN","said":"VARCHAR"}}]}}'
)
# Why a record is set aside: a key of pipeline/sources/reasons.py.
_WRONG = """CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN case_no IS NULL THEN 'no_id'
    WHEN moment(changed) IS NULL THEN 'no_time' END"""
_TICKETS = """
    SELECT record, case_no AS ticket_id, title AS subject, CASE WHEN closed THEN 'closed' ELSE 'open' END AS status,
        CASE WHEN urgent THEN 'urgent' ELSE 'normal' END AS priority, asker.no AS requester_id,
        coalesce(moment(opened), moment(changed)) AS created_at, moment(changed) AS updated_at, true AS is_whole
    FROM cases
"""
_ENTRIES = "(SELECT record, case_no, opened, unnest(entries) AS e, generate_subscripts(entries, 1) AS place FROM cases)"
_MESSAGES = f"""
    SELECT record, case_no AS ticket_id, case_no || ':' || coalesce(e.no, '#' || place) AS message_id, place,
        e.by.no AS author_id, CASE WHEN e.by.team THEN 'agent' ELSE 'customer' END AS role_hint,
        NOT coalesce(e.inside, false) AS is_public, coalesce(moment(e."when"), moment(opened)) AS said_at,
        e.said AS body, false AS is_html
    FROM {_ENTRIES} WHERE e.said IS NOT NULL
"""
_PARTICIPANTS = f"""
    SELECT record, asker.no AS user_id, 'requester' AS part FROM cases
    UNION SELECT record, e.by.no, 'other' FROM {_ENTRIES}
"""
_PEOPLE = f"""
    SELECT p.no AS user_id, p.name AS name, p.mail AS email, CASE WHEN p.team THEN 'agent' ELSE 'end-user' END AS role
    FROM (SELECT asker AS p FROM cases UNION SELECT e.by FROM {_ENTRIES}) WHERE p.no IS NOT NULL
"""
_QUERIES = {"tickets": _TICKETS, "messages": _MESSAGES, "participants": _PARTICIPANTS, "people": _PEOPLE}


def read(records: pa.Table) -> Batch:
    """Canonical rows of cases."""
    return read_json(records, {"cases": _CASE}, {"cases": _WRONG}, _QUERIES)


# By which keys a record is known for this helpdesk's, and that it holds a whole conversation.
CASES = Kind("cases", "whole", needs=frozenset({"case_no", "asker", "entries"}), lists=("cases",))
DESKWISE = Source("deskwise", "Deskwise", (CASES,), read)
