"""The text of a file's bytes, whatever wrote them, and what they were read as. Never raises, loses no byte that means
something.

In the order of https://encoding.spec.whatwg.org/#decode: a byte order mark decides; then UTF-8, which nothing else
looks like. UTF-16 without a mark has its zeros on one side (RFC 2781, 4.3); ISO-2022-JP has its escapes (RFC 1468).
Bytes that are mostly UTF-8 are files put together: the rest of them is Windows-1252. What is left is one of the pages
of a machine: where few bytes are above ASCII a Western or Central European one, else what charset-normalizer finds.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_FOREIGN_SHARE = 0.3  # of letters above ASCII: text in French or Polish has a tenth, in Russian or Japanese nearly all

# Letters that Polish, Czech and Hungarian are full of, where Windows-1252 has signs that stand in no word.
_CENTRAL = re.compile(rb"[A-Za-z][\xb9\xbe\xb3\xbf\x9c\x9d\x9f][a-z]|[a-z][\xb9\xb3\x9c\x9d\x9f\xbf](?![\x80-\xff\w])")


def decode(raw: bytes) -> tuple[str, str]:
    """(text, encoding) of these bytes; half surrogate pairs and bytes of no meaning come as U+FFFD."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace"), encoding
    wide = _by_zeros(raw[:_SAMPLE])
    if wide is not None:
        return raw.decode(wide, "replace"), wide
    for encoding in ("iso-2022-jp", "utf-8") if _ISO_2022_JP.search(raw[:_SAMPLE]) else ("utf-8",):
        text = _strict(raw, encoding)
        if text is not None:
            return text, encoding
    if _is_mostly_utf8(raw):
        return raw.decode("utf-8", _AS_WINDOWS), "utf-8 and windows-1252"
    encoding = _page(raw)
    text = _strict(raw, encoding)
    return (raw.decode("cp1252", _AS_LATIN), "windows-1252") if text is None else (text, encoding)


def _by_zeros(sample: bytes) -> str | None:
    """UTF-16 without a mark: every character of ASCII is half zero, always the same half."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 2 or max(even, odd) * 10 < len(sample) // 2 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _strict(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_mostly_utf8(raw: bytes) -> bool:
    sample = raw[:_SAMPLE]
    whole = sum(map(len, _MULTIBYTE.findall(sample)))
    return whole > 0 and whole >= 2 * (_above_ascii(sample) - whole)


def _page(raw: bytes) -> str:
    sample = raw[:_SAMPLE]
    letters = sum(map(len, _WORD.findall(sample)))
    if _above_ascii(sample) > _FOREIGN_SHARE * letters:
        return _found(sample)
    if b"\r" in sample and b"\n" not in sample:
        return "mac_roman"  # only a Macintosh of old ends lines so
    return "cp1250" if len(_CENTRAL.findall(sample)) >= 2 else "cp1252"


def _found(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # 30 ms that hardly any file needs

    best = from_bytes(sample[: _SAMPLE // 4], enable_fallback=False).best()
    return "cp1252" if best is None else best.encoding


def _above_ascii(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, bytes(range(0x80, 0x100))))


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8, one by one as Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", _AS_LATIN), error.end


def _latin(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 has no character for, as browsers read them."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


_AS_WINDOWS, _AS_LATIN = "ticketscout_windows", "ticketscout_latin"
codecs.register_error(_AS_WINDOWS, _windows)
codecs.register_error(_AS_LATIN, _latin)
