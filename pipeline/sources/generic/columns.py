"""Which column is what: names of a record's keys looked up in `aliases.toml`, the one place where they are declared."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

_ALIASES = Path(__file__).parents[1] / "aliases.toml"
_PUNCTUATION = re.compile(r"[\W_]+")
_PLAIN_NAME = re.compile(r"[\w .#?/()&:-]{1,80}")  # others cannot be asked for by a JSON path
# What stands in another helpdesk's records of other things (ratings, metrics), beside a conversation's id and a text.
_OF_OTHERS = frozenset({"score", "metricset"})

Path_ = tuple[str, ...]


def folded(name: str) -> str:
    """A name as it is compared."""
    return _PUNCTUATION.sub("", name.casefold())


@cache
def aliases() -> Mapping[str, Mapping[tuple[str, ...], int]]:
    """Field -> path of folded names -> its rank; of messages, conversations and ids alike."""
    declared = tomllib.loads(_ALIASES.read_text(encoding="utf-8"))
    return {
        field: {tuple(map(folded, name.split("."))): rank for rank, name in reversed(list(enumerate(names)))}
        for section in ("conversation", "person", "message", "id")
        for field, names in declared[section].items()
    }


@cache
def words() -> Mapping[str, frozenset[str]]:
    """What a cell may say -> spellings, folded."""
    declared = tomllib.loads(_ALIASES.read_text(encoding="utf-8"))["words"]
    return {meaning: frozenset(map(folded, spelled)) for meaning, spelled in declared.items()}


@cache
def objects() -> frozenset[str]:
    """Folded names of objects that aliases lead into."""
    return frozenset(path[0] for paths in aliases().values() for path in paths if len(path) == 2)


def found_columns(paths: Iterable[Path_]) -> dict[str, list[Path_]]:
    """Field -> the paths (names as written) that stand for it, best first, of those that records have."""
    by_name: dict[tuple[str, ...], list[Path_]] = {}
    for path in paths:
        if all(map(_PLAIN_NAME.fullmatch, path)):
            by_name.setdefault(tuple(map(folded, path)), []).append(path)
    found: dict[str, list[Path_]] = {}
    for field, ranks in aliases().items():
        known = sorted((rank, name) for name, rank in ranks.items() if name in by_name)
        if known:
            found[field] = [path for _, name in known for path in sorted(by_name[name])]
    return found


@lru_cache(maxsize=4096)
def columns_of(paths: frozenset[Path_]) -> Mapping[str, list[Path_]]:
    """`found_columns`, remembered: rows of a table all have the same names."""
    return found_columns(paths)


def paths_of(record: Mapping[str, object]) -> frozenset[Path_]:
    """Paths of a parsed record's keys, one object deep where an alias leads there."""
    inner = {
        (key, str(name))
        for key, value in record.items()
        if isinstance(value, dict) and folded(key) in objects()
        for name in value
    }
    return frozenset({(key,) for key in record} | inner)


def is_of_others(record: Mapping[str, object]) -> bool:
    """Whether a record that has the columns is something else all the same."""
    return any(folded(key) in _OF_OTHERS for key in record)


def json_path(path: Path_) -> str:
    """A path as DuckDB's JSON functions take it."""
    return "$" + "".join(f'."{name}"' for name in path)
