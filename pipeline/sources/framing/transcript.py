"""Transcripts: a file a conversation, as WebVTT or as lines with times, speakers or roles; one record for all of it.

WebVTT (https://www.w3.org/TR/webvtt1/): cue times and voice spans `<v Jane>`, or `Jane: ` before the cue's text as Zoom
writes it; cues of one speaker in a row are one turn. Lines: the forms of `pasted_chat`. Several chats in one file are
parted where `Chat started:` begins a line, as Zendesk Chat writes it. Lines before the first turn that say
`Key: value` are headers.

A conversation's day is that of its turns, else of its headers, else an ISO date in the file's name. A file's own time
is not asked: it is that of the last copy.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from pipeline.sources.framing.framing import LONGEST, Framed, Framing, Head
from pipeline.sources.pasted_chat import Turn, parted, role_of

_STARTED = re.compile(r"(?im)^(?=[ \t]*chat started[ \t]*:)")
_HEADER = re.compile(r"[ \t]*(?P<key>[A-Za-z][A-Za-z _-]{0,30}?)[ \t]*:[ \t]*(?P<value>\S.{0,200})$")
_DAY = re.compile(
    r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?!\d)(?:[T _]{0,3}(?:at )?(\d{1,2})[:.-]?(\d\d)(?:[:.-]?(\d\d))?(?!\d))?"
)
_HALF = re.compile(r"\d ?([ap])\.?m\b", re.IGNORECASE)
_CUE = re.compile(r"[ \t]*(?:(\d{1,4}):)?(\d\d):(\d\d)[.,]\d{3}[ \t]+-->")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+(?P<who>[^>]{1,80})>")
_NAMED = re.compile(r"(?P<who>[^:<>\n]{1,60}):[ \t]+(?P<text>.*)", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,200}>")


def fits(head: Head, lists: frozenset[str]) -> bool:
    """It begins as WebVTT does, or two speakers take turns in its first lines."""
    text = _decoded(head.start[: 256 << 10])
    if text.startswith("WEBVTT"):
        return True
    if "\0" in text or text.lstrip()[:1] in ("{", "[{", "<"):
        return False
    turns, before = parted(_STARTED.split(text)[-1] if _STARTED.search(text) else text, with_roles=True)
    is_known = any(turn.seconds is not None or role_of(turn.speaker) for turn in turns)
    return len({turn.speaker for turn in turns}) > 1 and is_known and len(before) < 40 and not _is_mail(before)


def records(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """A record a conversation: `transcript_id day second is_utc headers turns[{speaker, day, second, text}]`."""
    raw = stream.read(LONGEST + 1)
    if len(raw) > LONGEST:
        yield Framed(1, "", raw[:1000], "too_long")
        return
    text = _decoded(raw)
    if text.startswith("WEBVTT"):
        yield _framed(1, 1, name, _cue_turns(text), _note_lines(text), is_offset=True)
        return
    place = 1
    chats = [part for part in _STARTED.split(text) if part.strip()]
    for number, part in enumerate(chats, start=1):
        turns, before = parted(part, with_roles=True)
        yield _framed(place, number if len(chats) > 1 else 1, name, turns, before)
        place += part.count("\n")


def _is_mail(before: list[str]) -> bool:
    keys = {found["key"].lower() for line in before if (found := _HEADER.match(line))}
    return {"from", "subject"} <= keys


def _framed(
    place: int, number: int, name: str, turns: tuple[Turn, ...], before: list[str], is_offset: bool = False
) -> Framed:
    headers = {
        found["key"].strip().lower(): found["value"].strip() for line in before if (found := _HEADER.match(line))
    }
    stem = PurePosixPath(name.rsplit("/", 1)[-1]).name.split(".")[0]
    own = next((headers[key] for key in _ID_KEYS if headers.get(key)), "")
    day, second = _started(headers, stem)
    record: dict[str, Any] = {
        "transcript_id": own or (stem if number == 1 else f"{stem}#{number}"),
        "headers": headers,
        "turns": [dict(turn._asdict(), role=role_of(turn.speaker)) for turn in turns],
        "started_on": day,
        "started_second": second,
        "is_offset": is_offset,
        "is_utc": any(re.search(r"\b(UTC|GMT)\b|\dZ\b", value) for value in headers.values()),
    }
    return Framed(place, "", json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))


_ID_KEYS = ("conversation id", "chat id", "call id", "session id", "ticket id", "ticket", "case", "id")
_TIME_KEYS = (
    "chat started",
    "started",
    "started at",
    "start time",
    "date",
    "conversation started",
    "call date",
    "time",
)


def _started(headers: dict[str, str], stem: str) -> tuple[str, int]:
    """Day and second of the day that a conversation began, as its headers say, else its name."""
    for said in [headers[key] for key in _TIME_KEYS if key in headers] + [stem]:
        found = _DAY.search(said)
        if found:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            half = _HALF.search(said, found.start())
            if half and hour <= 12:
                hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
            try:
                return dt.date(year, month, day).isoformat(), min(hour * 3600 + minute * 60 + second, 86399)
            except ValueError:
                continue
    return "", 0


def _note_lines(text: str) -> list[str]:
    return [line.removeprefix("NOTE ").removeprefix("WEBVTT - ") for line in text.split("-->", 1)[0].splitlines()]


def _cue_turns(text: str) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.splitlines()
        at = next((n for n, line in enumerate(lines[:2]) if _CUE.match(line)), None)
        if at is None or not (cue := _CUE.match(lines[at])):
            continue
        seconds = int(cue[1] or 0) * 3600 + int(cue[2]) * 60 + int(cue[3])
        said = "\n".join(lines[at + 1 :])
        voices = _VOICE.split(said)  # what stands before the first, then name and words in turn
        spans = list(zip(voices[1::2], voices[2::2], strict=True))
        if not spans and (named := _NAMED.match(said)):
            spans = [(named["who"], named["text"])]
        for who, words in spans or [(turns[-1].speaker if turns else "", said)]:
            words = _TAG.sub("", words).strip()
            if turns and turns[-1].speaker == who.strip() and words:
                turns[-1] = turns[-1]._replace(text=f"{turns[-1].text} {words}")
            elif words:
                turns.append(Turn(who.strip(), seconds, "", False, words))
    return tuple(turns)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start >= len(raw) - 3
        text = raw[: error.start].decode("utf-8-sig") if cut else raw.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


TRANSCRIPT = Framing("transcript", "transcript", fits, records)
