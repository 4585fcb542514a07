"""Facts: what simple declared rules read from a message (angry, refused, quantity, ...), one TOML a fact.

Patterns are RE2 (https://github.com/google/re2/wiki/Syntax), so the time is linear in the text whatever the
pattern; there is no look-around. Keys of a TOML:

    name, title       the file's own name; words for people
    reads             whose messages: "customer" or "agent"
    value             "none", "kind" (first of `kinds` that matches the text), or "captured" (the first pattern
                      that has a group `(?P<value>...)` and matches; `kinds` then rename what was captured)
    patterns          any one makes the fact; case-insensitive unless it starts with (?-i). Where left out, the
                      kinds' own patterns do; without either, the fact is read from a gazetteer alone
    unless            any one vetoes it
    not_values        what a captured value must not match: that pattern then does not count
    words             named pieces of patterns, written {{name}} in what follows
    [[kinds]]         name, patterns; the last may have none and is the default
    example, counter_example
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import BadConfiguration

Gazetteer = Sequence[tuple[str, Sequence[str]]]

SCHEMA = pa.schema([("row", pa.int64()), ("fact", pa.string()), ("value", pa.string())])

_LONGEST = 2000  # characters of an alternation
_GROUP = "(?P<value>"
_NUMBERS = frozenset({"quantity"})  # facts whose captured words become digits
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_SMALL = {word: n for n, word in enumerate(f"{_UNITS} seventeen eighteen nineteen".split())}
_SMALL |= {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SMALL |= {"a": 1, "an": 1, "single": 1, "couple": 2, "fourty": 40}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000}


@dataclass(frozen=True)
class Fact:
    """One fact as declared; `patterns` are ready for RE2."""

    name: str
    title: str
    reads: str
    value: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    not_values: tuple[str, ...]
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    example: str
    counter_example: str


def load_facts(folder: Path) -> dict[str, Fact]:
    """Every fact of `folder/*.toml` by name, sorted; `BadConfiguration` names the file and the key."""
    return {path.stem: _load(path) for path in sorted(folder.glob("*.toml"))}


def read_facts(
    texts: pa.Array,
    roles: pa.Array,
    facts: Mapping[str, Fact],
    gazetteers: Mapping[str, Gazetteer] = MappingProxyType({}),
) -> pa.Table:
    """Facts of n texts, each said by "customer" or "agent": a table of `SCHEMA`, sorted by row and fact.

    `row` is the position in `texts`; a text has a fact once or not at all. `gazetteers` maps a fact to
    (canonical name, aliases): literal, word-bounded, case-insensitive; the first in the text gives the value.
    """
    for name in gazetteers:
        if name not in facts:
            raise BadConfiguration(f"A list of names was given for the unknown fact {name!r}.")
    texts, roles = _strings(texts), _strings(roles)
    tables = [SCHEMA.empty_table()]
    for role in ("customer", "agent"):
        rows = pc.indices_nonzero(pc.and_(pc.equal(roles, role), pc.is_valid(texts)))
        said = pc.replace_substring(texts.take(rows), "\u2019", "'")
        for fact in facts.values():
            if fact.reads == role:
                found, values = _read(said, fact, gazetteers.get(fact.name, ()))
                names = pa.repeat(pa.scalar(fact.name), len(found))
                columns = [rows.take(found).cast(pa.int64()), names, values]
                tables.append(pa.table(columns, schema=SCHEMA))
    return pa.concat_tables(tables).sort_by([("row", "ascending"), ("fact", "ascending")]).combine_chunks()


def to_digits(words: str) -> str:
    """Number words or digits with separators as plain digits ("two dozen" → "24"); else the words themselves."""
    plain = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", words.lower().replace("half a dozen", "6"))
    total, current, known = 0, 0.0, False
    for token in re.findall(r"\d+(?:\.\d+)?|[a-z]+", plain):
        if token in _SCALES:
            current = (current or 1) * _SCALES[token]
            if _SCALES[token] == 1000:
                total, current = total + round(current), 0.0
        elif token in _SMALL:
            current += _SMALL[token]
        elif token[0].isdigit():
            current += float(token)
        elif token not in ("and", "of"):
            return words
        known = True
    return str(total + round(current)) if known else words


def _read(said: pa.Array, fact: Fact, gazetteer: Gazetteer) -> tuple[pa.Array, pa.Array]:
    """Positions in `said` where the fact holds, and the value of each (null where none)."""
    names = {_fold(alias): name for name, aliases in gazetteer for alias in (name, *aliases) if _fold(alias)}
    literal = _literal(names)
    patterns = (*fact.patterns, literal) if names else fact.patterns
    found = pc.indices_nonzero(_matches(said, patterns))
    found = found.filter(pc.invert(_matches(said.take(found), fact.unless)))
    texts = said.take(found)
    values: pa.Array = pa.nulls(len(texts), pa.string())
    if names:
        known = (None if text is None else names.get(_fold(text)) for text in _capture(texts, literal).to_pylist())
        values = pa.array(known, pa.string())
    if fact.value == "kind":
        values = pc.coalesce(values, _kinds(texts, fact, pa.nulls(len(texts), pa.string())))
    elif fact.value == "captured":
        captured: pa.Array = pa.nulls(len(texts), pa.string())
        for pattern in fact.patterns:
            if _GROUP in pattern:
                captured = pc.coalesce(captured, _capture(texts, pattern, fact.not_values))
        holds = _matches(texts, [pattern for pattern in fact.patterns if _GROUP not in pattern])
        holds = pc.or_(holds, pc.or_(pc.is_valid(values), pc.is_valid(captured)))
        if fact.name in _NUMBERS:
            captured = pa.array([v if v is None else to_digits(v) for v in captured.to_pylist()], pa.string())
        values = pc.coalesce(values, _kinds(captured, fact, captured)).filter(holds)
        found = found.filter(holds)
    return found, values


def _kinds(texts: pa.Array, fact: Fact, otherwise: pa.Array) -> pa.Array:
    """The first kind that matches each text; the kind without patterns, else `otherwise`, where none does."""
    if not fact.kinds or not len(texts):
        return otherwise
    conditions = [
        _matches(texts, patterns) if patterns else pc.is_valid(texts) for _, patterns in fact.kinds
    ]
    labels = [pa.scalar(name, pa.string()) for name, _ in fact.kinds]
    cases = pa.StructArray.from_arrays(conditions, names=[str(n) for n in range(len(conditions))])
    return pc.case_when(cases, *labels, otherwise)


def _matches(texts: pa.Array, patterns: Sequence[str]) -> pa.Array:
    """True where any pattern matches; null reads as no.

    A few passes with short alternations are faster than one with all: RE2's automaton then fits its cache.
    """
    found = pa.repeat(pa.scalar(False), len(texts))
    for part in _alternations(patterns):
        found = pc.or_(found, pc.fill_null(pc.match_substring_regex(texts, part), False))
    return found


def _capture(texts: pa.Array, pattern: str, but: Sequence[str] = ("^$",)) -> pa.Array:
    """What the group `value` of the pattern's first match holds; null where nothing, or what matches `but`."""
    found = pc.struct_field(pc.extract_regex(texts, pattern), "value")
    return pc.if_else(_matches(found, but), pa.scalar(None, pa.string()), found)


