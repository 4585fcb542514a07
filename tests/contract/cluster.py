"""A Dask cluster of processes of its own: a scheduler and workers, each started by command as on other machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.homes import SAMPLE


@dataclass
class Cluster:
    """`address` of the scheduler, and the workers by name."""

    folder: Path
    address: str = ""
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def kill(self, name: str) -> None:
        """SIGKILL: the worker says nothing to anybody."""
        self.workers[name].send_signal(signal.SIGKILL)
        self.workers[name].wait()

    def logs(self) -> str:
        """What the scheduler and all workers said."""
        return "".join(file.read_text(encoding="utf-8", errors="replace") for file in sorted(self.folder.glob("*.log")))


@contextmanager
def cluster(folder: Path, *names: str) -> Iterator[Cluster]:
    """A running cluster with a worker for each name; all of it is ended afterwards."""
    made = Cluster(folder)
    told = folder / "scheduler.json"
    quiet = ["--no-dashboard"]
    scheduler = _start(
        folder, "scheduler", "dask_scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={told}"
    )
    try:
        for name in names:
            options = [f"--scheduler-file={told}", f"--name={name}", "--nthreads=1", "--no-nanny", "--host=127.0.0.1"]
            made.workers[name] = _start(
                folder, name, "dask_worker", *options, *quiet, f"--local-directory={folder / 'own'}"
            )
        end = time.monotonic() + 60
        while not told.exists() and time.monotonic() < end:
            time.sleep(0.05)
        made.address = json.loads(told.read_text(encoding="utf-8"))["address"]
        yield made
    finally:
        for process in (*made.workers.values(), scheduler):
            process.kill()
            process.wait()


def _start(folder: Path, name: str, module: str, *options: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(SAMPLE.parents[1])},
        )
