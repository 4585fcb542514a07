"""Every regular expression of `pipeline`, and texts made to make each of them backtrack.

Those that modules hold are found in them; those written where they are used are read from the source, those made while
the program runs from `made_patterns`. Texts are made of a pattern's own parse: runs of a sign of each class and literal
that it holds, runs of what it would match, and of what it would match but for its last or first sign; nothing matches
the sign at their end.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pipeline
from tests.unit.made_patterns import IN_RE, MADE, is_of_re

ROOT = Path(pipeline.__file__).parent
# Files whose patterns stand in containers and are only tried at the beginning of a line.
MATCHED = ("sources/pasted_chat.py",)
# Files that cut a text before their patterns see it.
CUT_FIRST = ("text/language.py",)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "7", sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_ANY = " a7-\n,.(\u00e9"
_END, _HEADS = "\x01", 12
_MANY = 3  # times that something repeated stands in a text that matches


@dataclass(frozen=True)
class Use:
    """A pattern, the file that has it, and whether it is only ever tried at the beginning of a text."""

    pattern: str | bytes
    flags: int
    file: str
    at_beginning: bool

    def run(self, text: str) -> None:
        """To the end of the text, as `sub`, `findall` and `split` do."""
        found = re.compile(self.pattern, self.flags)
        given: Any = text.encode("utf-8", "replace") if isinstance(self.pattern, bytes) else text
        if self.at_beginning:
            found.match(given)
            found.fullmatch(given)
        else:
            for _ in found.finditer(given):
                pass


@cache
def trees() -> dict[str, ast.Module]:
    """The parse of every file of `pipeline`."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}


@cache
def uses() -> tuple[Use, ...]:
    """Every pattern that a module holds, in whatever container, that is written in a call of `re`, or made; once, under
    the first file that has it."""
    found: dict[tuple[str | bytes, int, str], bool] = {}
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        loaded = importlib.import_module(module.name)
        file = Path(str(loaded.__file__)).relative_to(ROOT).as_posix()
        tree = trees()[file]
        asked = _methods(tree)
        for name, value in vars(loaded).items():
            for one in _patterns(value, set()):
                is_matched = bool(asked.get(name)) and asked[name] <= {"match", "fullmatch"}
                key = (one.pattern, one.flags, file)
                found[key] = found.get(key, True) and (is_matched or file in MATCHED)
        for pattern, flags, method in _written_in(tree):
            key = (pattern, re.compile(pattern, flags).flags, file)
            found[key] = found.get(key, True) and method in ("match", "fullmatch")
    for (file, _), made in MADE.items():
        found |= {(one.pattern, one.flags, file): False for one in made}
    once: dict[tuple[str | bytes, int, str], Use] = {}
    for (pattern, flags, file), at_beginning in found.items():
        key = (pattern, flags, file if file in CUT_FIRST else "")
        was = once.get(key)
        once[key] = Use(pattern, flags, was.file if was else file, at_beginning and (was is None or was.at_beginning))
    return tuple(once.values())


