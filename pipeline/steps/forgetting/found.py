"""Everything that belongs to marks: tickets, people, messages, leads and examples, as temporary tables `gone_<kind>`.

The same marks find the same again as long as anything is left, so that an erasure that was killed can be finished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import pyarrow as pa

from pipeline.privacy.forgotten import address_mark_sql, mark_sql, ticket_mark_sql
from pipeline.privacy.vault import salt_of
from pipeline.steps.forgetting.whom import EVERY_TICKET
from pipeline.warehouse import Connection, has_table

LEAST = 12  # letters by which words are taken for a quote


@dataclass
class Gone:
    """What lists may hold of it, in memory only. `tickets`: ids and, where another helpdesk has one of the same id,
    the accounts by which it is told apart. `shared`: ids and links of others' tickets in which they took part. `words`:
    what was said, white space collapsed."""

    leads: set[str] = field(default_factory=set)
    tickets: dict[str, set[str] | None] = field(default_factory=dict)
    urls: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    examples: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    @cached_property
    def all_words(self) -> str:
        """All of it, in lower case."""
        return "\n".join(self.words).casefold()

    def says(self, quote: str) -> bool:
        """Whether it is a piece of what they said, long enough to be theirs."""
        spaced = " ".join(quote.rstrip("…").split())
        return len(spaced) >= LEAST and spaced.casefold() in self.all_words


def find_marked(con: Connection, vault: duckdb.DuckDBPyConnection) -> Gone:
    """Makes `gone_person` and `gone_ticket` of all marks in the vault, then what follows from them."""
    salt = salt_of(vault)
    con.register("known_people", vault.execute("SELECT * FROM people").to_arrow_table())
    con.register("marks", vault.execute("SELECT kind, mark FROM forgotten").to_arrow_table())
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE gone_person AS
        SELECT source, contact_id, name, lower(email) AS email FROM known_people
        WHERE {mark_sql(salt, "person", "contact_id")} IN (SELECT mark FROM marks)
            OR {address_mark_sql(salt, "email")} IN (SELECT mark FROM marks)
        UNION
        SELECT source, contact_id, NULL, NULL FROM contacts
        WHERE {mark_sql(salt, "person", "contact_id")} IN (SELECT mark FROM marks)
            AND contact_id NOT IN (SELECT contact_id FROM known_people)
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE gone_ticket AS
        SELECT DISTINCT source, ticket_id FROM ({EVERY_TICKET}) t
        WHERE ticket_id IS NOT NULL AND ({ticket_mark_sql(salt, "source", "ticket_id")} IN (SELECT mark FROM marks)
            OR (source, requester_id) IN (SELECT (source, contact_id) FROM gone_person))
        """
    )
    con.unregister("known_people")
    con.unregister("marks")
    return _follow(con)


def find_old(con: Connection, tickets: pa.Table) -> Gone:
    """The same for tickets that are to go because of their age (columns source and ticket_id); nobody is forgotten."""
    con.register("old_tickets", tickets)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gone_person (source VARCHAR, contact_id VARCHAR, name VARCHAR, email VARCHAR)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE gone_ticket AS SELECT DISTINCT source, ticket_id FROM old_tickets")
    con.unregister("old_tickets")
    return _follow(con)


def _follow(con: Connection) -> Gone:
    for statement in _FOLLOWING:
        con.execute(statement)
    gone = Gone(
        addresses=_set(con, "SELECT DISTINCT email FROM gone_person WHERE email IS NOT NULL"),
        names=_set(con, "SELECT DISTINCT name FROM gone_person WHERE length(name) > 2"),
        urls=_set(con, "SELECT url FROM tickets SEMI JOIN gone_ticket USING (source, ticket_id) WHERE url IS NOT NULL"),
        examples=_set(con, "SELECT example_id FROM gone_example"),
    )
    gone.tickets = _ticket_ids(con)
    gone.words = sorted({" ".join(text.split()) for (text,) in con.execute(_SAID).fetchall() if len(text) >= LEAST})
    gone.shared = _set(con, _SHARED)
    gone.ids = _ids_in_lists(con, gone.addresses)
    return gone


def _set(con: Connection, query: str) -> set[str]:
    return {row[0] for row in con.execute(query).fetchall()}


def _ticket_ids(con: Connection) -> dict[str, set[str] | None]:
    found: dict[str, set[str] | None] = {}
    for ticket_id, is_shared, accounts in con.execute(_IDS.format(every=EVERY_TICKET)).fetchall():
        found[ticket_id] = set(accounts or []) if is_shared else None
    return found


def _ids_in_lists(con: Connection, addresses: Iterable[str]) -> set[str]:
    """Ids that lists make of a ticket or an address: praise, lost sales, a CRM's own keys of people."""
    ids = {f"K-{_short(address, 12)}" for address in addresses}
    tickets = con.execute("SELECT source, ticket_id FROM gone_ticket").fetchall()
    ids |= {f"U-{_short(f'{source}|{ticket_id}', 12)}" for source, ticket_id in tickets}
    signals = _set(con, "SELECT DISTINCT signal FROM scores UNION SELECT signal FROM history_scores")
    ids |= {f"P-{_short(f'{source}|{ticket_id}|{signal}', 10)}" for source, ticket_id in tickets for signal in signals}
    return ids


