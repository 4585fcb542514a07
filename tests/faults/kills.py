"""Kills runs again and again and holds what they leave in the end against an undisturbed run.

    python -m tests.faults.kills --kills 200

Up to four kills on one home, then a run that nobody disturbs, then the comparison: tables, vault, files, what channels
heard; and before that run nothing raw lies anywhere. Points come first (see `stopped.py`), then moments from a seed;
the line of a difference says which, so that it can be had again:

    python -m tests.faults.kills --only night --at "score: after score" --at 0.812
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.scenes import Scene, raw_text_in, scenes
from tests.faults.stopped import Ended, run

AT_MOST = 4  # kills before a comparison
# Of a hundred kills; workers cost most.
SHARES = {"night": 40, "workers": 12, "sync": 23, "forget": 25}
Stop = str | float  # a point, or seconds


@dataclass
class Tally:
    """Kills by scene, step and how; runs held against the undisturbed one; what was different."""

    kills: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    ended_before: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.kills.total()


class Killer:
    """One scene: its undisturbed run and the points found in it."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self._folder = scene, folder
        home, heard = self._fresh(), len(scene.told())
        began = time.monotonic()
        ended = self._run(home)
        self.seconds = time.monotonic() - began
        assert ended.code == 0, f"{scene.name}: the undisturbed run ended with {ended.code}"
        self.points = list(dict.fromkeys(ended.points))
        self.left, self._told = scene.left(home), set(scene.told()[heard:])
        shutil.rmtree(home)

    def group(self, stops: Sequence[Stop], tally: Tally) -> None:
        """Kills one home at each of `stops`, then lets it end and compares."""
        home, scene = self._fresh(), self.scene
        heard = len(scene.told())
        for stop in stops:
            ended = self._run(home, stop)
            if not ended.was_killed:
                tally.ended_before += 1
                self.seconds *= 0.9  # the machine has less to do than when the undisturbed run was timed
                if ended.code != 0:
                    self._differs(tally, stops, f"a run ended with {ended.code}")
                continue
            how = "random moment" if isinstance(stop, float) else _kind(stop)
            tally.kills[scene.name, ended.step, how] += 1
        if raw_text_in(home, scene):
            self._differs(tally, stops, "raw text was written")
        ended = self._run(home)
        found = scene.left(home) if ended.code == 0 else {}
        tally.compared[scene.name] += 1
        unlike = sorted(name for name in found.keys() | self.left.keys() if found.get(name) != self.left.get(name))
        if unlike or ended.code != 0:
            self._differs(tally, stops, f"ended with {ended.code}, not as undisturbed: {', '.join(unlike)}")
        if missing := self._told - set(scene.told()[heard:]):
            self._differs(tally, stops, f"{len(missing)} messages were never sent")
        if odd := set(scene.told()[heard:]) - self._told:
            self._differs(tally, stops, f"{len(odd)} messages that an undisturbed run does not send")
        shutil.rmtree(home)

    def _differs(self, tally: Tally, stops: Sequence[Stop], what: str) -> None:
        tally.different.append(f"{self.scene.name}, killed at {', '.join(map(repr, stops))}: {what}")

    def _fresh(self) -> Path:
        """Always at the same place, which messages name."""
        return Path(shutil.copytree(self.scene.first, self._folder / "killed" / self.scene.name / "home"))

    def _run(self, home: Path, stop: Stop | None = None) -> Ended:
        return run(
            home,
            [*self.scene.arguments, "--home", str(home)],
            self._folder / f"{self.scene.name}.log",
            at=stop if isinstance(stop, str) else "",
            after=stop if isinstance(stop, float) else None,
            env=self.scene.env,
        )


def _kind(point: str) -> str:
    return "boundary" if point.split(": ")[1].startswith(("before ", "after ")) else "change of a file"


