"""What people see while a run works, on stderr: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def say(message: str) -> None:
    """A message for people; results go to stdout."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def watched(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A function (step, done, total) that shows how far the work has come."""
    if not sys.stderr.isatty():
        yield _lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, object] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        say(title)
        yield show


def _lines(step: str, done: int, total: int) -> None:
    """A line when a step ends, not one a partition: logs are read later."""
    if done == total:
        say(f"{step}: {total} of {total} parts")
