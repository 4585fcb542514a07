"""Lists of those who are never pitched: who opted out, and customers in a hard place.

A CSV with any of the columns account_id, domain and email. Addresses go to the vault; the warehouse keeps accounts and
pseudonyms. Someone who is listed before their first ticket is found when it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.config import Home
from pipeline.errors import BadTable, InputNotFound
from pipeline.leads.domains import registered_domain
from pipeline.privacy.forgotten import address_mark_sql
from pipeline.privacy.vault import open_vault, salt_of
from pipeline.steps.crm import refuse_rounded_ids
from pipeline.steps.feedback.saved_table import read_table
from pipeline.warehouse import Connection, transaction

# Mark of the warehouse -> setting that names its file.
MARKS = {"opted_out": "opt_outs", "vulnerable": "vulnerable"}
_KINDS = ("account_id", "domain", "email")


@dataclass(frozen=True)
class MarkCount:
    """Entries of a list, the accounts and people that they mark now, and rows that name nobody."""

    entries: int
    accounts: int
    contacts: int
    empty_rows: int


def check_marks(files: Mapping[str, Path]) -> None:
    """The same errors as `load_marks`, before anything is written."""
    for path in files.values():
        _read(path)


def load_marks(con: Connection, home: Home, files: Mapping[str, Path]) -> dict[str, MarkCount]:
    """Replaces the lists that are given and applies all that were ever given. Raises InputNotFound, BadTable."""
    empty = {}
    with open_vault(home.vault) as vault:
        for mark, path in files.items():
            entries, empty[mark] = _read(path)
            table = pa.table(
                {
                    "kind": pa.array([kind for kind, _ in entries], pa.string()),
                    "value": pa.array([value for _, value in entries], pa.string()),
                }
            )
            vault.register("entries", table)
            vault.execute("BEGIN")
            vault.execute("DELETE FROM marked WHERE mark = ?", [mark])
            vault.execute(
                "INSERT INTO marked SELECT ? AS mark, kind, value FROM entries WHERE kind <> 'email' "
                f"OR {address_mark_sql(salt_of(vault), 'value')} NOT IN (SELECT mark FROM forgotten)",
                [mark],
            )
            vault.execute("COMMIT")
            vault.unregister("entries")
        listed = vault.execute("SELECT mark, kind, value FROM marked WHERE kind <> 'email'").to_arrow_table()
        people = vault.execute(
            "SELECT m.mark, '' AS account_id, p.source, p.contact_id FROM marked m "
            "JOIN people p ON m.kind = 'email' AND lower(p.email) = m.value"
        ).to_arrow_table()
        sizes = dict(vault.execute("SELECT mark, count(*) FROM marked GROUP BY mark").fetchall())
    con.register("listed", listed)
    con.register("listed_people", people)
    with transaction(con):
        con.execute("DELETE FROM marked")
        con.execute(_APPLY)
    con.unregister("listed")
    con.unregister("listed_people")
    found = {
        mark: (accounts, contacts)
        for mark, accounts, contacts in con.execute(
            "SELECT mark, count(*) FILTER (account_id <> ''), count(*) FILTER (contact_id <> '') FROM marked "
            "GROUP BY mark"
        ).fetchall()
    }
    return {mark: MarkCount(size, *found.get(mark, (0, 0)), empty.get(mark, 0)) for mark, size in sorted(sizes.items())}


def _read(path: Path) -> tuple[list[tuple[str, str]], int]:
    """Distinct (kind, value) of a list in order, and how many rows name nobody."""
    if not path.is_file():
        raise InputNotFound(f"{path} is not there: name a CSV with a column account_id, domain or email.")
    read = read_table(path)
    header = read.columns()
    places = {kind: header.index(kind) for kind in _KINDS if kind in header}
    if not places:
        raise BadTable(
            f"{path} has none of the columns account_id, domain and email (it has {', '.join(header[:12])})."
        )
    if "account_id" in places:
        refuse_rounded_ids(path, "account_id", (_at(row, places["account_id"]) for row in read.rows))
    entries: dict[tuple[str, str], None] = {}
    empty = 0
    for row in read.rows:
        named = [(kind, value) for kind, place in places.items() if (value := _value(kind, _at(row, place)))]
        entries.update(dict.fromkeys(named))
        empty += not named
    return list(entries), empty


def _at(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _value(kind: str, text: str) -> str:
    if kind == "domain":
        return registered_domain(text.split("://")[-1].split("/")[0]) or ""
    return text.lower() if kind == "email" else text


_APPLY = """
    INSERT INTO marked BY NAME
    SELECT DISTINCT mark, account_id, '' AS source, '' AS contact_id
    FROM (
        SELECT mark, value AS account_id FROM listed WHERE kind = 'account_id'
        UNION ALL
        SELECT l.mark, d.account_id FROM listed l JOIN account_domains d ON l.kind = 'domain' AND d.domain = l.value
    )
    WHERE account_id IN (SELECT account_id FROM accounts)
    UNION
    SELECT DISTINCT l.mark, '', c.source, c.contact_id
    FROM listed l JOIN contacts c ON l.kind = 'domain' AND c.email_domain = l.value
    UNION
    SELECT DISTINCT mark, account_id, source, contact_id FROM listed_people
"""
