"""Turns of a chat written down as text, one line or more a turn: pasted into a comment, or a file of its own.

Forms of a turn's first line: `(08:09:40 AM) Susan: hello` as Zendesk Chat and Zopim write it under `Chat started:
2016-08-22 08:09 AM UTC` (danoyoung.blogspot.com/2016/09, and `*** Larry joined the chat ***` between turns),
`[10:03] Jane: hello`, `10:03 AM | Jane: hello`, `2026-11-10 10:03 - Jane: hello`, `Jane (Support) 10:03` with the text
under it, and, of roles alone, `AGENT: hello`. What follows belongs to the turn until the next one starts.

Mail has colons too: without times only roles' names start turns here, and a text that says anything before its first
turn but a chat's own heading is no chat. Without a heading, somebody speaks twice or is called by a role. One pass,
each pattern anchored at a line's start.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.sources.generic.columns import folded, words

# Whether it is worth to look: RE2, for a whole column at once.
GATE = (
    r"(?im)^[ \t]*(?:[\[(]?(?:\d{4}-\d\d-\d\d[T ,]{1,2})?\d{1,2}:\d\d\b"
    r"|[^:\n]{1,60}[ ,(\[-]\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?[)\]]?:?[ \t]*$"
    r"|(?:agent|support|operator|customer|visitor|client|user|bot|caller)\b[^:\n]{0,20}:)"
)
_CLOCK = r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d))?(?:\.\d+)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_TIME = rf"(?:(?P<day>\d{{4}}-\d\d-\d\d)[T ,]{{1,2}})?{_CLOCK}(?: ?(?P<zone>Z|UTC|GMT))?"
_SPEAKER = r"(?P<who>[^\s:\[\]<>|*][^:\[\]<>|*\n]{0,58})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"[ \t]*[\[(]{_TIME}[\])][ \t]{{0,40}}[-|–]?[ \t]{{0,40}}{_SPEAKER}:(?:[ \t]+|$)(?P<text>.*)",
        rf"[ \t]*{_TIME}[ \t]{{0,40}}[-|–]?[ \t]{{1,40}}{_SPEAKER}:(?:[ \t]+|$)(?P<text>.*)",
        rf"[ \t]*{_SPEAKER}[ \t]{{0,40}}[,(\[-]?[ \t]{{0,40}}\b{_TIME}[)\]]?:?[ \t]*(?P<text>)$",
    )
)
_ROLE = re.compile(rf"[ \t]*{_SPEAKER}:(?:[ \t]+|$)(?P<text>.*)")
_EVENT = re.compile(rf"[ \t]*(?:[\[(]?{_TIME}[\])]?[ \t]*)?\*\*\*.*\*\*\*[ \t]*$")
_HEADING = re.compile(
    r"[ \t]*(?:[-=_*#]{3,}|(?:chat|conversation|messaging|transcript|call|live ?chat)\b[^.?!]{0,80}|"
    r"(?:visitor|agent|operator|customer|email|name|department|started|served by|date|id|url|duration)"
    r"(?: id| name)?[ \t]*:.{0,120})$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<role>[^\d(]+?) ?#?\d{0,12}$|[^(]*\((?P<inner>[^()]+)\)$")
_MOST_TURNS = 20_000


class Turn(NamedTuple):
    """One thing said. `seconds`: of the day, or None; `day`: ISO, where the line names it; `is_utc`: so is its zone."""

    speaker: str
    seconds: int | None
    day: str
    is_utc: bool
    text: str


def turns_of(body: str) -> tuple[Turn, ...]:
    """The turns of a chat pasted into a text; nothing where it is none."""
    found, before = parted(body, with_roles=True)
    if len(found) < 2 or len({turn.speaker for turn in found}) < 2:
        return ()
    if any(line.strip() and not _HEADING.match(line) and not _EVENT.match(line) for line in before):
        return ()
    is_timed = [turn.seconds is not None for turn in found]
    if not any(is_timed):
        return found if len(found) > 2 and len({role_of(turn.speaker) for turn in found}) > 1 else ()
    is_headed = any(line.strip() for line in before)
    speakers = [turn.speaker for turn in found]
    is_talk = is_headed or any(map(role_of, speakers)) or len(speakers) - len(set(speakers)) > 0
    return found if all(is_timed) and is_talk and _goes_on(found) else ()


def parted(body: str, *, with_roles: bool) -> tuple[tuple[Turn, ...], list[str]]:
    """Turns, and the lines before the first. `with_roles`: without any times, roles' names start turns."""
    lines = body.splitlines()
    turns = _turns(lines, _timed)
    if not turns[0] and with_roles:
        turns = _turns(lines, _by_role)
    return turns


def role_of(speaker: str) -> str | None:
    """customer, agent, bot or system where the name says so: `AGENT`, `Visitor 4711`, `Jane (Support)`."""
    said = _NUMBERED.match(speaker.strip())
    for name in (said.group("inner"), said.group("role")) if said else ():
        for role in ("customer", "agent", "bot", "system"):
            if name and folded(name) in words()[role]:
                return role
    return None


def _turns(lines: list[str], start: Callable[[str], Turn | None]) -> tuple[tuple[Turn, ...], list[str]]:
    turns: list[Turn] = []
    texts: list[list[str]] = []
    before: list[str] = []
    for line in lines:
        if len(turns) < _MOST_TURNS and (turn := start(line)):
            turns.append(turn)
            texts.append([turn.text] if turn.text else [])
        elif not turns:
            before.append(line)
        elif not _EVENT.match(line):
            texts[-1].append(line.strip())
    said = [turn._replace(text="\n".join(text).strip()) for turn, text in zip(turns, texts, strict=True)]
    return tuple(turn for turn in said if turn.text), before


def _timed(line: str) -> Turn | None:
    if len(line) > 20_000 or ":" not in line[:200] or _EVENT.match(line):
        return None
    for form in _FORMS:
        found = form.match(line)
        if found and int(found["h"]) < 24 and int(found["m"]) < 60:
            half, hour = (found["half"] or "").lower(), int(found["h"])
            hour = hour % 12 + (12 if half == "p" else 0) if half else hour
            seconds = hour * 3600 + int(found["m"]) * 60 + int(found["s"] or 0)
            return Turn(_name(found["who"]), seconds, found["day"] or "", bool(found["zone"]), found["text"].strip())
    return None


def _by_role(line: str) -> Turn | None:
    found = _ROLE.match(line) if ":" in line[:80] else None
    if found and role_of(found["who"]):
        return Turn(_name(found["who"]), None, "", False, found["text"].strip())
    return None


def _name(said: str) -> str:
    return said.strip(" \t,-–")


def _goes_on(turns: tuple[Turn, ...]) -> bool:
    """Times go on, but for one midnight."""
    times = [(turn.day, turn.seconds or 0) for turn in turns]
    return sum(a > b for a, b in itertools.pairwise(times)) <= 1
