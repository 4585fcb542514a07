"""Which queries have anything to read: a plan costs what some thousand records cost, and most kinds are not there.

A query reads what it names where a table may stand: rather one too many than rows left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

# A SELECT, or several whose rows are one relation's (UNION ALL BY NAME), each with its own columns.
Query = str | tuple[str, ...]

# What stands between is taken once and for good (dashes could be parted in 2^n ways); a comment there is a line or two.
_TABLE = re.compile(
    r"(?:,|\b(?:FROM|JOIN|TABLE|PIVOT|UNPIVOT|SUMMARIZE|DESCRIBE)\b)"
    r"(?:[\s(]|--[^\n]{0,200}+|/\*.{0,200}?\*/)*+([\w.\"]+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Relations:
    """What is made of some records: tables of `kinds`, of them those `shared`, of both the `queries`, as SQL without
    the parts that have nothing to read."""

    kinds: frozenset[str]
    shared: Mapping[str, str]
    queries: Mapping[str, str]


def relations(
    kinds: Iterable[str], present: set[str], shared: Mapping[str, Query], queries: Mapping[str, Query]
) -> Relations:
    """`present`: the kinds of which there are records. What reads no kind at all is always asked; of what reads one
    that is there, every table is made, so that the others are there, too, and empty."""
    known = frozenset(kinds) | shared.keys()
    there = set(present & known)
    chosen: dict[str, list[str]] = {}
    for name, query in shared.items():
        if some := _with_rows(query, known, there):
            there.add(name)
        chosen[name] = some or parts(query)
    asked = {name: some for name, query in queries.items() if (some := _with_rows(query, known, there))}
    needed = {name for some in asked.values() for part in some for name in _read(part) & known}
    for name in reversed(chosen):
        if name in needed:
            needed.update(other for part in chosen[name] for other in _read(part) & known)
    return Relations(
        frozenset(needed) - shared.keys(),
        {name: _together(some) for name, some in chosen.items() if name in needed},
        {name: _together(some) for name, some in asked.items()},
    )


def _with_rows(query: Query, known: frozenset[str], there: set[str]) -> list[str]:
    return [part for part in parts(query) if not _read(part) & known or _read(part) & there]


def parts(query: Query) -> list[str]:
    """Its SELECTs."""
    return [query] if isinstance(query, str) else list(query)


def _together(some: list[str]) -> str:
    return some[0] if len(some) == 1 else " UNION ALL BY NAME ".join(f"FROM ({part})" for part in some)


@lru_cache(maxsize=1024)
def _read(query: str) -> frozenset[str]:
    return frozenset(name for found in _TABLE.findall(query) for name in found.lower().replace('"', "").split("."))


def named_in(expression: str, kinds: Iterable[str]) -> set[str]:
    """Those of the kinds whose tables an SQL expression may look at."""
    return set(_read(expression) & frozenset(kinds))
