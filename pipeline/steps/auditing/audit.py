"""What was done with personal data: entries of `audit_log`, and what other ledgers keep already, as one list.

Publishing stands in `runs`, decisions about models in `model_versions`, messages in `deliveries`, what commands that
only look wrote in `written`; only what has no ledger of its own is written here. No entry says whose data it was.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.warehouse import Connection

KINDS: dict[str, str] = {
    "forget": "somebody was forgotten",
    "retain": "what is older than asked was erased",
    "export-person": "what is held of somebody was written into a file",
    "review export": "conversations were handed to reviewers",
    "labels written": "labels with their conversations were written into a file",
    "labels in doubt": "conversations were handed to an adjudicator",
    "account page": "an account's story was written as a page",
    "replay lists": "leads of a replay were written into a folder",
    "topics list": "topics with customers' words were written into a file",
    "published": "the night's lists were written",
    "crm files": "files for a CRM's import were written",
    "model promoted": "a trained model was let in",
    "model rolled_back": "a model was taken back",
    "delivered": "a channel was told",
}


@dataclass(frozen=True)
class Entry:
    """One thing done. `by` is empty where the ledger that keeps it does not say; `at` of a model is its day."""

    at: datetime
    kind: str
    by: str
    about: str


def add_entry(con: Connection, kind: str, counts: Mapping[str, Any]) -> None:
    """Writes down what this process did now, within the caller's transaction where there is one."""
    con.execute(
        "INSERT INTO audit_log SELECT coalesce(max(entry), 0) + 1, ?, ?, ?, ? FROM audit_log",
        [now(), kind, user(), json.dumps(counts)],
    )


def now() -> datetime:
    """UTC, as every ledger has it."""
    return datetime.now(UTC).replace(tzinfo=None)


def user() -> str:
    """Who runs this process, as the system calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


def entries(con: Connection, noted: Iterable[Entry], since: date | None = None) -> list[Entry]:
    """All of it, the oldest first; `noted` stands in no table."""
    found = [
        *noted,
        *(Entry(at, kind, by, told(json.loads(counts))) for at, kind, by, counts in con.execute(_LOGGED).fetchall()),
        *(Entry(*row) for row in con.execute(_PUBLISHED).fetchall()),
        *(Entry(*row) for row in con.execute(_CRM).fetchall()),
        *(Entry(*row) for row in con.execute(_MODELS).fetchall()),
        *(Entry(*row) for row in con.execute(_DELIVERED).fetchall()),
    ]
    kept = [one for one in found if since is None or one.at.date() >= since]
    return sorted(kept, key=lambda one: (one.at, one.kind, one.about))


def told(counts: Any) -> str:
    """Counts as one line."""
    if isinstance(counts, dict):
        return ", ".join(f"{name} {told(value)}".rstrip() for name, value in counts.items())
    return str(counts)


_LOGGED = "SELECT happened_at, kind, done_by, counts FROM audit_log ORDER BY entry"
_ROWS = "(SELECT sum(value::BIGINT) FROM json_each(counts, '$.rows') WHERE starts_with(key, 'crm/') = {is_crm})"
_PUBLISHED = f"""
    SELECT started_at, 'published', '',
        concat('night of ', as_of, ', rows ', coalesce({_ROWS.format(is_crm="false")}, 0))
    FROM runs WHERE step = 'publish' ORDER BY started_at
"""
_CRM = f"""
    SELECT started_at, 'crm files', '', concat('night of ', as_of, ', rows ', {_ROWS.format(is_crm="true")}) FROM runs
    WHERE step = 'publish' AND {_ROWS.format(is_crm="true")} IS NOT NULL ORDER BY started_at
"""
_MODELS = """
    SELECT decided_on::TIMESTAMP, 'model ' || event, '', concat(signal, ' ', model_id) FROM model_versions
    WHERE event IN ('promoted', 'rolled_back') ORDER BY signal, sequence
"""
_DELIVERED = """
    SELECT max(tried_at), 'delivered', '',
        concat(channel, ', ', kind, ' of ', as_of, ', ', state, ', ', count(*), ' messages')
    FROM deliveries GROUP BY as_of, channel, kind, state ORDER BY ALL
"""
