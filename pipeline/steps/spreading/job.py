"""A partition's task on its way to another machine, and what a worker there does with it.

A task is a dataclass with a field `out`, the folder in which it writes files. Its other paths it reads: files and
folders are copied through the shared folder, and the vault is the one that the worker holds.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.errors import StepFailed, without_words
from pipeline.steps.retraining.code_version import code_version
from pipeline.steps.spreading.kept import kept
from pipeline.steps.spreading.shared import Shared

# Of a folder not all is needed: signals of the home's own lie beside models, labels and what else is the home's.
_FILES_OF = {"home_models": "signals/*.toml"}
# Fields whose file is of one task alone; what all read is fetched once.
_OF_ONE = ("messages",)
# What decides bytes; a worker with others would give other ones.
_DECISIVE = ("duckdb", "numpy", "pyarrow", "scikit-learn", "spacy")


@dataclass(frozen=True)
class Copy:
    """A file (`files` is the empty name alone) or a folder in the shared folder, and its files below it."""

    place: str
    files: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.place}/{within}".rstrip("/") for within in self.files)


@dataclass(frozen=True)
class Job:
    """`task` without its paths; `reads` has what lies in the shared folder for them, by field (and key, of a dict).
    Nothing of it is shown: Dask logs what failed with its arguments."""

    function: Callable[[Any], Any] = field(repr=False)
    task: Any = field(repr=False)
    reads: dict[tuple[str, str], Copy] = field(repr=False)
    shared: Shared = field(repr=False)
    vault: str = field(repr=False)
    versions: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Done:
    """What the function returned, and the files that it wrote, now in the shared folder."""

    result: Any = field(repr=False)
    written: tuple[str, ...]


def versions() -> dict[str, str]:
    """Of this program and of what decides its bytes."""
    found = {name: version(name) for name in _DECISIVE}
    return found | {"ticketscout": code_version(), "Python": ".".join(platform.python_version_tuple()[:2])}


def pack(function: Callable[[Any], Any], tasks: Sequence[Any], shared: Shared, vault: str) -> list[Job]:
    """Jobs in the order of `tasks`; what they read is copied into the shared folder, each file once."""
    copies: dict[Path, Copy] = {}
    jobs, mine = [], versions()
    for task in tasks:
        reads: dict[tuple[str, str], Copy] = {}
        bare: dict[str, Any] = {}
        for name, key, path in _paths(task):
            bare[name] = {} if key else Path()
            if name not in ("vault", "out"):
                reads[name, key] = copies.setdefault(path, _copy(path, name, len(copies)))
        jobs.append(Job(function, replace(task, **bare), reads, shared, vault, mine))
    shared.put(
        (path / within, name)
        for path, copy in copies.items()
        for within, name in zip(copy.files, copy.names, strict=True)
    )
    return jobs


def _paths(task: Any) -> list[tuple[str, str, Path]]:
    """Field, key and path of all paths of a task."""
    found = []
    for one in fields(task):
        value = getattr(task, one.name)
        if isinstance(value, Path):
            found.append((one.name, "", value))
        elif isinstance(value, dict):
            found += [(one.name, key, path) for key, path in value.items() if isinstance(path, Path)]
    return found


def _copy(path: Path, name: str, number: int) -> Copy:
    if path.is_file():
        return Copy(f"in/{number}/{path.name}", ("",))
    files = (file for file in path.glob(_FILES_OF.get(name, "*")) if file.is_file())
    return Copy(f"in/{number}", tuple(sorted(file.relative_to(path).as_posix() for file in files)))


def work(job: Job) -> Done:
    """Runs a job in a worker. What goes wrong is told without words of customers: an error's own may quote them, and
    Dask logs it and sends it on."""
    try:
        return _work(job)
    except Exception as error:
        failed = without_words("a worker", error)
    raise failed


def _work(job: Job) -> Done:
    if job.versions != (mine := versions()):
        wanted = job.versions
        other = ", ".join(f"{name} {mine[name]} for {wanted[name]}" for name in mine if mine[name] != wanted[name])
        raise StepFailed(f"a worker has other versions than this machine: {other}; install the same on all.")
    with TemporaryDirectory(prefix="ticketscout-") as folder:
        out = Path(folder) / "out"
        out.mkdir()
        result = job.function(_unpacked(job, Path(folder), out))
        written = tuple(sorted(file.name for file in out.iterdir()))
        job.shared.put((out / name, f"out/{name}") for name in written)
    return Done(result, written)


def _unpacked(job: Job, folder: Path, out: Path) -> Any:
    """The task with paths of this machine."""
    paths: dict[str, Any] = {"out": out}
    for (name, key), copy in job.reads.items():
        if name in _OF_ONE:
            job.shared.get((there, folder / there) for there in copy.names)
            path = folder / copy.place
        else:
            path = kept(job.shared, copy.names) / copy.place
        if key:
            paths.setdefault(name, {})[key] = path
        else:
            paths[name] = path
    if any(one.name == "vault" for one in fields(job.task)):
        from pipeline.steps.spreading.held import path_of  # Dask is there where a job is

        paths["vault"] = path_of(job.vault)
    return replace(job.task, **paths)
