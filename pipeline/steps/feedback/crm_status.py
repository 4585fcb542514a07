"""What a CRM says became of our tasks and deals: its own export, with our id and a status or stage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from pipeline.digest.crm_profile import Profile
from pipeline.digest.csv_file import as_typed
from pipeline.leads.outcomes import CLOSED, weight
from pipeline.steps.feedback.saved_table import Table


@dataclass(frozen=True)
class CrmNews:
    """(lead id, outcome) that go further than what is known; leads nobody knows; contradictions in words."""

    outcomes: list[tuple[str, str]]
    unknown_leads: list[str]
    conflicts: list[str]


@dataclass(frozen=True)
class CrmStatuses:
    """Lead id -> outcome, and words that the profile does not know, with the number of their rows."""

    vendor: str
    outcomes: dict[str, str]
    unknown: dict[str, int]

    def news(self, known: Mapping[str, str], leads: Container[str]) -> CrmNews:
        """Against the current outcomes. Where a person said another end than the CRM, the person is believed."""
        found = CrmNews([], [], [])
        for lead_id, outcome in sorted(self.outcomes.items()):
            now = known.get(lead_id, "")
            if lead_id not in leads:
                found.unknown_leads.append(lead_id)
            elif weight(outcome) > weight(now):
                found.outcomes.append((lead_id, outcome))
            elif weight(outcome) == CLOSED and outcome != now:
                found.conflicts.append(f"{lead_id}: {now} stands, {self.vendor} says {outcome}")
        return found

    def not_understood(self) -> list[str]:
        """A sentence for each word that the profile does not know."""
        return [
            f"{self.vendor}: {_shown(word)} in {rows} rows is no status that the profile knows; "
            f"name its outcome under [crm_export.{self.vendor}.outcomes]"
            for word, rows in self.unknown.items()
        ]


def read_statuses(table: Table, profiles: Iterable[Profile]) -> CrmStatuses | None:
    """The statuses of an export, or None for a table that is none.

    A lead with several tasks takes the outcome that goes furthest. Rows without our id are the CRM's own.
    """
    header = [_plain(name) for name in table[0]]
    for profile in profiles:
        status = next((header.index(name) for name in map(_plain, profile.status_columns) if name in header), None)
        if status is not None and (our_id := _plain(profile.external_id)) in header:
            return _read(table, profile, header.index(our_id), status)
    return None


def _read(table: Table, profile: Profile, our_id: int, status: int) -> CrmStatuses:
    words = {_plain(word): outcome for word, outcome in profile.outcomes.items()}
    outcomes: dict[str, str] = {}
    unknown: Counter[str] = Counter()
    for row in table[1]:
        if max(our_id, status) >= len(row):
            continue
        found = re.fullmatch(r"(L-\w{1,20})(\.\d+)?", as_typed(row[our_id]))
        word = row[status].strip()
        if not found or not word:
            continue
        outcome = words.get(_plain(word), words.get(_plain(re.sub(r"\([^()]*\)$", "", word))))
        if outcome is None:
            unknown[word] += 1
        elif weight(outcome) > weight(outcomes.get(found[1], "")):
            outcomes[found[1]] = outcome
    return CrmStatuses(profile.name, outcomes, dict(sorted(unknown.items())))


def _plain(name: str) -> str:
    """`Ticketscout_Id__c`, `ticketscout_id` and `Ticketscout ID` alike; `Closed Won` as `closedwon`."""
    return re.sub(r"[\W_]", "", name.strip().lower().removesuffix("__c"))


def _shown(word: str) -> str:
    """A word of a picklist: letters and what stands between them; anything else may be somebody's address."""
    return repr(word) if len(word) <= 40 and re.fullmatch(r"[^\W\d_]+([ /&.,'-]+[^\W\d_]+){0,5}", word) else "a word"
