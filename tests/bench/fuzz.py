"""Every format's fixtures made wrong in many ways and read: `python -m tests.bench.fuzz [LAYOUT…] [--inputs N]`.

Each input is one file made wrong (`mutations`). All of them go through recognition, framing and their source's `read`,
many files at a time; a share of them through cleaning and redaction into a warehouse too. `--long N`: N files with a
string of `--megabytes`, each ingested by a process of its own. A format is a source; its layouts share its N evenly.

Prints a row a layout: inputs, how many were recognised, records, those set aside, what was stored, seconds, memory.
Ends with 1 where anything breaks, and says with which seed. What breaks is kept in `--keep FOLDER`.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import TicketscoutError
from pipeline.sources import SOURCES
from pipeline.sources.discovery import Input, Portion
from pipeline.sources.framing import Head
from pipeline.sources.opening import find_places, open_place
from pipeline.sources.reading import Reading, read_portion
from pipeline.sources.recognition import recognise
from tests.bench.long_strings import ANCHOR, read_long
from tests.bench.mutations import mutant
from tests.bench.unexplained import unexplained, unexplained_in
from tests.contract.homes import ingest_into, warehouse
from tests.contract.test_sources_golden import LAYOUTS, files_of

_TOGETHER = 500  # inputs that are read at once
_INGESTED = 10  # of them into a warehouse
_HEAD = 4 << 20
_HANGS = 600  # seconds after which a read of these small files is hanging, on a machine that does much else too
_FAMILIES = {"mail/": "mail", "transcript/": "transcript", "generic/messages": "table", "generic/report": "table"} | {
    "generic/tickets_and_messages": "table",
    "intercom/table": "table",
}


@dataclass
class Seen:
    """What came of a layout's inputs. `broken`: name of the file -> what broke."""

    inputs: int = 0
    recognised: int = 0
    refused: int = 0
    records: int = 0
    aside: int = 0
    messages: int = 0
    ingested: int = 0
    slowest: float = 0.0
    broken: dict[str, str] = field(default_factory=dict)


def family_of(layout: str) -> str:
    """What its files are framed as."""
    return next((family for start, family in _FAMILIES.items() if layout.startswith(start)), "json")


