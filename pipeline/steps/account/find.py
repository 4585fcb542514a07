"""Which account somebody means: by id, else by name or domain where exactly one fits."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.warehouse import Connection


@dataclass(frozen=True)
class Candidate:
    """An account that fits; `domains` as the CRM has them."""

    account_id: str
    name: str
    domains: str


def find_accounts(con: Connection, words: str) -> list[Candidate]:
    """Accounts that `words` fit, by the surest of five ways that finds any, ordered by name and id.

    The id; the id in other letters; the whole name or a whole domain; how a name begins; a part of name or domain.
    """
    wanted = words.strip()
    for fits in _WAYS:
        rows = con.execute(f"{_ACCOUNTS} WHERE {fits} ORDER BY a.name, a.account_id", {"words": wanted}).fetchall()
        if rows:
            return [Candidate(*row) for row in rows]
    return []


_ACCOUNTS = "SELECT a.account_id, a.name, coalesce(a.domain, '') FROM accounts a"
_WAYS = (
    "a.account_id = $words",
    "lower(a.account_id) = lower($words)",
    """lower(a.name) = lower($words) OR a.account_id IN (
        SELECT account_id FROM account_domains WHERE domain = regexp_replace(lower($words), '^(.*@|www\\.)', ''))""",
    "$words <> '' AND starts_with(lower(a.name), lower($words))",
    "$words <> '' AND contains(lower(concat_ws(' ', a.name, a.domain)), lower($words))",
)