def groups(killer: Killer, kills: int, seed: int) -> Iterator[list[Stop]]:
    """Every boundary of a step first, then changes of files for three quarters of the rest; then moments.

    A group's points lie apart and in their order, so that a later kill meets what an earlier one left.
    """
    draw = random.Random(f"{seed} {killer.scene.name}")
    bounds = [point for point in killer.points if _kind(point) == "boundary"]
    others = [point for point in killer.points if _kind(point) != "boundary"]
    while kills < len(bounds):  # a handful: some of each
        some = [*draw.sample(bounds, 1), *draw.sample(others, 2)]
        yield [*sorted(some, key=killer.points.index), _moment(draw, killer)]
    chosen = set(bounds) | set(draw.sample(others, min(len(others), (kills - len(bounds)) * 3 // 4)))
    points: list[Stop] = [point for point in killer.points if point in chosen]
    apart = -(-len(points) // AT_MOST)
    yield from (points[n::apart] for n in range(apart))
    while True:
        yield [_moment(draw, killer) for _ in range(AT_MOST)]


def _moment(draw: random.Random, killer: Killer) -> float:
    """Seconds from the start; what goes on with another run is over sooner."""
    return round(draw.uniform(0.02, 0.7 * killer.seconds), 3)


def kill(
    folder: Path, kills: int, seed: int, only: Sequence[str] = (), say: bool = False, tally: Tally | None = None
) -> Tally:
    """At least `kills` kills over all scenes, or over those named; `tally` has what came so far at any time."""
    tally = tally or Tally()
    names = [name for name in SHARES if not only or name in only]
    with scenes(folder, names) as all_scenes:
        for name in names:
            killer = Killer(all_scenes[name], folder)
            wanted = -(-kills * SHARES[name] // sum(SHARES[one] for one in names))
            before = tally.total
            for stops in groups(killer, wanted, seed):
                if tally.total - before >= wanted:
                    break
                killer.group(stops[: wanted - (tally.total - before)], tally)
                if say:
                    print(f"\r{name}: {tally.total - before} of {wanted} kills ", end="", file=sys.stderr, flush=True)
            if say:
                print(f"({len(killer.points)} points, a run of {killer.seconds:.1f} s)", file=sys.stderr)
    return tally


def again(folder: Path, name: str, stops: Sequence[str], tally: Tally) -> None:
    """One home, killed as the line of a difference says."""
    with scenes(folder, [name]) as made:
        killer = Killer(made[name], folder)
        killer.group([stop if ": " in stop else float(stop) for stop in stops], tally)


def lines(tally: Tally) -> Iterator[str]:
    """The table: where killed, how often, equal or not."""
    hows = ("boundary", "change of a file", "random moment")
    yield f"{'scene':<9} {'killed in':<10}" + "".join(f"{how:>18}" for how in hows)
    for scene, step in dict.fromkeys((scene, step) for scene, step, _ in tally.kills):
        yield f"{scene:<9} {step:<10}" + "".join(f"{tally.kills[scene, step, how]:>18}" for how in hows)
    compared = tally.compared.total()
    yield f"{tally.total} kills; {tally.ended_before} runs ended before theirs; {compared} homes compared at their end"
    yield from tally.different
    yield f"{len(tally.different)} differences" if tally.different else "all equal to an undisturbed run"


def main() -> None:
    """Exit code 1 where anything is different, or not enough was killed: stopped, it says how far it came."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=20261120)
    options.add_argument("--only", action="append", default=[], choices=list(SHARES), help="a scene; may be repeated")
    options.add_argument("--at", action="append", default=[], help="a point or seconds: only these, on --only's home")
    given = options.parse_args()
    print(f"seed {given.seed}")
    tally = Tally()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        if given.at:
            again(Path(folder), given.only[0], given.at, tally)
        else:
            kill(Path(folder), given.kills, given.seed, given.only, say=True, tally=tally)
    print("\n".join(lines(tally)))
    sys.exit(1 if tally.different or tally.total < (len(given.at) or given.kills) else 0)


if __name__ == "__main__":
    main()
