"""Words without which a pattern cannot match: so it is asked only of texts that have them (Cox 2012, "Regular
Expression Matching with a Trigram Index", with words in place of trigrams).

A pattern is read as a set of sketches, of which each text that it matches fits one: small letters and digits stand for
themselves, a space for the edge of a word, a star for anything or nothing. `\\bshame on (?:you|@\\w+)` has two: "shame
on you" and "shame on *". A word of a sketch is whole between two spaces, else the beginning, end or middle of one.

What is a word is RE2's `\\w`: ASCII letters, digits and the underscore.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from re import _parser  # type: ignore[attr-defined]  # a pattern as a tree; in no other place of the standard library
from typing import Any

Ways = tuple[tuple[str, ...], ...]
"""One of these; of a way, all words: "word", "beginn*", "*ing", "*middl*"."""
Needs = tuple[tuple[Ways, ...], ...]
"""For one of the pattern's alternatives, all of these."""

_MOST = 64  # sketches of words one after the other; a list of words may be longer
_LEAST = 3  # letters of a part of a word
_SMALL = 12  # letters of a class that stand for themselves
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_NOTHING, _EDGE, _ANY = frozenset([""]), frozenset([" "]), frozenset(["*"])
_Sketches = frozenset[str]
_OTHERWISE = ("[:", "{,")  # what Python reads otherwise than RE2


@lru_cache(maxsize=4096)
def needed_words(pattern: str) -> Needs:
    """What every text has that the RE2 `pattern` matches; empty where that is not known."""
    if any(sign in pattern for sign in _OTHERWISE):
        return ()
    try:
        alternatives = _alternatives(list(_parser.parse(pattern)))
    except re.error:  # RE2 has signs that Python does not have
        return ()
    needs = {tuple(sorted({ways for piece in _pieces(nodes) if (ways := _ways(piece))})) for nodes in alternatives}
    return tuple(sorted(needs)) if all(needs) else ()


