"""Reads the outcomes that people typed, wherever they typed them, before any list is replaced.

A cell is news where it differs from what stood in that very file when it was last seen; in a file dropped into the
inbox, where its lead has no such outcome yet. So reading a file twice, or a stale copy of it, changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.config import CrmExport, Home
from pipeline.digest.crm_profile import Profile
from pipeline.digest.folder import checksum
from pipeline.errors import BadTable
from pipeline.leads.outcomes import CLOSING, OUTCOMES, weight
from pipeline.privacy.vault import open_vault
from pipeline.steps.feedback.crm_status import CrmStatuses, read_statuses
from pipeline.steps.feedback.praise import is_praise, knows_praise, read_praise
from pipeline.steps.feedback.saved_table import Table, read_table
from pipeline.steps.feedback.seen import REMEMBERED, name_of
from pipeline.steps.feedback.typed_files import copied, typed_files
from pipeline.steps.feedback.typed_lists import Cells, TypedList, cells_of, meant
from pipeline.steps.publish_crm import profiles_of
from pipeline.warehouse import Connection, scalar, transaction


@dataclass
class FeedbackCounts:
    """What was read, and what a person must look at: leads nobody knows, words that are no outcome, contradictions.
    `praise`: pieces that are marked otherwise than before."""

    outcomes: int = 0
    praise: int = 0
    unknown_leads: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    unreadable_files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Typed:
    lead_id: str
    outcome: str
    reason: str
    snooze: str
    file: str
    closes: bool
    by_crm: bool = False


def read_feedback(
    con: Connection, home: Home, as_of: dt.date, extra: Iterable[Path] = (), *, crm: CrmExport | None = None
) -> FeedbackCounts:
    """Reads `open.csv` of every owner, the days' lists, the inbox, and `extra` files. Idempotent.

    A CRM's export among them counts where it goes further than what is known of a lead; `crm` says its words.
    """
    counts = FeedbackCounts()
    profiles = profiles_of(crm or CrmExport())
    with transaction(con):  # what is remembered as read and what was read belong together
        _read_files(con, home, as_of, list(extra), list(profiles.values()), counts)
    return counts


def _read_files(
    con: Connection, home: Home, as_of: dt.date, extra: list[Path], profiles: list[Profile], counts: FeedbackCounts
) -> None:
    seen = dict(con.execute("SELECT name, value FROM remembered WHERE starts_with(name, ?)", [REMEMBERED]).fetchall())
    files = [(path, is_ours, name_of(home, path), checksum(path)) for path, is_ours in typed_files(home, as_of, extra)]
    if all(digest == seen.get(REMEMBERED + name) for _, _, name, digest in files):
        return
    leads = dict(con.execute("SELECT lead_id, contact_id FROM leads").fetchall())
    names = _names(home, leads)
    typed: list[_Typed] = []
    for path, is_ours, name, digest in files:
        if digest == seen.get(REMEMBERED + name):
            continue
        try:
            table = read_table(path)
            statuses = None if is_ours else read_statuses(table, profiles)
            found = None if statuses or is_praise(table) else cells_of(path, table)
        except BadTable as error:
            if path in extra:
                raise
            counts.unreadable_files.append(str(error))
            continue
        if is_praise(table) and not knows_praise(con):
            counts.not_understood.append(f"{name}: waits for the next night, as this one knows of no praise yet")
            if path in extra or path.parent.name == as_of.isoformat():  # given once, or about to be replaced
                copied(home, path, as_of, digest)
            continue
        kept: set[tuple[str, Cells]] = set()
        is_whole = True
        if statuses:
            typed += _said_by_crm(con, name, statuses, leads, counts)
        elif found:
            news, kept, is_whole = _news(con, name, found, is_ours, leads, names, counts)
            typed += news
        else:
            is_whole = _praise(con, name, table, as_of, counts)
        if not is_whole and (path.parent.parent == home.owners or path.parent.name == as_of.isoformat()):
            _keep_copy(con, home, path, as_of, digest)
        _remember(con, name, kept, digest)
        seen[REMEMBERED + name] = digest
    _store(con, typed, as_of, counts)


def _praise(con: Connection, file: str, table: Table, as_of: dt.date, counts: FeedbackCounts) -> bool:
    """Whether all that was typed into a list of praise is understood."""
    read = read_praise(con, table, file, as_of)
    counts.praise += read.changed
    counts.not_understood += read.not_understood
    return not read.not_understood


def _names(home: Home, leads: dict[str, str | None]) -> dict[str, list[str]]:
    """Lead id -> the display name of its contact, which a typed reason may hold."""
    contacts = sorted({contact for contact in leads.values() if contact})
    if not contacts:
        return {}
    with open_vault(home.vault) as vault:
        known = dict(
            vault.execute(
                "SELECT contact_id, name FROM people WHERE name IS NOT NULL AND contact_id IN (SELECT unnest(?))",
                [contacts],
            ).fetchall()
        )
    return {lead_id: [known[contact]] for lead_id, contact in leads.items() if contact in known}


def _redacted(text: str, names: Sequence[str] = ()) -> str:
    if not text:
        return text
    from pipeline.text.clean import clean  # its patterns take a tenth of a second, which nights without notes save

    return " ".join(clean(text, is_html=False, names=names).text.split())


def _news(
    con: Connection,
    file: str,
    found: TypedList,
    is_ours: bool,
    leads: Container[str],
    names: Mapping[str, Sequence[str]],
    counts: FeedbackCounts,
) -> tuple[list[_Typed], set[tuple[str, Cells]], bool]:
    """What is new in a list, what stands in it now, and whether all that was typed has found its lead."""
    before: dict[str, set[Cells]] = {}
    for lead_id, *cells in con.execute(_OURS if is_ours else _DROPPED, [file] if is_ours else []).fetchall():
        before.setdefault(lead_id, set()).add((cells[0], cells[1], cells[2]))
    stood = {lead_id for (lead_id,) in con.execute(_TYPED_BEFORE, [file]).fetchall()}
    without_lead = sorted([*found.lost_rows, *(found.note_rows if is_ours else ())])
    unplaced = [f"row {row}: something is typed, but there is no lead id ({file})" for row in without_lead]
    unplaced += [f"row {row}: has more cells than the header; not read ({file})" for row in found.shifted_rows]
    counts.not_understood += unplaced
    unheard = [lead_id for lead_id, cells in found.rows if lead_id not in leads and any(cells)]
    counts.unknown_leads += [f"{_shown_id(lead_id)} ({file})" for lead_id in unheard]
    news, kept = [], set()
    for lead_id, typed in found.rows:
        if lead_id not in leads:
            continue
        seen = before.get(lead_id, set())
        if is_ours and lead_id not in stood:
            seen = seen | {_BLANK}
        read = meant(typed, seen, found, partial(_redacted, names=names.get(lead_id, ())))
        kept.add((lead_id, read.cells))
        if read.cells in seen or not (any(read.cells) or read.not_understood):
            continue
        counts.not_understood += [f"{_shown_id(lead_id)} ({file}): {sentence}" for sentence in read.not_understood]
        if any(read.cells):
            closes = read.cells[0] in CLOSING
            news.append(_Typed(lead_id, *read.cells, file, closes))
    return news, kept, not unplaced and not unheard


def _keep_copy(con: Connection, home: Home, path: Path, as_of: dt.date, digest: str) -> None:
    """A list of ours that holds what found no lead is about to be replaced: a copy stays in the inbox, as read."""
    _remember(con, name_of(home, copied(home, path, as_of, digest)), set(), digest)


def _said_by_crm(
    con: Connection, file: str, statuses: CrmStatuses, leads: Container[str], counts: FeedbackCounts
) -> list[_Typed]:
    """News of a CRM's export."""
    known = dict(con.execute(_CURRENT).fetchall())
    news = statuses.news(known, leads)
    counts.not_understood += [f"{line} ({file})" for line in statuses.not_understood()]
    counts.unknown_leads += [f"{lead_id} ({file})" for lead_id in news.unknown_leads]
    counts.conflicts += [f"{line} ({file})" for line in news.conflicts]
    return [
        _Typed(lead_id, outcome, "", "", file, OUTCOMES[outcome].effect == "close", by_crm=True)
        for lead_id, outcome in news.outcomes
    ]


