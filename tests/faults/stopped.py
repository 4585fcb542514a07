"""Runs of the command line that end themselves: SIGKILL to their whole process group when they reach a named point.

Points are found by running: the beginning and end of every step that the night declares and of every part of a
forget, and every change of the home that Python makes (a file opened for writing, renamed, removed, made), as the
interpreter's audit events tell (https://docs.python.org/3/library/audit_events.html). So no list of them can go stale.
What DuckDB writes by itself is met by killing at random moments.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.warm_start import SERVER, command

_CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.utime"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Of `forget`, in their order.
PARTS_OF_FORGET = ("begin", "read_typed", "find_marked", "erase_found", "_from_vault", "decide_again", "end")
# What differs from run to run in a path.
_VARIES = [(r"\d{8}T\d+", "*"), (r"unfinished-\w+", "unfinished"), (r"records-[^/]+", "records"), (r"tmp\w{8}", "tmp")]


@dataclass(frozen=True)
class Ended:
    """How a run ended: whether killed, else its exit code, and the points that it reached, in order."""

    was_killed: bool
    code: int | None
    points: tuple[str, ...]

    @property
    def step(self) -> str:
        """Where it was last."""
        return self.points[-1].split(": ")[0] if self.points else "start"


def run(
    home: Path,
    arguments: Sequence[str],
    log: Path,
    *,
    at: str = "",
    after: float | None = None,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Runs `ticketscout ARGUMENTS` to its end, or kills its group at the point `at`, or `after` seconds."""
    log.write_text("")
    process = SERVER.Process(
        target=_told, args=(list(arguments), str(home), dict(env or os.environ), str(log), at, os.devnull)
    )
    process.start()
    assert process.pid
    try:
        process.join(after)
    finally:
        if process.is_alive():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has no group of its own yet
                process.kill()
            process.join()
    _wait_for_group(process.pid)
    points = tuple(log.read_text(encoding="utf-8").splitlines())
    return Ended(process.exitcode == -signal.SIGKILL, process.exitcode, points)


def _wait_for_group(group: int) -> None:
    """Workers of a killed run take a moment to be gone."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.005)


def _told(arguments: list[str], home: str, env: dict[str, str], log: str, at: str, out: str) -> None:
    reached = _reporter(log, at)
    _announce_steps(reached)
    _announce_changes(home, reached)
    command(arguments, str(Path(__file__).resolve().parents[2]), env, out, out)


def _reporter(log: str, at: str) -> Callable[[str], None]:
    stream = os.open(log, os.O_WRONLY | os.O_APPEND)
    where = "start"

    def reached(point: str) -> None:
        nonlocal where
        if point.startswith(("before ", "after ")):
            where = point.split(" ", 1)[1] if point.startswith("before ") else where
            point = f"{where}: {point}"
        else:
            point = f"{where}: {point}"
        os.write(stream, f"{point}\n".encode())
        if point == at:
            os.killpg(os.getpgrp(), signal.SIGKILL)

    return reached


def _announce_steps(reached: Callable[[str], None]) -> None:
    from pipeline.steps import night
    from pipeline.steps.forgetting import forget

    def told(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def announced(*given: Any, **also: Any) -> Any:
            reached(f"before {name}")
            counts = step(*given, **also)
            reached(f"after {name}")
            return counts

        return announced

    for name, step in night.STEPS.items():
        night.STEPS[name] = told(name, step)
    night.run_sync = told("sync", night.run_sync)  # type: ignore[assignment]
    for name in PARTS_OF_FORGET:
        setattr(forget, name, told(name.strip("_"), getattr(forget, name)))


def _announce_changes(home: str, reached: Callable[[str], None]) -> None:
    inside = threading.local()

    def heard(event: str, given: tuple[Any, ...]) -> None:
        if event not in _CHANGES or getattr(inside, "is_busy", False) or os.getpgrp() != os.getpid():
            return
        path = given[0] if isinstance(given[0], str) else os.fspath(given[0]) if hasattr(given[0], "__fspath__") else ""
        if not isinstance(path, str) or not path.startswith(home) or (event == "open" and not given[2] & _WRITES):
            return
        inside.is_busy = True
        place = path[len(home) :].lstrip("/")
        for pattern, instead in _VARIES:
            place = re.sub(pattern, instead, place)
        reached(f"{event.removeprefix('os.')} {place}")
        inside.is_busy = False

    sys.addaudithook(heard)
