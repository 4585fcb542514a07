"""One spelling for the same text: NFC (Unicode Standard Annex 15), plain line ends, nothing invisible."""

import re
import unicodedata

from pipeline.text.mojibake import GATE as MOJIBAKE
from pipeline.text.mojibake import repaired

# Zero-width and direction characters: they show nothing, would split an address or a card number in two, and overrides
# of direction (Unicode Standard Annex 9) show a reader another order than a program reads. Letters of right-to-left
# scripts need none of them. Tags and variation selectors carry text that nobody sees.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
# What stays where it means something: joiners between emoji and between letters of scripts that join (Arabic, Indic),
# a flag's tags (Unicode Technical Standard 51), a Han character's variant.
_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_JOINER = (
    f"\u200d(?![{_EMOJI}{_JOINING}])|(?<![{_EMOJI}{_JOINING}])\u200d|\u200c(?![{_JOINING}])|(?<![{_JOINING}])\u200c"
)
_TAG = "(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007f]+"
_VARIANT = "(?<![\u3400-\u9fff\uf900-\ufaff])[\U000e0100-\U000e01ef]+"
_REMOVED = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_INVISIBLE}]")
_SOMETIMES = re.compile("[\u200c\u200d\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_OUT_OF_PLACE = re.compile(f"{_JOINER}|{_TAG}|{_VARIANT}")
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
BUT_BLANKS = f"[^{PLAIN}]|{MOJIBAKE}"
"""A text that does not match this only loses the blanks around it (Python's `re` and RE2 alike)."""
GATE = f"{BUT_BLANKS}|^ | $"
"""A text of one line that does not match this is not changed by `normalise` (Python's `re` and RE2 alike)."""
_NOT_PLAIN = re.compile(f"[^{PLAIN}]")


def normalise(text: str) -> str:
    """The text in NFC, with "\\n" line ends, single blank lines, no control or invisible characters, no certain
    mojibake, stripped; it can always be written as UTF-8."""
    again = repaired(text)
    if not _NOT_PLAIN.search(again):
        return again.strip(" ")
    while True:
        text = _spelled(again)
        again = repaired(text)  # each time shorter: what was removed may have stood within a sequence
        if again == text:
            return text


def _spelled(text: str) -> str:
    text = _SURROGATES.sub("\ufffd", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", _REMOVED.sub("", text))
    if _SOMETIMES.search(text):
        text = _OUT_OF_PLACE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", text).strip()