def _alternations(patterns: Sequence[str]) -> list[str]:
    """Patterns joined up to a length; names of groups go, since RE2 takes a name once only."""
    joined: list[str] = []
    for pattern in (pattern.replace(_GROUP, "(?:") for pattern in patterns):
        if joined and len(joined[-1]) + len(pattern) < _LONGEST:
            joined[-1] += "|" + pattern
        else:
            joined.append(pattern)
    return joined


def _fold(alias: str) -> str:
    return " ".join(alias.replace("\u2019", "'").casefold().split())


def _literal(folded: Mapping[str, str]) -> str:
    """One pattern for all names, longest first, bounded by what is no letter, digit or underscore."""
    longest = sorted(folded, key=lambda alias: (-len(alias), alias))
    names = "|".join(r"\s+".join(re.escape(part) for part in alias.split()) for alias in longest)
    return rf"(?i:(?:^|[^\pL\pN_])(?P<value>{names})(?:$|[^\pL\pN_]))"


def _strings(array: pa.Array) -> pa.Array:
    """As one `string` array, whichever string type or chunks it came in."""
    array = array.cast(pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


class _KindSpec(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1)
    patterns: list[str] = []


class _Spec(_KindSpec):
    title: str = Field(min_length=1)
    reads: Literal["customer", "agent"]
    value: Literal["none", "kind", "captured"]
    unless: list[str] = []
    not_values: list[str] = []
    words: dict[str, str] = {}
    kinds: list[_KindSpec] = []
    example: str = Field(min_length=1)
    counter_example: str = Field(min_length=1)


def _load(path: Path) -> Fact:
    def bad(key: str, what: object) -> BadConfiguration:
        return BadConfiguration(f"{path}: `{key}`: {what}")

    words: dict[str, str] = {}

    def ready(key: str, patterns: Sequence[str]) -> tuple[str, ...]:
        done = []
        for raw in patterns:
            pattern = raw
            for word, piece in words.items():
                pattern = pattern.replace("{{" + word + "}}", f"(?:{piece})")
            pattern = f"(?-i:{pattern[5:]})" if pattern.startswith("(?-i)") else f"(?i:{pattern})"
            try:
                matches_nothing = not _matches(pa.array([""]), [pattern])[0].as_py()
                pc.extract_regex(pa.array([""]), pattern if _GROUP in pattern else "(?P<value>)")
            except pa.ArrowInvalid as error:
                raise bad(key, error) from error
            if "{{" in pattern or not matches_nothing or pattern.count(_GROUP) > 1:
                raise bad(key, f"{raw!r} matches the empty text, has two values or uses an undeclared word")
            done.append(pattern)
        return tuple(done)

    try:
        spec = _Spec.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise bad(".".join(map(str, first["loc"])), first["msg"]) from error
    except ValueError as error:  # not TOML, not UTF-8
        raise BadConfiguration(f"{path}: not a TOML file: {error}") from error
    if spec.name != path.stem:
        raise bad("name", "must be the file's own name")
    for word, piece in spec.words.items():
        for earlier, known in words.items():
            piece = piece.replace("{{" + earlier + "}}", f"(?:{known})")
        words[word] = piece
    kinds = tuple((kind.name, ready(f"kinds.{kind.name}", kind.patterns)) for kind in spec.kinds)
    patterns = ready("patterns", spec.patterns) or tuple(pattern for _, own in kinds for pattern in own)
    unless, not_values = ready("unless", spec.unless), ready("not_values", spec.not_values)
    texts = spec.example, spec.counter_example
    return Fact(spec.name, spec.title, spec.reads, spec.value, patterns, unless, not_values, kinds, *texts)
