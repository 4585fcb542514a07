"""`make quality` in its short form: nothing fell under its recorded floor."""

from __future__ import annotations

import tomllib

from tests.bench.quality import FLOORS, main


def test_no_figure_is_under_its_floor() -> None:
    assert main([]) == 0


def test_every_kind_of_figure_has_floors() -> None:
    floors = tomllib.loads(FLOORS.read_text("utf-8"))
    assert set(floors) == {"signals", "pairs", "facts", "never_pitched", "halves", "redaction"}
