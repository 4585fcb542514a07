"""Times a night beside its yardsticks, all in one run, and writes docs/benchmarks.md: `make bench`.

    python -m tests.bench.night [--tickets N | --export FOLDER] [--repeat N] [--growth] [--flow] [--transformer FOLDER]

Seconds depend on the machine; the ratios to spaCy's bare tokenisation of the same customers' words do not, much. Each
round measures the yardsticks and the night in turn, and a ratio is of one round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.export import write_export
from tests.bench.night_steps import Step, at_scale, profile, steps_of
from tests.bench.watched import Run, watch
from tests.bench.yardsticks import ROOT, YARDSTICKS, measure, missing, size_of

DOCUMENT = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- below: written by `make bench` -->"
AS_OF = "2026-11-20"
GROWTH = (50_000, 200_000, 1_000_000)
_CHANGED = 100  # every hundredth ticket
_HELPS = 5


def main() -> None:
    """Runs everything, prints the tables and writes them down."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as temporary:
        folder = Path(temporary)
        export = given.export or folder / "export"
        if not given.export:
            write_export(export, given.tickets)
        lines = [*_night_and_yardsticks(given, export, folder)]
        if given.flow:
            lines += ["", *_flow(export, folder, given.workers)]
        if given.growth:
            lines += ["", *_growth(given.growth, folder, given.workers)]
    print("\n".join(lines))
    if not given.dry:
        head = DOCUMENT.read_text(encoding="utf-8").split(MARK)[0] if DOCUMENT.exists() else "# Benchmarks\n\n"
        DOCUMENT.write_text(head + MARK + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000, help="size of the export that is made")
    parser.add_argument(
        "--export", type=Path, help="a folder with an export and accounts.csv, instead of one made here"
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--transformer", type=Path, help="folder of a fine-tuned transformer's weights")
    parser.add_argument("--flow", action="store_true", help="also the Prefect flow over the same night")
    parser.add_argument(
        "--growth",
        nargs="?",
        const=",".join(map(str, GROWTH)),
        type=lambda text: [int(one) for one in text.split(",")],
        help="also nights of so many tickets (default 50,000, 200,000, 1,000,000; hours)",
    )
    parser.add_argument("--scale", type=int, default=50_000_000, help="tickets a day to compute for")
    parser.add_argument("--hours", type=float, default=4.0, help="in which they are to be read")
    parser.add_argument("--folder", type=Path, help="where homes and exports are made")
    parser.add_argument("--dry", action="store_true", help="print only")
    return parser.parse_args()


def _night_and_yardsticks(given: argparse.Namespace, export: Path, folder: Path) -> list[str]:
    here = {name: missing(name, given.transformer) for name in YARDSTICKS}
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name, why in here.items() if not why}
    nights: list[Run] = []
    for round_ in range(given.repeat):
        for name in seen:
            seen[name].append(measure(name, export, given.transformer))
        home = folder / f"home{round_}"
        nights.append(watch(_command(export, home, given.workers)))
        if round_:
            shutil.rmtree(folder / f"home{round_ - 1}")
    steps = steps_of(nights[-1], home)
    again = watch(_command(export, home, given.workers))
    changed = watch(_command(_change_some(export, folder / "changed"), home, given.workers))
    helps = [watch([sys.executable, "-m", "pipeline.cli.app", "--help"]).seconds for _ in range(_HELPS)]
    size = size_of(export)
    return [
        "",
        f"{size[0]:,} tickets ({size[2]:,.0f} MB, {'given' if given.export else 'made up'}), {size[1]:,} messages of "
        f"customers; {os.cpu_count()} cores, {_busy()}, Python {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d}; {given.repeat} rounds, `--engine processes --workers {given.workers}`.",
        "",
        *_table(seen, {name: why for name, why in here.items() if why}, nights, again, changed),
        "",
        f"Peak memory of all processes together: {max(run.peak for run in nights):.0f} MiB; of the same night again "
        f"{again.peak:.0f}, with 1 % changed {changed.peak:.0f}. `ticketscout --help`: "
        f"{statistics.median(helps):.2f} s (median of {_HELPS}, {min(helps):.2f} to {max(helps):.2f}).",
        "",
        "What each step of the last night cost, and the processor seconds of the yardstick that bounds it:",
        "",
        *profile(steps, {name: statistics.median(cpu for _, cpu in values) for name, values in seen.items()}),
        "",
        f"Computed from it, in straight lines, for {given.scale:,} tickets a day on "
        "[several machines](more-machines.md); not measured:",
        "",
        *_scaled(steps, size, given),
    ]


def _scaled(steps: list[Step], size: tuple[int, int, float], given: argparse.Namespace) -> list[str]:
    return at_scale(steps, size[0], size[2], given.scale, given.hours)


def _busy() -> str:
    return f"load {os.getloadavg()[2]:.1f} in the last 15 minutes"


