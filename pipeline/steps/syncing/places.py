"""Values at dotted places of answers and bodies: `pages.next.starting_after`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def at(value: Any, place: str) -> Any:
    """What stands at `place`, None where nothing does; the value itself where `place` is empty."""
    for name in place.split(".") if place else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def records_at(value: Any, place: str) -> list[Any] | None:
    """The list at `place`. A `_embedded` that is missing holds nothing; None where no list is."""
    found = at(value, place)
    if found is None and place.startswith("_embedded.") and isinstance(value, dict):
        return []
    return found if isinstance(found, list) else None


def beside_of(beside: Mapping[str, str], answer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and record of the lists that came in the same answer: `beside` has the place of each kind."""
    for kind, place in beside.items():
        yield from ((kind, one) for one in records_at(answer, place) or [] if isinstance(one, dict))


def put(value: dict[str, Any], place: str, what: Any) -> None:
    """Writes `what` to `place`, making the objects on the way."""
    *path, last = place.split(".")
    for name in path:
        inner = value.get(name)
        if not isinstance(inner, dict):
            inner = value[name] = {}
        value = inner
    value[last] = what
