"""Files of an export made wrong, each by a number of its own: the same number gives the same bytes.

Bytes are cut, flipped, taken out, put in, spliced with another file, packed and then broken. JSON gets values of
other types, nesting, ids that are missing, odd or twice, lone surrogates, huge numbers, times of no calendar. Tables,
mail and transcripts get what their own readers stumble over: delimiters, quotes, headers, boundaries, charsets, clocks.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pyarrow as pa

from tests.bench.wrong_values import ODD_TIMES, ODD_VALUES, RAW_VALUES, SNIPPETS

_RAW = "\x01raw%d\x01"  # stands for what json.dumps would not write
_WORD = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.:+-]*")
_KEYS_OF_IDS = re.compile(r"(^|_)(id|key|type|kind|state|status)s?$", re.IGNORECASE)
_KEYS_OF_TIMES = re.compile(r"(_at|_time|time|timestamp|date|sent|created|updated)$|At$", re.IGNORECASE)


def mutant(files: Sequence[bytes], others: Sequence[bytes], family: str, seed: str) -> bytes:
    """One wrong file made of one of `files`; `others` are spliced in. `family` is a framing's."""
    rng = random.Random(seed)
    raw = rng.choice(files)
    is_json = family == "json" or raw.lstrip()[:1] in (b"{", b"[")
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if is_json and rng.random() < 0.6:
            raw = _json(raw, rng)
        elif rng.random() < 0.5:
            raw = _words(raw, family, rng)
        else:
            raw = rng.choice(_OF_BYTES)(raw, rng)
            if rng.random() < 0.15:
                raw = _spliced(raw, rng.choice(others), rng)
    return _packed(raw, rng) if rng.random() < 0.08 else raw


def _cut(raw: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)] if rng.random() < 0.7 else raw[rng.randrange(len(raw) + 1) :]


def _flipped(raw: bytes, rng: random.Random) -> bytes:
    out = bytearray(raw)
    for _ in range(rng.choice((1, 2, 8, 64)) if out else 0):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _taken_out(raw: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(raw) + 1)
    return raw[:start] + raw[start + rng.choice((1, 3, 40, 1000)) :]


def _put_in(raw: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(raw) + 1)
    what = rng.choice(
        (b"\0", b"\0" * 999, b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x1a", b"\x85")
    )
    return raw[:start] + (what if rng.random() < 0.7 else rng.randbytes(rng.choice((1, 16, 300)))) + raw[start:]


def _twice(raw: bytes, rng: random.Random) -> bytes:
    start, end = sorted((rng.randrange(len(raw) + 1), rng.randrange(len(raw) + 1)))
    return raw + raw if rng.random() < 0.2 else raw[:end] + raw[start:]


def _recoded(raw: bytes, rng: random.Random) -> bytes:
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp037", "shift_jis"))
    return raw.decode("utf-8", "replace").encode(encoding, "replace")


def _ended(raw: bytes, rng: random.Random) -> bytes:
    return raw.replace(b"\n", rng.choice((b"\r\n", b"\r", b"", b"\n\n", b"\x0b", b"\xe2\x80\xa8", b"\x00\n")))


def _nothing(raw: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        (b"", b"\n", b" " * 5000, b"\0" * 5000, b"\xef\xbb\xbf", b"{}", b"[]", b"null", b"\xff\xfe", b'""')
    )


_OF_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_cut, _cut, _flipped, _flipped, _flipped, _taken_out, _taken_out, _put_in, _put_in, _twice, _recoded, _ended),
    _nothing,
)


def _spliced(raw: bytes, other: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)] + other[rng.randrange(len(other) + 1) :]


def _packed(raw: bytes, rng: random.Random) -> bytes:
    """Packed, perhaps twice, and mostly broken then."""
    form = rng.choice(("gzip", "gzip", "zstd", "zip", "zip"))
    if form == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
            archive.writestr(zipfile.ZipInfo("README.txt"), "What is in here.")
            archive.writestr(zipfile.ZipInfo("a/export.json"), _gzip(raw) if rng.random() < 0.3 else raw)
        packed = out.getvalue()
    else:
        packed = _gzip(raw) if form == "gzip" else bytes(pa.compress(raw, "zstd", asbytes=True))
    return packed if rng.random() < 0.3 else rng.choice((_cut, _flipped, _taken_out, _put_in, _twice))(packed, rng)


