"""Lists as they come back from people: which cells were typed for which lead, and what they mean.

What is not understood is said, with its place, and kept as the lead's reason, where the person finds it in the next
list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.digest.csv_file import as_typed
from pipeline.errors import BadTable
from pipeline.leads.outcomes import OUTCOMES
from pipeline.steps.feedback.saved_table import Table, read_table
from pipeline.steps.feedback.saved_values import DayOrder, day_meant, day_order, is_error

# outcome, outcome_reason, snooze_until
Cells = tuple[str, str, str]
_LONGEST_WORN = 1000
"""Characters of a reason; a longer one that comes back worn counts as typed anew."""
_NAMES = ("lead_id", "outcome", "outcome_reason", "snooze_until")
# Days that we publish: a program that rewrote them shows how it writes days.
_OUR_DAYS = ("renewal_date", "needed_by", "said_at", "expires_on", "customer_since")


@dataclass(frozen=True)
class TypedList:
    """Rows of lead id and cells as typed (outcomes as declared where they are), in the list's order, each once; columns
    that the list lacks; how it writes days; and, by the number that a spreadsheet shows, rows without a lead id that
    hold an outcome, such that hold anything else, and rows whose cells have moved."""

    rows: list[tuple[str, Cells]]
    absent: frozenset[str]
    order: DayOrder
    lost_rows: list[int]
    note_rows: list[int]
    shifted_rows: list[int]


@dataclass(frozen=True)
class Meant:
    """What cells mean, and a sentence for each that could not be understood."""

    cells: Cells
    not_understood: list[str]


def read_cells(path: Path) -> dict[str, Cells]:
    """Lead id -> (outcome, outcome_reason, snooze_until) as typed. Raises BadTable for what is no such list."""
    return dict(cells_of(path, read_table(path)).rows)


def cells_of(path: Path, table: Table) -> TypedList:
    """The typed cells of a table that was read from `path`."""
    header = table.columns()
    if "lead_id" not in header or "outcome" not in header:
        raise BadTable(
            f"{path} has no columns lead_id and outcome: give a list that Ticketscout published, "
            "or a CRM's export with our id and a status."
        )
    if twice := [name for name in _NAMES if header.count(name) > 1]:
        raise BadTable(f"{path} has two columns {twice[0]}: delete or rename one, so that it is clear which counts.")
    place = {name: header.index(name) for name in _NAMES if name in header}
    found: dict[tuple[str, Cells], None] = {}
    lost: list[int] = []
    notes: list[int] = []
    shifted: list[int] = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        if any(cell.strip() for cell in row[len(header) :]):
            shifted.append(number)
            continue
        lead_id, *typed = (as_typed(row[place[n]]) if n in place and place[n] < len(row) else "" for n in _NAMES)
        word = _word(typed[0])
        cells = (word if word in OUTCOMES else _line(typed[0]), _line(typed[1]), _line(typed[2]))
        if lead_id := lead_id.lstrip("'"):
            found[lead_id, cells] = None
        else:
            (lost if any(cells) else notes).append(number)
    ours = [header.index(name) for name in _OUR_DAYS if name in header]
    order = day_order(row[i] for row in table.rows for i in ours if i < len(row))
    return TypedList(list(found), frozenset(_NAMES) - place.keys(), order, lost, notes, shifted)


def meant(typed: Cells, seen: Iterable[Cells], found: TypedList, redact: Callable[[str], str]) -> Meant:
    """Cells as they may be kept: an outcome that exists or none, a redacted reason, an ISO day or none. `seen` is what
    stood there: where nothing changed but what a program rewrote in saving, the result is one of them."""
    outcome, reason, typed_day = typed
    known = sorted(set(seen))
    day = day_meant(typed_day, {cells[2] for cells in known}, found.order)
    left, said = [], []
    is_unsaid = "outcome_reason" in found.absent or is_error(reason)
    if is_error(reason):
        said.append("the spreadsheet made an error of the reason; type it again with an apostrophe before it")
        reason = ""
    if outcome and outcome not in OUTCOMES:
        said.append(f"{_shown(outcome)} is not an outcome")
        left.append(outcome)
        outcome = ""
    if typed_day and not day:
        said.append(f"{_shown(typed_day)} is not one certain day; write it as 2026-11-20")
        left += [] if is_error(typed_day) else [f"until {typed_day}"]
    elif day and not outcome:
        said += [] if left else ["a date without an outcome; type snoozed beside it"]
        left.append(f"until {day}")
    day = day if outcome else ""
    reason = redact("; ".join([*left, *([reason] if reason else [])]))
    for cells in known:
        is_same_day = cells[2] == day or ("snooze_until" in found.absent and not day)
        is_same_reason = (is_unsaid and not reason) or _is_worn(reason, cells[1])
        if cells[0] == outcome and is_same_day and is_same_reason:
            return Meant(cells, said)
    if outcome and is_unsaid and not reason and len(reasons := {cells[1] for cells in known if cells[1]}) == 1:
        reason = reasons.pop()  # what was typed before stays beside the new outcome
    return Meant((outcome, reason, day), said)


def _line(typed: str) -> str:
    return " ".join(typed.split())


def _word(typed: str) -> str:
    """An outcome as it is declared, however it was typed: ` Not a signal.`, `NOT-A-SIGNAL`."""
    plain = unicodedata.normalize("NFKC", typed).strip(" \t\r\n.,'\"“”‘’").lower()
    return re.sub(r"[\s_\u2010-\u2015-]+", "_", plain)


def _is_worn(text: str, before: str) -> bool:
    """Whether `text` is `before` as a program saves it whose code page lacks some of its letters: Excel's plain CSV
    puts `?` or `_` or a likely letter in their place."""
    if text == before:
        return True
    if len(before) > _LONGEST_WORN or _fits(before) or not _fits(text):
        return False
    ends = {0}  # of what the letters so far may have become; a pattern would try every way there, of which are 2^n
    for letter in before:
        if _fits(letter):
            ends = {end + 1 for end in ends if text.startswith(letter, end)}
        else:
            ends = {end + size for end in ends for size in (1, 2) if end + size <= len(text)}
    return len(text) in ends


def _fits(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _shown(typed: str) -> str:
    """A cell as messages may show it: a word or two of letters, or a day; anything else may be somebody's address."""
    return (
        repr(typed)
        if re.fullmatch(r"[^\W\d]{1,15}([ /.-]?\w{1,5}){0,2}|[\d./-]{6,10}", typed)
        else "what is typed there"
    )