_CURRENT = "SELECT lead_id, arg_max(outcome, read_order) FROM outcomes WHERE outcome <> '' GROUP BY lead_id"


# What is not remembered of a row of ours: that nothing was typed into it.
_BLANK: Cells = ("", "", "")
_TYPED_BEFORE = "SELECT DISTINCT lead_id FROM published_cells WHERE file = ?"
# What stood in one of our own files, and what the lead's outcome is now: a run killed between writing a list and
# remembering it must not take its own words for a person's.
_OURS = """
    SELECT lead_id, outcome, outcome_reason, snooze_until FROM published_cells WHERE file = ?
    UNION ALL
    SELECT lead_id, coalesce(arg_max(outcome, read_order) FILTER (outcome <> ''), ''),
        arg_max(outcome_reason, read_order),
        coalesce(arg_max_null(snooze_until, read_order) FILTER (outcome <> '')::VARCHAR, '')
    FROM outcomes GROUP BY lead_id
"""
# A file that was dropped in: whatever was ever read of the lead.
_DROPPED = "SELECT lead_id, outcome, outcome_reason, coalesce(snooze_until::VARCHAR, '') FROM outcomes"


def _shown_id(lead_id: str) -> str:
    return lead_id if re.fullmatch(r"[A-Z]-[\w-]{1,20}", lead_id) else "no lead id"