def _alternatives(nodes: list[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """What the whole pattern is one of. Python takes out what alternatives begin with."""
    if not nodes:
        return [nodes]
    kind, what = nodes[-1]
    if len(nodes) == 1 and kind is _parser.SUBPATTERN:
        return _alternatives(list(what[-1]))
    if kind is _parser.BRANCH and all(before in (_parser.AT, _parser.LITERAL) for before, _ in nodes[:-1]):
        return [[*nodes[:-1], *rest] for branch in what[1] for rest in _alternatives(list(branch))]
    return [nodes]


def _ways(sketches: _Sketches) -> Ways:
    """Words of each sketch; empty where one of them has none."""
    ways = {
        tuple(sorted({part for word in sketch.split() for part in (_parts(word) if "*" in word else (word,))}))
        for sketch in sketches
    }
    if not all(ways):
        return ()
    alone = {way[0] for way in ways if len(way) == 1}
    return tuple(sorted(way for way in ways if len(way) == 1 or alone.isdisjoint(way)))  # the rest says no more


def _parts(word: str) -> list[str]:
    """A word with stars is asked for its beginning, its end and what is between, where that says something."""
    begin, *middle, end = word.split("*")
    parts = [(begin, f"{begin}*"), *((part, f"*{part}*") for part in middle), (end, f"*{end}")]
    return [asked for part, asked in parts if len(part) >= _LEAST]


def _pieces(nodes: Iterable[tuple[Any, Any]]) -> list[_Sketches]:
    """Sketches of what stands one after the other; a piece ends where there would be too many."""
    pieces: list[_Sketches] = [_ANY]
    for following in _one_by_one(nodes):
        if _are_too_many(pieces[-1], following):
            before = pieces[-1]
            pieces[-1] = _joined(before, _forgotten(following))
            pieces.append(_forgotten(before))
        pieces[-1] = _joined(pieces[-1], following)
    pieces[-1] = _joined(pieces[-1], _ANY)
    return pieces


def _one_by_one(nodes: Iterable[tuple[Any, Any]]) -> Iterator[_Sketches]:
    """Sketches of each node; letters that follow each other are one."""
    for kind, run in groupby(nodes, key=itemgetter(0)):
        if kind is _parser.LITERAL:
            yield frozenset([_plain("".join(_letter(code) for _, code in run))])
        else:
            yield from (_sketches(kind, what) for _, what in run)


def _sequence(nodes: Sequence[tuple[Any, Any]]) -> _Sketches:
    """Sketches of what stands one after the other within a larger pattern; too many give way to the best of them."""
    sketches: _Sketches = _NOTHING
    for following in _one_by_one(nodes):
        if _are_too_many(sketches, following):
            if _worth(sketches) >= _worth(following):
                following = _forgotten(following)
            else:
                sketches = _forgotten(sketches)
        sketches = _joined(sketches, following)
    return sketches


def _forgotten(sketches: _Sketches) -> _Sketches:
    """Of what it stands for only whether it begins and ends at the edge of a word."""
    begin = " " if all(sketch.startswith(" ") for sketch in sketches) else ""
    end = " " if all(sketch.endswith(" ") for sketch in sketches) else ""
    return frozenset([_plain(f"{begin}*{end}")])


def _are_too_many(left: _Sketches, right: _Sketches) -> bool:
    return min(len(left), len(right)) > 1 and len(left) * len(right) > _MOST


def _worth(sketches: _Sketches) -> int:
    """Letters of the longest word of the sketch that has the shortest."""
    return min(max((len(word.strip("*")) for word in sketch.split()), default=0) for sketch in sketches)


def _joined(left: _Sketches, right: _Sketches) -> _Sketches:
    if left == _NOTHING or right == _NOTHING:
        return right if left == _NOTHING else left
    return frozenset([_plain(a + b) for a in left for b in right])


def _plain(sketch: str) -> str:
    """Between two edges anything says no more than an edge."""
    while "**" in sketch or "  " in sketch or " * " in sketch:
        sketch = sketch.replace("**", "*").replace("  ", " ").replace(" * ", " ")
    return sketch


def _sketches(kind: Any, what: Any) -> _Sketches:
    """Sketches of one node of Python's tree of a pattern."""
    if kind is _parser.LITERAL:
        return frozenset([_letter(what)])
    if kind is _parser.IN:
        return _class(what)
    if kind is _parser.AT:
        return _ANY if what is _parser.AT_NON_BOUNDARY else _EDGE
    if kind is _parser.SUBPATTERN:
        return _sequence(what[-1])
    if kind is _parser.BRANCH:
        return frozenset().union(*(_sequence(branch) for branch in what[1]))
    if kind in (_parser.MAX_REPEAT, _parser.MIN_REPEAT):
        return _repeated(*what)
    return _ANY


def _repeated(least: int, most: int, nodes: Sequence[tuple[Any, Any]]) -> _Sketches:
    once = _sequence(nodes)
    more = _forgotten(once)
    if most > 1 and not least:
        once = more
    elif most > 1:
        once = _joined(once, more | {""})
    return once if least else once | {""}


def _class(members: Sequence[tuple[Any, Any]]) -> _Sketches:
    signs: set[str] = set()
    for kind, what in members:
        if kind is _parser.LITERAL:
            signs.add(_letter(what))
        elif kind is _parser.RANGE and what[1] - what[0] < _SMALL:
            signs |= {_letter(code) for code in range(what[0], what[1] + 1)}
        elif kind is _parser.CATEGORY and what in (_parser.CATEGORY_SPACE, _parser.CATEGORY_NOT_WORD):
            signs.add(" ")
        else:
            return _ANY
    return frozenset(signs) if len(signs) <= _SMALL else _ANY


def _letter(code: int) -> str:
    sign = chr(code)
    return sign.lower() if sign in _WORD else " "
