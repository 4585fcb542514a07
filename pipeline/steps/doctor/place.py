"""Checks of what a home stands on: packages, settings, the folder, the disk."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from pipeline import bundled
from pipeline.config import load_settings
from pipeline.errors import BadConfiguration
from pipeline.steps.doctor.finding import Finding, Looked, is_open_to_others, look, well, wrong
from pipeline.warehouse import in_memory

_COPIES = 2  # a run writes a copy of the warehouse, which grows
_LOCKED = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)


def packages(looked: Looked) -> Iterator[Finding]:
    """Each package we need is of a version we know; DuckDB answers. To Python's own sees `pipeline/__init__.py`."""
    try:
        needed = [Requirement(line) for line in requires("ticketscout") or []]
    except PackageNotFoundError:
        yield look("Ticketscout runs without being installed", "install it: pip install .")
        return
    for one in needed:
        if one.marker and not one.marker.evaluate({"extra": ""}):
            continue
        found = _installed(one.name)
        if not found or not one.specifier.contains(found, prereleases=True):
            yield wrong(
                f"{one.name} is {found or 'missing'}, {one.specifier} is needed",
                f"run pip install '{one.name}{one.specifier}'.",
            )
    others = [one.name for one in _locked() if (found := _installed(one.name)) and not one.specifier.contains(found)]
    if others:
        yield look(
            f"not of the locked version: {', '.join(others[:4])}{', …' if len(others) > 4 else ''}",
            "run pip install -r requirements/base.txt for the versions that are tested.",
        )
    in_memory().close()


def settings(looked: Looked) -> Iterator[Finding]:
    """`ticketscout.toml` and the environment are understood."""
    try:
        load_settings(looked.home)
    except BadConfiguration as error:
        yield wrong(str(error).rstrip("."), f"correct that in {looked.home.toml.name} or the environment.")
        return
    if not looked.home.toml.exists():
        yield well("no ticketscout.toml: every setting has its default")


def folder(looked: Looked) -> Iterator[Finding]:
    """The home is there, for its owner alone, and can be written."""
    home = looked.home
    if not home.path.is_dir():
        yield look(f"{home.path} is not there yet", "run ticketscout nightly, which makes it, or name another --home.")
        return
    for path in (home.path, home.data):
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK):
            yield wrong(f"{path} cannot be written", f"run chmod u+rwx {path}, or run as its owner.")
    if home.data.is_dir() and is_open_to_others(home.data):
        yield wrong(f"others may look into {home.data}", f"run chmod 700 {home.data}.")


def disk(looked: Looked) -> Iterator[Finding]:
    """There is room for the copy that a run writes."""
    home = looked.home
    if not home.warehouse.exists():
        return
    size, free = home.warehouse.stat().st_size, shutil.disk_usage(home.data).free
    said = f"{_megabytes(free)} MB are free, the warehouse has {_megabytes(size)} MB"
    if free < _COPIES * size:
        yield wrong(
            said, "make room for twice the warehouse, since a run writes a copy: delete files, or move the home."
        )
    else:
        yield well(said)


@cache  # reading what a package says of itself takes two thousandths, and there are two hundred
def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _locked() -> list[Requirement]:
    """What the lock holds for this Python; nothing in an installed wheel."""
    lock = bundled.starter_models().parents[1] / "requirements" / "base.txt"
    lines = _LOCKED.findall(lock.read_text("utf-8")) if lock.exists() else []
    return [one for one in map(Requirement, lines) if not one.marker or one.marker.evaluate()]


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,}"
