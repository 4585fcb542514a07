"""Sentences of mails, chats and tweets: where one statement ends and the next begins."""

from __future__ import annotations

import re

# After an end mark or an emoji, at a line end unless the next line goes on in lower case (mails are wrapped), around a
# dash that stands alone, at dots that trail off. Each alternative begins with a character of its own: a look behind
# would be tried at every place.
_BREAK = re.compile(r"([.!?…\U0001F300-\U0001FAFF])[\"')\]]*\s+|\n\s*\n+|\n+(?!\s*[a-z])|\s{1,99}[-–—]+\s+|\.{2,}\s*")
_ENDED = (".", "!", "?", "…")
_WORD = re.compile(r"\w")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without white space around it; never empty.

    What holds no word belongs to no sentence. A single word is no sentence of its own unless the one before it was
    ended: "so annoying... really" is one statement.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    breaks = [(found.end(1) if found[1] else found.start(), found.end()) for found in _BREAK.finditer(text)]
    for end, following in [*breaks, (len(text), len(text))]:
        piece = text[start:end].strip()
        if _WORD.search(piece):
            begin = text.index(piece, start)
            is_one_word = spans and len(piece.split(maxsplit=1)) == 1
            if is_one_word and not text.endswith(_ENDED, 0, spans[-1][1]):
                spans[-1] = (spans[-1][0], begin + len(piece))
            else:
                spans.append((begin, begin + len(piece)))
        start = following
    return spans or [(0, len(text))]
