"""Facts: what simple declared rules read from a message (angry, refused, quantity, ...), one TOML a fact.

Patterns are RE2 (https://github.com/google/re2/wiki/Syntax): time linear in the text, no look-around. Keys:
`name`, the file's own, `title` for people, `example` and `counter_example`, which are tests, and
    reads       whose messages: "customer" or "agent"
    where       "everywhere", or "signals": asked of a signal alone, so read only in conversations that carry one
    value       "none", "kind" (the first of `kinds` that matches the text) or "captured" (what the first
                pattern with a group `(?P<value>...)` that matches holds; `kinds` then rename it)
    patterns    any one makes the fact; case-insensitive unless it starts with (?-i). Without them the kinds'
                own patterns do; without either, the fact is read from a gazetteer alone
    unless      any one vetoes it; a captured value that matches any of `not_values` makes no fact
    words       named pieces that later words and all patterns may use as {{name}}
    [[kinds]]   name, patterns; the last may have none and is the default
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.errors import BadConfiguration
from pipeline.signals.needed_words import needed_words
from pipeline.signals.word_index import WordIndex

Gazetteer = Sequence[tuple[str, Sequence[str]]]
Text = Annotated[str, Field(pattern=r"\S")]
SCHEMA = pa.schema([("row", pa.int64()), ("fact", pa.string()), ("value", pa.string())])

_GROUP = "(?P<value>"
_LONGEST = 2000  # characters of one alternation
INDEXED = 12_000  # texts of one role, from which on their words are looked up first
_NUMBERS = frozenset({"quantity"})  # facts whose captured words become digits
_WORDS = """a one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"""
_SMALL = dict(zip(_WORDS.split(), (1, *range(1, 20), *range(20, 100, 10)), strict=True))
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000}


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Kind:
    """A named value and the patterns that give it."""

    name: Text
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Fact:
    """One fact as declared, its patterns ready for RE2 once loaded."""

    name: Text
    title: Text
    reads: Literal["customer", "agent"]
    value: Literal["none", "kind", "captured"]
    example: Text
    counter_example: Text
    where: Literal["everywhere", "signals"] = "everywhere"
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_values: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)


def load_facts(folder: Path, *, are_tried: bool = False) -> dict[str, Fact]:
    """Every fact of `folder/*.toml` by name, sorted; `BadConfiguration` names the file and the key.

    `are_tried`: RE2 has taken their patterns before, as it has those that ship (a test sees to it), and need not
    compile each only to say so.
    """
    return {path.stem: _load(path, are_tried) for path in sorted(folder.glob("*.toml"))}


def read_facts(
    texts: pa.Array,
    roles: pa.Array,
    facts: Mapping[str, Fact],
    gazetteers: Mapping[str, Gazetteer] = MappingProxyType({}),
    has_signal: pa.Array | None = None,
) -> pa.Table:
    """Facts of n texts, each said by "customer" or "agent": a table of `SCHEMA`, sorted by row and fact.

    `has_signal` (n,) says whose conversation carries a signal; without it all do.

    `row` is the position in `texts`; a text has a fact once or not at all. `gazetteers` maps a fact to
    (canonical name, aliases): literal, word-bounded, case-insensitive; the first in the text gives the value.
    """
    if unknown := sorted(set(gazetteers) - set(facts)):
        raise BadConfiguration(f"A list of names was given for the unknown fact {unknown[0]!r}.")
    texts, roles = texts.cast(pa.string()), roles.cast(pa.string())
    tables = [SCHEMA.empty_table()]
    for role in ("customer", "agent"):
        rows = pc.indices_nonzero(pc.and_(pc.equal(roles, role), pc.is_valid(texts)))
        said = _Said(pc.replace_substring(texts.take(rows), "\u2019", "'"), has_signal and has_signal.take(rows))
        for fact in (fact for fact in facts.values() if fact.reads == role):
            found, values = _read(said, fact, gazetteers.get(fact.name, ()))
            names = pa.repeat(pa.scalar(fact.name), len(found))
            tables.append(pa.table([rows.take(found).cast(pa.int64()), names, values], schema=SCHEMA))
    return pa.concat_tables(tables).sort_by([("row", "ascending"), ("fact", "ascending")]).combine_chunks()


def to_digits(words: str) -> str:
    """Number words, or digits with separators, as plain digits ("two dozen" → "24"); else unchanged."""
    plain = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", words.lower().replace("half a dozen", "6"))
    pieces = [piece for piece in re.findall(r"\d+(?:\.\d+)?|[a-z]+", plain) if piece != "and"]
    done, current = 0.0, 0.0
    for piece in pieces:
        if piece in _SCALES:
            current = (current or 1) * _SCALES[piece]
        elif piece in _SMALL or piece[0].isdigit():
            current += _SMALL[piece] if piece in _SMALL else float(piece)
        else:
            return words
        if _SCALES.get(piece) == 1000:
            done, current = done + current, 0.0
    return f"{done + current:.10g}" if pieces else words


class _Said:
    """Texts of one role, and where its patterns are worth asking.

    Below some thousands of texts, to look up the words that patterns need costs more than to ask all of them.
    """

    def __init__(self, texts: pa.Array, has_signal: pa.Array | None) -> None:
        self.texts = texts
        self._has_signal = has_signal and pc.fill_null(has_signal, False)
        self._index = WordIndex(texts) if len(texts) >= INDEXED else None

    def where(self, where: str, patterns: Sequence[str]) -> pa.Array:
        """Positions of the texts in which one of the patterns matches; `where` as of a fact."""
        is_asked = self._has_signal if where == "signals" and self._has_signal else None
        if self._index is None:
            asked = pa.array(range(len(self.texts)), pa.uint64()) if is_asked is None else pc.indices_nonzero(is_asked)
            return asked.filter(_matches(self.texts.take(asked), patterns))
        found = np.zeros(len(self.texts), dtype=bool)
        open_ = ~found if is_asked is None else is_asked.to_numpy(zero_copy_only=False).copy()
        for pattern in patterns:
            asked = np.flatnonzero(self._index.may_match(needed_words(pattern)) & open_)
            matched = asked[_matches(self.texts.take(pa.array(asked)), (pattern,)).to_numpy(zero_copy_only=False)]
            found[matched], open_[matched] = True, False
        return pa.array(np.flatnonzero(found), pa.uint64())


def _read(spoken: _Said, fact: Fact, gazetteer: Gazetteer) -> tuple[pa.Array, pa.Array]:
    """Positions in what was said where the fact holds, and the value of each (null where none)."""
    names = {_fold(alias): name for name, aliases in gazetteer for alias in (name, *aliases) if _fold(alias)}
    literal = _literal([alias for name, aliases in gazetteer for alias in (name, *aliases) if _fold(alias)])
    found = spoken.where(fact.where, (*fact.patterns, literal) if names else fact.patterns)
    found = found.filter(pc.invert(_matches(spoken.texts.take(found), fact.unless)))
    texts = spoken.texts.take(found)
    values = captured = nothing = pa.nulls(len(texts), pa.string())
    if names:
        named = _capture(texts, literal).to_pylist()
        values = pa.array([text and names.get(_fold(text)) for text in named], pa.string())
    if fact.value == "kind":
        values = pc.coalesce(values, _kinds(texts, fact, nothing))
    elif fact.value == "captured":
        holds = pc.or_(pc.is_valid(values), _matches(texts, [p for p in fact.patterns if _GROUP not in p]))
        for pattern in (pattern for pattern in fact.patterns if _GROUP in pattern):
            captured = pc.coalesce(captured, _capture(texts, pattern, fact.not_values))
        holds = pc.or_(holds, pc.is_valid(captured))
        if fact.name in _NUMBERS:
            captured = pa.array([v if v is None else to_digits(v) for v in captured.to_pylist()], pa.string())
        values = pc.coalesce(values, _kinds(captured, fact, captured)).filter(holds)
        found = found.filter(holds)
    return found, values


def _kinds(texts: pa.Array, fact: Fact, otherwise: pa.Array) -> pa.Array:
    """The first kind that matches each text; the kind without patterns, else `otherwise`, where none does."""
    for kind in reversed(fact.kinds):
        hit = _matches(texts, kind.patterns) if kind.patterns else pc.is_valid(texts)
        otherwise = pc.if_else(hit, pa.scalar(kind.name), otherwise)
    return otherwise


def _matches(texts: pa.Array, patterns: Sequence[str]) -> pa.Array:
    """True where any pattern matches, null reads as no. A few short alternations are faster than one of all:
    RE2's automaton then fits its cache. Names of groups go, since RE2 takes a name once."""
    if not len(texts):  # compiling takes longer than a few texts
        return pa.array([], pa.bool_())
    parts: list[str] = []
    for pattern in (pattern.replace(_GROUP, "(?:") for pattern in patterns):
        if parts and len(parts[-1]) + len(pattern) < _LONGEST:
            parts[-1] += "|" + pattern
        else:
            parts.append(pattern)
    found = pa.repeat(pa.scalar(False), len(texts))
    for part in parts:
        found = pc.or_(found, pc.fill_null(pc.match_substring_regex(texts, part), False))
    return found


