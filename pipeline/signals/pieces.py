"""Words of a text as spaCy parts them, each piece between white space taken apart once.

spaCy's tokenizer reads such pieces one by one, and white space beyond a single space is a word of its own
(https://spacy.io/usage/linguistic-features#how-tokenizer-works). So the words of a text are those of its pieces. Most
pieces are a word with at most a mark behind it, which no rule parts further, or a number, which is parted like any
other of its length; the rest is asked of spaCy once.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain, pairwise

from spacy.tokenizer import Tokenizer

# What spaCy leaves of white space: the first space after a word goes, the rest is a word.
_PIECE = re.compile(r"(?<=\S) \Z|(?:(?<=\S) )?(\S+|\s+)")
_PLAIN = re.compile(r"(@?[A-Za-z]+)([,!?]|(?<=[a-z])\.)?")
_LONG_NUMBER = re.compile(r"[0-9]{4,}")  # in no rule for words of their own ("8-)", "<333"), which `Parted` checks
_MOST = 50_000  # pieces kept: some 15 MB


def pieces(text: str) -> list[str]:
    """What spaCy's tokenizer reads on its own, in order: words with what is stuck to them, and odd white space."""
    found = text.split(" ")
    return found if found == text.split() else [piece for piece in _PIECE.findall(text) if piece]


class Parted(dict[str, tuple[str, ...]]):
    """Words of pieces in small letters, curly apostrophes straight."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._rules = frozenset(tokenizer.rules)
        self._ends: dict[str, list[int]] = {}
        self._has_number_rules = any(_LONG_NUMBER.search(rule) for rule in self._rules)

    def __missing__(self, piece: str) -> tuple[str, ...]:
        if _LONG_NUMBER.search(piece) and not self._has_number_rules:
            return self._cut(piece, _LONG_NUMBER.sub(_zeros, piece))  # numbers seldom come back
        if len(self) >= _MOST:
            self.clear()
        words = self[piece] = self._plain(piece) or self._cut(piece, piece)
        return words

    def words(self, text: str) -> list[str]:
        """All words of a text."""
        return list(chain.from_iterable(map(self.__getitem__, pieces(text))))

    def _plain(self, piece: str) -> tuple[str, ...]:
        found = _PLAIN.fullmatch(piece)
        if not found or piece in self._rules or found[1] in self._rules:
            return ()
        return tuple(part.lower() for part in found.groups() if part)

    def _cut(self, piece: str, alike: str) -> tuple[str, ...]:
        """`piece` cut where spaCy cuts `alike`, which has the same length."""
        ends = self._ends.get(alike)
        if ends is None:
            if len(self._ends) >= _MOST:
                self._ends.clear()
            ends = self._ends[alike] = [0, *accumulate(len(token) for token in self._tokenizer(alike))]
        return tuple(lower(piece[start:end]) for start, end in pairwise(ends))


def lower(word: str) -> str:
    """As words of cues are compared."""
    return word.lower().replace("\u2019", "'")


def _zeros(number: re.Match[str]) -> str:
    return "0" * len(number[0])