def _command(
    export: Path, home: Path, workers: int, program: Sequence[str] = ("pipeline.cli.app", "nightly")
) -> list[str]:
    options = [f"--tickets={export}", f"--accounts={export / 'accounts.csv'}", f"--as-of={AS_OF}", f"--home={home}"]
    return [sys.executable, "-m", *program, *options, "--engine=processes", f"--workers={workers}"]


def _change_some(export: Path, folder: Path) -> Path:
    """The export a while later: in every hundredth ticket the customer wrote once more."""
    folder.mkdir()
    for file in export.iterdir():
        if file.name != "tickets.ndjson":
            (folder / file.name).symlink_to(file.resolve())
    with (
        (export / "tickets.ndjson").open(encoding="utf-8") as before,
        (folder / "tickets.ndjson").open("w", encoding="utf-8") as after,
    ):
        for number, line in enumerate(before):
            after.write(line if number % _CHANGED else _one_more(json.loads(line)))
    return folder


def _one_more(ticket: dict[str, object]) -> str:
    comments: list[dict[str, object]] = ticket["comments"]  # type: ignore[assignment]
    said = {name: f"Any news on ticket {ticket['id']}?" for name in ("body", "plain_body") if name in comments[-1]}
    more = {"id": f"{ticket['id']}9999", "author_id": ticket["requester_id"], "created_at": f"{AS_OF}T12:00:00Z"}
    changed = ticket | {"updated_at": f"{AS_OF}T12:00:00Z", "comments": [*comments, comments[-1] | said | more]}
    return json.dumps(changed, ensure_ascii=False) + "\n"


def _table(
    seen: dict[str, list[tuple[float, float]]], lacking: dict[str, str], nights: list[Run], again: Run, changed: Run
) -> list[str]:
    base = seen["tokenise"]
    lines = [
        "| | seconds (median) | processor seconds | against tokenisation (median, range) | processor against it |",
        "|---|---|---|---|---|",
    ]

    def row(title: str, values: list[tuple[float, float]]) -> str:
        cells = [f"{statistics.median(value[i] for value in values):.1f}" for i in (0, 1)]
        for i in (0, 1):
            ratios = sorted(value[i] / one[i] for value, one in zip(values, base, strict=False))
            cells.append(f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
        return f"| {title} | {' | '.join(cells)} |"

    lines += [row(YARDSTICKS[name].title, values) for name, values in seen.items()]
    lines += [f"| {YARDSTICKS[name].title} | {why} | | | |" for name, why in lacking.items()]
    lines.append(row("**a night**, from an empty home to the digest", [(run.seconds, run.processor) for run in nights]))
    lines.append(row("the same night again, nothing new", [(again.seconds, again.processor)]))
    lines.append(row("the night after 1 % of the tickets changed", [(changed.seconds, changed.processor)]))
    return lines


def _flow(export: Path, folder: Path, workers: int) -> list[str]:
    """The flow over the same night: the first run makes Prefect's database, the second is warm."""
    prefect = {"PREFECT_HOME": str(folder / "prefect")}
    runs = []
    for name in ("cold", "warm"):
        flow = _command(export, folder / f"flow-{name}", workers, ("flows.nightly",))
        runs.append(watch([*flow, "--no-deliver"], **prefect))
    bare = watch([*_command(export, folder / "flow-bare", workers), "--no-deliver"])
    cold, warm = runs
    return [
        "The same night as a Prefect flow, which starts a server of its own (warm: with its database), and without:",
        "",
        "| | seconds | MiB of all processes |",
        "|---|---|---|",
        f"| the flow, cold | {cold.seconds:.1f} | {cold.peak:.0f} |",
        f"| the flow, warm | {warm.seconds:.1f} | {warm.peak:.0f} |",
        f"| the command | {bare.seconds:.1f} | {bare.peak:.0f} |",
        f"| added, warm | {warm.seconds - bare.seconds:.1f} | {warm.peak - bare.peak:.0f} |",
    ]


def _growth(sizes: Sequence[int], folder: Path, workers: int) -> list[str]:
    lines = [
        "Growth, made-up exports, one night each:",
        "",
        "| tickets | seconds | processor seconds | MiB of all processes | seconds a 1,000 tickets |",
        "|---|---|---|---|---|",
    ]
    for tickets in sizes:
        export, home = folder / f"export-{tickets}", folder / f"home-{tickets}"
        write_export(export, tickets)
        run = watch(_command(export, home, workers))
        shutil.rmtree(export)
        shutil.rmtree(home)
        lines.append(
            f"| {tickets:,} | {run.seconds:.1f} | {run.processor:.1f} | {run.peak:.0f} | "
            f"{run.seconds / tickets * 1000:.2f} |"
        )
    return lines


if __name__ == "__main__":
    main()
