"""Times a night beside its yardsticks, all in one run, and writes docs/benchmarks.md: `make bench`.

Seconds depend on the machine; the ratios to spaCy's bare tokenisation of the same customers' words do not, much.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tests.bench.export import write_export

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- below: written by `make bench` -->"


def main() -> None:
    """Runs everything and prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tickets", type=int, default=20_000, help="size of the export that is made")
    arguments.add_argument(
        "--export", type=Path, help="a folder with an export and accounts.csv, instead of one made here"
    )
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        export = given.export or Path(temporary) / "export"
        if not given.export:
            write_export(export, given.tickets)
        tokenise = [_tokenise(export) for _ in range(given.repeat)]
        read = [_read(export) for _ in range(given.repeat)]
        nights, steps, peak = [], {}, 0.0
        for i in range(given.repeat):
            seconds, steps, peak = _night(export, Path(temporary) / f"home{i}")
            nights.append(seconds)
        again, _, _ = _night(export, Path(temporary) / "home0")
        size = _count(export)
    lines = _table(tokenise, read, nights, again, steps, peak, size)
    print("\n".join(lines))
    head = DOCUMENT.read_text(encoding="utf-8").split(MARK)[0] if DOCUMENT.exists() else "# Benchmarks\n\n"
    DOCUMENT.write_text(head + MARK + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _environment() -> dict[str, str]:
    """Without what may slow NumPy on some machines."""
    return {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")} | {
        "PYTHONPATH": str(ROOT)
    }


def _night(export: Path, home: Path) -> tuple[float, dict[str, float], float]:
    command = [
        sys.executable,
        "-m",
        "pipeline.cli.app",
        "nightly",
        "--tickets",
        str(export),
        "--accounts",
        str(export / "accounts.csv"),
        "--as-of",
        "2026-11-20",
        "--home",
        str(home),
    ]
    began = time.perf_counter()
    subprocess.run(command, check=True, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    manifest = json.loads((home / "data/digests/2026-11-20/manifest.json").read_text(encoding="utf-8"))
    return seconds, manifest["durations"], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _customers_words(export: Path) -> str:
    return f"""
        SELECT c.plain_body FROM (
            SELECT requester_id, unnest(comments) AS c FROM read_json(
                '{export}/tickets.ndjson', format = 'newline_delimited',
                columns = {{requester_id: 'VARCHAR', comments: 'STRUCT(author_id VARCHAR, plain_body VARCHAR)[]'}})
        ) WHERE c.author_id = requester_id
    """


def _tokenise(export: Path) -> float:
    code = f"""
import duckdb, spacy, time
texts = [row[0] for row in duckdb.execute({_customers_words(export)!r}).fetchall()]
nlp = spacy.blank("en")
began = time.perf_counter()
for doc in nlp.pipe(texts): pass
print(time.perf_counter() - began)
"""
    return float(
        subprocess.run(
            [sys.executable, "-c", code], check=True, env=_environment(), capture_output=True, text=True
        ).stdout
    )


def _read(export: Path) -> float:
    began = time.perf_counter()
    duckdb.execute(f"SELECT count(*), sum(length(plain_body)) FROM ({_customers_words(export)})").fetchall()
    return time.perf_counter() - began


def _count(export: Path) -> tuple[int, int]:
    tickets = duckdb.execute(
        f"SELECT count(*) FROM read_json('{export}/tickets.ndjson', format = 'newline_delimited', "
        "columns = {id: 'VARCHAR'})"
    ).fetchone()
    messages = duckdb.execute(f"SELECT count(*) FROM ({_customers_words(export)})").fetchone()
    return (tickets or (0,))[0], (messages or (0,))[0]


def _table(
    tokenise: list[float],
    read: list[float],
    nights: list[float],
    again: float,
    steps: dict[str, float],
    peak: float,
    size: tuple[int, int],
) -> list[str]:
    base = statistics.median(tokenise)

    def row(name: str, values: list[float]) -> str:
        ratios = sorted(value / base for value in values)
        middle = statistics.median(ratios)
        return f"| {name} | {statistics.median(values):.1f} | {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |"

    return [
        "",
        f"{size[0]:,} tickets, {size[1]:,} messages of customers; {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}; {len(nights)} runs each.",
        "",
        "| | seconds (median) | against tokenisation (median, range) |",
        "|---|---|---|",
        row("spaCy tokenises the customers' words, one core", tokenise),
        row("DuckDB reads and unnests the export", read),
        row("a night, from an empty home to the digest", nights),
        row("the same night again, nothing new", [again]),
        "",
        f"Peak memory of the largest process: {peak:.0f} MiB.",
        "",
        "| step of the last night | seconds |",
        "|---|---|",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in steps.items()),
    ]


if __name__ == "__main__":
    main()
