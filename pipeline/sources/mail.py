"""E-mail as mail programmes and servers keep it: messages (`.eml`, Maildir) and mailboxes (mbox), threaded by ids.

A conversation is what hangs on one first message: the first id of `References` names it, else `In-Reply-To`, followed
through the messages that lie together (RFC 5322, 3.6.4). Whoever began it is the customer, and who writes from the
domain that the first message went to is staff; `staff_domains` in the settings says so for certain.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipeline.sources.json_records import read_json
from pipeline.sources.relations import Query
from pipeline.sources.source import Batch, Kind, Source

_WHO = '{"address":"VARCHAR","name":"VARCHAR"}'
_MESSAGE = (
    '{"id":"VARCHAR","thread":"VARCHAR","parents":["VARCHAR"],"sent_at":"VARCHAR","subject":"VARCHAR",'
    f'"from":{_WHO},"to":[{_WHO}],"cc":[{_WHO}],"body":"VARCHAR","is_html":"BOOLEAN","is_automatic":"BOOLEAN",'
    '"is_draft":"BOOLEAN"}'
)
_PROBLEM = """CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN id IS NULL OR thread IS NULL THEN 'no_id'
    WHEN is_draft THEN 'draft' WHEN moment(sent_at) IS NULL THEN 'no_time' END"""
# A reply that names its parent alone is of the parent's conversation. Ids may go round in circles: six steps do.
_THREADED = """
    WITH RECURSIVE parents AS (
        SELECT id, arg_min(thread, (sent_at, record)) AS thread FROM messages GROUP BY id
    ), steps AS (
        SELECT record, thread, 0 AS step FROM messages
        UNION ALL
        SELECT s.record, p.thread, s.step + 1 FROM steps s JOIN parents p ON p.id = s.thread
        WHERE p.thread <> s.thread AND s.step < 6
    )
    SELECT m.* EXCLUDE (thread), t.thread, moment(m.sent_at) AS said_at, m."from".address AS author,
        split_part(m."from".address, '@', -1) AS domain
    FROM messages m JOIN (SELECT record, arg_max(thread, step) AS thread FROM steps GROUP BY record) t USING (record)
"""
_THREADS = """
    SELECT thread, -min(record) AS record, min(said_at) AS first_at, max(said_at) AS last_at,
        arg_min(author, (said_at, record)) FILTER (NOT is_automatic) AS beginner,
        arg_min(subject, (said_at, record)) AS subject,
        bool_or(id = thread) AS has_beginning,
        arg_min(list_transform("to", lambda one: split_part(one.address, '@', -1)), (said_at, record)) AS sent_to
    FROM threaded GROUP BY thread
"""
_TICKETS = """
    SELECT record, thread AS ticket_id, subject, NULL AS status,
        'email' AS channel, beginner AS requester_id, first_at AS created_at,
        last_at AS updated_at, false AS is_whole
    FROM threads
"""
_MESSAGES = """
    SELECT record, thread AS ticket_id, thread || ':' || id AS message_id, 0 AS place, author AS author_id,
        CASE WHEN is_automatic THEN 'bot' END AS role_hint, true AS is_public, said_at, body, is_html,
        true AS is_loose
    FROM threaded WHERE body IS NOT NULL
"""
_PARTICIPANTS = """
    SELECT m.record, m.author AS user_id, CASE
            WHEN t.has_beginning AND m.author = t.beginner THEN 'requester'
            WHEN t.has_beginning AND m.domain <> split_part(t.beginner, '@', -1) AND list_contains(t.sent_to, m.domain)
            THEN 'staff' ELSE 'other' END AS part
    FROM threaded m JOIN threads t USING (thread) WHERE m.author IS NOT NULL
    UNION SELECT record, unnest(list_concat("to", cc)).address, 'other' FROM threaded
"""
_PEOPLE = """
    SELECT p.address AS user_id, max(p.name) AS name, p.address AS email FROM (
        SELECT "from" AS p FROM threaded UNION ALL SELECT unnest(list_concat("to", cc)) FROM threaded
    ) WHERE p.address IS NOT NULL GROUP BY p.address
"""
_SHARED: Mapping[str, Query] = {"threaded": _THREADED, "threads": _THREADS}
_QUERIES: Mapping[str, Query] = {
    "tickets": _TICKETS,
    "messages": _MESSAGES,
    "participants": _PARTICIPANTS,
    "people": _PEOPLE,
}


def read(records: pa.Table) -> Batch:
    """Canonical rows of messages as `framing.mail` makes them."""
    return read_json(records, {"messages": _MESSAGE}, {"messages": _PROBLEM}, _QUERIES, shared=_SHARED)


# Without a key: to which conversation a reply belongs, other messages tell.
KINDS = (
    Kind(
        "messages",
        "parts",
        needs=frozenset({"id", "thread", "from", "body"}),
        framings=frozenset({"mail"}),
    ),
)
MAIL = Source("mail", "E-mail", KINDS, read)
