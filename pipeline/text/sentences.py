"""Sentences of mails, chats and tweets: where one statement ends and the next begins."""

from __future__ import annotations

import re

# After an end mark, at a line end unless the next line goes on in lower case (mails are wrapped), around a dash that
# stands alone, at dots that trail off, after an emoji.
_BREAK = re.compile(
    r"(?<=[.!?…])[\"')\]]*\s+|\n\s*\n+|\n+(?!\s*[a-z])|\s+[-–—]+\s+|\.{2,}\s*|(?<=[\U0001F300-\U0001FAFF])\s+"
)
_ENDED = (".", "!", "?", "…")
_WORD = re.compile(r"\w")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without white space around it; never empty.

    What holds no word belongs to no sentence. A single word is no sentence of its own unless the one before it was
    ended: "so annoying... really" is one statement.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end, following in [*((found.start(), found.end()) for found in _BREAK.finditer(text)), (len(text), len(text))]:
        piece = text[start:end]
        if _WORD.search(piece):
            begin = start + len(piece) - len(piece.lstrip())
            stop = end - (len(piece) - len(piece.rstrip()))
            if spans and len(piece.split()) == 1 and not text[: spans[-1][1]].endswith(_ENDED):
                spans[-1] = (spans[-1][0], stop)
            else:
                spans.append((begin, stop))
        start = following
    return spans or [(0, len(text))]