def _patterns(value: Any, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from _patterns(one, seen)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _patterns(one, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for name, one in vars(type(value)).items():  # what it makes when it is first asked
            if isinstance(one, cached_property):
                getattr(value, name)
        yield from _patterns(vars(value) if hasattr(value, "__dict__") else (), seen)


def _methods(tree: ast.Module) -> dict[str, set[str]]:
    """Name -> what is asked of it: `_X.sub(...)`; a name that is handed on is asked for anything."""
    asked: dict[str, set[str]] = {}
    within: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked.setdefault(node.value.id, set()).add(node.attr)
            within.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in within:
            asked.setdefault(node.id, set()).add("anything")
    return asked


def _written_in(tree: ast.Module) -> Iterator[tuple[str | bytes, int, str]]:
    for node in ast.walk(tree):
        if is_of_re(node, IN_RE) and isinstance(node.args[0], ast.Constant) and isinstance(node.func, ast.Attribute):
            is_folded = "re.IGNORECASE" in ast.unparse(node)
            yield node.args[0].value, re.IGNORECASE if is_folded else 0, node.func.attr


def hostile(pattern: str | bytes, flags: int, *, with_heads: bool) -> Iterator[Callable[[int], str]]:
    """Texts by their length, each kind once. `with_heads`: more of them, after every beginning of a match."""
    tree = tree_of(pattern, flags)
    matches = list(dict.fromkeys(_match(tree, way) for way in range(3)))
    made = [*_signs(tree), *matches, *(one[:-1] for one in matches)]
    made += [one[1:] for one in matches] + [one + "\n" for one in matches] if with_heads else []
    whole = max(matches, key=len)
    heads = {whole[:end] for end in range(0, len(whole), max(1, len(whole) // _HEADS))} if with_heads else {""}
    for head in sorted(heads):
        for piece in dict.fromkeys(one for one in made if one):
            yield lambda size, head=head, piece=piece: head + (piece * (size // len(piece) + 1))[:size] + _END  # type: ignore[misc]


def is_bounded(pattern: str | bytes, flags: int) -> bool:
    """Whether a match has a greatest length, so that what is tried at each place of a text is bounded, too."""
    return bool(tree_of(pattern, flags).getwidth()[1] < sre.MAXREPEAT)


def tree_of(pattern: str | bytes, flags: int) -> Any:
    """Its parse."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return parser.parse(text, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags)


def _signs(tree: Any) -> Iterator[str]:
    for op, value in tree:
        if op in (sre.LITERAL, sre.NOT_LITERAL):
            yield chr(value) if op is sre.LITERAL else _other(value)
        elif op is sre.IN:
            yield _of_class(value, 0)
            yield _of_class(value, 1)
        elif op is sre.ANY:
            yield "x"
        else:
            for part in _parts(op, value):
                yield from _signs(part)


def _parts(op: Any, value: Any) -> Iterator[Any]:
    if op is sre.SUBPATTERN:
        yield value[-1]
    elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        yield value[2]
    elif op is sre.BRANCH:
        yield from value[1]
    elif op in (sre.ASSERT, sre.ASSERT_NOT):
        yield value[1]
    elif op is sre.ATOMIC_GROUP:
        yield value
    elif op is sre.GROUPREF_EXISTS:
        yield from (part for part in value[1:] if part)


def _other(value: int) -> str:
    return "b" if chr(value) == "a" else "a"


def _of_class(value: Any, number: int) -> str:
    negated = value and value[0][0] is sre.NEGATE
    within = [one for one in value if one[0] is not sre.NEGATE]
    if negated:
        allowed = [sign for sign in _ANY if not any(_holds(op, one, sign) for op, one in within)]
        return (allowed or ["\u4e00"])[min(number, len(allowed or [0]) - 1)]
    op, one = within[min(number, len(within) - 1)]
    if op is sre.LITERAL:
        return chr(one)
    return chr(one[0]) if op is sre.RANGE else _CATEGORIES.get(one, "a")


def _holds(op: Any, value: Any, sign: str) -> bool:
    if op is sre.LITERAL:
        return chr(value) == sign
    if op is sre.RANGE:
        return value[0] <= ord(sign) <= value[1]
    return bool(re.match({sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w",
                          sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_NOT_SPACE: r"\S",
                          sre.CATEGORY_NOT_WORD: r"\W"}[value], sign))  # fmt: skip


def _match(tree: Any, way: int) -> str:
    """A text that it matches, or nearly (look-around is passed over); the `way`-th branch and sign of each choice."""
    told = []
    for op, value in tree:
        if op is sre.LITERAL:
            told.append(chr(value))
        elif op is sre.NOT_LITERAL:
            told.append(_other(value))
        elif op is sre.IN:
            told.append(_of_class(value, way))
        elif op is sre.ANY:
            told.append("x")
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, most, part = value
            times = least if way == 0 else min(max(least, _MANY), most)
            told.append(_match(part, way) * min(times, 40))
        elif op is sre.BRANCH:
            told.append(_match(value[1][way % len(value[1])], way))
        elif op is sre.SUBPATTERN:
            told.append(_match(value[-1], way))
        elif op is sre.ATOMIC_GROUP:
            told.append(_match(value, way))
    return "".join(told)


class TooLong(Exception):
    """A pattern did not come to its end."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooLong after that much of the processor; `re` looks for signals while it matches."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def growth(run: Callable[[int], object], small: int, large: int, least: float, limit: float) -> float:
    """How many times longer `run` takes for a text of `large` signs than for one of `small`; 0 where it takes under
    `least` seconds of the processor. Infinite after `limit` seconds."""
    try:
        with at_most(limit):
            if seconds(run, large, 1) < least or (long := seconds(run, large, 3)) < least:
                return 0.0
            return long / max(seconds(run, small, 16), 1e-6)
    except TooLong:
        return float("inf")


def seconds(run: Callable[[int], object], size: int, times: int) -> float:
    """Of one of several, as the processor's clock may tell hundredths alone."""
    started = time.process_time()
    for _ in range(times):
        run(size)
    return (time.process_time() - started) / times
