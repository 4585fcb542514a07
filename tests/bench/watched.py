"""A command with all of its processes watched: seconds, processor, memory, and by step of the night who worked.

Memory is the sum of proportional shares (`Pss` in /proc/PID/smaps_rollup): pages that processes share count once. Peaks
shorter than a sample's distance are missed.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.ingest import _family, _resident
from tests.bench.yardsticks import ROOT, environment

_EVERY = 0.1
_MEMORY_EVERY = 5  # samples: adding up a large process's pages takes its time, and holds the process up
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """A moment: seconds since 1970, processor seconds of the first process and of all, MiB of all."""

    at: float
    own: float
    all: float
    memory: float


@dataclass
class Run:
    """What a command took."""

    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list)

    @property
    def processor(self) -> float:
        return max((one.all for one in self.samples), default=0.0)

    @property
    def peak(self) -> float:
        """MiB of all processes together."""
        return max((one.memory for one in self.samples), default=0.0)

    def between(self, begin: float, end: float) -> tuple[float, float, float]:
        """Processor seconds of the first process and of the others, and peak MiB, in a span of time."""
        within = [one for one in self.samples if begin - _EVERY <= one.at <= end + _EVERY]
        if not within:
            return 0.0, 0.0, 0.0
        own = within[-1].own - within[0].own
        everyone = max(one.all for one in within) - within[0].all
        return own, max(0.0, everyone - own), max(one.memory for one in within)


def watch(command: Sequence[str], **more: str) -> Run:
    """Runs it to its end. Raises SystemExit with what it said where it fails."""
    run, began = Run(), time.perf_counter()
    with subprocess.Popen(
        command, env=environment() | more, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as program:
        said: list[str] = []
        listener = threading.Thread(target=lambda: said.extend(program.stderr or ()))
        listener.start()
        ended = threading.Event()
        threading.Thread(target=lambda: (program.wait(), ended.set()), daemon=True).start()
        while not ended.wait(_EVERY):
            before = run.samples[-1].memory if len(run.samples) % _MEMORY_EVERY else None
            run.samples.append(_sample(program.pid, before))
        listener.join()
    run.seconds = time.perf_counter() - began
    if program.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {program.returncode}:\n{''.join(said)}")
    return run


def _sample(pid: int, memory: float | None) -> Sample:
    family = _family(pid)
    times = {one: _times(one) for one in family}
    own = times[pid][0]
    if memory is None:
        memory = sum(map(_resident, family))
    return Sample(time.time(), own, sum(map(sum, times.values())), memory)


def _times(pid: int) -> tuple[float, float]:
    """Processor seconds of a process, and of its children that ended (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0, 0.0
    user, system, children, children_system = (int(one) / _TICK for one in fields[11:15])
    return user + system, children + children_system
