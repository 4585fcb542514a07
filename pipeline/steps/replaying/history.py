"""Keeps what tonight's decision reads, as changes since the night before, so that past nights can be decided again.

A message's text is never kept a second time: its number of words is what decisions ask for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.config import Settings
from pipeline.schema import TABLES, Column, Table
from pipeline.schema.history import CHANGES, FROM, TO
from pipeline.steps.replaying.policy import policy_of
from pipeline.warehouse import Connection, scalar

_MESSAGES = "history_messages"
_REMEMBERED = "history:messages"
# What is so tonight, by table; columns as in pipeline/schema/history.py. Words are counted as signal_contexts.sql does.
IS_SO = {
    "history_tickets": """
        SELECT t.source, t.ticket_id, a.account_id, t.status, t.priority, t.requester_id, t.created_at, t.updated_at,
            t.status_updated_at, t.rating, t.reopen_count
        FROM tickets t LEFT JOIN ticket_accounts a USING (source, ticket_id)""",
    "history_messages": """
        SELECT source, message_id, ticket_id, position, role, author_id, is_public, said_at,
            CASE WHEN role = 'customer'
                THEN length(trim(text)) - length(replace(trim(text), ' ', '')) + 1 ELSE 0 END::INTEGER AS words,
            CASE WHEN role = 'customer' THEN length(text) ELSE 0 END::INTEGER AS letters
        FROM messages""",
    "history_scores": """
        SELECT source, ticket_id, signal, probability, is_signal, message_id, start_offset, end_offset,
            (length(quote) - length(replace(quote, ' ', '')) + 1)::INTEGER AS quote_words, subtype
        FROM scores""",
    "history_facts": """
        SELECT source, message_id, ticket_id, fact,
            CASE WHEN fact IN ('quantity', 'needed_by', 'product', 'refused', 'opt_out') THEN value END AS value
        FROM facts WHERE fact IN ('quantity', 'needed_by', 'product', 'refused', 'asks', 'problem', 'withdrawn',
            'handover', 'angry', 'vulnerable', 'opt_out')""",
    "history_accounts": """
        SELECT account_id, plan, seats, arr, owner_email, cs_owner_email, renewal_date, region, do_not_contact,
            parent_id
        FROM accounts""",
    "history_opportunities": "SELECT opportunity_id, account_id, product, is_open FROM opportunities",
    "history_wishes": "SELECT account_id, wanted, why, on_date FROM wishes",
    "history_availability": "SELECT product, plan, region, available_from FROM availability",
    "history_products": "SELECT name FROM products",
    "history_marked": "SELECT mark, account_id, source, contact_id FROM marked",
    "history_outcomes": "SELECT lead_id, outcome, snooze_until, read_on, read_order FROM outcomes",
    "history_signal_specs": "SELECT signal, list, half_life, motion, motion_when_asked FROM signal_specs",
    "history_subtype_specs": "SELECT signal, subtype, motion FROM subtype_specs",
}


def record_history(con: Connection, settings: Settings, as_of: date) -> None:
    """Within the transaction that decides; the night a second time replaces what it kept the first time."""
    said = _digest_of_messages(con)
    is_as_it_was = said == scalar(con, "SELECT value FROM remembered WHERE name = ?", [_REMEMBERED])
    compared = [table for table in CHANGES if not (is_as_it_was and table.name == _MESSAGES)]
    others = {name for (name,) in con.execute(_others(compared)).fetchall()}
    for table in compared:
        if table.name in others:
            _record_changes(con, table, as_of)
    if not is_as_it_was:
        con.execute("DELETE FROM remembered WHERE name = ?", [_REMEMBERED])
        con.execute("INSERT INTO remembered VALUES (?, ?)", [_REMEMBERED, _digest_of_messages(con)])
    con.execute("DELETE FROM history_nights WHERE as_of >= ?", [as_of])
    con.execute(
        "INSERT INTO history_nights BY NAME SELECT as_of, decided_at, ? AS policy FROM nights WHERE as_of = ?",
        [policy_of(settings), as_of],
    )


def _columns(table: Table) -> list[Column]:
    """What is compared, in the order of the schema."""
    return [column for column in table.columns if column not in (FROM, TO)]


def _fingerprint(table: Table, rows: str) -> str:
    """Query of one row: how many rows, and their hashes together."""
    hashed = ", ".join(column.name for column in _columns(table))
    return f"SELECT '{table.name}' AS name, count(*) AS n, bit_xor(hash({hashed})) AS h FROM {rows}"


def _others(tables: Sequence[Table]) -> str:
    """Query of the tables that differ from what they were: on a quiet night none does, and nothing is compared row by
    row."""
    now = " UNION ALL ".join(_fingerprint(table, f"({IS_SO[table.name]})") for table in tables)
    then = " UNION ALL ".join(_fingerprint(table, f"{table.name} WHERE valid_to IS NULL") for table in tables)
    return (
        f"SELECT n.name FROM ({now}) n ANTI JOIN ({then}) t "
        "ON t.name = n.name AND t.n = n.n AND t.h IS NOT DISTINCT FROM n.h"
    )


def _digest_of_messages(con: Connection) -> str:
    """Of messages as they are and as history has them. To count the words of all costs a night without news more than
    anything else; where this is what it was when both were last found alike, they still are."""
    return str(scalar(con, _MESSAGES_AND_HISTORY))


_MESSAGES_AND_HISTORY = """
    SELECT concat_ws(' ', m.n, m.h, t.n, t.h)
    FROM (SELECT count(*) AS n, bit_xor(hash(source, message_id, ticket_id, position, role, author_id, is_public,
        said_at, text)) AS h FROM messages) m, ({then}) t