def mutants(layout: str, numbers: Sequence[int], seed: int) -> dict[int, bytes]:
    """Wrong files of a layout by number."""
    own = [file.read_bytes() for file in files_of(layout)]
    others = [file.read_bytes() for name in LAYOUTS[:: max(1, len(LAYOUTS) // 8)] for file in files_of(name)[:1]]
    return {number: mutant(own, others, family_of(layout), f"{layout} {seed} {number}") for number in numbers}


def written(layout: str, numbers: Sequence[int], seed: int, folder: Path) -> list[Path]:
    """The same as files, called by their numbers; names tell the day of transcripts and nothing else."""
    paths = []
    for number, raw in mutants(layout, numbers, seed).items():
        paths.append(folder / f"{number:06}-2026-11-10{files_of(layout)[0].suffix}")
        paths[-1].write_bytes(raw)
    return paths


def fuzz(paths: list[Path], seen: Seen, *, ingested: int = _INGESTED) -> None:
    """Reads these files together, and `ingested` of them into a warehouse; where something breaks, one by one. Files
    that break nothing are deleted."""
    started = time.perf_counter()
    _guarded(paths, seen, _read)
    _guarded(paths[:: max(1, len(paths) // ingested)][:ingested], seen, _ingest)
    seen.slowest = max(seen.slowest, time.perf_counter() - started)
    seen.inputs += len(paths)
    for path in paths:
        if path.name not in seen.broken:
            path.unlink()


def _guarded(paths: list[Path], seen: Seen, act: Callable[[list[Path], Seen], None]) -> None:
    """Acts on all; where that fails, on halves of them until it is known which file it is."""
    faulthandler.dump_traceback_later(_HANGS, exit=True)
    try:
        act(paths, seen)
    except Exception as error:  # a refusal of files that were recognised too
        before = len(seen.broken)
        for some in (paths[: len(paths) // 2], paths[len(paths) // 2 :]) if len(paths) > 1 else ():
            _guarded(some, seen, act)
        if len(seen.broken) == before:
            seen.broken[paths[0].name] = f"{act.__name__[1:]}: {type(error).__name__}: {str(error)[:400]}"
    finally:
        faulthandler.cancel_dump_traceback_later()


def inputs_of(paths: Sequence[Path], seen: Seen) -> Iterator[Input]:
    """What the files were recognised as; what is refused in a sentence is counted."""
    for path in paths:
        try:
            for place in find_places(str(path))[0]:
                with open_place(place) as opened:
                    head = Head(place.name, opened.stream.read(_HEAD), is_all=True)
                found = recognise(head)
                if found:
                    seen.recognised += 1
                    yield Input(place, found, digest=str(place), size=len(head.start))
        except TicketscoutError:
            seen.refused += 1


def _read(paths: list[Path], seen: Seen) -> None:
    by_source: dict[str, list[Input]] = {}
    for one in inputs_of(paths, seen):
        by_source.setdefault(one.source, []).append(one)
    for name, inputs in by_source.items():
        for reading in read_portion(Portion(tuple(inputs), 0)):
            batch = SOURCES[name].read(reading.records)
            wrong = unexplained(reading, batch)
            assert not wrong, wrong
            _count(reading, batch.rejects.num_rows, batch.messages.num_rows, seen)


def _count(reading: Reading, rejects: int, messages: int, seen: Seen) -> None:
    seen.records += sum(reading.counts.values())
    seen.aside += reading.aside.num_rows + rejects
    seen.messages += messages


def _ingest(paths: list[Path], seen: Seen) -> None:
    """Through the real ingest, in ranges of a few kilobytes where lines allow it."""
    known = [path for path in paths if list(inputs_of([path], Seen()))]
    with tempfile.TemporaryDirectory() as folder, warehouse(Path(folder)) as con:
        for _ in range(2):  # what is stored meets itself again
            counts = ingest_into(con, Path(folder), *known, ANCHOR, partition_mb=1 / 64)
            wrong = unexplained_in(con, counts)
            assert not wrong, wrong
    seen.ingested += len(known)


def _layout(layout: str, options: argparse.Namespace) -> bool:
    seen, started = Seen(), time.perf_counter()
    first = options.first
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(options.keep or folder) / layout.replace("/", "-")
        keep.mkdir(parents=True, exist_ok=True)
        for start in range(first, first + options.inputs, _TOGETHER):
            numbers = range(start, min(start + _TOGETHER, first + options.inputs))
            fuzz(written(layout, numbers, options.seed, keep), seen)
    seconds, memory = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{layout:28} {seen.inputs:6} inputs, {seen.recognised:6} recognised, {seen.refused:4} refused, "
        f"{seen.records:8} records, {seen.aside:7} aside, {seen.messages:8} messages, {seen.ingested:5} ingested, "
        f"{seconds:6.1f} s, slowest {_TOGETHER} {seen.slowest:5.1f} s, {memory:5} MB, {len(seen.broken)} broken",
        flush=True,
    )
    for what, count in Counter(seen.broken.values()).most_common(20):
        name = next(name for name, text in seen.broken.items() if text == what)
        print(f"  seed {options.seed}, input {name}, {count} times: {what}", flush=True)
    return not seen.broken


def shares(layouts: Sequence[str], count: int) -> dict[str, int]:
    """How many of a source's `count` each of its layouts gets: all together no fewer, and the same to one."""
    of_source = Counter(layout.split("/")[0] for layout in layouts)
    left, due = dict(of_source), dict.fromkeys(of_source, count)
    given: dict[str, int] = {}
    for layout in layouts:
        source = layout.split("/")[0]
        given[layout] = -(-due[source] // left[source])
        due[source] -= given[layout]
        left[source] -= 1
    return given


def _child(layout: str, options: argparse.Namespace) -> None:
    is_sound = _layout(layout, options) if options.inputs else True
    is_bounded = read_long(layout, options.long, options.megabytes << 20, options.seed) if options.long else True
    sys.exit(0 if is_sound and is_bounded else 1)


def main() -> None:
    """A process a layout, so that a crash of one is a finding, and memory is each one's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layouts", nargs="*", metavar="LAYOUT", help=f"of {', '.join(LAYOUTS)}")
    parser.add_argument("--inputs", type=int, default=20_000, help="of each source")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--long", type=int, default=0, help="files with a long string, of each source")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for files that break something")
    options = parser.parse_args()
    unknown = sorted(set(options.layouts) - set(LAYOUTS))
    if unknown:
        parser.error(f"no fixture of {', '.join(unknown)}")
    context, failed = multiprocessing.get_context("spawn"), []
    layouts = options.layouts or LAYOUTS
    inputs, longs = shares(layouts, options.inputs), shares(layouts, options.long)
    for layout in layouts:
        options.inputs, options.long = inputs[layout], longs[layout]
        child = context.Process(target=_child, args=(layout, options))
        child.start()
        child.join()
        if child.exitcode:
            failed.append(layout)
            if child.exitcode != 1:
                print(f"{layout:28} ended with {child.exitcode}: it crashed or hung", flush=True)
    if failed:
        sys.exit(f"broken: {', '.join(failed)}")


if __name__ == "__main__":
    main()
