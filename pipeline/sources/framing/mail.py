"""E-mail: one message a file (RFC 5322), or a mailbox of many (RFC 4155, quoted as mboxrd does).

A message becomes a JSON object: what it says, who wrote it to whom, and the ids that thread it. Attachments stay out.
"""

from __future__ import annotations

import email
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from typing import BinaryIO

from pipeline.sources.framing.framing import LONGEST, Framed, Framing, Head

_LONGEST = 4 * LONGEST  # attachments, which stay out, are most of it
# The standard library's parser raises these for headers and parts that no mail programme writes.
_UNREAD = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MessageError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
# Bytes of a header. Of more Postfix keeps none (header_size_limit, https://www.postfix.org/postconf.5.html); what has a
# grammar the standard library reads in time that grows with the square, so that a megabyte would take a night.
_LONGEST_HEADER = 102_400
_LONGEST_ADDRESSES = 16 << 10
_LONGEST_OF_A_PART = 4 << 10
_ADDRESSES = ("from", "sender", "to", "cc", "bcc", "reply-to", "resent-from", "resent-sender", "resent-to", "resent-cc")
_FROM_LINE = b"From "
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_OF_MAIL = re.compile(rb"(?im)^(?:from|to|date|subject|message-id|received|return-path|mime-version|delivered-to):")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_ID = re.compile(r"<([^<>\s]{1,900})>")


class _LongHeader(Exception):
    """A header is longer than what is read."""


class _BoundedPolicy(EmailPolicy):
    """The default policy, which reads no header without end; raises _LongHeader while a message is taken apart."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name = sourcelines[0].partition(":")[0].strip().lower()
        if sum(map(len, sourcelines)) > _longest(name):
            raise _LongHeader
        return super().header_source_parse(sourcelines)


_POLICY: EmailPolicy[EmailMessage] = _BoundedPolicy()  # type: ignore[assignment]  # generic for a checker alone


def is_mailbox(head: Head, lists: frozenset[str]) -> bool:
    """It begins with the line that parts messages, and a header follows."""
    first, _, rest = head.start.partition(b"\n")
    return first.startswith(_FROM_LINE) and _HEADER.match(rest) is not None


def is_message(head: Head, lists: frozenset[str]) -> bool:
    """It begins with a header, and three of those that mail has stand before its first blank line."""
    block = re.split(rb"\r?\n\r?\n", head.start[: 1 << 16], maxsplit=1)[0]
    return _HEADER.match(block) is not None and len({m.group().lower() for m in _OF_MAIL.finditer(block)}) >= 3


def mailbox(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """Messages of a mailbox."""
    place, lines, is_after_blank = 0, list[bytes](), True
    for line in stream:
        if is_after_blank and line.startswith(_FROM_LINE):
            if place:
                yield _framed(place, _ESCAPED.sub(rb"\1", b"".join(lines)))
            place, lines = place + 1, []
        else:
            lines.append(line)
        is_after_blank = not line.strip()
    if place:
        yield _framed(place, _ESCAPED.sub(rb"\1", b"".join(lines)))


def single(stream: BinaryIO, name: str, lists: frozenset[str]) -> Iterator[Framed]:
    """The message that the file is."""
    yield _framed(1, stream.read())


def _framed(place: int, raw: bytes) -> Framed:
    if len(raw) > _LONGEST:
        return Framed(place, "", raw, "too_long")
    try:
        said = _message(email.message_from_bytes(raw, policy=_POLICY))
    except _LongHeader:
        return Framed(place, "", raw, "long_header")
    except _UNREAD:
        return Framed(place, "", raw, "no_text")
    return Framed(place, "", json.dumps(said).encode())


def _longest(header: str) -> int:
    if header.startswith("content-"):
        return _LONGEST_OF_A_PART
    return _LONGEST_ADDRESSES if header in _ADDRESSES else _LONGEST_HEADER


def _message(mail: EmailMessage) -> dict[str, object]:
    own = _ids(mail, "message-id")
    parents = _ids(mail, "references") + _ids(mail, "in-reply-to")
    text, is_html = _body(mail)
    date = _date(mail)
    senders = _people(mail, "from") or _people(mail, "sender")
    return {
        "id": _short(own[0]) if own else _short(f"{date} {senders} {text.strip()}"),
        "thread": _short((parents or own or [f"{date} {senders} {text.strip()}"])[0]),
        "parents": [_short(parent) for parent in parents],
        "sent_at": _time(mail, date),
        "from": senders[0] if senders else None,
        "to": _people(mail, "to"),
        "cc": _people(mail, "cc"),
        "subject": _header(mail, "subject"),
        "body": text,
        "is_html": is_html,
        "is_automatic": _is_automatic(mail, senders),
        "is_draft": _header(mail, "x-unsent") == "1" or mail.get("x-mozilla-draft-info") is not None,
    }


def _ids(mail: EmailMessage, header: str) -> list[str]:
    return [found for value in mail.get_all(header, []) for found in _ID.findall(str(value))]


def _short(message_id: str) -> str:
    """Message ids may hold addresses and names of machines: only their digest is kept."""
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:16]


def _header(mail: EmailMessage, name: str) -> str | None:
    value = mail.get(name)
    return None if value is None else _sound(str(value)).strip()


def _people(mail: EmailMessage, header: str) -> list[dict[str, str | None]]:
    pairs = getaddresses([_sound(str(value)) for value in mail.get_all(header, [])])
    return [
        {"address": address.lower(), "name": name.strip() or None} for name, address in pairs if "@" in address[1:-1]
    ]


def _date(mail: EmailMessage) -> str | None:
    """What the header says; none where the library cannot even hold it."""
    try:
        value = mail.get("date")
    except _UNREAD:
        return None
    return None if value is None else str(value)


def _time(mail: EmailMessage, date: str | None) -> str | None:
    """When it was sent, else when the first server took it; a time without zone is UTC (RFC 5322, 3.3)."""
    received = [str(value).rpartition(";")[2] for value in mail.get_all("received", [])]
    for value in [date, *reversed(received)]:
        try:
            at: datetime = parsedate_to_datetime(str(value).strip())
            return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC).isoformat()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _body(mail: EmailMessage) -> tuple[str, bool]:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", False
    raw = part.get_payload(decode=True)
    octets = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        text = octets.decode(charset)
    except (LookupError, UnicodeDecodeError):
        text = octets.decode("cp1252", "replace")  # what programmes that lie about their charset mostly write
    return _sound(text).replace("\r\n", "\n"), part.get_content_subtype() == "html"


def _sound(text: str) -> str:
    """Without lone surrogates, which no JSON or UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode()


def _is_automatic(mail: EmailMessage, senders: list[dict[str, str | None]]) -> bool:
    """Written by a machine: RFC 3834, and what servers wrote before it."""
    submitted = (_header(mail, "auto-submitted") or "no").lower()
    precedence = (_header(mail, "precedence") or "").lower()
    address = str(senders[0]["address"]) if senders else ""
    return (
        not submitted.startswith("no")
        or precedence in ("bulk", "junk", "auto_reply", "list")
        or mail.get("x-autoreply") is not None
        or mail.get("list-unsubscribe") is not None
        or address.partition("@")[0] in ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply")
        or not senders
    )


MAILBOX = Framing("mailbox", "mail", is_mailbox, mailbox)
MESSAGE = Framing("message", "mail", is_message, single)