""".format(then=_fingerprint(TABLES[_MESSAGES], f"{_MESSAGES} WHERE valid_to IS NULL"))


def _record_changes(con: Connection, table: Table, as_of: date) -> None:
    """A row is the same where its key and the hash of all its values are."""
    name, names = table.name, ", ".join(column.name for column in _columns(table))
    if not con.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
        con.execute(f"INSERT INTO {name} BY NAME SELECT *, ?::DATE AS valid_from FROM ({IS_SO[name]})", [as_of])
        return
    needed = {column.name for column in table.columns if column.is_needed}
    same = " AND ".join(
        f"h.{key} = i.{key}" if key in needed else f"h.{key} IS NOT DISTINCT FROM i.{key}" for key in table.key[:-1]
    )
    con.execute(f"UPDATE {name} SET valid_to = NULL WHERE valid_to >= ?", [as_of])
    keys = ", ".join(table.key[:-1])
    con.execute(f"CREATE OR REPLACE TEMP TABLE is_so AS SELECT *, hash({names}) AS digest FROM ({IS_SO[name]})")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE was_so AS SELECT rowid AS place, {keys}, hash({names}) AS digest FROM {name} "
        "WHERE valid_to IS NULL"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE is_over AS "
        f"SELECT place FROM was_so h ANTI JOIN is_so i ON {same} AND h.digest = i.digest"
    )
    con.execute(f"DELETE FROM {name} WHERE valid_from >= ? AND rowid IN (SELECT place FROM is_over)", [as_of])
    con.execute(f"UPDATE {name} SET valid_to = ? WHERE rowid IN (SELECT place FROM is_over)", [as_of])
    con.execute(
        f"INSERT INTO {name} BY NAME SELECT * EXCLUDE (digest), ?::DATE AS valid_from FROM is_so i "
        f"ANTI JOIN was_so h ON {same} AND h.digest = i.digest ORDER BY {keys}",
        [as_of],
    )
    con.execute("DROP TABLE is_so; DROP TABLE was_so; DROP TABLE is_over")
