"""Keeps what tonight's decision reads, as changes since the night before, so that past nights can be decided again.

A message's text is never kept a second time: its number of words is what decisions ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.config import Settings
from pipeline.schema import Column, Table
from pipeline.schema.history import CHANGES, FROM, TO
from pipeline.steps.kept import Kept, rows_digest
from pipeline.steps.replaying.changed import CHANGED, COMPARED, TICKET, changed_tickets
from pipeline.steps.replaying.policy import policy_of
from pipeline.warehouse import Connection, has_table

_REMEMBERED = "history:"
# What is so tonight, by table; columns as in pipeline/schema/history.py. Words are counted as signal_contexts.sql does.
# `{changed}` is where it can be told by the ticket what has to be looked at.
IS_SO = {
    "history_tickets": """
        SELECT t.source, t.ticket_id, a.account_id, t.status, t.priority, t.requester_id, t.created_at, t.updated_at,
            t.status_updated_at, t.rating, t.reopen_count
        FROM tickets t LEFT JOIN ticket_states a USING (source, ticket_id)""",
    "history_messages": """
        SELECT source, message_id, ticket_id, position, role, author_id, is_public, said_at,
            CASE WHEN role = 'customer'
                THEN length(trim(text)) - length(replace(trim(text), ' ', '')) + 1 ELSE 0 END::INTEGER AS words,
            CASE WHEN role = 'customer' THEN length(text) ELSE 0 END::INTEGER AS letters
        FROM messages{changed}""",
    "history_scores": """
        SELECT source, ticket_id, signal, probability, is_signal, message_id, start_offset, end_offset,
            (length(quote) - length(replace(quote, ' ', '')) + 1)::INTEGER AS quote_words, subtype
        FROM scores{changed}""",
    "history_facts": """
        SELECT source, message_id, ticket_id, fact,
            CASE WHEN fact IN ('quantity', 'needed_by', 'product', 'refused', 'opt_out') THEN value END AS value
        FROM facts{changed}
        WHERE fact IN ('quantity', 'needed_by', 'product', 'refused', 'asks', 'problem', 'withdrawn', 'handover',
            'angry', 'vulnerable', 'opt_out')""",
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


def record_history(con: Connection, settings: Settings, as_of: date, kept: Kept) -> None:
    """Within the transaction that decides; the night a second time replaces what it kept the first time. A table whose
    history and sources are what they were when both were last found alike is not compared."""
    found = con.execute("SELECT name, value FROM remembered WHERE starts_with(name, ?)", [_REMEMBERED])
    alike, then = dict(found.fetchall()), _as_recorded(con, CHANGES)
    recorded = [table for table in CHANGES if alike.get(_REMEMBERED + table.name) != _alike(kept, table, then)]
    has_news = any(_is_by_ticket(table) for table in recorded) or not has_table(con, COMPARED)
    is_known = has_news and changed_tickets(con)
    for table in recorded:
        for name in _sources(table):
            kept.need(name)
        # Whoever changed the history meanwhile did not say of which tickets.
        is_as_left = alike.get(_REMEMBERED + table.name, "").endswith(f" {then[table.name]}")
        _record_changes(con, table, as_of, of_changed=is_known and is_as_left and _is_by_ticket(table))
    then = _as_recorded(con, recorded)
    for table in recorded:
        name = _REMEMBERED + table.name
        con.execute("DELETE FROM remembered WHERE name = ?", [name])
        con.execute("INSERT INTO remembered VALUES (?, ?)", [name, _alike(kept, table, then)])
    con.execute("DELETE FROM history_nights WHERE as_of >= ?", [as_of])
    con.execute(
        "INSERT INTO history_nights BY NAME SELECT as_of, decided_at, ? AS policy FROM nights WHERE as_of = ?",
        [policy_of(settings), as_of],
    )


def _sources(table: Table) -> list[str]:
    """Tables that its rows come from."""
    return re.findall(r"\b(?:FROM|JOIN) (\w+)", IS_SO[table.name].replace("{changed}", ""))


def _as_recorded(con: Connection, tables: Sequence[Table]) -> dict[str, str]:
    """Digest of what is held to be so, by table."""
    if not tables:
        return {}
    of_each = " UNION ALL ".join(rows_digest(table.name, where="valid_to IS NULL") for table in tables)
    return {name: f"{rows} {hashes}" for name, rows, hashes in con.execute(of_each).fetchall()}


def _alike(kept: Kept, table: Table, then: Mapping[str, str]) -> str:
    return f"{kept.digest(_sources(table))} {then[table.name]}"


def _is_by_ticket(table: Table) -> bool:
    return "{changed}" in IS_SO[table.name]


def _columns(table: Table) -> list[Column]:
    """What is compared, in the order of the schema."""
    return [column for column in table.columns if column not in (FROM, TO)]


def _record_changes(con: Connection, table: Table, as_of: date, *, of_changed: bool) -> None:
    """A row is the same where its key and the hash of all its values are. `of_changed`: only rows of changed tickets
    are compared, and of those of which the night has written before."""
    name, names = table.name, ", ".join(column.name for column in _columns(table))
    is_so = IS_SO[name].format(changed=f" SEMI JOIN {CHANGED} ON ticket = {TICKET}" if of_changed else "")
    if not con.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
        con.execute(f"INSERT INTO {name} BY NAME SELECT *, ?::DATE AS valid_from FROM ({is_so})", [as_of])
        return
    if of_changed:
        con.execute(f"INSERT INTO {CHANGED} SELECT {TICKET} FROM {name} WHERE valid_to >= ?", [as_of])
    needed = {column.name for column in table.columns if column.is_needed}
    same = " AND ".join(
        f"h.{key} = i.{key}" if key in needed else f"h.{key} IS NOT DISTINCT FROM i.{key}" for key in table.key[:-1]
    )
    con.execute(f"UPDATE {name} SET valid_to = NULL WHERE valid_to >= ?", [as_of])
    keys = ", ".join(table.key[:-1])
    con.execute(f"CREATE OR REPLACE TEMP TABLE is_so AS SELECT *, hash({names}) AS digest FROM ({is_so})")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE was_so AS SELECT rowid AS place, {keys}, hash({names}) AS digest FROM {name} "
        f"WHERE valid_to IS NULL{f' AND {TICKET} IN (FROM {CHANGED})' if of_changed else ''}"
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
