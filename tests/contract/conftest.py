"""One finished sample home for the whole run; tests that change it take a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.homes import NIGHTS, call, night_arguments


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the sample's first night. Not to be changed."""
    home = tmp_path_factory.mktemp("sample") / "home"
    done = call(home, *night_arguments(NIGHTS[0]))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def finished(first_night: Path) -> Path:
    """A home after both of the sample's nights. Not to be changed."""
    home = first_night.parent / "finished"
    shutil.copytree(first_night, home)
    done = call(home, *night_arguments(NIGHTS[1]))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a home, to be changed."""

    def copied(home: Path) -> Path:
        return Path(shutil.copytree(home, tmp_path / "copy"))

    return copied