def _capture(texts: pa.Array, pattern: str, but: Sequence[str] = ()) -> pa.Array:
    """What the group `value` of the pattern's first match holds; null if nothing, or what matches `but`."""
    found = pc.struct_field(pc.extract_regex(texts, pattern), "value")
    return pc.if_else(_matches(found, ("^$", *but)), pa.scalar(None, pa.string()), found)


def _fold(alias: str) -> str:
    return " ".join(alias.replace("\u2019", "'").casefold().split())


def _literal(aliases: Sequence[str]) -> str:
    """One pattern for all names, longest first, bounded by what is no letter, digit or underscore.

    Case does not matter, except in a name that is one capitalised word: "Business" is the plan, "our business" is not.
    """
    longest = sorted(set(aliases), key=lambda alias: (-len(alias), alias))
    names = "|".join(
        f"(?-i:{alias})"
        if re.fullmatch(r"[A-Z][a-z]+", alias)
        else r"\s+".join(re.escape(part) for part in alias.split())
        for alias in longest
    )
    return rf"(?i:(?:^|[^\pL\pN_])(?P<value>{names or '(?:)'})(?:$|[^\pL\pN_]))"


def _load(path: Path, is_tried: bool) -> Fact:
    def bad(key: str, what: object) -> BadConfiguration:
        return BadConfiguration(f"{path}: `{key}`: {what}")

    def filled(piece: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda m: f"(?:{words[m[1]]})" if m[1] in words else m[0], piece)

    def ready(key: str, patterns: Sequence[str]) -> tuple[str, ...]:
        done = []
        for raw in patterns:
            full = f"(?-i:{filled(raw[5:])})" if raw.startswith("(?-i)") else f"(?i:{filled(raw)})"
            try:
                is_empty = not is_tried and pc.match_substring_regex(pa.array([""]), full)[0].as_py()
            except pa.ArrowInvalid as error:
                raise bad(key, error) from error
            if is_empty or "{{" in full or not full.count("(?P<") == full.count(_GROUP) <= 1:
                raise bad(key, f"{raw!r} matches the empty text, or has an unknown word or a second group")
            done.append(full)
        return tuple(done)

    try:
        spec = TypeAdapter(Fact).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise bad(".".join(map(str, first["loc"])), first["msg"]) from error
    except ValueError as error:  # not TOML, not UTF-8
        raise BadConfiguration(f"{path}: not a TOML file: {error}") from error
    if spec.name != path.stem:
        raise bad("name", "must be the file's own name")
    words: dict[str, str] = {}
    for word, piece in spec.words.items():
        words[word] = filled(piece)
    kinds = tuple(Kind(kind.name, ready(f"kinds.{kind.name}", kind.patterns)) for kind in spec.kinds)
    patterns = ready("patterns", spec.patterns) or tuple(p for kind in kinds for p in kind.patterns)
    unless, not_values = ready("unless", spec.unless), ready("not_values", spec.not_values)
    return replace(spec, patterns=patterns, unless=unless, not_values=not_values, kinds=kinds)
