"""Deskwise: a case a line, with its entries inside. An invented helpdesk, to begin your own source from.

When you copy it, name anew: the file, the constant DESKWISE, the first word of Source(...), which is also the folder of
its fixture, and what people call the desk (the second). What columns mean stands at Batch, pipeline/sources/source.py.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.sources.json_records import read_json
from pipeline.sources.source import Batch, Kind, Source

# What is read of a record, by DuckDB; what is not named here never leaves the user's file.
_COMPANY = '{"no":"VARCHAR","name":"VARCHAR","sites":["VARCHAR"]}'
_PERSON = f'{{"no":"VARCHAR","name":"VARCHAR","mail":"VARCHAR","team":"BOOLEAN","robot":"BOOLEAN","firm":{_COMPANY}}}'
_CASE = (
    '{"case_no":"VARCHAR","title":"VARCHAR","state":"VARCHAR","urgent":"BOOLEAN","opened":"VARCHAR",'
    f'"changed":"VARCHAR","asker":{_PERSON},"entries":[{{"no":"VARCHAR","when":"VARCHAR","by":{_PERSON},'
    '"inside":"BOOLEAN","html":"BOOLEAN","said":"VARCHAR"}]}'
)
# Why a record is set aside: a key of pipeline/sources/reasons.py.
_WRONG = """CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN case_no IS NULL THEN 'no_id'
    WHEN moment(changed) IS NULL THEN 'no_time' END"""
# Words of theirs become words of ours. done may be opened again: solved; filed is for good: closed.
# moment(text) reads a time with its zone; moment_of_unix(text) seconds since 1970; present(text) is NULL for blanks.
_TICKETS = """
    SELECT record, case_no AS ticket_id, present(title) AS subject,
        CASE state WHEN 'waiting' THEN 'pending' WHEN 'done' THEN 'solved' WHEN 'filed' THEN 'closed' ELSE 'open' END
            AS status,
        CASE WHEN urgent THEN 'urgent' ELSE 'normal' END AS priority, asker.no AS requester_id,
        asker.firm.no AS organization_id, coalesce(moment(opened), moment(changed)) AS created_at,
        moment(changed) AS updated_at, true AS is_whole
    FROM cases
"""
_ENTRIES = """(SELECT record, case_no, coalesce(moment(opened), moment(changed)) AS first_at, unnest(entries) AS e,
    generate_subscripts(entries, 1) AS place FROM cases)"""
# An entry without an id of its own, or with one that comes twice, has its place for one; one without a time has that of
# the entry before it. Where it is not said whether an entry is internal it is taken for a note, which nobody quotes.
_MESSAGES = f"""
    SELECT record, case_no AS ticket_id, place, case_no || ':' || CASE WHEN e.no IS NULL
            OR row_number() OVER (PARTITION BY record, e.no ORDER BY place) > 1 THEN '#' || place ELSE e.no END
            AS message_id,
        e.by.no AS author_id,
        CASE WHEN e.by.robot THEN 'bot' WHEN e.by.team THEN 'agent' WHEN NOT e.by.team THEN 'customer' END AS role_hint,
        coalesce(NOT e.inside, false) AS is_public,
        coalesce(last_value(moment(e."when") IGNORE NULLS) OVER (PARTITION BY record ORDER BY place), first_at)
            AS said_at,
        e.said AS body, coalesce(e.html, false) AS is_html
    FROM {_ENTRIES} WHERE e.said IS NOT NULL
"""
# Who takes part: requester is who asked, staff whom the case is given to, other everybody else.
_PARTICIPANTS = f"""
    SELECT record, asker.no AS user_id, 'requester' AS part FROM cases
    UNION SELECT record, e.by.no, 'other' FROM {_ENTRIES}
"""
_PEOPLE = f"""
    SELECT DISTINCT p.no AS user_id, p.name AS name, p.mail AS email,
        CASE WHEN p.team THEN 'agent' WHEN NOT p.team THEN 'end-user' END AS role, p.firm.no AS organization_id
    FROM (SELECT asker AS p FROM cases UNION ALL SELECT e.by FROM {_ENTRIES})
    WHERE p.no IS NOT NULL AND NOT coalesce(p.robot, false)
"""
# By a domain, or by external_id, which is the CRM's account id, a case finds its account.
_ORGANIZATIONS = """
    SELECT DISTINCT asker.firm.no AS organization_id, asker.firm.name AS name, asker.firm.sites AS domains
    FROM cases WHERE asker.firm.no IS NOT NULL
"""
_QUERIES = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "participants": _PARTICIPANTS,
    "people": _PEOPLE,
    "organizations": _ORGANIZATIONS,
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of cases."""
    return read_json(records, {"cases": _CASE}, {"cases": _WRONG}, _QUERIES)


# By which keys a record is known for this helpdesk's, and that it holds a whole conversation. `lists`: under which name
# a page of the API lists them, as in {"cases": [...]}.
CASES = Kind("cases", "whole", needs=frozenset({"case_no", "asker", "entries"}), lists=("cases",))
DESKWISE = Source("deskwise", "Deskwise", (CASES,), read)
