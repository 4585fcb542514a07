"""One account's story as plain values, and as text that fits a terminal. Nothing in it comes from the vault."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

WIDTH = 100
SHOWN = 8
_DAY = 12  # columns of a date and its margin


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what, the customer's words, and what is to be said about it."""

    on: date | None
    head: str
    quote: str = ""
    notes: tuple[str, ...] = ()
    ticket_id: str = ""
    ticket_url: str = ""


@dataclass(frozen=True)
class Section:
    """Entries newest first; `nothing` is said where there are none, `note` of what is left out on purpose."""

    name: str
    title: str
    nothing: str
    entries: list[Entry] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Story:
    """An account on the night `as_of`: who they are as (label, value), what to know first, and the sections."""

    account_id: str
    name: str
    as_of: date
    before: list[str]
    who: list[tuple[str, str]]
    sections: list[Section]


def story_lines(story: Story, shown: int = SHOWN) -> Iterator[str]:
    """The story in lines of at most 100 columns; each section's first `shown` entries."""
    yield from _wrapped(f"{story.name} ({story.account_id}), as of the night of {story.as_of}")
    yield "\nBefore you answer"
    for sentence in story.before:
        yield from _wrapped(sentence, "  · ", "    ")
    yield "\nWho they are"
    for label, value in story.who:
        yield from _wrapped(value, f"  {label:<18}", " " * 20)
    for section in story.sections:
        yield f"\n{section.title} ({len(section.entries)})" if section.entries else f"\n{section.title}"
        if not section.entries:
            yield f"  {section.nothing}"
        for entry in section.entries[:shown]:
            yield from _entry_lines(entry)
        if len(section.entries) > shown:
            yield f"  and {len(section.entries) - shown:,} more"
        if section.note:
            yield from _wrapped(section.note, "  ", "  ")


def _entry_lines(entry: Entry) -> Iterator[str]:
    margin = " " * (_DAY + 2)
    yield from _wrapped(entry.head, f"  {entry.on.isoformat() if entry.on else '':<{_DAY}}", margin)
    if entry.quote:
        yield from _wrapped(f"“{entry.quote}”", margin, margin + " ")
    for note in entry.notes:
        yield from _wrapped(note, margin, margin)


def _wrapped(text: str, first: str = "", later: str = "    ") -> list[str]:
    return textwrap.wrap(printable(text), WIDTH, initial_indent=first, subsequent_indent=later) or [first.rstrip()]


def printable(text: str) -> str:
    """`text` on one line, without what would steer a terminal: control characters go, invisible ones too."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs")).split())
