"""Files with one string of a hundred megabytes: in an id, a text, a subject, a header, a cell, a time, a name.

Each is ingested by a process of its own; what it took is said: seconds, peak memory, how it ended.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import resource
import tempfile
import time
from pathlib import Path

from pipeline.errors import TicketscoutError
from tests.bench.unexplained import unexplained_in
from tests.contract.homes import ingest_into, warehouse
from tests.contract.test_sources_golden import HERE, files_of

ANCHOR = HERE / "zendesk" / "export" / "1-tickets.ndjson"  # so that there are tickets whatever becomes of the rest
# Within JSON as within a cell or a line: nothing here ends a string.
FILLERS = (b"a", b"word ", b"7", b"\xc3\xa9", b"<b>", b"&lt;", b"x@y.example ", b"> ", b" ", b"http://a.example/")
_WORD = re.compile(rb"[A-Za-z0-9]{2,}")
_SECONDS = 600


def long_file(raw: bytes, size: int, seed: str) -> bytes:
    """The file with `size` bytes of one thing put behind one of its words."""
    rng = random.Random(seed)
    at = rng.choice(list(_WORD.finditer(raw))).end()
    filler = rng.choice(FILLERS)
    return raw[:at] + filler * (size // len(filler)) + raw[at:]


def read_long(layout: str, count: int, size: int, seed: int) -> bool:
    """Whether all of `count` files were read in time; prints a row of what they took."""
    context, took, is_sound = multiprocessing.get_context("spawn"), [], True
    files = files_of(layout)
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            file = files[number % len(files)]
            path = Path(folder) / f"2026-11-10-{file.name}"
            path.write_bytes(long_file(file.read_bytes(), size, f"{layout} {seed} {number}"))
            started = time.perf_counter()
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_ingest, args=(path, Path(folder) / "home", sender))
            child.start()
            sender.close()
            said = receiver.recv() if receiver.poll(_SECONDS) else ("hung", 0)
            if said[0] == "hung":
                child.kill()
            child.join()
            took.append((time.perf_counter() - started, said[1]))
            if not said[0].startswith("ok"):
                is_sound = False
            if said[0] != "ok":
                print(f"  {layout}, long file {number} ({file.name}), {took[-1][0]:.0f} s: {said[0]}", flush=True)
    print(
        f"{layout:28} {count} files of {size >> 20} MB: at most {max(t for t, _ in took):.1f} s, "
        f"{sum(t for t, _ in took):.0f} s in all, peak memory {max(m for _, m in took)} MB",
        flush=True,
    )
    return is_sound


def _ingest(path: Path, home: Path, sender: object) -> None:
    os.nice(5)
    home.mkdir()
    said = "ok"
    try:
        with warehouse(home) as con:
            counts = ingest_into(con, home, path, ANCHOR)
            wrong = unexplained_in(con, counts)
            if wrong:
                said = str(wrong)[:500]
    except TicketscoutError as error:
        said = f"ok, refused: {str(error)[:200]}"
    except BaseException as error:
        said = f"{type(error).__name__}: {str(error)[:500]}"
    sender.send((said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))  # type: ignore[attr-defined]
