"""Erases from files that were written for people: lists of every day, open lists and copies of them, what was dropped
into the inbox, lists of questions, pages.

What a column may hold of somebody says `COLUMNS` of `digest/outputs.py`; in other columns, of a CRM's files or a
person's own, ids, addresses, links and quotes are looked for.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.config import Home
from pipeline.digest.csv_file import as_typed, quoted
from pipeline.digest.folder import checksum, replace_file
from pipeline.digest.outputs import BETWEEN, COLUMNS
from pipeline.errors import BadTable
from pipeline.steps.feedback.saved_table import Table, read_table
from pipeline.steps.forgetting.found import Gone

PAGE, MANIFEST = "digest.html", "manifest.json"
_TAKEN_AWAY = (
    '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{day}</title>\n'
    "<p>The page of {day} was taken away, because somebody on it asked to be forgotten. The lists beside it "
    "stand.</p>\n"
)


def lists_of(home: Home, handed: Sequence[Path]) -> list[Path]:
    """Every file that may hold a row about somebody."""
    return [
        *sorted(path for path in home.digests.glob("*/**/*") if _is_file(path) and path.suffix != ".html"),
        *sorted(path for path in home.owners.glob("*/*") if _is_file(path)),
        *sorted(path for path in home.inbox.parent.rglob("*") if _is_file(path)),
        *(path for path in handed if _is_file(path)),
    ]


def _is_file(path: Path) -> bool:
    return path.is_file() and path.name != MANIFEST


def published_pairs(home: Home) -> Iterator[tuple[str, str]]:
    """(lead, ticket) of all lists of leads that lie there."""
    for path in lists_of(home, ()):
        try:
            table = read_table(path)
        except BadTable:
            continue
        columns = table.columns()
        if "lead_id" in columns and "ticket_id" in columns:
            lead, ticket = columns.index("lead_id"), columns.index("ticket_id")
            for row in table.rows:
                if len(row) > max(lead, ticket) and row[ticket].strip():
                    yield row[lead].strip(), as_typed(row[ticket])


def erase_lists(
    home: Home, gone: Gone, handed: Sequence[Path], *, dry_run: bool
) -> tuple[dict[str, int], dict[Path, str], list[Path]]:
    """Rows by folder, new checksums of the files that changed, and files that cannot be read as lists."""
    counts: dict[str, int] = {}
    digests: dict[Path, str] = {}
    unread: list[Path] = []
    for path in lists_of(home, handed):
        try:
            lost, write = _READERS.get(path.suffix.lower(), _list_rows)(path, gone)
        except (BadTable, ValueError):
            unread.append(path)
            continue
        if lost:
            name = path.relative_to(home.data).parts[0] if home.data in path.parents else "handed out"
            counts[name] = counts.get(name, 0) + lost
            if not dry_run:
                _replace(path, write)
                digests[path] = checksum(path)
    for day in sorted(day for day in home.digests.glob("*") if day.is_dir()):
        counts = _page(day, gone, {path for path in digests if day in path.parents}, counts, dry_run)
    return counts, digests, unread


def rows_about(home: Home, gone: Gone, handed: Sequence[Path]) -> Iterator[tuple[Path, list[Any]]]:
    """What stands about them in lists and label files, by file."""
    for path in lists_of(home, handed):
        try:
            rows = _entries(path, gone) if path.suffix.lower() in _READERS else _listed(path, gone)
        except (BadTable, ValueError):
            continue
        if rows:
            yield path, rows


def _listed(path: Path, gone: Gone) -> list[dict[str, str]]:
    table = read_table(path)
    columns = table.columns()
    return [dict(zip(columns, row, strict=False)) for row in table.rows if _row(columns, row, gone) != row]


def _entries(path: Path, gone: Gone) -> list[Any]:
    text = path.read_text(encoding="utf-8")
    is_lines = path.suffix.lower() == ".jsonl"
    entries = [json.loads(line) for line in text.split("\n") if line.strip()] if is_lines else json.loads(text)
    return [entry for entry in entries if _names_example(entry, gone)] if isinstance(entries, list) else []


def _list_rows(path: Path, gone: Gone) -> tuple[int, Callable[[Path], None]]:
    """How many rows of a list go or lose a part, and what writes the rest, parted as it was."""
    table = read_table(path)
    columns = table.columns()
    kept: list[list[str]] = []
    lost = 0
    for row in table.rows:
        left = _row(columns, row, gone)
        lost += left != row
        if left is not None:
            kept.append(left)
    return lost, lambda new: _write(new, path, table, kept)


def _write(new: Path, path: Path, table: Table, rows: list[list[str]]) -> None:
    encoding = "utf-8-sig" if path.read_bytes().startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    with open(new, "w", encoding=encoding, newline="") as stream:
        for row in [table.header, *rows]:
            stream.write(table.delimiter.join(quoted(cell) for cell in row) + "\r\n")


def _row(columns: Sequence[str], row: list[str], gone: Gone) -> list[str] | None:
    """The row without what is gone, or None where all of it is."""
    cells = {name: as_typed(cell) for name, cell in zip(columns, row, strict=False)}
    is_anothers = _is_anothers(cells, gone)
    left = list(row)
    gathered: list[int] = []
    for place, cell in enumerate(row):
        name = columns[place] if place < len(columns) else ""
        kind, text = COLUMNS.get(name), as_typed(cell)
        if kind in BETWEEN:
            left[place] = _thinned(text, BETWEEN[kind], gone, cell)
            gathered += [place] if left[place] != cell else []
        elif _is_emptied(kind, text, cells, gone):
            left[place] = ""
        elif _is_theirs(kind, text, cells, gone, is_anothers):
            return None
    if gathered and not any(left[place] for place in gathered):
        return None
    return left


def _is_emptied(kind: str | None, text: str, cells: dict[str, str], gone: Gone) -> bool:
    """Cells about them in a row about somebody else: who helped, which ticket another's lead waits for."""
    if kind == "agent":
        return text in gone.names
    if kind == "solve":
        return text in gone.tickets
    if kind == "title":
        return bool(text) and text.casefold() in gone.all_words
    return kind == "url" and text in gone.urls and "ticket_to_solve" in cells


