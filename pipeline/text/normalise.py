"""One spelling for the same text: NFC (Unicode Standard Annex 15), plain line ends, nothing invisible."""

import re
import unicodedata

# Zero-width and direction characters: they show nothing, and would split an address or a card number in two.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_REMOVED = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_INVISIBLE}]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n[^\S\n]{0,200}(?:\n[^\S\n]{0,200}){1,2000}\n")

# Characters that this module leaves as they are, whatever stands beside them: printable ASCII, letters and
# signs of Western and Central Europe, Greek, Cyrillic, common punctuation, symbols and emoji. A test holds
# the range to it.
PLAIN = (
    " -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f"
    "\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2190-\u2328\u232b-\u27ff\u2900-\u297f\u2b00-\u2b2f\ufe0f\U0001f000-\U0001faff"
)
GATE = f"[^{PLAIN}]|^ | $"
"""A text of one line that does not match this is not changed by `normalise` (Python's `re` and RE2 alike)."""
_NOT_PLAIN = re.compile(f"[^{PLAIN}]")


def normalise(text: str) -> str:
    """The text in NFC, with "\\n" line ends, single blank lines, no control or invisible characters,
    stripped."""
    if not _NOT_PLAIN.search(text):
        return text.strip(" ")
    text = _SURROGATES.sub("\ufffd", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", _REMOVED.sub("", text))
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", text).strip()
