"""What each step of a night costs: on the clock, of the processor, in the driver and in its workers, and in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import duckdb

from tests.bench.watched import Run

AROUND = "starting, opening, ending"


@dataclass(frozen=True)
class Step:
    """Seconds; `driver` and `workers` are processor seconds of either, `peak` MiB of all processes."""

    name: str
    seconds: float
    driver: float
    workers: float
    peak: float


def steps_of(run: Run, home: Path) -> list[Step]:
    """Steps of the home's last run, by its ledger; what comes before, between and after them is the last."""
    with duckdb.connect(str(home / "data" / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(_LAST).fetchall()
    found = []
    for name, started_at, seconds in rows:
        begin = started_at.replace(tzinfo=UTC).timestamp()
        found.append(Step(name, seconds, *run.between(begin, begin + seconds)))
    own = max((one.own for one in run.samples), default=0.0)
    rest = run.seconds - sum(one.seconds for one in found)
    driver = max(0.0, own - sum(one.driver for one in found))
    return [*found, Step(AROUND, rest, driver, 0.0, 0.0)]


_LAST = """
    SELECT step, started_at, seconds FROM runs
    WHERE run_id = (SELECT arg_max(run_id, started_at) FROM runs) ORDER BY started_at
"""

# What bounds a step from below: the yardstick that does the same work and no more.
LIMITS = {"ingest": "read", "score": "hash"}


def profile(steps: list[Step], limits: dict[str, float]) -> list[str]:
    """A table; `limits` are processor seconds of yardsticks."""
    all_of_it = sum(one.driver + one.workers for one in steps) or 1.0
    lines = [
        "| step | seconds | processor: driver | processor: workers | share | peak MiB | at the limit, processor |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in steps:
        limit = LIMITS.get(one.name, "")
        least = f"{limits[limit]:.1f} ({limit})" if limit in limits else "–"
        lines.append(
            f"| {one.name} | {one.seconds:.1f} | {one.driver:.1f} | {one.workers:.1f} | "
            f"{(one.driver + one.workers) / all_of_it:.0%} | {one.peak:.0f} | {least} |"
        )
    return lines


def at_scale(steps: list[Step], tickets: int, megabytes: float, wanted: int, hours: float) -> list[str]:
    """What `wanted` tickets a day would take, from a night of `tickets`: straight lines, not measured. What does not
    grow with tickets is left out of the driver's; workers' start is in theirs, so take many tickets."""
    workers = sum(one.workers for one in steps) / tickets
    driver = sum(one.driver for one in steps if one.name != AROUND) / tickets
    hour = 3600 / wanted
    return [
        f"| {wanted:,} tickets a day, within {hours:g} hours | |",
        "|---|---|",
        f"| export | {wanted * megabytes / tickets / 1e3:,.0f} GB |",
        f"| workers, a ticket | {workers * 1e3:.2f} ms of one core |",
        f"| workers, all tickets | {workers / hour:,.1f} core hours |",
        f"| cores of workers for that | {workers / hour / hours:,.0f} |",
        f"| driver, a ticket | {driver * 1e3:.2f} ms of one core |",
        f"| driver, all tickets | {driver / hour:,.1f} core hours, alone |",
        f"| homes among which to part the desk, so that each driver's work fits | {_parts(driver / hour / hours)} |",
    ]


def _parts(share: float) -> int:
    return max(1, int(-(-share // 1)))
