"""What all tests share: a warehouse in memory, the signals that ship, and how hard hypothesis looks."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from pipeline import bundled
from pipeline.signals.spec import Signal, load_signals
from pipeline.warehouse import Connection, in_memory

# `suite` looks at the same examples every time; HYPOTHESIS_PROFILE=search looks at many others.
_COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
}
settings.register_profile("suite", derandomize=True, database=None, **_COMMON)
settings.register_profile("search", max_examples=400, print_blob=True, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def con() -> Iterator[Connection]:
    """An empty warehouse with all tables."""
    connection = in_memory()
    connection.execute("SET threads = 1")
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def signals() -> dict[str, Signal]:
    """The signals that ship."""
    return load_signals(bundled.signal_specs())