def _short(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def find_leads(con: Connection, gone: Gone, published: Iterable[tuple[str, str]]) -> None:
    """Makes `gone_lead`: leads that rested on what is gone alone. `published`: (lead, ticket) of all lists so far."""
    pairs = sorted(set(published))
    con.register(
        "published",
        pa.table(
            {
                "lead_id": pa.array([p[0] for p in pairs], pa.string()),
                "ticket_id": pa.array([p[1] for p in pairs], pa.string()),
            }
        ),
    )
    con.execute("CREATE OR REPLACE TEMP TABLE rests_on (lead_id VARCHAR, is_gone BOOLEAN)")
    if has_table(con, "lead_evidence"):
        con.execute(
            "INSERT INTO rests_on SELECT lead_id, (source, ticket_id) IN (SELECT (source, ticket_id) FROM gone_ticket) "
            "OR (source, message_id) IN (SELECT (source, message_id) FROM gone_message) FROM lead_evidence"
        )
    con.execute(_PUBLISHED)
    con.execute(_GONE_LEADS)
    con.unregister("published")
    gone.leads = _set(con, "SELECT lead_id FROM gone_lead")
    gone.ids |= gone.leads


_FOLLOWING = (
    # Who took part in somebody else's ticket: their messages there lose their words, and it is read again.
    """
    CREATE OR REPLACE TEMP TABLE gone_message AS
    SELECT DISTINCT source, message_id, ticket_id FROM (
        SELECT source, message_id, ticket_id, author_id FROM messages
        UNION ALL SELECT source, message_id, ticket_id, author_id FROM history_messages
    ) m
    WHERE (source, author_id) IN (SELECT (source, contact_id) FROM gone_person)
        AND (source, ticket_id) NOT IN (SELECT (source, ticket_id) FROM gone_ticket)
    """,
    """
    CREATE OR REPLACE TEMP TABLE gone_reread AS
    SELECT DISTINCT source, ticket_id FROM messages SEMI JOIN gone_message USING (source, message_id)
    """,
    """
    CREATE OR REPLACE TEMP TABLE gone_said AS
    SELECT text FROM messages WHERE text <> '' AND ((source, ticket_id) IN (SELECT (source, ticket_id) FROM gone_ticket)
        OR (source, message_id) IN (SELECT (source, message_id) FROM gone_message))
    """,
    # An example that came from a file of labels has no ticket here; the same long words are the same person's. One that
    # is somebody else's ticket stays, whatever both said.
    """
    CREATE OR REPLACE TEMP TABLE gone_example AS
    SELECT example_id FROM examples WHERE (source, ticket_id) IN (
        SELECT (source, ticket_id) FROM gone_ticket UNION SELECT (source, ticket_id) FROM gone_reread)
    UNION
    SELECT e.example_id FROM (
        SELECT example_id, unnest(json_extract_string(turns, '$[*].text')) AS text
        FROM examples ANTI JOIN tickets USING (source, ticket_id)
    ) e JOIN (SELECT DISTINCT text FROM gone_said WHERE length(text) >= 25) w ON contains(e.text, w.text)
    """,
    "CREATE OR REPLACE TEMP TABLE gone_lead (lead_id VARCHAR)",
)
_SAID = """
    SELECT text FROM gone_said
    UNION SELECT subject FROM tickets SEMI JOIN gone_ticket USING (source, ticket_id) WHERE length(subject) >= 12
    UNION SELECT quote FROM scores
    WHERE quote IS NOT NULL AND ((source, ticket_id) IN (SELECT (source, ticket_id) FROM gone_ticket)
        OR (source, message_id) IN (SELECT (source, message_id) FROM gone_message))
"""
_SHARED = """
    SELECT unnest([ticket_id, url]) FROM tickets SEMI JOIN gone_reread USING (source, ticket_id)
"""
_IDS = """
    WITH every AS (SELECT DISTINCT source, ticket_id FROM ({every})), shared AS (
        SELECT ticket_id FROM every GROUP BY ticket_id HAVING count(DISTINCT source) > 1)
    SELECT g.ticket_id, g.ticket_id IN (FROM shared), list(DISTINCT h.account_id) FILTER (h.account_id IS NOT NULL)
    FROM gone_ticket g LEFT JOIN history_tickets h USING (source, ticket_id) GROUP BY ALL
"""
_PUBLISHED = """
    INSERT INTO rests_on SELECT p.lead_id, p.ticket_id IN (SELECT ticket_id FROM gone_ticket) AND coalesce(
        l.account_id IN (SELECT account_id FROM history_tickets SEMI JOIN gone_ticket USING (source, ticket_id)), true)
    FROM published p LEFT JOIN leads l USING (lead_id)
"""
_GONE_LEADS = """
    INSERT INTO gone_lead
    SELECT lead_id FROM leads LEFT JOIN (
        SELECT lead_id, bool_and(is_gone) AS all_gone FROM rests_on GROUP BY lead_id
    ) r USING (lead_id)
    WHERE coalesce(r.all_gone, contact_id IN (SELECT contact_id FROM gone_person))
"""