def _is_anothers(cells: dict[str, str], gone: Gone) -> bool:
    """Whether the row says of which ticket it is, and that is one in which they had no part. A row of what is held
    names the ticket that it waits for instead."""
    if "ticket_to_solve" in cells:
        return False
    ticket, url = cells.get("ticket_id", ""), cells.get("ticket_url", "")
    url = url or next((told[1] for cell in cells.values() if (told := _TOLD.search(html.unescape(cell)))), "")
    if url:
        return url not in gone.urls and url not in gone.shared
    return bool(ticket) and not _is_it(ticket, cells, gone) and ticket not in gone.shared


def _is_it(ticket: str, cells: dict[str, str], gone: Gone) -> bool:
    """Whether a ticket's id means one that is gone, where another helpdesk has the same."""
    if ticket not in gone.tickets:
        return False
    accounts = gone.tickets[ticket]
    return not accounts or cells.get("account_id", "") in accounts


def _is_theirs(kind: str | None, text: str, cells: dict[str, str], gone: Gone, is_anothers: bool) -> bool:
    if not text or kind == "none":
        return False
    if kind == "ticket":
        return _is_it(text, cells, gone)
    if kind == "words":
        return not is_anothers and gone.says(text)
    if kind == "name":
        return (
            not is_anothers and text in gone.names and cells.get("contact_email", "").lower() in ("", *gone.addresses)
        )
    return _names(text, gone, is_anothers)


def _thinned(text: str, between: str, gone: Gone, cell: str) -> str:
    parts = text.split(between)
    kept = [part for part in parts if part not in gone.tickets and not gone.says(part)]
    return cell if kept == parts else between.join(kept)


