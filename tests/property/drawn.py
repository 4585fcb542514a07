"""Worlds drawn once for all properties that look at the same ones: drawing costs what deciding a small night costs."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import Any

from hypothesis import given, seed, settings

from tests.once import IN_FULL
from tests.property.worlds import World, worlds

# Worlds: few in `make test`, by a seed with which every rule and end occurs among them; more in `make faults`, others
# with HYPOTHESIS_PROFILE=search. FEW are decided anew for a property.
EXAMPLES = 400 if os.environ.get("HYPOTHESIS_PROFILE") == "search" else 120 if IN_FULL else 18
FEW = EXAMPLES // 4
SEED = int(os.environ.get("HYPOTHESIS_SEED", "5"))
Test = Callable[..., None]


def on_worlds(test: Test, examples: int = EXAMPLES) -> Test:
    """The same worlds for every property, as its argument `world`; one that breaks it is sought again, and shrunk."""

    @wraps(test)
    def on_each(**fixtures: Any) -> None:
        for world in _drawn()[:examples]:
            try:
                test(**fixtures, world=world)
            except Exception:  # whatever broke: hypothesis seeks it again for the smallest world, and reports that one
                _searched(test)(**fixtures)
                raise

    asked = signature(test)
    on_each.__signature__ = asked.replace(  # type: ignore[attr-defined]
        parameters=[one for one in asked.parameters.values() if one.name != "world"]
    )
    return on_each


def on_few_worlds(test: Test) -> Test:
    """For what decides every night anew."""
    return on_worlds(test, FEW)


def _searched(test: Test) -> Test:
    return seed(SEED)(settings(max_examples=EXAMPLES, derandomize=False, database=None)(given(world=worlds())(test)))


@cache
def _drawn() -> tuple[World, ...]:
    """Those that `_searched` would look at."""
    found: list[World] = []

    def draw(world: World) -> None:
        found.append(world)

    _searched(draw)()
    return tuple(found)