def _remember(con: Connection, file: str, rows: set[tuple[str, Cells]], digest: str) -> None:
    remember_cells(con, file, [(lead_id, *cells) for lead_id, cells in sorted(rows) if any(cells)])
    con.execute("DELETE FROM remembered WHERE name = ?", [REMEMBERED + file])
    con.execute("INSERT INTO remembered VALUES (?, ?)", [REMEMBERED + file, digest])


def remember_cells(con: Connection, file: str, rows: list[tuple[str, str, str, str]]) -> None:
    """What stands in a file's outcome cells now."""
    names = ("lead_id", "outcome", "outcome_reason", "snooze_until")
    table = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})
    con.register("cells", table)
    con.execute("DELETE FROM published_cells WHERE file = ?", [file])
    con.execute("INSERT INTO published_cells BY NAME SELECT ? AS file, * FROM cells", [file])
    con.unregister("cells")


def _store(con: Connection, typed: list[_Typed], as_of: dt.date, counts: FeedbackCounts) -> None:
    """Where one reading finds two answers for a lead, the one that closes it stands; both are kept and listed."""
    order = int(scalar(con, "SELECT coalesce(max(read_order), 0) FROM outcomes"))
    by_lead: dict[str, list[_Typed]] = {}
    for one in typed:
        by_lead.setdefault(one.lead_id, []).append(one)
    for lead_id, found in sorted(by_lead.items()):
        several = [
            one
            for one in found
            if not one.by_crm or weight(one.outcome) >= max(weight(other.outcome) for other in found)
        ]
        if len({(one.outcome, one.snooze) for one in several}) > 1:
            counts.conflicts.append(f"{lead_id}: " + ", ".join(f"{one.outcome} ({one.file})" for one in several))
        seen: set[tuple[str, str]] = set()
        for one in sorted(several, key=lambda o: o.closes):
            if (one.outcome, one.reason) in seen:
                continue
            seen.add((one.outcome, one.reason))
            order += 1
            counts.outcomes += 1
            con.execute(
                "DELETE FROM outcomes WHERE lead_id = ? AND read_on = ? AND outcome = ? AND outcome_reason = ?",
                [lead_id, as_of, one.outcome, one.reason],
            )
            con.execute(
                "INSERT INTO outcomes BY NAME SELECT ? AS lead_id, ? AS outcome, ? AS outcome_reason, "
                "TRY_CAST(? AS DATE) AS snooze_until, ? AS read_on, ? AS read_order, ? AS file",
                [lead_id, one.outcome, one.reason, one.snooze or None, as_of, order, one.file],
            )
