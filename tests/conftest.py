"""What all tests share: a warehouse in memory, shipped signals, finished sample homes, how hard hypothesis looks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pipeline import bundled
from pipeline.signals.spec import Signal, load_signals
from pipeline.warehouse import Connection, in_memory
from pipeline.worker import collect_less
from tests.once import as_it_was, once

# What a module of builders asserts says as much as a test does.
pytest.register_assert_rewrite(*(f"tests.{folder}" for folder in ("contract", "faults", "golden", "property", "unit")))
collect_less()  # as commands and workers do

# `suite` looks at the same examples every time; HYPOTHESIS_PROFILE=search looks at many others.
_COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
}
settings.register_profile("suite", derandomize=True, database=None, **_COMMON)
settings.register_profile("search", max_examples=400, print_blob=True, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
# Files that one worker runs together, because they share what is dear to start: Prefect's server.
_TOGETHER = dict.fromkeys(
    ("tests/flows/test_retrain_flow.py", "tests/flows/test_sync_flow.py"), "tests/flows/test_nightly_flow.py"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`, but for `_TOGETHER`."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return _TOGETHER.get(file, file)

    return Files(config, log)


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


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home after the sample's first night. Not to be changed."""
    yield from as_it_was(once(tmp_path_factory, "first_night", lambda home: _night(home, 0)))


@pytest.fixture(scope="session")
def finished(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home after both of the sample's nights. Not to be changed."""

    def second(home: Path) -> None:
        shutil.copytree(first_night, home, dirs_exist_ok=True)
        _night(home, 1)

    yield from as_it_was(once(tmp_path_factory, "finished", second))


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a home, to be changed."""

    def copied(home: Path) -> Path:
        return Path(shutil.copytree(home, tmp_path / "copy"))

    return copied


def _night(home: Path, number: int) -> None:
    from tests.contract.homes import NIGHTS, call, night_arguments

    done = call(home, *night_arguments(NIGHTS[number]))
    assert done.returncode == 0, done.stderr