def _gzip(raw: bytes) -> bytes:
    return gzip.compress(raw, mtime=0)  # the same bytes at any hour


def _words(raw: bytes, family: str, rng: random.Random) -> bytes:
    """Text as people and programs write it wrong: a word of another kind, a line twice, gone or foreign."""
    choice = rng.random()
    words = list(_WORD.finditer(raw)) if choice < 0.4 else []
    if words:
        found = rng.choice(words)
        value = str(rng.choice(rng.choice((ODD_VALUES, ODD_TIMES)))).encode("utf-8", "replace")
        return raw[: found.start()] + value + raw[found.end() :]
    snippet = rng.choice(SNIPPETS[family])
    if choice < 0.7:
        start = rng.randrange(len(raw) + 1)
        return raw[:start] + snippet + raw[start:]
    lines = raw.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    for change in rng.sample(("twice", "gone", "foreign", "moved", "joined"), 2):
        if change == "twice":
            lines.insert(rng.randrange(len(lines) + 1), lines[at])
        elif change == "gone":
            del lines[at]
        elif change == "foreign":
            lines.insert(at, snippet)
        elif change == "moved":
            lines.insert(rng.randrange(len(lines)), lines.pop(at))
        else:
            lines[at] = lines[at].rstrip(b"\r\n")
        lines = lines or [b""]
        at = min(at, len(lines) - 1)
    return b"".join(lines)


def _json(raw: bytes, rng: random.Random) -> bytes:
    """Values, keys and items changed in a document, or in some of its lines."""
    try:
        return _written(_changed(json.loads(raw), rng))
    except (ValueError, RecursionError):
        pass
    lines = raw.split(b"\n")
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        try:
            lines[at] = _written(_changed(json.loads(lines[at]), rng))
        except (ValueError, RecursionError):
            continue
    return b"\n".join(lines)


def _written(document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=True)
    for number, value in enumerate(RAW_VALUES):
        token = json.dumps(_RAW % number)
        if token in text:
            text = text.replace(token, value)
    return text.encode("utf-8", "surrogatepass")


def _changed(document: Any, rng: random.Random) -> Any:
    for _ in range(rng.choice((1, 1, 2, 4))):
        slots = list(_slots(document))
        if not slots:
            return deepcopy(rng.choice(ODD_VALUES))
        wish = rng.random()
        pattern = _KEYS_OF_IDS if wish < 0.35 else _KEYS_OF_TIMES if wish < 0.5 else None
        wanted = [slot for slot in slots if pattern and isinstance(slot[1], str) and pattern.search(slot[1])]
        _change(*rng.choice(wanted or slots), slots, rng)
    return document


def _slots(node: Any) -> Any:
    """Every place of a document that holds a value: its container and the key or index."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        for key in list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ():
            yield here, key
            waiting.append(here[key])


_MANY = 2_000_000  # characters: three hundred times three hundred fill a memory


def _change(here: Any, key: Any, slots: list[tuple[Any, Any]], rng: random.Random) -> None:
    what = rng.choice(("odd", "odd", "time", "raw", "gone", "other", "other", "wrapped", "renamed", "again", "many"))
    value = here[key]
    if what == "odd":
        here[key] = deepcopy(rng.choice(ODD_VALUES))  # changed in its turn, it may come to hold itself
    elif what == "time":
        here[key] = rng.choice(ODD_TIMES)
    elif what == "raw":
        here[key] = _RAW % rng.randrange(len(RAW_VALUES))
    elif what == "gone":
        del here[key]
    elif what == "other":  # of the same name where there is one: ids twice, times out of order
        same = [(there, name) for there, name in slots if name == key and there is not here]
        there, name = rng.choice(same or slots)
        found = there[name] if isinstance(there, list) and name < len(there) else None
        found = there.get(name) if isinstance(there, dict) else found
        here[key] = json.loads(json.dumps(found))
    elif what == "wrapped":
        here[key] = rng.choice(([value], {"id": value}, {"data": [value]}, [[value]], str(value)))
    elif what == "renamed" and isinstance(here, dict):
        here[rng.choice((f"{key}s", key.upper(), "", "id", "comments", "type", "a.b", 'a"b', "$"))] = here.pop(key)
    elif isinstance(here, list):
        again = json.dumps([value])
        times = 1 if what == "again" else min(300, _MANY // len(again) + 1)
        here.extend(json.loads(again) * times)