def _names(text: str, gone: Gone, is_anothers: bool = False) -> bool:
    """Whether a cell that is not of ours alone names them: an id, an address, a link, or, in a row of which nobody can
    say that it is of another's ticket, a quote within other words."""
    if text in gone.ids or text.split(".")[0] in gone.leads or text in gone.examples or text in gone.urls:
        return True
    spaced = " ".join(html.unescape(text).split())
    if any(_stands(address, spaced.lower(), _ADDRESS_GOES_ON) for address in gone.addresses):
        return True
    if any(_stands(url, spaced, _LINK_GOES_ON) for url in gone.urls):
        return True
    return not is_anothers and any(gone.says(quote) for quote in _QUOTED.findall(spaced))


def _stands(word: str, text: str, goes_on: re.Pattern[str]) -> bool:
    """Whether an address or a link stands there as a whole, and not as a piece of another's."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not _GOES_BEFORE.search(text[max(at - 1, 0) : at]) and not goes_on.match(text, end):
            return True
        at = text.find(word, end)
    return False


_GOES_BEFORE, _LINK_GOES_ON, _ADDRESS_GOES_ON = (re.compile(one) for one in (r"[\w.+%-]", r"\w", r"[.-]?\w"))
_QUOTED = re.compile("“([^”]{12,2000}+)”")
# How our texts for a CRM end: which ticket it was, after all that was quoted.
_TOLD = re.compile(r"Ticket(?: [^“”\s]{1,200}(?: \([^“”()]{1,40}\))?)?: (https?://[^\s“”]{1,2000})(?: [^“”]{0,200})?$")


def _task_rows(path: Path, gone: Gone) -> tuple[int, Callable[[Path], None]]:
    """The same of Label Studio's tasks, as they were handed out or came back."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    kept = [task for task in tasks if not _names_example(task, gone)] if isinstance(tasks, list) else tasks
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    return len(tasks) - len(kept), lambda new: _text(new, text)


def _line_rows(path: Path, gone: Gone) -> tuple[int, Callable[[Path], None]]:
    """The same of labels as JSON lines, one example each; the others stay to the byte."""
    lines = path.read_text(encoding="utf-8").split("\n")
    kept = [line for line in lines if not line.strip() or not _names_example(json.loads(line), gone)]
    return len(lines) - len(kept), lambda new: _text(new, "\n".join(kept))


# Of label files; everything else is read as a list.
_READERS = {".json": _task_rows, ".jsonl": _line_rows}


def _names_example(task: Any, gone: Gone) -> bool:
    if isinstance(task, dict):
        return any(_names_example(one, gone) for one in task.values())
    if isinstance(task, list):
        return any(_names_example(one, gone) for one in task)
    return isinstance(task, str) and _names(task, gone)


def _page(day: Path, gone: Gone, changed: set[Path], counts: dict[str, int], dry_run: bool) -> dict[str, int]:
    """A page that shows any of it is taken away, since it cannot be made again; checksums in the manifest follow."""
    page, manifest = day / PAGE, day / MANIFEST
    if page.is_file() and (changed or _shows(page, gone)):
        counts["pages"] = counts.get("pages", 0) + 1
        if not dry_run:
            _replace(page, lambda new: _text(new, _TAKEN_AWAY.format(day=day.name)))
            changed = {*changed, page}
    if changed and manifest.is_file() and not dry_run:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        for path in changed:
            told.setdefault("files", {})[path.relative_to(day).as_posix()] = checksum(path)
        _replace(manifest, lambda new: _text(new, json.dumps(told, indent=2, ensure_ascii=False) + "\n"))
    return counts


def _shows(page: Path, gone: Gone) -> bool:
    text = " ".join(html.unescape(page.read_text(encoding="utf-8")).split())
    return any(mark in text for mark in (*gone.ids, *gone.urls, *gone.addresses, *gone.words))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _replace(path: Path, write: Callable[[Path], None]) -> None:
    """Written beside, renamed over, owner-only."""
    new = path.with_name(f".{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    write(new)
    new.chmod(0o600)
    replace_file(new, path)
