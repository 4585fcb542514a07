"""UTF-8 that some program read as Windows-1252 ("Ã¼" for "ü", "â€™" for "’"): read again as what it is, where that is
certain.

The round trip is the one that ftfy makes (https://ftfy.readthedocs.io/en/latest/heuristic.html), without its guesses. A
line is repaired only if it holds a sequence that no language writes, if all of it goes back to bytes that are UTF-8,
and if what comes out is letters of Europe, signs or emoji. "CAFÉ…" stays, and so does a line with a sound "ü" beside
the "Ã¼": its writer speaks about it.
"""

import re

_AS_BYTES = str.maketrans(
    {bytes([byte]).decode("cp1252", "ignore") or chr(byte): chr(byte) for byte in range(0x80, 0xA0)}
)
_REST = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # the bytes that continue a character
_CLOSES = "…‘’“”–—«»‹›·°´¨ˆ˜™®©²³¹ª€\u00a0"  # of these, what may follow a capital as well
_UPPER = "A-ZÀ-ÖØ-Þ"
_SEQUENCE = (
    rf"[ÂÃÄÅ](?![{_CLOSES}])[{_REST}]|(?<![{_UPPER}])[ÂÃÄÅ][{_CLOSES}](?=\w)"
    rf"|(?<=[a-zà-ÿ0-9])[ÂÃÄÅ][{_REST}]"
    rf"|â[€‚„†‡ˆœ™š›žŸ¬][{_REST}]|ðŸ[{_REST}]{{2}}|(?:[ÐÑ][{_REST}]){{3}}|(?:[ÎÏ][{_REST}]){{3}}|ï»¿|ï¿½"
)
_CERTAIN = re.compile(_SEQUENCE)
_SOUND = re.compile(
    "[\t -~\u00a0-\u017f\u0192\u0218-\u021b\u0370-\u03ff\u0400-\u045f\u0490\u0491\u200b-\u200f\u2010-\u203a\u20ac\u2122"
    "\u2190-\u2bff\ufe0f\ufeff\ufffd\U0001f000-\U0001faff]*"
)
# The no-break space that ends "à" in bytes, and the one by itself, where a program has made plain spaces of them.
_LOST_SPACE = re.compile(r"(?:(?<=[a-z ])|^)Ã  ?(?=\w)")
_LONE_SPACE = re.compile(rf"(?<![{_UPPER}])Â ")

GATE = f"[ÂÃÄÅ][{_REST}]|â[€‚„†‡ˆœ™š›žŸ¬]|ðŸ|[ÐÑÎÏ][{_REST}]|ï[»¿]"
"""A text that does not match this is not changed by `repaired` (Python's `re` and RE2 alike)."""
_MAY_BE = re.compile(GATE)


def repaired(text: str) -> str:
    """The text with its certain lines read again; never longer, and no further change a second time."""
    if text.isascii() or _MAY_BE.search(text) is None:
        return text
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _repaired_line(line: str) -> str:
    while _CERTAIN.search(line):
        again = _read_again(line)
        if again is None:
            break
        line = again
    return line


def _read_again(line: str) -> str | None:
    try:
        line = _LONE_SPACE.sub("Â\u00a0", _LOST_SPACE.sub("Ã\u00a0 ", line))
        again = line.translate(_AS_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return again if _SOUND.fullmatch(again) else None
