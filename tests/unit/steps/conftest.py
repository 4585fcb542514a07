"""An office whose last night can be looked at."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipeline.signals.spec import Signal
from pipeline.warehouse import Connection
from tests.unit.leads.small_nights import Office
from tests.unit.steps.replayed_nights import Decided


@pytest.fixture
def office(con: Connection, signals: Mapping[str, Signal]) -> Office:
    """Two accounts and nothing said yet."""
    return Office(con, signals)


@pytest.fixture
def decided(office: Office) -> Decided:
    """The same, whose nights can be decided again."""
    return Decided(office)
