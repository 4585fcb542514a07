"""One Prefect server for all flow tests of a run, with its files in a folder of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_runs import CRM, run_module

from tests.once import once

# Before any test imports Prefect: it reads its settings then.
if "PREFECT_HOME" not in os.environ:
    os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="ticketscout-prefect-")
    atexit.register(shutil.rmtree, os.environ["PREFECT_HOME"], ignore_errors=True)
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")


@pytest.fixture(scope="session")
def prefect_database() -> Iterator[Path]:
    """The database file of a running Prefect server, which flows called in this process report to."""
    from prefect.settings import get_current_settings
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        url = get_current_settings().server.database.connection_url
        assert url is not None
        yield Path(url.get_secret_value().removeprefix("sqlite+aiosqlite:///"))


@pytest.fixture(scope="session")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who had never used Prefect, with a `home` in which the module ran a night.

    Prefect's database was made for it, which takes six seconds: a server of one's own starts with a copy.
    """

    def night(folder: Path) -> None:
        run = run_module(folder / "home", folder / "elsewhere", "--accounts", CRM["accounts"])
        assert run.returncode == 0, run.stderr

    return once(tmp_path_factory, "module_night", night)
